// The terminal while `watch` owns it: another screen buffer, no echo, keys one by one.
#pragma once

#include <termios.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/ctl/watch_view.h"

namespace hotline::ctl {

/// Takes the terminal of stdin and stdout, and gives it back as it was when it dies.
///
/// Requires: both are a terminal. One thread.
class Screen {
 public:
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  ViewSize size() const;
  void Draw(const std::vector<std::string>& lines) const;
  /// Returns the key that was pressed before `timeout` was over or `wake_fd` became readable.
  std::optional<char> ReadKey(absl::Duration timeout, int wake_fd) const;

 private:
  termios before_{};
};

}  // namespace hotline::ctl
