// A whole hotline of its own for tests and benches, started and stopped by the scripts that people
// use.
//
// Everything lives in a temporary folder, on ports that deploy/up finds free. If the test dies, a
// guard process still runs deploy/down. One thread.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace hotline::test {

struct StackOptions {
  std::string config;  ///< YAML text
  /// Prompts are pure tones, so that an ear can tell them apart. Else deploy/up makes spoken ones.
  bool tone_prompts = true;
};

// What the tone prompts sound like, in Hz.
inline constexpr int kNoticeTone = 400;
inline constexpr int kMusicTone = 500;
inline constexpr int kNoAgentTone = 700;
inline constexpr int kBusyTone = 800;
inline constexpr int kGoodbyeTone = 1100;

class Stack {
 public:
  /// Returns: INTERNAL with the output of deploy/up if it fails.
  static absl::StatusOr<std::unique_ptr<Stack>> Start(const StackOptions& options);
  /// Stops it and removes its folder, unless KeepFiles() was called.
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  const std::string& var() const { return var_; }

  /// A line of endpoints.env, for example "SIP". Requires: it is there.
  const std::string& endpoint(const std::string& name) const;
  std::string password(const std::string& extension) const;

  std::vector<std::string> routers() const { return {endpoint("ROUTER"), endpoint("ROUTER_2")}; }

  /// "router-1" or "router-2" for a router's address.
  std::string RouterProgram(const std::string& address) const;

  /// The process id of redis, media, router-1, router-2, kamailio or call; 0 if it does not run.
  pid_t Pid(const std::string& program) const;
  /// kill -9 of it and of its workers (Kamailio has some); supervisord starts it again. Returns:
  /// the id it had.
  pid_t Kill(const std::string& program);
  /// Kills Redis and makes it come back without its data.
  void KillRedisAndItsData();

  /// The last lines of every process's log, for a test that failed.
  std::string LogTails(int lines) const;

  void KeepFiles() { keep_files_ = true; }

 private:
  explicit Stack(std::string var);
  absl::Status Up(const StackOptions& options);
  void StartGuard();

  const std::string var_;
  int guard_pipe_ = -1;  // closing it tells the guard to stop the stack
  int guard_end_ = -1;   // at its end when the guard has stopped the stack
  bool keep_files_ = false;
  std::map<std::string, std::string> endpoints_;
  std::map<std::string, std::string> passwords_;
};

/// What a command printed and how it ended.
struct CommandResult {
  int exit_code = -1;
  std::string output;  ///< stdout and stderr
};

/// Runs a shell command to its end.
CommandResult RunCommand(const std::string& command);

/// The folder of the sources and the one they are built in.
std::string SourceDir();
std::string BuildDir();

/// Writes a WAV file of `seconds` of a tone: 8 kHz, mono, 16 bit. Returns: false if it cannot.
bool WriteTone(const std::string& file, int hz, double seconds);

}  // namespace hotline::test
