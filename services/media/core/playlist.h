// What a leg hears from files: a queue of prompts, played one after the other without a gap.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "services/media/core/frame.h"
#include "services/media/core/mixer.h"

namespace hotline::media {

/// A recording, shared by all legs that play it.
struct Prompt {
  std::string name;              ///< As in Play: "notice".
  std::vector<int16_t> samples;  ///< 8 kHz mono; never empty.
};

using PromptPtr = std::shared_ptr<const Prompt>;

/// One leg's queue. Never allocates.
class Playlist {
 public:
  /// Prompts in a queue, the playing one included.
  static constexpr size_t kMaxPrompts = 16;

  /// Prompts that came to their end in one frame.
  struct Finished {
    std::array<PromptPtr, kMaxPrompts> prompts;
    size_t count = 0;
  };

  /// Queues `prompt`, or plays it at once instead of everything queued if `interrupt`. A prompt
  /// that loops gives way at its end when another waits behind it. Requires: prompt is not null and
  /// has samples. Returns: false, changing nothing, if the queue is full.
  bool Play(PromptPtr prompt, bool loop, bool interrupt);

  /// Drops everything; nothing of it counts as finished.
  void Stop();

  bool playing() const { return count_ > 0; }

  /// Adds the next 20 ms to `mixer` and moves what ended (looping prompts never do) to `finished`.
  void Advance(Mixer& mixer, Finished& finished);

 private:
  struct Entry {
    PromptPtr prompt;
    bool loop = false;
  };

  Entry& front() { return queue_[head_]; }

  void PopFront();

  std::array<Entry, kMaxPrompts> queue_;  // a ring
  size_t head_ = 0;
  size_t count_ = 0;
  size_t position_ = 0;  // next sample of the front prompt
};

}  // namespace hotline::media
