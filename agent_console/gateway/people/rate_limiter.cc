#include "agent_console/gateway/people/rate_limiter.h"

#include <algorithm>

namespace hotline::console {

double RateLimiter::TokensOf(const Bucket& bucket, absl::Time now) const {
  const double grown =
      absl::FDivDuration(std::max(now - bucket.time, absl::ZeroDuration()), limit_.every);
  return std::min(limit_.burst, bucket.tokens + grown);
}

void RateLimiter::ForgetFull(absl::Time now) {
  absl::erase_if(buckets_,
                 [&](const auto& entry) { return TokensOf(entry.second, now) >= limit_.burst; });
}

absl::Duration RateLimiter::Take(const std::string& key, absl::Time now) {
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= kMaxKeys) ForgetFull(now);
    if (buckets_.size() >= kMaxKeys) return limit_.every;
    found = buckets_.emplace(key, Bucket{limit_.burst, now}).first;
  }
  Bucket& bucket = found->second;
  bucket.tokens = TokensOf(bucket, now);
  bucket.time = now;
  if (bucket.tokens < 1) return (1 - bucket.tokens) * limit_.every;
  bucket.tokens -= 1;
  return absl::ZeroDuration();
}

void RateLimiter::GiveBack(const std::string& key, absl::Time now) {
  const auto found = buckets_.find(key);
  if (found == buckets_.end()) return;
  found->second.tokens = std::min(limit_.burst, TokensOf(found->second, now) + 1);
  found->second.time = now;
}

}  // namespace hotline::console
