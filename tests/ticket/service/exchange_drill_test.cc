// 12345 as a process that loses, doubles and reorders, and hotline-ticket as one; both are killed
// now and then. Every order has one ticket, and what the other side is told of it comes in order,
// nothing left out. EXCHANGE_DRILL_SEED repeats one, EXCHANGE_DRILL_KILLS makes it longer.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"

#include "services/runtime/access.h"
#include "services/runtime/grpc_client.h"
#include "services/runtime/proto_time.h"
#include "tests/runtime/test_key.h"
#include "tests/ticket/service/ticket_fixture.h"
#include "tests/ticket/service/ticket_process.h"

#include "hotline/exchange/v1/exchange_service.grpc.pb.h"

namespace hotline::ticket {
namespace {

namespace ev1 = exchange::v1;
using access::v1::Role;

constexpr int kOrders = 12;
constexpr int kPushers = 3;
constexpr int kDefaultKills = 6;
constexpr absl::Duration kTry = absl::Seconds(5);
constexpr absl::Duration kLimit = absl::Seconds(90);

int FromEnvironment(const char* name, int fallback) {
  const char* value = std::getenv(name);
  return value == nullptr ? fallback : std::atoi(value);
}

class PartnerProcess {
 public:
  explicit PartnerProcess(int seed) : seed_(seed) { Start(); }

  ~PartnerProcess() { Kill(); }

  void Kill() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  /// At the same port as before.
  void Start() {
    const std::string log = dir_.File("log" + std::to_string(++starts_));
    std::vector<std::string> arguments = {HOTLINE_PARTNER_BINARY, dir_.File("journal"),
                                          std::to_string(seed_ + starts_)};
    if (!port_.empty()) arguments.push_back(port_);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 2, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    HOTLINE_CHECK(posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), environ) == 0,
                  "the partner is built");
    posix_spawn_file_actions_destroy(&files);
    port_ = AwaitInLog(log, "\"port\":\"");
    ASSERT_FALSE(port_.empty()) << "the partner does not start";
  }

  const std::string& port() const { return port_; }

  std::string Journal() const { return ReadFile(dir_.File("journal")); }

 private:
  TempDir dir_;
  const int seed_;
  std::string port_;
  pid_t pid_ = 0;
  int starts_ = 0;
};

/// Where hotline-ticket is now.
class Address {
 public:
  void Set(const Endpoint& to) {
    const std::lock_guard lock(mutex_);
    to_ = to;
  }

  std::shared_ptr<grpc::Channel> Channel() const {
    const std::lock_guard lock(mutex_);
    return MakeChannel(to_, {.own_connection = true});
  }

 private:
  mutable std::mutex mutex_;
  Endpoint to_;  ///< guarded
};

std::unique_ptr<grpc::ClientContext> As(Role role, const std::string& org = "",
                                        const std::string& path = "") {
  access::v1::Identity identity;
  identity.set_account(absl::StrCat("account-", static_cast<int>(role)));
  identity.set_area("test");
  identity.add_roles(role);
  identity.set_org(org);
  identity.set_org_path(path);
  *identity.mutable_expire_time() = ToProto(absl::Now() + absl::Hours(1));
  return MakeContextFor(SignIdentity(TestKey(), identity), kTry);
}

/// Asks until it is answered: what may have been done is asked again, with the same ids.
template <class Ask>
bool Insist(const Ask& ask, const std::string& what) {
  const absl::Time limit = absl::Now() + kLimit;
  while (absl::Now() < limit) {
    const grpc::Status status = ask();
    if (status.ok()) return true;
    const auto code = status.error_code();
    if (code != grpc::StatusCode::UNAVAILABLE && code != grpc::StatusCode::DEADLINE_EXCEEDED &&
        code != grpc::StatusCode::CANCELLED) {
      ADD_FAILURE() << what << ": " << code << " " << status.error_message();
      return false;
    }
  }
  ADD_FAILURE() << what << ": not answered in " << kLimit;
  return false;
}

