// The frame of every process: command line, configuration, signals, exit code.
//
//   absl::Status Run(hotline::Process& process) {
//     const MediaOptions options = ReadMediaOptions(process.config().Section("media"));
//     if (auto status = process.config().status(); !status.ok()) return status;
//     … start servers …
//     process.WaitForStop();
//     … drain …
//     return absl::OkStatus();
//   }
//   int main(int argc, char** argv) { return hotline::RunProcess("hotline-media", argc, argv, Run);
//   }
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/status.h"

#include "services/runtime/config.h"

namespace hotline {

/// What RunProcess returns to main.
enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,         ///< a port in use, no Redis, an uncaught error
  kExitConfiguration = 2,  ///< a wrong command line or configuration
};

/// The running process, as its body sees it. Thread-safe.
class Process {
 public:
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  std::string_view name() const;  ///< "hotline-media"
  ConfigFile& config();

  /// Returns a random number that no other run of any process has. Not zero.
  uint64_t instance() const;

  /// Waits until SIGTERM or SIGINT, or RequestStop.
  void WaitForStop();
  /// Calls `stop` once, on the signal thread, at the first SIGTERM or SIGINT; at once if that has
  /// already been. Replaces an earlier one. For an io_context: post to it.
  void OnStop(std::function<void()> stop);
  bool stopping() const;
  /// As if SIGTERM had come.
  void RequestStop();

 private:
  friend int RunProcess(std::string_view, int, char**,
                        const std::function<absl::Status(Process&)>&);
  struct State;
  explicit Process(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Runs `body` with the configuration given by `--config FILE` and returns main's exit code.
///
/// Before it: SIGTERM and SIGINT are blocked in this and all later threads, SIGPIPE is ignored, the
/// section "log" is read and applied. A second SIGTERM or SIGINT ends the process at once with
/// kExitFailed. After it: an error of `body` is written to stderr in plain words if it is of the
/// configuration, else to the log.
///
/// Requires: called from main, before any other thread is started.
int RunProcess(std::string_view name, int argc, char** argv,
               const std::function<absl::Status(Process&)>& body);

/// Returns a random number from the operating system, not zero.
uint64_t RandomId();

}  // namespace hotline
