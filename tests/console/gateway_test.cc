// What a browser, and whoever pretends to be one, gets from the gateway.
#include <future>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/runtime/access.h"
#include "tests/access/any_call.h"
#include "tests/console/gateway_fixture.h"
#include "tests/runtime/ask_until.h"

#include "hotline/router/v1/area_service.pb.h"
#include "hotline/router/v1/seat_service.pb.h"

namespace hotline::console {
namespace {

using access::v1::Role;
using router::v1::Call;
using router::v1::Seat;
using testing::HasSubstr;

const std::string kSeatSignIn = Path("router", "SeatService", "SignIn");
const std::string kListSeats = Path("router", "AreaService", "ListSeats");
const std::string kSignInPath = Path("console", "SessionService", "SignIn");
const std::string kGetSession = Path("console", "SessionService", "GetSession");
const std::string kSignOutPath = Path("console", "SessionService", "SignOut");
const std::string kWatch = Path("console", "WatchService", "WatchConsole");

class SignInTest : public GatewayTest {
 protected:
  SignInTest() { AddAccount("zhang", {Role::ROLE_OPERATOR}, {"s1"}); }
};

TEST_F(SignInTest, ASessionIsACookieAndItsToken) {
  StartGateway();
  Visitor zhang(address());
  const auto response = zhang.SignIn("zhang", kPassword);
  ASSERT_EQ(response.status, 200) << response.body;
  const std::string cookie = response.Header("set-cookie");
  EXPECT_THAT(cookie, testing::StartsWith("__Host-hotline="));
  for (const char* attribute : {"; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"}) {
    EXPECT_THAT(cookie, HasSubstr(attribute));
  }
  EXPECT_THAT(response.body, HasSubstr(R"("seats":["s1"])"));
  EXPECT_THAT(response.body, HasSubstr("ROLE_OPERATOR"));

  EXPECT_EQ(zhang.Call(kGetSession, "{}").status, 200);
  EXPECT_EQ(zhang.Call(kSignOutPath, "{}").status, 200);
  EXPECT_EQ(zhang.Call(kGetSession, "{}").status, 401);
}

TEST_F(SignInTest, WrongAccountAndWrongPasswordLookTheSame) {
  StartGateway();
  Visitor visitor(address());
  const auto wrong = visitor.SignIn("zhang", "wrong password");
  const auto unknown = visitor.SignIn("nobody", "wrong password");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_THAT(wrong.body, HasSubstr("unauthenticated"));
  EXPECT_EQ(wrong.Header("set-cookie"), "");
}

TEST_F(SignInTest, WhoGuessesMustWait) {
  tries_per_account_ = {.burst = 3, .every = absl::Seconds(30)};
  StartGateway();
  Visitor visitor(address());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(visitor.SignIn("zhang", "wrong password").status, 401);
  const auto response = visitor.SignIn("zhang", kPassword);
  EXPECT_EQ(response.status, 429);
  EXPECT_THAT(response.body, HasSubstr("resource_exhausted"));
  EXPECT_NE(response.Header("retry-after"), "");
}

TEST_F(SignInTest, ASessionSurvivesTheGatewayAndEndsWithThePassword) {
  StartGateway();
  const Visitor before = SignedIn("zhang");
  StopGateway();
  StartGateway();
  HttpClient client(address());
  client.Request("POST", kGetSession,
                 {{"Cookie", before.cookie()}, {"Content-Type", "application/json"}}, "{}");
  const auto response = client.Read();
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.body, HasSubstr(before.csrf()));

  ASSERT_TRUE(accounts_.SetPassword("zhang", "another hash").ok());
  ASSERT_TRUE(accounts_.Save(dir_.File("accounts.yaml")).ok());
  const bool ended = AskUntil([&] {
    HttpClient again(address());
    again.Request("POST", kGetSession,
                  {{"Cookie", before.cookie()}, {"Content-Type", "application/json"}}, "{}");
    return again.Read().status == 401;
  });
  EXPECT_TRUE(ended);
}

class GuardTest : public GatewayTest {
 protected:
  GuardTest() {
    AddAccount("chief", {Role::ROLE_SUPERVISOR});
    limits_.body_time = absl::Milliseconds(200);
    limits_.header_time = absl::Milliseconds(200);
  }

