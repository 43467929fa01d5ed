// Why a call is where it is, asked over gRPC of a router that works.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <grpcpp/grpcpp.h>

#include "services/base/ids.h"
#include "services/runtime/grpc_client.h"
#include "tests/router/service/fake_call_service.h"
#include "tests/router/service/router_fixture.h"

namespace hotline::router {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class ExplainTest : public RouterTest {
 protected:
  static grpc::Status Ask(RouterClient& client, const std::string& call,
                          v1::ExplainCallResponse* why) {
    v1::ExplainCallRequest request;
    request.set_call_id(call);
    const auto context = MakeCallContext(absl::Seconds(20));
    return client.area().ExplainCall(context.get(), request, why);
  }
};

TEST_F(ExplainTest, TellsDecisionsAndWhoCouldTakeTheCall) {
  const auto router = StartActive("router-1");
  RouterClient client(router->address());
  FakeCallService calls({router->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  ASSERT_TRUE(client.SignIn("s1").ok());
  const std::string call = calls.Queue("general");
  const auto offer = calls.WaitForOffer(call);
  ASSERT_TRUE(offer);
  v1::ExplainCallResponse why;
  ASSERT_TRUE(Ask(client, call, &why).ok());
  EXPECT_TRUE(why.live());
  ASSERT_THAT(why.decisions(), SizeIs(1));
  EXPECT_EQ(why.decisions(0).kind(), v1::Decision::KIND_OFFERED);
  EXPECT_EQ(why.decisions(0).target().id(), "s1");
  EXPECT_THAT(why.decisions(0).text(), HasSubstr("the only one ready"));
  EXPECT_FALSE(why.has_candidates());

  calls.Decline(call, offer->offer_id());
  ASSERT_TRUE(calls.WaitUntilAcked());
  ASSERT_TRUE(Ask(client, call, &why).ok());
  ASSERT_THAT(why.decisions(), SizeIs(3));
  EXPECT_EQ(why.decisions(1).kind(), v1::Decision::KIND_OFFER_OVER);
  EXPECT_EQ(why.decisions(1).reason(), "declined");
  EXPECT_EQ(why.decisions(2).kind(), v1::Decision::KIND_WAITS);
  ASSERT_THAT(why.candidates().rows(), SizeIs(1));
  EXPECT_EQ(why.candidates().rows(0).exclusion(), v1::EXCLUSION_STATE);
  EXPECT_EQ(why.candidates().rows(0).seat_state(), v1::Seat::STATE_NOT_READY);
  EXPECT_EQ(why.candidates().rows(0).text(), "s1: is not ready");

  calls.HangUp(call);
  ASSERT_TRUE(calls.WaitUntilAcked());
  ASSERT_TRUE(Ask(client, call, &why).ok());
  EXPECT_FALSE(why.live());
  EXPECT_THAT(why.decisions(), SizeIs(3));
}

TEST_F(ExplainTest, AnUnknownCallIsNotFoundAndNonsenseIsRefused) {
  const auto router = StartActive("router-1");
  RouterClient client(router->address());
  v1::ExplainCallResponse why;
  EXPECT_EQ(Ask(client, FormatCallId(CallId{77}), &why).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Ask(client, "who?", &why).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ExplainTest, TheStandByKnowsByWhichPolicyTheJournalWasWritten) {
  const auto active = StartActive("router-1");
  const auto standby = StartRouter("router-2");
  RouterClient client(active->address());
  RouterClient follower(standby->address());
  FakeCallService calls({active->address(), standby->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  ASSERT_TRUE(client.SignIn("s1").ok());
  const std::string version = client.Area().policy_version();
  EXPECT_THAT(version, HasSubstr("1-"));
  EXPECT_EQ(follower.Area().policy_version(), version);
  EXPECT_TRUE(
      follower.Eventually([&] { return follower.Area().journal_policy_version() == version; }));
}

}  // namespace
}  // namespace hotline::router
