#include "tests/stack/stack.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "services/base/check.h"
#include "services/runtime/access.h"

namespace hotline::test {
namespace {

// Under sanitizers on a busy machine everything takes its time.
constexpr int kUpTimeoutSeconds = 180;
constexpr std::array<const char*, 8> kPrograms = {"redis",    "media", "router-1", "router-2",
                                                  "kamailio", "call",  "ticket",   "console"};

std::map<std::string, std::string> ReadPairs(const std::string& file, char separator) {
  std::map<std::string, std::string> pairs;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const size_t at = line.find(separator);
    if (at != line.npos) pairs[line.substr(0, at)] = line.substr(at + 1);
  }
  return pairs;
}

void Append(std::string& bytes, uint32_t value, int size) {
  for (int i = 0; i < size; ++i) bytes.push_back(static_cast<char>(value >> 8 * i & 0xff));
}

}  // namespace

std::string SourceDir() {
  return HOTLINE_SOURCE_DIR;
}

std::string BuildDir() {
  return HOTLINE_BUILD_DIR;
}

CommandResult RunCommand(const std::string& command) {
  CommandResult result;
  FILE* pipe = popen(absl::StrCat("{ ", command, " ; } 2>&1 </dev/null").c_str(), "re");
  if (pipe == nullptr) return result;
  std::array<char, 4096> buffer;
  while (const size_t size = fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), size);
  }
  const int status = pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

bool WriteTone(const std::string& file, int hz, double seconds) {
  constexpr uint32_t kRate = 8000;
  constexpr double kAmplitude = 8000;
  const auto samples = static_cast<uint32_t>(seconds * kRate);
  std::string wav = "RIFF";
  Append(wav, 36 + 2 * samples, 4);
  wav += "WAVEfmt ";
  Append(wav, 16, 4);  // size of this chunk
  Append(wav, 1, 2);   // PCM
  Append(wav, 1, 2);   // mono
  Append(wav, kRate, 4);
  Append(wav, 2 * kRate, 4);  // bytes a second
  Append(wav, 2, 2);          // bytes a sample
  Append(wav, 16, 2);         // bits a sample
  wav += "data";
  Append(wav, 2 * samples, 4);
  for (uint32_t i = 0; i < samples; ++i) {
    const double value = kAmplitude * std::sin(2 * std::numbers::pi * hz * i / kRate);
    Append(wav, static_cast<uint32_t>(std::lround(value)), 2);
  }
  std::ofstream out(file, std::ios::binary);
  out << wav;
  return out.good();
}

absl::StatusOr<std::unique_ptr<Stack>> Stack::Start(const StackOptions& options) {
  std::string folder = "/tmp/hotline-test-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return absl::InternalError("mkdtemp failed");
  std::unique_ptr<Stack> stack(new Stack(folder));
  stack->StartGuard();
  if (absl::Status status = stack->Up(options); !status.ok()) return status;
  return stack;
}

Stack::Stack(std::string var) : var_(std::move(var)) {}

Stack::~Stack() {
  close(guard_pipe_);
  char byte = 0;
  while (read(guard_end_, &byte, 1) > 0) {
  }
  close(guard_end_);
  std::error_code ignored;
  if (!keep_files_) std::filesystem::remove_all(var_, ignored);
}

// The guard sleeps until the other end of its pipe is closed, by our destructor or our death. It is
// not our child, but init's: ctest kills a test that takes too long together with its children.
void Stack::StartGuard() {
  std::array<int, 2> life{};
  std::array<int, 2> end{};
  HOTLINE_CHECK(pipe2(life.data(), O_CLOEXEC) == 0, "no pipe");
  HOTLINE_CHECK(pipe2(end.data(), O_CLOEXEC) == 0, "no pipe");
  const std::string down = SourceDir() + "/deploy/down";
  const pid_t child = fork();
  HOTLINE_CHECK(child >= 0, "fork");
  if (child == 0) {
    // Only calls that are safe after a fork of a program with threads.
    setsid();
    if (fork() != 0) _exit(0);
    close(life[1]);
    char byte = 0;
    while (read(life[0], &byte, 1) > 0) {
    }
    const int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2; ++fd) dup2(null, fd);
    fcntl(end[1], F_SETFD, 0);  // open until deploy/down has ended
    execl(down.c_str(), down.c_str(), "--var", var_.c_str(), nullptr);
    _exit(127);
  }
  waitpid(child, nullptr, 0);
  close(life[0]);
  close(end[1]);
  guard_pipe_ = life[1];
  guard_end_ = end[0];
}

