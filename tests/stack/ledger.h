// The same calls counted in five places: they must agree.
//
// Reads a running stack from outside: gRPC, hotline-ctl, Redis and the metrics page. Blocking.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "deploy/demo/area/area_client.h"
#include "tests/stack/stack.h"

namespace hotline::test {

/// How many calls there were of each kind.
struct Figures {
  uint64_t offered = 0;
  uint64_t answered = 0;
  uint64_t escalated_answered = 0;
  uint64_t abandoned = 0;
  uint64_t failed = 0;
  uint64_t open = 0;

  friend bool operator==(const Figures&, const Figures&) = default;

  uint64_t sum() const { return answered + escalated_answered + abandoned + failed + open; }

  std::string ToString() const;
};

/// A place and what it says.
using Account = std::pair<std::string, Figures>;

/// Asks every place: "journal" (the events in Redis), "projection" (its hash), "ended list" (its
/// records), "metrics" (of the active router), "hotline-ctl" (stats --json). Returns: the first
/// place's error.
absl::StatusOr<std::vector<Account>> ReadAccounts(const Stack& stack, demo::AreaClient& client);

/// Returns an empty string if all accounts agree and add up, else a table of them.
std::string Disagreement(const std::vector<Account>& accounts);

/// Reads http://<address>/metrics. Returns: value by "name{labels}".
absl::StatusOr<std::map<std::string, double>> ReadMetrics(const std::string& address);

/// Runs one Redis command. Returns: its strings, nested arrays flattened.
absl::StatusOr<std::vector<std::string>> AskRedis(const std::string& address,
                                                  const std::vector<std::string>& command);

}  // namespace hotline::test
