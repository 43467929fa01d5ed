#include "agent_console/gateway/gateway.h"

#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/protobuf/descriptor.h"

#include "agent_console/gateway/connect/protocol.h"
#include "agent_console/gateway/connect/transcode.h"
#include "agent_console/gateway/http/text.h"
#include "agent_console/gateway/loop.h"
#include "agent_console/gateway/people/accounts.h"
#include "agent_console/gateway/people/password.h"
#include "agent_console/gateway/upstream/upstreams.h"
#include "agent_console/gateway/watch/watch_hub.h"
#include "services/base/check.h"
#include "services/runtime/access.h"
#include "services/runtime/log.h"

#include "hotline/call/v1/call_service.pb.h"
#include "hotline/console/v1/session_service.pb.h"
#include "hotline/console/v1/watch_service.pb.h"
#include "hotline/router/v1/area_service.pb.h"
#include "hotline/router/v1/seat_service.pb.h"
#include "hotline/ticket/v1/ticket_service.pb.h"

namespace hotline::console {
namespace {

using google::protobuf::MethodDescriptor;

constexpr char kOwnPackage[] = "hotline.console.v1";
constexpr std::string_view kRpcPrefix = "/hotline.";

/// "/hotline.router.v1.SeatService/SignIn" → the method; nullptr if there is none.
const MethodDescriptor* FindMethod(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == 0 || slash == path.npos) return nullptr;
  std::string name(path.substr(1));
  name[slash - 1] = '.';
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
}

/// A static library gives only what somebody names: the files with the services we pass on.
const std::array<const google::protobuf::Descriptor*, 4>& LinkedServices() {
  static const std::array<const google::protobuf::Descriptor*, 4> linked = {
      router::v1::GetAreaRequest::descriptor(), router::v1::HeartbeatRequest::descriptor(),
      call::v1::GetStatusRequest::descriptor(), ticket::v1::GetTicketRequest::descriptor()};
  return linked;
}

/// Changes with the password, so that a new one ends the old sessions.
uint64_t StampOf(const Account& account) {
  const std::string text = absl::StrCat(account.account, "\n", account.password_hash);
  uint64_t stamp = 0;
  crypto_generichash(reinterpret_cast<unsigned char*>(&stamp), sizeof(stamp),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
  return stamp;
}

bool IsSupervisor(const Account& account) {
  return std::find(account.roles.begin(), account.roles.end(), access::v1::ROLE_SUPERVISOR) !=
         account.roles.end();
}

int64_t Seconds(absl::Duration d) {
  return absl::ToInt64Seconds(absl::Ceil(d, absl::Seconds(1)));
}

/// When a file was written, in nanoseconds; 0 if there is none.
int64_t WriteTime(const std::string& file) {
  struct stat about {};

  if (stat(file.c_str(), &about) != 0) return 0;
  return about.st_mtim.tv_sec * 1'000'000'000 + about.st_mtim.tv_nsec;
}

/// A call on its way to its answer.
struct Caller {
  std::string token;                 ///< of the session; empty: nobody has signed in
  const Account* account = nullptr;  ///< valid until the loop's next task
};

class TheGateway final : public Gateway {
 public:
  TheGateway(GatewayOptions options, StaticFiles files, Loop& loop, Upstreams& upstreams,
             Metrics& metrics)
      : options_(std::move(options)),
        files_(std::move(files)),
        loop_(loop),
        upstreams_(upstreams),
        guard_(options_.origins),
        metrics_(metrics),
        hub_(loop, upstreams, options_.clock, metrics),
        passwords_(loop),
        session_rate_(options_.session_rate),
        tries_per_account_(options_.tries_per_account),
        tries_per_address_(options_.tries_per_address),
        latency_(metrics.AddHistogram("hotline_console_call_seconds",
                                      "From a call's arrival to its answer.", LatencyBuckets())),
        sessions_gauge_(metrics.AddGauge("hotline_console_sessions", "People signed in.")) {}

  absl::Status Load() {
    for (const auto* request : LinkedServices()) {
      HOTLINE_CHECK(MethodOf(*request) != nullptr, "each of them is a method's request");
    }
    accounts_time_ = WriteTime(options_.accounts_file);
    auto accounts = Accounts::Load(options_.accounts_file);
    if (!accounts.ok()) return accounts.status();
    accounts_ = *std::move(accounts);
    auto sessions = Sessions::Open(options_.sessions_file, options_.sessions, options_.clock);
    if (!sessions.ok()) return sessions.status();
    sessions_ = *std::move(sessions);
    return absl::OkStatus();
  }

  void Start() override {
    loop_.Run([this] {
      hub_.Start();
      FollowAccounts();
    });
  }

  void Stop() override {
    loop_.Run([this] { hub_.Stop(); });
  }

  void Handle(HttpRequest request, Answer answer) override {
    const Answer protect = [request_head = HeadOf(request),
                            answer = std::move(answer)](HttpResponse response) {
      PageGuard::Protect(request_head, response);
      answer(std::move(response));
    };
    if (request.path() == "/healthz") return protect(TextResponse(200, "ok"));
    if (!guard_.IsOurHost(request.Header("host"))) {
      return protect(TextResponse(421,
                                  "this console is not served under that name; is it among "
                                  "console.origins?"));
    }
    if (!request.path().starts_with(kRpcPrefix)) return protect(files_.Serve(request));
    Call(request, Count(protect));
  }

 private:
  /// What Protect needs to know.
  static HttpRequest HeadOf(const HttpRequest& request) {
    HttpRequest head;
    head.tls = request.tls;
    return head;
  }

  /// Counts calls by how they end, and times them.
  Answer Count(Answer answer) {
    return [this, begin = absl::Now(), answer = std::move(answer)](HttpResponse response) {
      const int status = response.status;
      auto& counter = counters_[status];
      if (!counter) {
        counter = metrics_.AddCounter("hotline_console_calls_total", "Calls by HTTP status.",
                                      {{"status", absl::StrCat(status)}});
      }
      counter->Add();
      latency_.Observe(absl::ToDoubleSeconds(absl::Now() - begin));
      answer(std::move(response));
    };
  }

  void Call(const HttpRequest& request, const Answer& answer) {
    const MethodDescriptor* method = FindMethod(request.path());
    if (method == nullptr) {
      HttpResponse response = ErrorResponse(absl::UnimplementedError("there is no such method"));
      response.status = 404;
      return answer(std::move(response));
    }
    Caller caller;
    if (auto status = guard_.CheckOrigin(request); !status.ok())
      return answer(ErrorResponse(status));
    if (auto problem = Admit(request, *method, caller)) return answer(*std::move(problem));
    ConnectCall call;
    if (auto problem = ReadConnectCall(request, *method, call)) return answer(*std::move(problem));
    if (call.codec == Codec::kJson) {
      auto bytes = JsonToBytes(*method->input_type(), call.message);
      if (!bytes.ok()) return answer(ErrorResponse(bytes.status()));
      call.message = *std::move(bytes);
    }
    Dispatch(request, *method, caller, call, answer);
  }

  /// Finds out who calls, and whether he may. Returns the refusal.
  std::optional<HttpResponse> Admit(const HttpRequest& request, const MethodDescriptor& method,
                                    Caller& caller) {
    const access::v1::Rule& rule = RuleOf(method);
    caller.token = FindCookie(request.Header("cookie"), kSessionCookie).value_or("");
    const Session* session = caller.token.empty() ? nullptr : sessions_->Use(caller.token);
    if (session != nullptr) {
      caller.account = accounts_.Find(session->account);
      if (caller.account == nullptr || StampOf(*caller.account) != session->account_stamp) {
        caller.account = nullptr;
        sessions_->End(caller.token);
        session = nullptr;
      }
    }
    if (rule.anyone()) return std::nullopt;
    if (session == nullptr) {
      return ErrorResponse(absl::UnauthenticatedError("nobody is signed in: sign in first"));
    }
    // A page that was just loaded asks for its token by GetSession, which changes nothing.
    const bool asks_for_token = method.input_type() == v1::GetSessionRequest::descriptor();
    if (!asks_for_token && !EqualSecrets(request.Header("x-csrf-token"), session->csrf_token)) {
      return ErrorResponse(absl::PermissionDeniedError(
          "the header X-CSRF-Token is not this session's: load the page again"));
    }
    const absl::Duration wait = session_rate_.Take(caller.token, options_.clock());
    if (wait > absl::ZeroDuration()) return TooMany("this session calls too often", wait);
    if (!Allows(rule, IdentityOf(*caller.account))) {
      return ErrorResponse(absl::PermissionDeniedError(
          absl::StrCat(caller.account->account, " may not call ", method.full_name(),
                       ": none of its roles is among those that may")));
    }
    return std::nullopt;
  }

  static HttpResponse TooMany(std::string_view what, absl::Duration wait) {
    HttpResponse response = ErrorResponse(absl::ResourceExhaustedError(
        absl::StrCat(std::string(what), "; try again in ", Seconds(wait), " s")));
    response.headers.emplace_back("Retry-After", absl::StrCat(Seconds(wait)));
    return response;
  }

  access::v1::Identity IdentityOf(const Account& account) const {
    access::v1::Identity identity;
    identity.set_account(account.account);
    for (const auto role : account.roles) identity.add_roles(role);
    identity.set_area(options_.area);
    for (const auto& seat : account.seats) identity.add_seats(seat);
    identity.mutable_expire_time()->set_seconds(
        absl::ToUnixSeconds(options_.clock() + kIdentityLife));
    return identity;
  }

  void Dispatch(const HttpRequest& request, const MethodDescriptor& method, const Caller& caller,
                const ConnectCall& call, const Answer& answer) {
    const std::string& package = method.file()->package();
    if (package == kOwnPackage) return Serve(request, method, caller, call, answer);
    if (!upstreams_.Serves(package)) {
      return answer(ErrorResponse(
          absl::UnimplementedError(absl::StrCat(package, " is not served by this gateway"))));
    }
    const std::string identity = SignIdentity(options_.key, IdentityOf(*caller.account));
    const std::string path(request.path());
    if (method.server_streaming()) {
      return AnswerStream(method, call, upstreams_.Watch(path, call.message, identity), answer);
    }
    const absl::Duration timeout = std::min(
        call.timeout == absl::InfiniteDuration() ? kDefaultTimeout : call.timeout, kMaxTimeout);
    upstreams_.Call(path, call.message, identity, timeout,
                    [&method, codec = call.codec, answer](const RpcResult& result) {
                      AnswerUnary(method, codec, result, answer);
                    });
  }

  static void AnswerUnary(const MethodDescriptor& method, Codec codec, const RpcResult& result,
                          const Answer& answer) {
    if (!result.status.ok()) return answer(ErrorResponse(result.status));
    if (codec == Codec::kProto) return answer(UnaryResponse(codec, result.message));
    auto json = BytesToJson(*method.output_type(), result.message);
    if (!json.ok()) return answer(ErrorResponse(json.status()));
    answer(UnaryResponse(codec, *std::move(json)));
  }

  static void AnswerStream(const MethodDescriptor& method, const ConnectCall& call,
                           std::shared_ptr<MessageStream> messages, const Answer& answer) {
    HttpResponse response;
    response.headers = {{"Content-Type", std::string(ContentType(call.codec, true))},
                        {"Cache-Control", "no-store"},
                        {"X-Accel-Buffering", "no"}};
    response.stream = MakeConnectBody(std::move(messages), call.codec, *method.output_type());
    answer(std::move(response));
  }

  // ---- what the gateway serves itself ----

  void Serve(const HttpRequest& request, const MethodDescriptor& method, const Caller& caller,
             const ConnectCall& call, const Answer& answer) {
    const auto* type = method.input_type();
    if (type == v1::SignInRequest::descriptor()) return SignIn(request, caller, call, answer);
    if (type == v1::SignOutRequest::descriptor()) return SignOut(caller, call, answer);
    if (type == v1::GetSessionRequest::descriptor()) {
      v1::GetSessionResponse response;
      *response.mutable_session() = ToProto(*sessions_->Peek(caller.token), *caller.account);
      return AnswerUnary(method, call.codec, {.message = response.SerializeAsString()}, answer);
    }
    if (type == v1::WatchConsoleRequest::descriptor()) return Watch(method, caller, call, answer);
    if (type == v1::GetDayCurveRequest::descriptor()) return GetDayCurve(method, call, answer);
    answer(ErrorResponse(absl::UnimplementedError("this method is not served yet")));
  }

  v1::Session ToProto(const Session& session, const Account& account) const {
    v1::Session out;
    out.set_account(account.account);
    out.set_display_name(account.display_name);
    for (const auto role : account.roles) out.add_roles(role);
    out.set_area(options_.area);
    for (const auto& seat : account.seats.empty() ? options_.seats : account.seats) {
      out.add_seats(seat);
    }
    out.set_csrf_token(session.csrf_token);
    out.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(session.expire_time));
    return out;
  }

  void SignIn(const HttpRequest& request, const Caller& caller, const ConnectCall& call,
              const Answer& answer) {
    v1::SignInRequest message;
    if (!message.ParseFromString(call.message)) {
      return answer(ErrorResponse(absl::InvalidArgumentError("this is no SignInRequest")));
    }
    if (message.account().size() > kMaxAccountBytes ||
        message.password().size() > kMaxPasswordBytes) {
      return answer(ErrorResponse(
          absl::InvalidArgumentError("an account has at most 64 bytes, a password at most 128")));
    }
    const absl::Time now = options_.clock();
    absl::Duration wait = tries_per_address_.Take(request.address, now);
    if (wait == absl::ZeroDuration()) wait = tries_per_account_.Take(message.account(), now);
    if (wait > absl::ZeroDuration()) {
      return answer(TooMany("too many tries to sign in", wait));
    }
    const Account* account = accounts_.Find(message.account());
    const bool asked =
        passwords_.Check(account == nullptr ? "" : account->password_hash, message.password(),
                         [this, name = message.account(), address = request.address,
                          old = caller.token, codec = call.codec, answer](bool right) {
                           if (!right) LogInfo("a sign-in failed", {{"address", address}});
                           right ? Welcome(name, address, old, codec, answer) : Refuse(answer);
                         });
    if (!asked) answer(TooMany("too many people sign in at once", absl::Seconds(2)));
  }

  static void Refuse(const Answer& answer) {
    answer(ErrorResponse(absl::UnauthenticatedError("account or password is wrong")));
  }

  /// The password was right.
  void Welcome(const std::string& name, const std::string& address, const std::string& old_token,
               Codec codec, const Answer& answer) {
    const Account* account = accounts_.Find(name);
    if (account == nullptr) return Refuse(answer);  // removed meanwhile
    tries_per_account_.GiveBack(name, options_.clock());
    tries_per_address_.GiveBack(address, options_.clock());
    if (!old_token.empty()) sessions_->End(old_token);
    const auto token = sessions_->Begin(name, StampOf(*account));
    if (!token.ok()) return answer(ErrorResponse(token.status()));
    sessions_gauge_.Set(static_cast<double>(sessions_->size()));
    LogInfo("signed in", {{"account", name}});
    v1::SignInResponse message;
    *message.mutable_session() = ToProto(*sessions_->Peek(*token), *account);
    AnswerUnary(*FindMethod("/hotline.console.v1.SessionService/SignIn"), codec,
                {.message = message.SerializeAsString()},
                WithCookie(*token, Seconds(options_.sessions.longest), answer));
  }

  static Answer WithCookie(const std::string& token, int64_t max_age, const Answer& answer) {
    return [cookie = FormatSessionCookie(token, max_age), answer](HttpResponse response) {
      response.headers.emplace_back("Set-Cookie", cookie);
      answer(std::move(response));
    };
  }

  void SignOut(const Caller& caller, const ConnectCall& call, const Answer& answer) {
    sessions_->End(caller.token);
    sessions_gauge_.Set(static_cast<double>(sessions_->size()));
    LogInfo("signed out", {{"account", caller.account->account}});
    AnswerUnary(*FindMethod("/hotline.console.v1.SessionService/SignOut"), call.codec, {},
                WithCookie("", 0, answer));
  }

  void Watch(const MethodDescriptor& method, const Caller& caller, const ConnectCall& call,
             const Answer& answer) {
    v1::WatchConsoleRequest message;
    absl::Status status;
    if (!message.ParseFromString(call.message)) {
      status = absl::InvalidArgumentError("this is no WatchConsoleRequest");
    } else if (message.area() && !IsSupervisor(*caller.account)) {
      status = absl::PermissionDeniedError("only supervisors watch the whole area");
    } else if (!MaySit(*caller.account, message.seat_id())) {
      status = absl::PermissionDeniedError(absl::StrCat("seat ", message.seat_id(),
                                                        " is none of those that ",
                                                        caller.account->account, " may sit at"));
    }
    if (!status.ok()) return answer(ErrorResponse(status));
    auto page = hub_.Open({.account = caller.account->account,
                           .seat_id = message.seat_id(),
                           .area = message.area(),
                           .supervisor = IsSupervisor(*caller.account),
                           .session = caller.token,
                           .still_allowed = [this, token = caller.token] {
                             return IsAlive(token);
                           }});
    if (!page.ok()) return answer(ErrorResponse(page.status()));
    AnswerStream(method, call, *std::move(page), answer);
  }

  static bool MaySit(const Account& account, const std::string& seat) {
    return seat.empty() || account.seats.empty() || IsSupervisor(account) ||
           std::find(account.seats.begin(), account.seats.end(), seat) != account.seats.end();
  }

  /// Asked every second of each open page, which counts as a use: who looks at a page is there.
  bool IsAlive(const std::string& token) {
    const Session* session = sessions_->Use(token);
    const Account* account = session == nullptr ? nullptr : accounts_.Find(session->account);
    return account != nullptr && StampOf(*account) == session->account_stamp;
  }

  void GetDayCurve(const MethodDescriptor& method, const ConnectCall& call, const Answer& answer) {
    upstreams_.Call(
        "/hotline.router.v1.AreaService/ListIntervals", "", /*identity=*/"", kDefaultTimeout,
        [&method, codec = call.codec, answer](const RpcResult& result) {
          router::v1::ListIntervalsResponse intervals;
          if (!result.status.ok() || !intervals.ParseFromString(result.message)) {
            return answer(ErrorResponse(result.status.ok() ? absl::InternalError("not readable")
                                                           : result.status));
          }
          v1::GetDayCurveResponse response;
          for (auto& stats : *intervals.mutable_intervals()) {
            auto* interval = response.add_intervals();
            *interval->mutable_start_time() = stats.start_time();
            interval->mutable_stats()->Swap(&stats);
          }
          AnswerUnary(method, codec, {.message = response.SerializeAsString()}, answer);
        });
  }

  void FollowAccounts() {
    const int64_t time = WriteTime(options_.accounts_file);
    if (time != accounts_time_) {
      accounts_time_ = time;
      auto accounts = Accounts::Load(options_.accounts_file);
      if (accounts.ok()) {
        accounts_ = *std::move(accounts);
        LogInfo("accounts were read again", {{"count", accounts_.all().size()}});
      } else {
        LogError("the accounts cannot be read; the old ones hold",
                 {{"why", std::string(accounts.status().message())}});
      }
    }
    loop_.PostAfter(kAccountsInterval, [this] { FollowAccounts(); });
  }

  const GatewayOptions options_;
  const StaticFiles files_;
  Loop& loop_;
  Upstreams& upstreams_;
  const PageGuard guard_;
  Metrics& metrics_;
  WatchHub hub_;
  PasswordChecker passwords_;
  RateLimiter session_rate_, tries_per_account_, tries_per_address_;
  Histogram latency_;
  Gauge sessions_gauge_;
  std::map<int, std::optional<Counter>> counters_;
  Accounts accounts_;
  int64_t accounts_time_ = 0;
  std::unique_ptr<Sessions> sessions_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Make(GatewayOptions options, StaticFiles files,
                                                       Loop& loop, Upstreams& upstreams,
                                                       Metrics& metrics) {
  auto gateway =
      std::make_unique<TheGateway>(std::move(options), std::move(files), loop, upstreams, metrics);
  if (const auto status = gateway->Load(); !status.ok()) return status;
  return gateway;
}

}  // namespace hotline::console
