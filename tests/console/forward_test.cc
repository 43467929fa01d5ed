// Calls that are passed on: in whose name, with which errors, and by whom they may be made.
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/runtime/access.h"
#include "tests/access/any_call.h"
#include "tests/console/gateway_fixture.h"

#include "hotline/router/v1/area_service.pb.h"

namespace hotline::console {
namespace {

using access::v1::Role;
using testing::HasSubstr;

const std::string kSeatSignIn = Path("router", "SeatService", "SignIn");
const std::string kListSeats = Path("router", "AreaService", "ListSeats");

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

TEST_F(ForwardTest, NoStreamOfAServiceComesThrough) {
  StartGateway();
  const Visitor chief = SignedIn("chief");
  const auto stream = chief.Watch(Path("router", "AreaService", "WatchArea"), "");
  const auto response = stream->Read();
  EXPECT_EQ(response.status, 501);
  EXPECT_THAT(response.body, HasSubstr("WatchService"));
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

}  // namespace
}  // namespace hotline::console
