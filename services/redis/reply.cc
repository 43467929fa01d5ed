#include "services/redis/reply.h"

#include <charconv>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace hotline::redis {

absl::StatusOr<int64_t> ToInteger(const Reply& reply) {
  if (reply.type == Reply::Type::kInteger) return reply.integer;
  int64_t value = 0;
  const char* end = reply.text.data() + reply.text.size();
  const auto [stop, error] = std::from_chars(reply.text.data(), end, value);
  if (reply.type != Reply::Type::kString || error != std::errc() || stop != end) {
    return absl::InternalError("Redis sent no number where one was expected");
  }
  return value;
}

absl::Status ErrorToStatus(std::string_view error) {
  const std::string text = absl::StrCat("Redis: ", std::string(error));
  for (const char* passing :
       {"LOADING", "BUSY", "MASTERDOWN", "READONLY", "NOREPLICAS", "CLUSTERDOWN", "TRYAGAIN"}) {
    if (error.starts_with(passing)) return absl::UnavailableError(text);
  }
  for (const char* full : {"OOM", "MISCONF"}) {
    if (error.starts_with(full)) return absl::ResourceExhaustedError(text);
  }
  if (absl::StartsWith(text, "Redis: ERR Function not found")) return absl::NotFoundError(text);
  return absl::InternalError(text);
}

}  // namespace hotline::redis
