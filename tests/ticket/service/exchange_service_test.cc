// What 12345 pushes and asks, over gRPC and a real SQLite file.
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/runtime/access.h"
#include "services/runtime/grpc_client.h"
#include "services/runtime/proto_time.h"
#include "tests/runtime/ask_until.h"
#include "tests/runtime/test_key.h"
#include "tests/ticket/service/ticket_fixture.h"

#include "hotline/exchange/v1/exchange_service.grpc.pb.h"

namespace hotline::ticket {
namespace {

namespace ev1 = exchange::v1;
using access::v1::Role;
using grpc::StatusCode;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Property;

class ExchangeServiceTest : public testing::Test {
 protected:
  void Start(bool exchange = true) {
    if (exchange) fixture_.SetPartner({"127.0.0.1", 9});  // where nobody is
    fixture_.Start();
    stub_ = ev1::ExchangeService::NewStub(
        MakeChannel(fixture_.server().address(), {.own_connection = true}));
  }

  static std::unique_ptr<grpc::ClientContext> As(Role role) {
    access::v1::Identity identity;
    identity.set_account("somebody");
    identity.set_area("test");
    identity.add_roles(role);
    *identity.mutable_expire_time() = ToProto(absl::Now() + absl::Hours(1));
    auto context = MakeContextFor(SignIdentity(TestKey(), identity), absl::Seconds(20));
    context->set_wait_for_ready(true);
    return context;
  }

  grpc::Status Push(const std::string& message, const std::string& demand) {
    ev1::PushOrderRequest request;
    request.set_message_id(message);
    request.set_external_no("E-778");
    request.set_title("被辞退的补偿");
    request.set_demand(demand);
    response_.Clear();
    return stub_->PushOrder(As(Role::ROLE_PARTNER_12345).get(), request, &response_);
  }

  v1::GetTicketResponse Ticket() {
    v1::GetTicketRequest request;
    request.set_ticket_no(response_.ticket_no());
    v1::GetTicketResponse got;
    auto client = fixture_.Client();
    const auto status = client.stub().GetTicket(As(Role::ROLE_SUPERVISOR).get(), request, &got);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return got;
  }

  TicketFixture fixture_;
  std::unique_ptr<ev1::ExchangeService::Stub> stub_;
  ev1::PushOrderResponse response_;
};

// SC05: retried twice with the same message id, and once with a changed text.
TEST_F(ExchangeServiceTest, AnOrderHasOneTicketAndALaterTextIsASupplement) {
  Start();
  ASSERT_TRUE(Push("m1", "工厂不给补偿").ok());
  const std::string ticket_no = response_.ticket_no();
  EXPECT_FALSE(response_.supplement());
  ASSERT_TRUE(Push("m1", "工厂不给补偿").ok());
  EXPECT_EQ(response_.ticket_no(), ticket_no);
  EXPECT_FALSE(response_.supplement()) << "the same message has the same reply";
  const auto before = Ticket();
  EXPECT_EQ(before.ticket().state(), v1::Ticket::STATE_REGISTERED);
  EXPECT_EQ(before.ticket().entry(), "pushed_12345");
  EXPECT_EQ(before.ticket().marks().external_no(), "E-778");
  ASSERT_TRUE(Push("m1", "工厂不给补偿，还欠两个月工资").ok());
  EXPECT_EQ(response_.ticket_no(), ticket_no);
  EXPECT_TRUE(response_.supplement());
  ASSERT_TRUE(Push("m2", "工厂不给补偿，还欠两个月工资").ok());
  const auto after = Ticket();
  EXPECT_THAT(after.events(), Contains(Property(&v1::TicketEvent::text, HasSubstr("两个月工资"))));
  EXPECT_EQ(after.ticket().content().demand(), "工厂不给补偿") << "what was said first stands";
  auto client = fixture_.Client();
  v1::ListTicketsResponse all;
  ASSERT_TRUE(client.stub().ListTickets(As(Role::ROLE_SUPERVISOR).get(), {}, &all).ok());
  EXPECT_EQ(all.tickets_size(), 1);
}

TEST_F(ExchangeServiceTest, AStatusQueryGivesStageDeadlineAndPublicAnswerOnly) {
  Start();
  ASSERT_TRUE(Push("m1", "工厂不给补偿").ok());
  ev1::GetOrderRequest request;
  request.set_external_no("E-778");
  ev1::GetOrderResponse order;
  ASSERT_TRUE(stub_->GetOrder(As(Role::ROLE_PARTNER_12345).get(), request, &order).ok());
  EXPECT_EQ(order.ticket_no(), response_.ticket_no());
  EXPECT_EQ(order.view().stage(), "accepted");
  EXPECT_THAT(order.DebugString(), Not(HasSubstr("工厂")));
  request.set_external_no("E-779");
  EXPECT_EQ(stub_->GetOrder(As(Role::ROLE_PARTNER_12345).get(), request, &order).error_code(),
            StatusCode::NOT_FOUND);
}

TEST_F(ExchangeServiceTest, WhatNobodyTakesWaitsAndIsAnAlarmAfterALimit) {
  Start();
  ASSERT_TRUE(Push("m1", "工厂不给补偿").ok());
  ev1::GetExchangeStatusResponse status;
  const auto tried = [&] {
    status.Clear();
    return stub_->GetExchangeStatus(As(Role::ROLE_SUPERVISOR).get(), {}, &status).ok() &&
           status.notices_size() == 2 && status.notices(0).tries() > 0;
  };
  ASSERT_TRUE(AskUntil(tried));
  EXPECT_EQ(status.source(), "12345");
  EXPECT_EQ(status.waiting(), 2) << "received, accepted";
  EXPECT_EQ(status.overdue(), 0);
  EXPECT_NE(status.notices(0).problem(), "");
  EXPECT_FALSE(status.notices(1).has_next_try_time()) << "not before the first one";
  fixture_.Advance(absl::Minutes(16));
  ASSERT_TRUE(tried());
  EXPECT_EQ(status.overdue(), 2);
}

TEST_F(ExchangeServiceTest, WithoutAnExchangeNothingIsTaken) {
  Start(/*exchange=*/false);
  const auto status = Push("m1", "x");
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("ticket.exchange"));
}

TEST_F(ExchangeServiceTest, WhatIsWrongIsNamed) {
  Start();
  EXPECT_EQ(Push("", "x").error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Push(std::string(65, 'm'), "x").error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Push("m1", std::string(16'000, 'x')).error_code(), StatusCode::INVALID_ARGUMENT);
  ASSERT_TRUE(Push("m1", "x").ok()) << "what was refused has left no trace";
}

}  // namespace
}  // namespace hotline::ticket
