#include "tests/bench/bench_stack.h"

#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace hotline::test {
namespace {

struct ProcessStat {
  pid_t parent = 0;
  Usage usage;
};

// Fields of /proc/<pid>/stat, counted from the one after the name in brackets (proc(5)).
ProcessStat ReadStat(const std::string& pid) {
  std::ifstream in("/proc/" + pid + "/stat");
  std::stringstream text;
  text << in.rdbuf();
  const std::string line = text.str();
  const std::vector<std::string> fields =
      absl::StrSplit(line.substr(std::min(line.size(), line.rfind(')') + 2)), ' ');
  constexpr size_t kParent = 1;
  constexpr size_t kUser = 11;
  constexpr size_t kSystem = 12;
  ProcessStat stat;
  if (fields.size() <= kSystem) return stat;
  int64_t user = 0;
  int64_t system = 0;
  (void)absl::SimpleAtoi(fields[kParent], &stat.parent);
  (void)absl::SimpleAtoi(fields[kUser], &user);
  (void)absl::SimpleAtoi(fields[kSystem], &system);
  stat.usage.cpu =
      absl::Seconds(static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK)));
  return stat;
}

// Pss of /proc/<pid>/smaps_rollup: private pages, and of shared ones the process's part (proc(5)).
int64_t ReadMemory(pid_t pid) {
  std::ifstream in(absl::StrCat("/proc/", pid, "/smaps_rollup"));
  for (std::string line; std::getline(in, line);) {
    int64_t kib = 0;
    if (std::sscanf(line.c_str(), "Pss: %" SCNd64, &kib) == 1) return kib * 1024;
  }
  return 0;
}

}  // namespace

void Require(bool good, const std::string& what) {
  if (good) return;
  std::fprintf(stderr, "cannot go on: %s\n", what.c_str());
  std::exit(1);
}

std::string BenchAreaConfig() {
  return absl::StrReplaceAll(TestAreaConfig(),
                             {{"call: {node: call-1,", "call: {node: call-1, notice: none,"}});
}

std::unique_ptr<Stack> StartBenchStack() {
  auto stack = Stack::Start({.config = BenchAreaConfig()});
  Require(stack.ok(), std::string(stack.status().message()));
  return *std::move(stack);
}

std::unique_ptr<CallFloor> OpenFloor(Stack& stack, int seats) {
  auto floor = CallFloor::Open(stack, seats);
  Require(floor.ok(), std::string(floor.status().message()));
  return *std::move(floor);
}

void FillLine(CallFloor& floor, int count, std::deque<std::shared_ptr<robot::RobotCall>>& line) {
  constexpr size_t kAtOnce = 50;
  constexpr absl::Duration kWait = absl::Seconds(20);
  while (line.size() < static_cast<size_t>(count)) {
    for (size_t i = 0; i < kAtOnce && line.size() < static_cast<size_t>(count); ++i) {
      line.push_back(floor.CallDeaf());
      Require(line.back() != nullptr, "a port for a caller");
    }
    const bool wait = floor.watch().Wait(kWait, [&line](const demo::AreaView& view) {
      return view.CountCalls(router::v1::Call::STATE_QUEUED) == static_cast<int>(line.size());
    });
    Require(wait, "the callers wait");
  }
}

absl::Duration Quantile(std::vector<absl::Duration>& values, double share) {
  Require(!values.empty(), "no values were measured");
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

std::vector<std::pair<std::string, Usage>> ReadUsage(const Stack& stack) {
  std::map<pid_t, ProcessStat> processes;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (absl::ascii_isdigit(static_cast<unsigned char>(name[0]))) {
      processes[std::atoi(name.c_str())] = ReadStat(name);
    }
  }
  std::vector<std::pair<std::string, Usage>> usage;
  for (const char* program : {"redis", "media", "router-1", "router-2", "kamailio", "call"}) {
    const pid_t root = stack.Pid(program);
    Usage sum;
    for (const auto& [pid, process] : processes) {
      if (pid != root && process.parent != root) continue;
      sum.cpu += process.usage.cpu;
      sum.memory_bytes += ReadMemory(pid);
    }
    usage.emplace_back(program, sum);
  }
  return usage;
}

}  // namespace hotline::test
