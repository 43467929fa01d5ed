// The prompt files of a directory, read once and shared by all legs.
//
// Thread-safe. Reads files, so it belongs on a control thread, never in a tick.
#pragma once

#include <sys/stat.h>

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/media/core/playlist.h"

namespace hotline::media {

class PromptStore {
 public:
  /// The longest prompt; a recording of an hour is a mistake.
  static constexpr absl::Duration kMaxLength = absl::Minutes(10);
  /// Prompts kept in memory.
  static constexpr size_t kMaxPrompts = 256;

  explicit PromptStore(std::string directory) : directory_(std::move(directory)) {}

  /// Returns the prompt <directory>/<name>.wav. A file that changed since it was read (time or
  /// size) is read again; legs that play the old one play it to its end. If the changed file cannot
  /// be read, the old one goes on being used. Returns: NOT_FOUND (no such file), INVALID_ARGUMENT
  /// (no name made of a-z, 0-9, _ and -; not 8 kHz mono; empty or too long: the text says how to
  /// repair it), RESOURCE_EXHAUSTED (kMaxPrompts).
  absl::StatusOr<PromptPtr> Get(std::string_view name);

 private:
  struct Entry {
    PromptPtr prompt;
    timespec changed{};
    off_t size = 0;
  };

  std::string directory_;
  std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace hotline::media
