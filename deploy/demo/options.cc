#include "deploy/demo/options.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace hotline::demo {
namespace {

constexpr double kMaxPace = 10'000;
constexpr int kMaxCalls = 2000;

}  // namespace

absl::StatusOr<DemoOptions> ParseOptions(int argc, char** argv) {
  DemoOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--help" || name == "-h") {
      options.help = true;
      return options;
    }
    if (i + 1 == argc) return absl::InvalidArgumentError(absl::StrCat(name, " needs a value"));
    const std::string value = argv[++i];
    bool good = true;
    if (name == "--config") {
      options.config = value;
    } else if (name == "--endpoints") {
      options.endpoints = value;
    } else if (name == "--secrets") {
      options.secrets = value;
    } else if (name == "--access-key") {
      options.access_key = value;
    } else if (name == "--seat-by-hand") {
      options.seat_by_hand = value;
    } else if (name == "--pace") {
      good = absl::SimpleAtod(value, &options.pace) && options.pace > 0 && options.pace <= kMaxPace;
    } else if (name == "--seed") {
      good = absl::SimpleAtoi(value, &options.seed);
    } else if (name == "--max-calls") {
      good = absl::SimpleAtoi(value, &options.max_calls) && options.max_calls > 0 &&
             options.max_calls <= kMaxCalls;
    } else {
      return absl::InvalidArgumentError(absl::StrCat("unknown option ", name));
    }
    if (!good) return absl::InvalidArgumentError(absl::StrCat(name, " cannot be ", value));
  }
  return options;
}

}  // namespace hotline::demo
