// What keeps strangers, floods and nonsense away from the services.
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/console/gateway_fixture.h"
#include "tests/runtime/ask_until.h"

namespace hotline::console {
namespace {

using access::v1::Role;
using testing::HasSubstr;

const std::string kSeatSignIn = Path("router", "SeatService", "SignIn");
const std::string kListSeats = Path("router", "AreaService", "ListSeats");
const std::string kGetSession = Path("console", "SessionService", "GetSession");

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
  HttpClient endless_chunk_head(address());
  endless_chunk_head.Send("POST " + kSeatSignIn +
                          " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                          std::string(limits_.max_header_bytes + 1, 'x'));
  EXPECT_EQ(endless_chunk_head.Read().status, 431);
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

}  // namespace
}  // namespace hotline::console
