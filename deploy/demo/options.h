// The demo's command line.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace hotline::demo {

struct DemoOptions {
  std::string var = "var";                     ///< --var: where deploy/up keeps its state
  std::string config = "deploy/hotline.yaml";  ///< --config
  double pace = 72;                            ///< --pace: 72 is a day in 20 minutes
  uint64_t seed = 12348;                       ///< --seed
  int max_calls = 80;                          ///< --max-calls: callers on the line at once
  bool help = false;
};

inline constexpr char kDemoUsage[] =
    "usage: hotline-demo [--var DIR] [--config FILE] [--pace N] [--seed N] [--max-calls N]\n"
    "Robot seats, stations and callers on a running hotline (deploy/up), with real SIP and RTP.\n"
    "  --var DIR       where deploy/up keeps endpoints.env and secrets/ (default: var)\n"
    "  --config FILE   the hotline's configuration (default: deploy/hotline.yaml)\n"
    "  --pace N        how much faster than real time the day goes by (default: 72, a day in 20 "
    "min)\n"
    "  --seed N        the same people in the same order (default: 12348)\n"
    "  --max-calls N   callers on the line at once (default: 80)\n";

/// Reads the command line.
/// Returns: INVALID_ARGUMENT with a sentence.
absl::StatusOr<DemoOptions> ParseOptions(int argc, char** argv);

}  // namespace hotline::demo
