// Who is signed in: sessions by the token in a browser's cookie. They survive a restart of the
// gateway: each change is a record in a spool file, which holds no token, only its hash.
//
// Lives on the loop.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/runtime/clock.h"
#include "services/runtime/spool.h"

namespace hotline::console {

struct SessionLimits {
  absl::Duration idle = absl::Minutes(30);   ///< without a request or an open page
  absl::Duration longest = absl::Hours(12);  ///< from signing in
};

struct Session {
  std::string account;
  uint64_t account_stamp = 0;  ///< of the password it was made with; another one ends the session
  absl::Time expire_time;      ///< at the latest
  absl::Time last_used;
  std::string csrf_token;
};

class Sessions {
 public:
  static constexpr size_t kMaxSessions = 10'000;
  /// One person's; the one used longest ago makes room.
  static constexpr size_t kMaxPerAccount = 20;
  /// That a session was used is written down this often at most.
  static constexpr absl::Duration kNoteUse = absl::Minutes(1);

  /// `file` empty: nothing survives.
  /// Returns: what Spool::Open says.
  static absl::StatusOr<std::unique_ptr<Sessions>> Open(const std::string& file,
                                                        const SessionLimits& limits, Clock clock);

  /// Makes a session and returns the token for the cookie.
  /// Returns: RESOURCE_EXHAUSTED beyond kMaxSessions.
  absl::StatusOr<std::string> Begin(const std::string& account, uint64_t account_stamp);

  /// Returns the session of a token, and notes its use; nullptr if there is none or it is over.
  /// The pointer holds until the next call.
  const Session* Use(std::string_view token);
  /// The same without noting a use.
  const Session* Peek(std::string_view token);

  void End(std::string_view token);

  size_t size() const { return sessions_.size(); }

  const SessionLimits& limits() const { return limits_; }

  /// Returns what a page sends back in X-CSRF-Token: it follows from the token.
  static std::string CsrfTokenOf(std::string_view token);

 private:
  Sessions(const SessionLimits& limits, Clock clock) : limits_(limits), clock_(std::move(clock)) {}

  void Replay(std::string_view record);
  void Write(const std::string& key, const Session& session);
  bool IsOver(const Session& session, absl::Time now) const;
  void MakeRoom(const std::string& account, absl::Time now);
  Session* Find(std::string_view token, std::string& key);
  void Remove(const std::string& key);

  const SessionLimits limits_;
  const Clock clock_;
  std::unique_ptr<Spool> spool_;
  absl::flat_hash_map<std::string, Session> sessions_;  ///< by the token's hash
};

}  // namespace hotline::console
