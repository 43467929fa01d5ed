// The demo's command line.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace hotline::demo {

struct DemoOptions {
  std::string config = "deploy/hotline.yaml";
  std::string endpoints = "var/endpoints.env";
  std::string secrets = "var/secrets/sip-users";
  std::string access_key = "var/secrets/access.key";
  std::string seat_by_hand;  ///< no robot signs in there, but its phone answers; empty: none
  double pace = 72;          ///< 72 is a day in 20 minutes
  uint64_t seed = 12348;
  int max_calls = 80;  ///< callers on the line at once
  bool help = false;
};

inline constexpr char kDemoUsage[] =
    "usage: hotline-demo [options]\n"
    "Robot seats, stations and callers on a running hotline (deploy/up), with real SIP and RTP.\n"
    "  --config FILE      the hotline's configuration (deploy/hotline.yaml)\n"
    "  --endpoints FILE   where it listens (var/endpoints.env)\n"
    "  --secrets FILE     the phones' passwords (var/secrets/sip-users)\n"
    "  --access-key FILE  the hotline's access key (var/secrets/access.key)\n"
    "  --seat-by-hand ID  a person signs in there (console, hotline-ctl); its phone is a robot's\n"
    "  --pace N           how much faster than real time the day goes by (72: a day in 20 min)\n"
    "  --seed N           the same people in the same order (12348)\n"
    "  --max-calls N      callers on the line at once (80)\n";

/// Reads the command line.
/// Returns: INVALID_ARGUMENT with a sentence.
absl::StatusOr<DemoOptions> ParseOptions(int argc, char** argv);

}  // namespace hotline::demo
