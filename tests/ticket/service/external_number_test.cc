// One ticket for a number of another system (I11), over gRPC, on SQLite and PostgreSQL.
#include <set>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/database/postgres_server.h"
#include "tests/ticket/service/ticket_fixture.h"

namespace hotline::ticket {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

class ExternalNumberTest : public testing::TestWithParam<bool> {
 protected:
  ExternalNumberTest() {
    if (GetParam()) fixture_.SetStore(SharedPostgres().NewDatabase());
    fixture_.Start();
    client_.emplace(fixture_.Client());
  }

  static v1::CreateTicketRequest Request(const std::string& request_id, const std::string& number) {
    v1::CreateTicketRequest request;
    request.set_request_id(request_id);
    request.set_external_source("12345");
    request.set_external_no(number);
    request.mutable_content()->set_title("解雇补偿");
    return request;
  }

  v1::Ticket Open(const std::string& request_id, const std::string& number) {
    v1::Ticket ticket;
    const auto status = client_->Create(Request(request_id, number), ticket);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return ticket;
  }

  grpc::Status Renumber(v1::Ticket& ticket, const std::string& request_id,
                        const std::string& source, const std::string& number) {
    v1::ClassifyTicketRequest request;
    request.set_request_id(request_id);
    request.set_ticket_no(ticket.ticket_no());
    request.set_version(ticket.version());
    request.mutable_marks()->set_external_source(source);
    request.mutable_marks()->set_external_no(number);
    request.mutable_update_mask()->add_paths("external_source");
    request.mutable_update_mask()->add_paths("external_no");
    v1::ClassifyTicketResponse response;
    auto status = client_->stub().ClassifyTicket(ContextOf("opr1").get(), request, &response);
    if (status.ok()) ticket = response.ticket();
    return status;
  }

  TicketFixture fixture_;
  std::optional<TicketClient> client_;
};

INSTANTIATE_TEST_SUITE_P(Stores, ExternalNumberTest, testing::Bool(),
                         [](const auto& param) { return param.param ? "PostgreSql" : "Sqlite"; });

TEST_P(ExternalNumberTest, TheSecondRequestFindsTheFirstOnesTicket) {
  const v1::Ticket first = Open("r1", "E-778");
  EXPECT_EQ(first.marks().external_source(), "12345");
  EXPECT_EQ(first.marks().external_no(), "E-778");
  const v1::Ticket again = Open("r2", "E-778");
  EXPECT_EQ(again.DebugString(), first.DebugString());
  v1::Ticket theirs;
  ASSERT_TRUE(fixture_.Client("opr2").Create(Request("r1", "E-778"), theirs).ok());
  EXPECT_EQ(theirs.ticket_no(), first.ticket_no());
  EXPECT_NE(Open("r3", "E-779").ticket_no(), first.ticket_no());
  fixture_.Start();
  client_.emplace(fixture_.Client());
  EXPECT_EQ(Open("r4", "E-778").ticket_no(), first.ticket_no());
  v1::ListTicketsResponse all;
  ASSERT_TRUE(client_->List({}, all).ok());
  EXPECT_EQ(all.tickets_size(), 2);
}

TEST_P(ExternalNumberTest, ManyAtOnceComeToOneTicket) {
  constexpr int kClients = 4, kNumbers = 12;
  std::vector<std::vector<std::string>> told(kClients);
  std::vector<std::thread> threads;
  for (int client = 0; client < kClients; ++client) {
    threads.emplace_back([&, client] {
      TicketClient own = fixture_.Client("opr" + std::to_string(client));
      for (int i = 0; i < kNumbers; ++i) {
        v1::Ticket ticket;
        const auto status =
            own.Create(Request("r" + std::to_string(i), "E-" + std::to_string(i)), ticket);
        EXPECT_TRUE(status.ok()) << status.error_message();
        told[static_cast<size_t>(client)].push_back(ticket.ticket_no());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& one : told) EXPECT_EQ(one, told.front());
  EXPECT_EQ(std::set(told.front().begin(), told.front().end()).size(), size_t{kNumbers});
  v1::ListTicketsResponse all;
  ASSERT_TRUE(client_->List({}, all).ok());
  EXPECT_EQ(all.tickets_size(), kNumbers);
}

TEST_P(ExternalNumberTest, ANumberIsGivenToAnotherTicketOnlyWhenItIsFree) {
  v1::Ticket first = Open("r1", "E-778");
  v1::Ticket other = client_->Open("r2");
  const auto taken = Renumber(other, "r3", "12345", "E-778");
  EXPECT_EQ(taken.error_code(), StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(taken.error_message(), HasSubstr(first.ticket_no()));
  ASSERT_TRUE(Renumber(first, "r4", "12345", "E-780").ok());
  ASSERT_TRUE(Renumber(other, "r5", "12345", "E-778").ok());
  EXPECT_EQ(Open("r6", "E-778").ticket_no(), other.ticket_no());
  EXPECT_EQ(Open("r7", "E-780").ticket_no(), first.ticket_no());
  ASSERT_TRUE(Renumber(other, "r8", "", "").ok());
  EXPECT_NE(Open("r9", "E-778").ticket_no(), other.ticket_no());
}

TEST_P(ExternalNumberTest, ANumberWithoutASourceIsNone) {
  auto request = Request("r1", "E-778");
  request.clear_external_source();
  v1::Ticket ticket;
  EXPECT_EQ(client_->Create(request, ticket).error_code(), StatusCode::INVALID_ARGUMENT);
  request = Request("r2", std::string("E\0-778", 6));
  EXPECT_EQ(client_->Create(request, ticket).error_code(), StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace hotline::ticket
