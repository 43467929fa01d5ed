#include "services/runtime/process.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "services/base/check.h"
#include "services/runtime/local_socket.h"
#include "services/runtime/log.h"

namespace hotline {
namespace {

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

/// Returns the file of --config, or nothing after having said what is wrong.
std::optional<std::string> ParseCommandLine(const std::string& name, int argc, char** argv) {
  static constexpr std::string_view kConfig = "--config";
  std::optional<std::string> file;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == kConfig && i + 1 < argc) {
      file = argv[++i];
    } else if (argument.substr(0, kConfig.size() + 1) == "--config=") {
      file = argument.substr(kConfig.size() + 1);
    } else {
      std::fprintf(stderr, "%s: unknown argument %s\n", name.c_str(), Quote(argument).c_str());
      return std::nullopt;
    }
  }
  if (!file || file->empty()) {
    std::fprintf(stderr, "usage: %s --config FILE\n", name.c_str());
    return std::nullopt;
  }
  return file;
}

int ReportConfigError(const std::string& name, const absl::Status& status) {
  std::fprintf(stderr, "%s: the configuration is wrong:\n%s\n", name.c_str(),
               std::string(status.message()).c_str());
  return kExitConfiguration;
}

}  // namespace

struct Process::State {
  std::string name;
  ConfigFile config;
  uint64_t instance = RandomId();

  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  bool closed = false;  ///< the body has returned; the signal thread ends
  std::function<void()> on_stop;
  std::thread signal_thread;

  void Stop();
  void AwaitSignals();
};

void Process::State::Stop() {
  std::function<void()> stop;
  {
    const std::lock_guard lock(mutex);
    if (stopping) return;
    stopping = true;
    stop = std::exchange(on_stop, nullptr);
  }
  changed.notify_all();
  if (stop) stop();
}

void Process::State::AwaitSignals() {
  const sigset_t signals = StopSignals();
  for (int count = 0;;) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    {
      const std::lock_guard lock(mutex);
      if (closed) return;
    }
    if (++count > 1) {
      LogError("stopped at once by a second signal", {{"signal", strsignal(signal)}});
      _exit(kExitFailed);
    }
    LogInfo("stopping", {{"signal", strsignal(signal)}});
    Stop();
  }
}

Process::Process(std::unique_ptr<State> state) : state_(std::move(state)) {
  state_->signal_thread = std::thread([this] { state_->AwaitSignals(); });
}

Process::~Process() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->closed = true;
  }
  pthread_kill(state_->signal_thread.native_handle(), SIGTERM);  // ends its sigwait
  state_->signal_thread.join();
}

std::string_view Process::name() const {
  return state_->name;
}

ConfigFile& Process::config() {
  return state_->config;
}

uint64_t Process::instance() const {
  return state_->instance;
}

void Process::WaitForStop() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [this] { return state_->stopping; });
}

void Process::OnStop(std::function<void()> stop) {
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->stopping) {
      state_->on_stop = std::move(stop);
      return;
    }
  }
  stop();
}

bool Process::stopping() const {
  const std::lock_guard lock(state_->mutex);
  return state_->stopping;
}

void Process::RequestStop() {
  state_->Stop();
}

int RunProcess(std::string_view name, int argc, char** argv,
               const std::function<absl::Status(Process&)>& body) {
  const std::string process_name(name);
  const auto file = ParseCommandLine(process_name, argc, argv);
  if (!file) return kExitConfiguration;
  auto config = ConfigFile::Load(*file, ProcessEnvironment());
  if (!config.ok()) return ReportConfigError(process_name, config.status());
  SetLogLevel(ReadLogLevel(config->Section("log")));
  if (const absl::Status usable = UseSocketDir(ReadSocketDir(config->Section("host")));
      !usable.ok()) {
    return ReportConfigError(process_name, usable);
  }

  signal(SIGPIPE, SIG_IGN);
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  try {
    Process process(std::unique_ptr<Process::State>(
        new Process::State{.name = process_name, .config = *std::move(config)}));
    const absl::Status status = body(process);
    if (IsConfigError(status)) return ReportConfigError(process_name, status);
    if (status.ok()) return kExitOk;
    LogError("the process failed", {{"process", name}, {"error", status}});
  } catch (const std::exception& error) {
    LogError("the process failed", {{"process", name}, {"error", error.what()}});
  }
  return kExitFailed;
}

uint64_t RandomId() {
  uint64_t id = 0;
  while (id == 0) {
    HOTLINE_CHECK(getrandom(&id, sizeof(id), 0) == sizeof(id), "the kernel always has randomness");
  }
  return id;
}

}  // namespace hotline
