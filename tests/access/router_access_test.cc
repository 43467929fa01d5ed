// Who may call what at a router, and whose seat is whose.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <grpcpp/grpcpp.h>

#include "services/runtime/grpc_client.h"
#include "tests/access/any_call.h"
#include "tests/router/service/router_fixture.h"
#include "tests/runtime/test_key.h"

namespace hotline::router {
namespace {

using access::v1::Role;
using testing::HasSubstr;

class RouterAccessTest : public RouterTest {
 protected:
  /// Sends a seat command as `identity`.
  template <class Request, class Response>
  static grpc::Status Do(grpc::Status (v1::SeatService::Stub::*method)(grpc::ClientContext*,
                                                                       const Request&, Response*),
                         const access::v1::Identity& identity, const Request& request,
                         RouterClient& client) {
    const auto context = MakeContextFor(SignIdentity(TestKey(), identity), absl::Seconds(20));
    Response response;
    return (client.seats().*method)(context.get(), request, &response);
  }

  static grpc::Status SignIn(const access::v1::Identity& identity, const std::string& agent,
                             const std::string& seat, RouterClient& client) {
    v1::SignInRequest request;
    request.set_seat_id(seat);
    request.set_agent(agent);
    return Do(&v1::SeatService::Stub::SignIn, identity, request, client);
  }

  static grpc::Status SetReady(const access::v1::Identity& identity, const std::string& seat,
                               RouterClient& client) {
    v1::SetReadyRequest request;
    request.set_seat_id(seat);
    return Do(&v1::SeatService::Stub::SetReady, identity, request, client);
  }
};

TEST_F(RouterAccessTest, NoMethodForgetsItsRule) {
  const auto router = StartActive("router-1");
  ExpectRulesHold(MakeChannel(router->address(), {.own_connection = true}),
                  {"hotline.router.v1.AreaService", "hotline.router.v1.AttachService",
                   "hotline.router.v1.SeatService"});
}

TEST_F(RouterAccessTest, PeopleActOnlyAsThemselves) {
  const auto router = StartActive("router-1");
  RouterClient client(router->address());
  auto zhang = Somebody(Role::ROLE_OPERATOR, "zhang");
  zhang.add_seats("s1");
  const auto li = Somebody(Role::ROLE_EXPERT, "li");
  const auto chief = Somebody(Role::ROLE_SUPERVISOR, "chief");

  const auto as_li = SignIn(zhang, "li", "s1", client);
  EXPECT_EQ(as_li.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(as_li.error_message(), HasSubstr("nobody else"));
  const auto elsewhere = SignIn(zhang, "zhang", "s2", client);
  EXPECT_EQ(elsewhere.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(elsewhere.error_message(), HasSubstr("s2"));

  EXPECT_TRUE(SignIn(zhang, "zhang", "s1", client).ok());
  EXPECT_TRUE(SetReady(zhang, "s1", client).ok());
  EXPECT_EQ(SignIn(li, "li", "s1", client).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(SetReady(li, "s1", client).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(client.FindSeat("s1").agent(), "zhang");

  EXPECT_TRUE(SetReady(chief, "s1", client).ok());
  EXPECT_TRUE(SignIn(chief, "li", "s2", client).ok());
  EXPECT_TRUE(SetReady(li, "s2", client).ok());
}

}  // namespace
}  // namespace hotline::router
