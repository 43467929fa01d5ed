// Ctrl-C as a stop token, and waiting that can be stopped.
#pragma once

#include <stop_token>
#include <thread>

#include "absl/time/time.h"

namespace hotline::ctl {

/// While it lives, SIGINT and SIGTERM request a stop instead of ending the process.
///
/// Requires: one at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::thread thread_;
};

/// Waits until `duration` is over or a stop is requested.
/// Returns: false if stopped.
bool Wait(const std::stop_token& stop, absl::Duration duration);

}  // namespace hotline::ctl
