#include "tests/stack/sipp.h"

#include <stdlib.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace hotline::test {
namespace {

std::string ReadFile(const std::string& name) {
  std::ifstream in(name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The statistics file has a header line and one line per period, separated by semicolons.
int Statistic(const std::string& csv, const std::string& column) {
  const std::vector<std::string> lines = absl::StrSplit(csv, '\n', absl::SkipEmpty());
  if (lines.size() < 2) return 0;
  const std::vector<std::string> names = absl::StrSplit(lines.front(), ';');
  const std::vector<std::string> values = absl::StrSplit(lines.back(), ';');
  int value = 0;
  for (size_t i = 0; i < names.size() && i < values.size(); ++i) {
    if (names[i] == column) (void)absl::SimpleAtoi(values[i], &value);
  }
  return value;
}

}  // namespace

SippResult RunSipp(const Stack& stack, const SippOptions& options) {
  const std::string base = absl::StrCat(stack.var(), "/sipp-", options.scenario);
  SippResult result;
  const CommandResult run = RunCommand(absl::StrCat(
      "timeout ", options.timeout_seconds, " sipp ", stack.endpoint("SIP"), " -sf ", SourceDir(),
      "/tests/stack/", options.scenario, " -s ", options.number, " -m ", options.calls, " -r ",
      options.per_second, " -l ", options.at_once, " -i 127.0.0.1 -nostdin -trace_stat -stf ", base,
      ".csv -trace_err -error_file ", base, ".err >", base, ".out"));
  result.exit_code = run.exit_code;
  const std::string csv = ReadFile(base + ".csv");
  result.successful = Statistic(csv, "SuccessfulCall(C)");
  result.failed = Statistic(csv, "FailedCall(C)");
  const std::string errors = ReadFile(base + ".err");
  const std::string screen = ReadFile(base + ".out");
  constexpr size_t kMost = 4000;
  result.output = absl::StrCat(run.output, errors.substr(0, kMost),
                               screen.substr(screen.size() > kMost ? screen.size() - kMost : 0));
  return result;
}

}  // namespace hotline::test