/// Pushes each order twice, and once more with another text, in an order of its own; notes which
/// ticket it was told.
void Push(const Address& address, unsigned seed, std::map<std::string, std::string>& tickets) {
  std::mt19937 random(seed);
  std::vector<ev1::PushOrderRequest> messages;
  for (int i = 0; i < kOrders; ++i) {
    ev1::PushOrderRequest request;
    request.set_external_no(absl::StrCat("E-", i));
    request.set_message_id(absl::StrCat("m", i));
    request.set_title("相邻纠纷");
    messages.push_back(request);
    messages.push_back(request);
    request.set_message_id(absl::StrCat("m", i, "-later"));
    request.set_demand("还有一件事");
    messages.push_back(request);
  }
  std::shuffle(messages.begin(), messages.end(), random);
  for (const auto& message : messages) {
    ev1::PushOrderResponse response;
    const auto ask = [&] {
      return ev1::ExchangeService::NewStub(address.Channel())
          ->PushOrder(As(Role::ROLE_PARTNER_12345).get(), message, &response);
    };
    if (!Insist(ask, message.message_id())) return;
    const auto [known, fresh] = tickets.emplace(message.external_no(), response.ticket_no());
    EXPECT_EQ(known->second, response.ticket_no()) << message.external_no();
  }
}

/// Takes a ticket from registered to closed.
class Handler {
 public:
  Handler(const Address& address, std::string ticket_no)
      : address_(address), ticket_no_(std::move(ticket_no)) {}

  void Run() {
    v1::AdvanceTicketRequest dispatch = Request("dispatch");
    dispatch.mutable_unit()->set_org("stn-a");
    dispatch.mutable_unit()->set_path("/city/x/a");
    dispatch.set_yes(true);
    dispatch.add_rules("R4 division");
    if (!Step(Role::ROLE_CITY_DISPATCHER, dispatch)) return;
    if (!Step(Role::ROLE_STATION_CLERK, Request("accept"))) return;
    auto contact = Request("contact");
    contact.set_what("visit");
    contact.set_yes(true);
    if (!Step(Role::ROLE_STATION_CLERK, contact)) return;
    if (!Step(Role::ROLE_STATION_CLERK, Request("submit", "化解"))) return;
    if (!Step(Role::ROLE_COUNTY_DISPATCHER, Request("pass_result", "已达成协议"))) return;
    auto satisfied = Request("satisfied");
    satisfied.set_what("sms");
    (void)Step(Role::ROLE_FOLLOW_UP, satisfied);
  }

 private:
  static v1::AdvanceTicketRequest Request(const std::string& act, const std::string& text = "") {
    v1::AdvanceTicketRequest request;
    request.set_act(act);
    request.set_text(text);
    return request;
  }

  /// Supplements come meanwhile: they are nobody's work, so the version is the latest one.
  bool Step(Role role, v1::AdvanceTicketRequest request) {
    const auto see = [&] {
      v1::GetTicketRequest get;
      get.set_ticket_no(ticket_no_);
      v1::GetTicketResponse got;
      const auto status = v1::TicketService::NewStub(address_.Channel())
                              ->GetTicket(As(Role::ROLE_SUPERVISOR).get(), get, &got);
      request.set_version(got.ticket().version());
      return status;
    };
    if (!Insist(see, "look at " + ticket_no_)) return false;
    request.set_ticket_no(ticket_no_);
    request.set_request_id(absl::StrCat(ticket_no_, request.act()));
    const bool county = role == Role::ROLE_COUNTY_DISPATCHER;
    return Insist(
        [&] {
          v1::AdvanceTicketResponse response;
          return v1::TicketService::NewStub(address_.Channel())
              ->AdvanceTicket(
                  As(role, county ? "x" : "stn-a", county ? "/city/x" : "/city/x/a").get(), request,
                  &response);
        },
        request.request_id());
  }

  const Address& address_;
  const std::string ticket_no_;
};

