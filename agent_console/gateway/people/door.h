// The door: who is signed in, signing in and out, and whether somebody may call a method.
//
// Lives on the loop.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "agent_console/gateway/connect/protocol.h"
#include "agent_console/gateway/http/message.h"
#include "agent_console/gateway/people/accounts.h"
#include "agent_console/gateway/people/password.h"
#include "agent_console/gateway/people/rate_limiter.h"
#include "agent_console/gateway/people/sessions.h"
#include "agent_console/gateway/people/staff_book.h"
#include "services/runtime/clock.h"
#include "services/runtime/metrics.h"

#include "hotline/access/v1/access.pb.h"
#include "hotline/console/v1/session_service.pb.h"

namespace hotline::console {

class Loop;

struct DoorOptions {
  std::string area;
  std::vector<std::string> seats;  ///< of the area: offered to accounts without seats of their own
  std::string accounts_file;
  std::string sessions_file;  ///< empty: sessions end with the process
  SessionLimits sessions;
  /// Calls of one session; a page sends about one a second.
  RateLimiter::Limit session_rate{.burst = 100, .every = absl::Milliseconds(33)};
  /// Failed tries to sign in.
  RateLimiter::Limit tries_per_account{.burst = 6, .every = absl::Seconds(30)};
  RateLimiter::Limit tries_per_address{.burst = 30, .every = absl::Seconds(3)};
  Clock clock = absl::Now;
};

/// Who calls.
struct Caller {
  std::string token;               ///< of the session; empty: nobody has signed in
  std::optional<Account> account;  ///< as it is now, the directory's word included
};

class Door {
 public:
  using Answer = HttpHandler::Answer;

  /// How long an identity is good for that is minted for one call.
  static constexpr absl::Duration kIdentityLife = absl::Minutes(1);
  /// A changed accounts file is noticed within this.
  static constexpr absl::Duration kAccountsInterval = absl::Seconds(2);

  /// `loop` and `metrics` must outlive it.
  Door(DoorOptions options, Loop& loop, Metrics& metrics);
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  /// Reads accounts and sessions. Call once, first.
  /// Returns: what Accounts::Load and Sessions::Open say.
  absl::Status Load();
  /// Begins to follow the accounts file.
  void Start();
  /// The directory says something else of people: who has lost a role loses the session.
  void SetStaff(StaffBook staff);

  /// Finds out who calls, and whether he may. Returns the refusal.
  std::optional<HttpResponse> Admit(const HttpRequest& request,
                                    const google::protobuf::MethodDescriptor& method,
                                    Caller& caller);
  /// What is said of an account to a service, for one call.
  access::v1::Identity IdentityOf(const Account& account) const;
  /// Asked every second of each open page, which counts as a use: who looks at a page is there.
  bool IsAlive(const std::string& token);

  // ---- hotline.console.v1.SessionService ----

  void SignIn(const HttpRequest& request, const Caller& caller, const ConnectCall& call,
              const Answer& answer);
  void SignOut(const Caller& caller, const ConnectCall& call, const Answer& answer);
  void GetSession(const Caller& caller, const ConnectCall& call, const Answer& answer);

 private:
  /// The account as it is now; nothing if there is none of that name.
  std::optional<Account> FindAccount(std::string_view name) const;
  v1::Session ToProto(const Session& session, const Account& account) const;
  void Welcome(const std::string& name, const std::string& address, const std::string& old_token,
               Codec codec, const Answer& answer);
  void FollowAccounts();

  const DoorOptions options_;
  Loop& loop_;
  PasswordChecker passwords_;
  RateLimiter session_rate_, tries_per_account_, tries_per_address_;
  Gauge sessions_gauge_;
  Accounts accounts_;
  StaffBook staff_;
  int64_t accounts_time_ = 0;
  std::unique_ptr<Sessions> sessions_;
};

}  // namespace hotline::console
