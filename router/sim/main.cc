// hotline-sim: the planner's tool. It needs no server and reads only what it is given; `record`
// alone reads a live journal.
#include <string>
#include <vector>

#include "router/sim/formulas.h"
#include "router/sim/journal/run_record.h"
#include "router/sim/journal/run_what_if.h"
#include "router/sim/run_replay.h"
#include "router/sim/run_scenario.h"
#include "router/sim/world/policy.h"

#include <fmt/format.h>

namespace {

constexpr const char* kUsage =
    R"(hotline-sim: how many seats, how long a wait, and what a rule would have done

  hotline-sim erlang --seats N --arrivals-per-hour L --aht-s S [--patience-s P] [--within-s T] [--json]
      The steady state of N seats: Erlang A with patience P, Erlang C without.
  hotline-sim staff --arrivals-per-hour L --aht-s S --patience-s P [--target-connect 0.9]
                    [--within-s T] [--json]
      The least seats that connect the target share of callers.
  hotline-sim run SCENARIO.yaml [--policy NAME] [--seed N] [--reps K] [--cell TEXT] [--data FOLDER]
                  [--threads N] [--check] [--json]
      Draws the scenario's days and runs them through the live router's core: all policies of the
      scenario (or the one named) and the baseline face the same callers. --check: exit code 1 if a
      figure that is known exactly is missed. Scenarios: router/sim/scenarios.
  hotline-sim compare SCENARIO.yaml --policies A,B,C [as run]
      The same with the policies named.
  hotline-sim policies
      Their names.
  hotline-sim replay --calls CALLS.csv[.gz] --sessions SESSIONS.csv[.gz] [--wrapups WRAPUPS.csv[.gz]]
                     [--policy NAME] [--overflow-seats K] [--overflow-after-s T] [--seed N] [--json]
      Replays recorded days through the live router's core. Columns: day, t_s, type, priority, served,
      wait_s, service_s; day, agent, start_s, end_s, skills (A|B); gap_s.
  hotline-sim record --config HOTLINE.yaml --out FILE [--follow]
      Copies the area's journal from Redis to a file; goes on where the file ends. --follow: until
      it is stopped. Redis keeps only the newest entries: for whole days let it follow.
  hotline-sim what-if --journal FILE --config HOTLINE.yaml [--policy NAME] [--overflow-seats K]
                      [--overflow-after-s T] [--reps K] [--seed N] [--json]
      Recorded days under another policy, beside what happened. Also: hotline-sim --journal FILE …

Times are in seconds; --within-s defaults to 15 (GB/T 33358-2016).
)";

/// The word after the command, if it is no option.
std::string TakeFile(std::vector<std::string>& words) {
  if (words.empty() || words[0].starts_with("--")) return "";
  std::string file = words[0];
  words.erase(words.begin());
  return file;
}

int ListPolicies() {
  for (const auto& [name, words] : hotline::sim::PolicyNames()) {
    fmt::print("{:<24}{}\n", name, words);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::string command = words.empty() ? "" : words[0];
  std::vector<std::string> rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (command == "policies") return ListPolicies();
  if (command == "run" || command == "compare") {
    const std::string file = TakeFile(rest);
    return hotline::sim::RunScenario(file, hotline::sim::Options(rest, {"json", "check"}));
  }
  if (command == "--journal") rest = words;  // what-if without its name
  const hotline::sim::Options options(rest, {"json", "follow"});
  if (command == "erlang") return hotline::sim::RunErlang(options);
  if (command == "staff") return hotline::sim::RunStaff(options);
  if (command == "replay") return hotline::sim::RunReplay(options);
  if (command == "record") return hotline::sim::RunRecord(options);
  if (command == "what-if" || command == "--journal") return hotline::sim::RunWhatIf(options);
  const bool asked = command == "help" || command == "--help";
  fmt::print(asked ? stdout : stderr, "{}", kUsage);
  return asked ? 0 : 2;
}