TEST(ExchangeDrill, EveryOrderHasOneTicketAndIsToldInOrder) {
  const int seed =
      FromEnvironment("EXCHANGE_DRILL_SEED", static_cast<int>(std::random_device()() >> 2));
  const int kills = FromEnvironment("EXCHANGE_DRILL_KILLS", kDefaultKills);
  std::cerr << "EXCHANGE_DRILL_SEED=" << seed << " EXCHANGE_DRILL_KILLS=" << kills << "\n";
  PartnerProcess partner(seed);
  TicketProcess process("sqlite", absl::StrCat("  exchange: {partner: \"127.0.0.1:", partner.port(),
                                               "\", patience: 200ms}\n"));
  Address address;
  address.Set(process.Start());

  // The one who strikes keeps to what is done, not to a clock: a strike after each few answers.
  std::atomic<bool> over = false;
  std::thread killer([&] {
    std::mt19937 random(static_cast<unsigned>(seed));
    size_t told = 0;
    for (int i = 0; i < kills && !over; ++i) {
      const size_t goal = told + std::uniform_int_distribution<size_t>(200, 2'000)(random);
      while (!over && partner.Journal().size() < goal) std::this_thread::yield();
      if (i % 3 == 2) {
        partner.Kill();
        partner.Start();
      } else {
        process.Kill();
        address.Set(process.Start());
      }
      told = partner.Journal().size();
    }
  });

  std::vector<std::map<std::string, std::string>> told(kPushers);
  std::vector<std::thread> pushers;
  for (int i = 0; i < kPushers; ++i) {
    pushers.emplace_back(
        [&, i] { Push(address, static_cast<unsigned>(seed + i), told[static_cast<size_t>(i)]); });
  }
  for (auto& pusher : pushers) pusher.join();
  ASSERT_EQ(told[0].size(), static_cast<size_t>(kOrders));
  for (const auto& one : told) EXPECT_EQ(one, told[0]) << "an order has one ticket, whoever asks";
  std::vector<std::thread> handlers;
  for (const auto& [order, ticket] : told[0]) {
    handlers.emplace_back([&address, number = ticket] { Handler(address, number).Run(); });
  }
  for (auto& handler : handlers) handler.join();
  over = true;
  killer.join();

  ev1::GetExchangeStatusResponse status;
  const absl::Time limit = absl::Now() + kLimit;
  do {
    Insist(
        [&] {
          return ev1::ExchangeService::NewStub(address.Channel())
              ->GetExchangeStatus(As(Role::ROLE_SUPERVISOR).get(), {}, &status);
        },
        "the exchange's status");
  } while (status.waiting() > 0 && absl::Now() < limit);
  EXPECT_EQ(status.waiting(), 0) << status.DebugString();

  // Tickets by number: what was taken, in the order of taking.
  struct Taken {
    int64_t sequence = 0;
    std::string stage;
  };

  std::map<std::string, std::vector<Taken>> taken;
  std::map<std::string, int> times;
  std::istringstream journal(partner.Journal());
  std::string message, ticket;
  Taken one;
  while (journal >> message >> ticket >> one.sequence >> one.stage) {
    taken[ticket].push_back(one);
    ++times[message];
  }
  int doubled = 0;
  for (const auto& [id, count] : times) doubled += count > 1 ? 1 : 0;
  EXPECT_EQ(taken.size(), static_cast<size_t>(kOrders)) << "one ticket an order";
  for (const auto& [number, notices] : taken) {
    std::vector<std::string> stages;
    for (size_t i = 0; i < notices.size(); ++i) {
      if (i > 0) {
        EXPECT_GE(notices[i].sequence, notices[i - 1].sequence) << number;
      }
      if (stages.empty() || stages.back() != notices[i].stage) stages.push_back(notices[i].stage);
    }
    EXPECT_EQ(stages, (std::vector<std::string>{"received", "accepted", "dispatched", "in_progress",
                                                "follow_up", "closed"}))
        << number;
  }
  std::cerr << "orders " << kOrders << ", notices " << times.size()
            << ", of them taken more than once " << doubled << "\n";
}

}  // namespace
}  // namespace hotline::ticket