  /// Sends a request of somebody signed in, with one header changed.
  TestResponse With(const std::string& name, const std::string& value) {
    const Visitor chief = SignedIn("chief");
    auto headers = chief.Headers();
    headers.emplace_back("Content-Type", "application/json");
    std::erase_if(headers, [&](const auto& header) { return header.first == name; });
    if (!value.empty()) headers.emplace_back(name, value);
    HttpClient client(address());
    client.Request("POST", kListSeats, headers, "{}");
    return client.Read();
  }
};

TEST_F(GuardTest, OnlyOurOwnPageMayCall) {
  StartGateway();
  EXPECT_EQ(With("X-Harmless", "1").status, 200);
  const auto foreign = With("Origin", "https://elsewhere.example");
  EXPECT_EQ(foreign.status, 403);
  EXPECT_THAT(foreign.body, HasSubstr("own page only"));
  EXPECT_EQ(With("Origin", "null").status, 403);
  EXPECT_EQ(With("Sec-Fetch-Site", "cross-site").status, 403);
  EXPECT_EQ(With("Sec-Fetch-Site", "same-site").status, 403);
  const auto without_token = With("X-CSRF-Token", "");
  EXPECT_EQ(without_token.status, 403);
  EXPECT_THAT(without_token.body, HasSubstr("X-CSRF-Token"));
  EXPECT_EQ(With("X-CSRF-Token", std::string(43, 'A')).status, 403);
  EXPECT_EQ(With("Cookie", "").status, 401);
  EXPECT_EQ(With("Cookie", "__Host-hotline=guessed").status, 401);
  const auto host = With("Host", "rebound.example");
  EXPECT_EQ(host.status, 421);
  EXPECT_THAT(host.body, HasSubstr("console.origins"));
}

TEST_F(GuardTest, WhatIsWrongWithARequestIsSaid) {
  StartGateway();
  EXPECT_EQ(With("Content-Type", "text/plain").status, 415);
  EXPECT_EQ(With("Content-Type", "application/connect+json").status, 415);
  EXPECT_EQ(With("Content-Encoding", "gzip").status, 501);
  EXPECT_EQ(With("Connect-Timeout-Ms", "soon").status, 400);
  EXPECT_EQ(With("Connect-Protocol-Version", "2").status, 400);
  const Visitor chief = SignedIn("chief");
  const auto bad = chief.Call(kSeatSignIn, R"({"seatId": )");
  EXPECT_EQ(bad.status, 400);
  EXPECT_THAT(bad.body, HasSubstr("invalid_argument"));
  EXPECT_THAT(bad.body, HasSubstr("hotline.router.v1.SignInRequest"));
  EXPECT_EQ(chief.Call(kSeatSignIn, R"({"seatId": 5})").status, 400);
  const auto unknown = chief.Call(Path("router", "SeatService", "Explode"), "{}");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, HasSubstr("unimplemented"));
  HttpClient get(address());
  get.Request("GET", kSeatSignIn, chief.Headers());
  const auto wrong_method = get.Read();
  EXPECT_EQ(wrong_method.status, 405);
  EXPECT_EQ(wrong_method.Header("allow"), "POST");
}

