#include "services/runtime/process.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "services/runtime/log.h"
#include "tests/runtime/temp_dir.h"

namespace hotline {
namespace {

/// Runs in a process of its own (a death test): signals and exit codes are the process's.
class ProcessDeathTest : public testing::Test {
 protected:
  /// The child of a death test runs SetUp too, but ends without TearDown: it uses its parent's
  /// file.
  void SetUp() override {
    if (const char* parents = getenv(kFileVariable)) {
      file_ = parents;
    } else {
      dir_.emplace();
      file_ = dir_->File("hotline.yaml");
      setenv(kFileVariable, file_.c_str(), /*replace=*/1);
    }
    WriteFile(file_, "log: {level: info}\nmedia: {grace: 1s}\n");
  }

  void TearDown() override { unsetenv(kFileVariable); }

  [[noreturn]] void Run(std::vector<std::string> arguments,
                        const std::function<absl::Status(Process&)>& body) {
    arguments.insert(arguments.begin(), "hotline-test");
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    exit(RunProcess("hotline-test", static_cast<int>(argv.size()), argv.data(), body));
  }

  static constexpr const char* kFileVariable = "PROCESS_TEST_CONFIG";
  std::optional<TempDir> dir_;
  std::string file_;
};

absl::Status Succeed(Process&) {
  return absl::OkStatus();
}

TEST_F(ProcessDeathTest, WantsAConfiguration) {
  EXPECT_EXIT(Run({}, Succeed), testing::ExitedWithCode(kExitConfiguration),
              "usage: hotline-test --config FILE");
  EXPECT_EXIT(Run({"--config"}, Succeed), testing::ExitedWithCode(kExitConfiguration),
              "unknown argument \"--config\"");
  EXPECT_EXIT(Run({"--confog=x"}, Succeed), testing::ExitedWithCode(kExitConfiguration),
              "unknown argument \"--confog=x\"");
  EXPECT_EXIT(Run({"--config=/nonexistent"}, Succeed), testing::ExitedWithCode(kExitConfiguration),
              "/nonexistent: cannot be read");
  EXPECT_EXIT(Run({"--config", file_}, Succeed), testing::ExitedWithCode(kExitOk), "");
}

TEST_F(ProcessDeathTest, AWrongConfigurationIsToldInPlainLines) {
  WriteFile(file_, "log: {level: loud}\nmedia: {listen: x, gras: 1s}\n");
  const auto body = [](Process& process) {
    ConfigReader media = process.config().Section("media");
    media.Listen("listen");
    media.Duration("grace");
    return process.config().status();
  };
  EXPECT_EXIT(Run({"--config", file_}, body), testing::ExitedWithCode(kExitConfiguration),
              "hotline-test: the configuration is wrong:\n"
              "log.level: \"loud\" is not one of debug, info, warn, error\n"
              "media.listen: \"x\" is no address; .*\n"
              "media.grace: missing\n"
              "media.gras: unknown key; do you mean grace\\?\n");
}

TEST_F(ProcessDeathTest, AFailureIsLoggedAsASentence) {
  const auto body = [](Process&) {
    return absl::AlreadyExistsError("the port is in use");
  };
  EXPECT_EXIT(Run({"--config", file_}, body), testing::ExitedWithCode(kExitFailed),
              "\"error\":\"ALREADY_EXISTS: the port is in use\"");
  const auto thrower = [](Process&) -> absl::Status {
    throw std::runtime_error("no more");
  };
  EXPECT_EXIT(Run({"--config", file_}, thrower), testing::ExitedWithCode(kExitFailed),
              "\"error\":\"no more\"");
}

TEST_F(ProcessDeathTest, TheFirstSignalDrains) {
  const auto body = [](Process& process) {
    process.OnStop([] { std::fprintf(stderr, "on stop\n"); });
    kill(getpid(), SIGTERM);
    process.WaitForStop();
    std::fprintf(stderr, "%s drained\n", process.stopping() ? "stopping," : "");
    return absl::OkStatus();
  };
  EXPECT_EXIT(Run({"--config", file_}, body), testing::ExitedWithCode(kExitOk), "drained");
}

TEST_F(ProcessDeathTest, StopCallbackRunsEvenIfTheSignalCameFirst) {
  const auto body = [](Process& process) {
    kill(getpid(), SIGINT);
    process.WaitForStop();
    process.OnStop([] { std::fprintf(stderr, "called late\n"); });
    return absl::OkStatus();
  };
  EXPECT_EXIT(Run({"--config", file_}, body), testing::ExitedWithCode(kExitOk), "called late");
}

TEST_F(ProcessDeathTest, TheSecondSignalEndsADrainThatHangs) {
  const auto body = [](Process& process) {
    kill(getpid(), SIGTERM);
    process.WaitForStop();
    kill(getpid(), SIGTERM);
    while (true) pause();
    return absl::OkStatus();
  };
  EXPECT_EXIT(Run({"--config", file_}, body), testing::ExitedWithCode(kExitFailed),
              "stopped at once by a second signal");
}

TEST_F(ProcessDeathTest, RequestStopIsLikeASignal) {
  const auto body = [](Process& process) {
    process.RequestStop();
    process.RequestStop();
    process.WaitForStop();
    return absl::OkStatus();
  };
  EXPECT_EXIT(Run({"--config", file_}, body), testing::ExitedWithCode(kExitOk), "");
}

TEST(RandomIdTest, NeverZeroAndNeverTheSame) {
  std::set<uint64_t> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(RandomId());
  EXPECT_EQ(ids.size(), 1000u);
  EXPECT_EQ(ids.count(0), 0u);
}

}  // namespace
}  // namespace hotline
