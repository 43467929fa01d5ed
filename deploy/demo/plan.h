// What the demo needs to know before it starts: who has a phone, which numbers are called, where
// things listen.
//
// Read once from the hotline's own files.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "deploy/demo/crowd.h"

namespace hotline::demo {

/// A seat or station with a phone.
struct PhonePlan {
  std::string id;
  std::string extension;
  std::string password;
  int lines = 1;  ///< calls at once
};

struct DemoPlan {
  std::string domain;
  std::vector<PhonePlan> seats;
  std::vector<PhonePlan> stations;
  std::vector<DialledNumber> numbers;
};

/// Reads the hotline's configuration and the phones' passwords ("extension:password" lines).
/// Returns: the files' own errors; FAILED_PRECONDITION if there is no seat, number or password.
absl::StatusOr<DemoPlan> LoadPlan(const std::string& config_file, const std::string& secrets_file);

/// Reads NAME=host:port lines.
/// Returns: NOT_FOUND if the file cannot be read.
absl::StatusOr<std::map<std::string, std::string>> LoadEndpoints(const std::string& file);

}  // namespace hotline::demo