TEST_F(GuardTest, LargeAndSlowRequestsCostTheirConnection) {
  StartGateway();
  const Visitor chief = SignedIn("chief");
  const auto large = chief.Call(kSeatSignIn, std::string(limits_.max_body_bytes + 1, ' '));
  EXPECT_EQ(large.status, 413);
  EXPECT_THAT(large.body, HasSubstr("larger than"));
  HttpClient headers(address());
  headers.Request("GET", "/", {{"X-Large", std::string(limits_.max_header_bytes, 'x')}});
  EXPECT_EQ(headers.Read().status, 431);
  HttpClient slow_body(address());
  slow_body.Send("POST " + kSeatSignIn + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");
  EXPECT_EQ(slow_body.Read().status, 408);
  HttpClient slow_head(address());
  slow_head.Send("POST /");
  EXPECT_EQ(slow_head.Read().status, 408);
  HttpClient nonsense(address());
  nonsense.Send("\x16\x03\x01 this is TLS\r\n\r\n");
  EXPECT_EQ(nonsense.Read().status, 400);
  HttpClient two_hosts(address());
  two_hosts.Send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  EXPECT_EQ(two_hosts.Read().status, 400);
  // And everybody else is served as ever.
  EXPECT_EQ(chief.Call(kListSeats, "{}").status, 200);
}

TEST_F(GuardTest, AThousandCallsAtOnceAreTooMany) {
  session_rate_ = {.burst = 50, .every = absl::Milliseconds(33)};
  StartGateway();
  const Visitor chief = SignedIn("chief");
  HttpClient client(address());
  auto headers = chief.Headers();
  headers.emplace_back("Content-Type", "application/json");
  int served = 0, refused = 0;
  std::thread sender([&] {
    for (int i = 0; i < 1000; ++i) client.Request("POST", kGetSession, headers, "{}");
  });
  for (int i = 0; i < 1000; ++i) {
    const auto response = client.Read();
    if (response.status == 200) ++served;
    if (response.status != 429) continue;
    ++refused;
    EXPECT_THAT(response.body, HasSubstr("too often"));
  }
  sender.join();
  EXPECT_EQ(served + refused, 1000);
  EXPECT_GE(served, 50);
  EXPECT_GT(refused, 0);
}

TEST_F(GuardTest, TooManyConnectionsAreClosed) {
  limits_.max_connections_per_address = 3;
  StartGateway();
  std::vector<std::unique_ptr<HttpClient>> open;
  for (int i = 0; i < 3; ++i) {
    open.push_back(std::make_unique<HttpClient>(address()));
    open.back()->Request("GET", "/healthz");
    EXPECT_EQ(open.back()->Read().status, 200);
  }
  HttpClient fourth(address());
  EXPECT_EQ(fourth.Read().status, 0);
  open.clear();
  const bool again = AskUntil([&] {
    HttpClient client(address());
    client.Request("GET", "/healthz");
    return client.Read().status == 200;
  });
  EXPECT_TRUE(again);
}

TEST_F(GuardTest, EveryAnswerProtectsThePage) {
  StartGateway();
  for (const std::string target : {"/", "/healthz", "/nothing.js", kListSeats.c_str()}) {
    HttpClient client(address());
    client.Request("GET", target);
    const auto response = client.Read();
    EXPECT_THAT(response.Header("content-security-policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(response.Header("content-security-policy"), HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(response.Header("content-security-policy"), testing::Not(HasSubstr("unsafe")));
    EXPECT_EQ(response.Header("x-content-type-options"), "nosniff");
    EXPECT_EQ(response.Header("referrer-policy"), "no-referrer");
    EXPECT_EQ(response.Header("cross-origin-opener-policy"), "same-origin");
    EXPECT_EQ(response.Header("cross-origin-resource-policy"), "same-origin");
  }
}

class ForwardTest : public GatewayTest {
 protected:
  ForwardTest() {
    AddAccount("zhang", {Role::ROLE_OPERATOR}, {"s1"});
    AddAccount("chief", {Role::ROLE_SUPERVISOR});
  }
};

TEST_F(ForwardTest, CallsArePassedOnInTheCallersName) {
  StartGateway();
  const Visitor zhang = SignedIn("zhang");
  const auto signed_in =
      zhang.Call(kSeatSignIn, R"({"seatId":"s1","agent":"zhang","ready":true,"requestId":"1"})");
  EXPECT_EQ(signed_in.status, 200) << signed_in.body;
  EXPECT_EQ(signed_in.Header("content-type"), "application/json");
  EXPECT_THAT(signed_in.body, HasSubstr("STATE_READY"));
  const auto as_li = zhang.Call(kSeatSignIn, R"({"seatId":"s1","agent":"li"})");
  EXPECT_EQ(as_li.status, 403);
  EXPECT_THAT(as_li.body, HasSubstr("nobody else"));
  EXPECT_EQ(zhang.Call(kSeatSignIn, R"({"seatId":"s2","agent":"zhang"})").status, 403);
  EXPECT_EQ(zhang.Call(kListSeats, "{}").status, 403);

  const Visitor chief = SignedIn("chief");
  const auto bytes = chief.CallBytes(kListSeats, "");
  router::v1::ListSeatsResponse seats;
  ASSERT_TRUE(seats.ParseFromString(bytes.body));
  ASSERT_EQ(seats.seats_size(), 4);
  EXPECT_EQ(seats.seats(0).agent(), "zhang");

  HttpClient get(address());
  get.Request("GET", kListSeats + "?connect=v1&encoding=json&message=%7B%7D", chief.Headers());
  EXPECT_THAT(get.Read().body, HasSubstr("zhang"));
}

TEST_F(ForwardTest, ErrorsKeepTheirCodeSentenceAndReason) {
  StartGateway();
  const Visitor chief = SignedIn("chief");
  const auto nobody = chief.Call(Path("router", "SeatService", "SetReady"), R"({"seatId":"s3"})");
  EXPECT_EQ(nobody.status, 400);
  EXPECT_THAT(nobody.body, HasSubstr(R"("code":"failed_precondition")"));
  EXPECT_THAT(nobody.body, HasSubstr("nobody is signed in"));
  EXPECT_EQ(nobody.Header("trailer-hotline-reason"), "WRONG_STATE");
  EXPECT_EQ(chief.Call(kSeatSignIn, R"({"seatId":"s9","agent":"x"})").status, 404);
  EXPECT_EQ(chief.Call(Path("ticket", "TicketService", "ListTickets"), "{}").status, 501);
}

TEST_F(ForwardTest, ADeadRouterIsUnavailable) {
  StartGateway();
  const Visitor chief = SignedIn("chief");
  router_.reset();
  const auto response = chief.Call(kListSeats, "{}", {{"Connect-Timeout-Ms", "2000"}});
  EXPECT_THAT(response.status, testing::AnyOf(503, 504)) << response.body;
}

TEST_F(ForwardTest, AServiceStreamComesThrough) {
  StartGateway();
  const Visitor chief = SignedIn("chief");
  const auto stream = chief.Watch(Path("router", "AreaService", "WatchArea"), "");
  EXPECT_EQ(stream->ReadHead().status, 200);
  const auto piece = stream->ReadChunk();
  ASSERT_TRUE(piece);
  router::v1::WatchAreaResponse message;
  ASSERT_TRUE(message.ParseFromString(piece->substr(5)));
  EXPECT_TRUE(message.full());
  EXPECT_EQ(message.seats_size(), 4);
}

TEST_F(ForwardTest, TheRulesHoldForEveryMethodAndRole) {
  more_services_ = {{"hotline.call.v1", {router_->address()}},
                    {"hotline.media.v1", {router_->address()}},
                    {"hotline.ticket.v1", {router_->address()}}};
  std::vector<Role> roles;
  for (const auto role : AllRoles()) {
    if (role == Role::ROLE_SYSTEM) continue;
    AddAccount(RoleWord(role), {role});
    roles.push_back(role);
  }
  StartGateway();
  const Visitor stranger(address());
  for (const auto* method : AllMethods()) {
    if (RuleOf(*method).anyone() || method->client_streaming()) continue;
    EXPECT_EQ(stranger.Call(PathOf(*method), "{}").status, 401) << method->full_name();
  }
  for (const auto role : roles) {
    const Visitor visitor = SignedIn(RoleWord(role));
    for (const auto* method : AllMethods()) {
      // Signing out would end the test; streams are opened below.
      if (RuleOf(*method).anyone() || method->name() == "SignOut") continue;
      HttpClient client(address());
      auto headers = visitor.Headers();
      headers.emplace_back("Content-Type", method->server_streaming() ? "application/connect+json"
                                                                      : "application/json");
      client.Request("POST", PathOf(*method), headers,
                     method->server_streaming() ? std::string("\0\0\0\0\2{}", 7) : "{}");
      const auto response = method->server_streaming() ? client.ReadHead() : client.Read();
      const bool allowed = Allows(RuleOf(*method), Somebody(role));
      const bool refused =
          response.status == 403 &&
          (method->server_streaming() || response.body.find(" may not call ") != std::string::npos);
      EXPECT_EQ(refused, !allowed) << method->full_name() << " as " << RoleWord(role) << ": "
                                   << response.status << " " << response.body;
    }
  }
}

class WatchTest : public GatewayTest {
 protected:
  WatchTest() : floor_({router_->address()}, "test", "call-1", 1) {
    AddAccount("zhang", {Role::ROLE_OPERATOR}, {"s1"});
    AddAccount("chief", {Role::ROLE_SUPERVISOR});
    EXPECT_TRUE(floor_.WaitUntilServed());
  }

  static std::unique_ptr<HttpClient> Open(const Visitor& visitor, const std::string& seat,
                                          bool area) {
    v1::WatchConsoleRequest request;
    request.set_seat_id(seat);
    request.set_area(area);
    auto stream = visitor.Watch(kWatch, request.SerializeAsString());
    EXPECT_EQ(stream->ReadHead().status, 200);
    return stream;
  }

  /// Reads until a message for which `holds`.
  static std::optional<v1::WatchConsoleResponse> Await(
      HttpClient& stream, const std::function<bool(const v1::WatchConsoleResponse&)>& holds) {
    while (auto message = NextMessage(stream)) {
      if (holds(*message)) return message;
    }
    return std::nullopt;
  }

  router::FakeCallService floor_;
};

TEST_F(WatchTest, APageFollowsItsSeatAndItsCall) {
  StartGateway();
  const Visitor zhang = SignedIn("zhang");
  const auto page = Open(zhang, "s1", false);
  const auto live = Await(*page, [](const auto& m) { return m.live() && m.has_seat(); });
  ASSERT_TRUE(live);
  EXPECT_EQ(live->seat().state(), Seat::STATE_SIGNED_OUT);
  zhang.Call(kSeatSignIn, R"({"seatId":"s1","agent":"zhang","ready":true,"requestId":"1"})");
  ASSERT_TRUE(Await(*page, [](const auto& m) { return m.seat().state() == Seat::STATE_READY; }));

  const std::string call = floor_.Queue("general");
  const auto offer = floor_.WaitForOffer(call);
  ASSERT_TRUE(offer);
  const auto offered =
      Await(*page, [](const auto& m) { return m.seat().state() == Seat::STATE_OFFERED; });
  ASSERT_TRUE(offered);
  EXPECT_EQ(offered->call().request().call_id(), call);
  EXPECT_EQ(offered->caller().queue(), "general");
  EXPECT_EQ(offered->seats_size(), 0);
  floor_.Answer(call, offer->offer_id());
  const auto talks =
      Await(*page, [](const auto& m) { return m.seat().state() == Seat::STATE_ON_CALL; });
  ASSERT_TRUE(talks);
  EXPECT_GT(talks->revision(), offered->revision());
  floor_.HangUp(call);
  const auto free =
      Await(*page, [](const auto& m) { return m.seat().state() == Seat::STATE_READY; });
  ASSERT_TRUE(free);
  EXPECT_EQ(free->seat().call_id(), "");
}

TEST_F(WatchTest, ASupervisorSeesTheWholeArea) {
  StartGateway();
  const Visitor zhang = SignedIn("zhang"), chief = SignedIn("chief");
  const auto page = Open(chief, "", true);
  const auto first = Await(*page, [](const auto& m) { return m.seats_size() == 4; });
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->full());
  EXPECT_EQ(first->queues_size(), 1);
  zhang.Call(kSeatSignIn, R"({"seatId":"s1","agent":"zhang","ready":true,"requestId":"1"})");
  const std::string call = floor_.Queue("general");
  const auto offer = floor_.WaitForOffer(call);
  ASSERT_TRUE(offer);
  floor_.Answer(call, offer->offer_id());
  floor_.HangUp(call);
  const auto ended = Await(*page, [](const auto& m) { return m.ended_size() > 0; });
  ASSERT_TRUE(ended);
  EXPECT_FALSE(ended->full());
  EXPECT_EQ(ended->ended(0).request().call_id(), call);
  const auto stats = Await(*page, [](const auto& m) { return m.stats_today().answered() == 1; });
  EXPECT_TRUE(stats);

  const auto curve = chief.Call(Path("console", "WatchService", "GetDayCurve"), "{}");
  EXPECT_EQ(curve.status, 200) << curve.body;
  EXPECT_THAT(curve.body, HasSubstr(R"("answered":"1")"));
}

TEST_F(WatchTest, PeopleSeeWhatIsTheirs) {
  StartGateway();
  const Visitor zhang = SignedIn("zhang");
  const auto status_of = [&](const std::string& seat, bool area) {
    v1::WatchConsoleRequest request;
    request.set_seat_id(seat);
    request.set_area(area);
    return zhang.Watch(kWatch, request.SerializeAsString())->ReadHead().status;
  };
  EXPECT_EQ(status_of("", true), 403);
  EXPECT_EQ(status_of("s2", false), 403);
  EXPECT_EQ(status_of("s1", false), 200);
}

TEST_F(WatchTest, ALostRouterIsShownAndFoundAgain) {
  StartGateway();
  const auto page = Open(SignedIn("chief"), "", true);
  ASSERT_TRUE(Await(*page, [](const auto& m) { return m.live(); }));
  const Endpoint address = router_->address();
  router_->Drain();
  ASSERT_TRUE(Await(*page, [](const auto& m) { return !m.live(); }));
}

TEST_F(WatchTest, TheOldestPageMakesRoom) {
  StartGateway();
  const Visitor chief = SignedIn("chief");
  std::vector<std::unique_ptr<HttpClient>> pages;
  for (int i = 0; i < 5; ++i) {
    pages.push_back(Open(chief, "", true));
    ASSERT_TRUE(NextMessage(*pages.back()));
  }
  std::string end;
  while (NextMessage(*pages[0], &end)) {
  }
  EXPECT_THAT(end, HasSubstr("resource_exhausted"));
  EXPECT_TRUE(NextMessage(*pages[4]));
}

TEST_F(WatchTest, StreamsEndWithTheGatewayAndWithTheSession) {
  StartGateway();
  const Visitor chief = SignedIn("chief"), other = SignedIn("chief");
  const auto page = Open(chief, "", true), second = Open(other, "", true);
  EXPECT_EQ(chief.Call(kSignOutPath, "{}").status, 200);
  std::string end;
  while (NextMessage(*page, &end)) {
  }
  EXPECT_THAT(end, HasSubstr("unauthenticated"));
  CloseGateway();
  end.clear();
  while (NextMessage(*second, &end)) {
  }
  EXPECT_THAT(end, HasSubstr("unavailable"));
}

}  // namespace
}  // namespace hotline::console