absl::Status Stack::Up(const StackOptions& options) {
  const std::string config = var_ + "/test.yaml";
  std::ofstream(config) << options.config;
  if (options.tone_prompts) {
    const std::string prompts = var_ + "/prompts/";
    std::filesystem::create_directories(prompts);
    const bool written = WriteTone(prompts + "notice.wav", kNoticeTone, 1) &&
                         WriteTone(prompts + "music.wav", kMusicTone, 2) &&
                         WriteTone(prompts + "no_agent.wav", kNoAgentTone, 1) &&
                         WriteTone(prompts + "busy.wav", kBusyTone, 1) &&
                         WriteTone(prompts + "goodbye.wav", kGoodbyeTone, 1);
    if (!written) return absl::InternalError("cannot write prompts");
  }
  const CommandResult up =
      RunCommand(absl::StrCat("UP_USUAL_PORTS=no timeout ", kUpTimeoutSeconds, " ", SourceDir(),
                              "/deploy/up --no-install --no-build --build-dir ", BuildDir(),
                              " --var ", var_, " --config ", config));
  if (up.exit_code != 0) {
    return absl::InternalError(
        absl::StrCat("deploy/up ended with ", up.exit_code, ":\n", up.output, LogTails(20)));
  }
  endpoints_ = ReadPairs(var_ + "/endpoints.env", '=');
  passwords_ = ReadPairs(var_ + "/secrets/sip-users", ':');
  const auto key = AccessKey::Load(var_ + "/secrets/access.key");
  if (!key.ok()) return key.status();
  ActAsSystem(*key, "tests");
  return absl::OkStatus();
}

const std::string& Stack::endpoint(const std::string& name) const {
  const auto found = endpoints_.find(name);
  HOTLINE_CHECK(found != endpoints_.end(), "no such line in endpoints.env: " + name);
  return found->second;
}

std::string Stack::password(const std::string& extension) const {
  const auto found = passwords_.find(extension);
  return found == passwords_.end() ? "" : found->second;
}

std::string Stack::RouterProgram(const std::string& address) const {
  return address == endpoint("ROUTER") ? "router-1" : "router-2";
}

pid_t Stack::Pid(const std::string& program) const {
  const CommandResult result = RunCommand(
      absl::StrCat("supervisorctl -c ", var_, "/supervisor/supervisord.conf pid ", program));
  pid_t pid = 0;
  (void)absl::SimpleAtoi(result.output, &pid);
  return pid;
}

pid_t Stack::Kill(const std::string& program) {
  const pid_t pid = Pid(program);
  if (pid > 0) kill(-pid, SIGKILL);  // supervisord makes each the leader of its group
  return pid;
}

void Stack::KillRedisAndItsData() {
  const pid_t pid = Pid("redis");
  if (pid <= 0) return;
  // Stopped first, so that nothing is written between the removal and the end.
  kill(pid, SIGSTOP);
  for (const auto& entry : std::filesystem::directory_iterator(var_ + "/redis")) {
    if (entry.path().filename() != "redis.conf") std::filesystem::remove_all(entry.path());
  }
  kill(pid, SIGKILL);
}

std::string Stack::LogTails(int lines) const {
  std::string text;
  for (const char* program : kPrograms) {
    absl::StrAppend(
        &text, "---- ", program, "\n",
        RunCommand(absl::StrCat("tail -n ", lines, " ", var_, "/log/", program, ".log")).output);
  }
  return text;
}

}  // namespace hotline::test
