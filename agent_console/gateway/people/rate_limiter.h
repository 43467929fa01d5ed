// Token buckets by key: so many at once, so many a minute after that.
//
// Thread-compatible; time is passed in.
#pragma once

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"

namespace hotline::console {

class RateLimiter {
 public:
  struct Limit {
    double burst = 10;                        ///< tokens of a full bucket
    absl::Duration every = absl::Seconds(1);  ///< one more token after so long
  };

  /// Keys kept; beyond it, full buckets are forgotten, and if there are none, strangers wait.
  static constexpr size_t kMaxKeys = 20'000;

  explicit RateLimiter(const Limit& limit) : limit_(limit) {}

  /// Takes a token of `key`. Returns zero, or how long until there is one.
  absl::Duration Take(const std::string& key, absl::Time now);
  /// Gives one back.
  void GiveBack(const std::string& key, absl::Time now);

  size_t size() const { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens = 0;
    absl::Time time;
  };

  double TokensOf(const Bucket& bucket, absl::Time now) const;
  void ForgetFull(absl::Time now);

  const Limit limit_;
  absl::flat_hash_map<std::string, Bucket> buckets_;
};

}  // namespace hotline::console
