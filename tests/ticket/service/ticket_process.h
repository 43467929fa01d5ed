// hotline-ticket as a process of its own that can be killed.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "services/base/check.h"
#include "services/runtime/access_key.h"
#include "services/runtime/endpoint.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::ticket {

inline constexpr auto kStartPatience = std::chrono::seconds(60);

/// Waits until `log` has `key` and returns what stands behind it, up to a quote; empty after
/// kStartPatience.
inline std::string AwaitInLog(const std::string& log, const std::string& key) {
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    const std::string text = ReadFile(log);
    const size_t start = text.find(key);
    const size_t end = start == text.npos ? start : text.find('"', start + key.size());
    if (end != text.npos) return text.substr(start + key.size(), end - start - key.size());
    std::this_thread::yield();
  }
  return "";
}

/// A hotline-ticket that is killed and started again over the same database.
class TicketProcess {
 public:
  /// `store`: "sqlite", or a PostgreSQL URL.
  /// `more`: further lines of the section "ticket", each with two blanks and a line end.
  explicit TicketProcess(const std::string& store, const std::string& more = "") {
    WriteFile(dir_.File("key"), std::string(64, 'a'));
    WriteFile(dir_.File("access"), std::string(AccessKey::kBytes, 'k'));  // TestKey()
    for (const char* name : {"key", "access"}) {
      HOTLINE_CHECK(chmod(dir_.File(name).c_str(), 0600) == 0, "the file is ours");
    }
    WriteFile(
        dir_.File("config.yaml"),
        absl::StrCat("area: {id: test}\naccess: {key_file: ", dir_.File("access"),
                     "}\nticket:\n  listen: \"127.0.0.1:0\"\n",
                     "  metrics: \"127.0.0.1:0\"\n  routers: [\"127.0.0.1:9\"]\n",
                     "  call: \"127.0.0.1:9\"\n  org_code: \"990001\"\n  data_dir: ", dir_.path(),
                     "\n  key_file: ", dir_.File("key"), "\n  store: \"", store, "\"\n", more));
  }

  ~TicketProcess() {
    if (pid_ != 0) Kill();
  }

  void Kill() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

  /// Starts it and returns where it listens.
  Endpoint Start() {
    const std::string log = dir_.File("log" + std::to_string(++starts_));
    const std::string config = dir_.File("config.yaml");
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 2, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    std::string program = HOTLINE_TICKET_BINARY, flag = "--config", file = config;
    char* argv[] = {program.data(), flag.data(), file.data(), nullptr};
    HOTLINE_CHECK(posix_spawn(&pid_, program.c_str(), &files, nullptr, argv, environ) == 0,
                  "hotline-ticket is built");
    posix_spawn_file_actions_destroy(&files);
    const std::string address = AwaitInLog(log, R"("listen":")");
    if (!address.empty()) return *Endpoint::Parse(address);
    ADD_FAILURE() << "hotline-ticket does not start: " << ReadFile(log);
    return {};
  }

 private:
  TempDir dir_;
  pid_t pid_ = 0;
  int starts_ = 0;
};

}  // namespace hotline::ticket
