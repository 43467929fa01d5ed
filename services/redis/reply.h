// A Redis reply as a value: hiredis frees its own after the callback, so this is a copy.
//
// Pure values, no threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace hotline::redis {

struct Reply {
  enum class Type : uint8_t { kNil, kInteger, kString, kArray };

  Type type = Type::kNil;
  int64_t integer = 0;          ///< of kInteger
  std::string text;             ///< of kString; bulk strings and simple ones alike
  std::vector<Reply> elements;  ///< of kArray

  bool nil() const { return type == Type::kNil; }
};

/// Reads an integer, whether Redis sent it as a number or as digits.
/// Returns: INTERNAL if `reply` is neither.
absl::StatusOr<int64_t> ToInteger(const Reply& reply);

/// Returns the status that stands for a Redis error line such as "LOADING Redis is loading …":
/// UNAVAILABLE for states that pass (LOADING, BUSY, MASTERDOWN, READONLY, NOREPLICAS, CLUSTERDOWN,
/// TRYAGAIN), RESOURCE_EXHAUSTED for OOM and MISCONF, NOT_FOUND for a missing function, INTERNAL
/// otherwise.
absl::Status ErrorToStatus(std::string_view error);

}  // namespace hotline::redis
