#include "agent_console/gateway/gateway.h"

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
#include "agent_console/gateway/people/door.h"
#include "agent_console/gateway/upstream/upstreams.h"
#include "agent_console/gateway/watch/watch_hub.h"
#include "services/base/check.h"
#include "services/runtime/access.h"
#include "services/runtime/log.h"

#include "hotline/call/v1/call_service.pb.h"
#include "hotline/console/v1/session_service.pb.h"
#include "hotline/console/v1/watch_service.pb.h"
#include "hotline/directory/v1/directory_service.pb.h"
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
const std::array<const google::protobuf::Descriptor*, 5>& LinkedServices() {
  static const std::array<const google::protobuf::Descriptor*, 5> linked = {
      router::v1::GetAreaRequest::descriptor(), router::v1::HeartbeatRequest::descriptor(),
      call::v1::GetStatusRequest::descriptor(), ticket::v1::GetTicketRequest::descriptor(),
      directory::v1::GetRecordRequest::descriptor()};
  return linked;
}

bool IsSupervisor(const Account& account) {
  return std::find(account.roles.begin(), account.roles.end(), access::v1::ROLE_SUPERVISOR) !=
         account.roles.end();
}

/// Whether one of an account's roles may see a caller's number; contractors may not.
bool RingsBack(const Account& account) {
  return std::any_of(account.roles.begin(), account.roles.end(), [](access::v1::Role role) {
    return role == access::v1::ROLE_OPERATOR || role == access::v1::ROLE_EXPERT ||
           role == access::v1::ROLE_STATION_CLERK;
  });
}

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
        hub_(loop, upstreams, options_.door.clock, options_.seat_interval, metrics),
        door_(options_.door, loop, metrics),
        latency_(metrics.AddHistogram("hotline_console_call_seconds",
                                      "From a call's arrival to its answer.", LatencyBuckets())) {}

  absl::Status Load() {
    for (const auto* request : LinkedServices()) {
      HOTLINE_CHECK(MethodOf(*request) != nullptr, "each of them is a method's request");
    }
    return door_.Load();
  }

  void Start() override {
    loop_.Run([this] {
      hub_.Start();
      door_.Start();
    });
  }

  void SetStaff(StaffBook staff) override {
    loop_.Post([this, staff = std::move(staff)] { door_.SetStaff(staff); });
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
    if (auto problem = door_.Admit(request, *method, caller)) return answer(*std::move(problem));
    ConnectCall call;
    if (auto problem = ReadConnectCall(request, *method, call)) return answer(*std::move(problem));
    if (call.codec == Codec::kJson) {
      auto bytes = JsonToBytes(*method->input_type(), call.message);
      if (!bytes.ok()) return answer(ErrorResponse(bytes.status()));
      call.message = *std::move(bytes);
    }
    Dispatch(request, *method, caller, call, answer);
  }

  void Dispatch(const HttpRequest& request, const MethodDescriptor& method, const Caller& caller,
                const ConnectCall& call, const Answer& answer) {
    const std::string& package = method.file()->package();
    if (package == kOwnPackage) return Serve(request, method, caller, call, answer);
    if (!upstreams_.Serves(package)) {
      return answer(ErrorResponse(
          absl::UnimplementedError(absl::StrCat(package, " is not served by this gateway"))));
    }
    // They would outlive the session they were opened in.
    if (method.server_streaming()) {
      return answer(ErrorResponse(
          absl::UnimplementedError("the gateway passes no streams on: "
                                   "hotline.console.v1.WatchService has all a page needs")));
    }
    const std::string identity = SignIdentity(options_.key, door_.IdentityOf(*caller.account));
    const std::string path(request.path());
    const absl::Duration timeout = std::min(
        call.timeout == absl::InfiniteDuration() ? kDefaultTimeout : call.timeout, kMaxTimeout);
    upstreams_.Call(path, call.message, identity, timeout,
                    [&method, codec = call.codec, answer](const RpcResult& result) {
                      answer(result.status.ok()
                                 ? ToUnaryResponse(*method.output_type(), codec, result.message)
                                 : ErrorResponse(result.status));
                    });
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
    if (type == v1::SignInRequest::descriptor()) return door_.SignIn(request, caller, call, answer);
    if (type == v1::SignOutRequest::descriptor()) return door_.SignOut(caller, call, answer);
    if (type == v1::GetSessionRequest::descriptor()) return door_.GetSession(caller, call, answer);
    if (type == v1::WatchConsoleRequest::descriptor()) return Watch(method, caller, call, answer);
    if (type == v1::GetDayCurveRequest::descriptor()) return GetDayCurve(method, call, answer);
    answer(ErrorResponse(absl::UnimplementedError("this method is not served yet")));
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
                           .rings_back = RingsBack(*caller.account),
                           .session = caller.token,
                           .still_allowed = [this, token = caller.token] {
                             return door_.IsAlive(token);
                           }});
    if (!page.ok()) return answer(ErrorResponse(page.status()));
    AnswerStream(method, call, *std::move(page), answer);
  }

  static bool MaySit(const Account& account, const std::string& seat) {
    return seat.empty() || account.seats.empty() || IsSupervisor(account) ||
           std::find(account.seats.begin(), account.seats.end(), seat) != account.seats.end();
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
          answer(ToUnaryResponse(*method.output_type(), codec, response.SerializeAsString()));
        });
  }

  const GatewayOptions options_;
  const StaticFiles files_;
  Loop& loop_;
  Upstreams& upstreams_;
  const PageGuard guard_;
  Metrics& metrics_;
  WatchHub hub_;
  Door door_;
  Histogram latency_;
  std::map<int, std::optional<Counter>> counters_;
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
