// TicketService over gRPC and a real SQLite file.
#include <algorithm>
#include <chrono>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/ticket/core/ticket_number.h"
#include "tests/ticket/service/ticket_fixture.h"

namespace hotline::ticket {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;

class TicketServiceTest : public testing::Test {
 protected:
  TicketServiceTest() {
    fixture_.Start();
    client_ = fixture_.Client();
  }

  template <class Request>
  static Request On(const v1::Ticket& ticket, const std::string& request_id) {
    Request request;
    request.set_request_id(request_id);
    request.set_ticket_no(ticket.ticket_no());
    request.set_version(ticket.version());
    return request;
  }

  static constexpr auto EditOf = On<v1::UpdateTicketRequest>;
  static constexpr auto CloseOf = On<v1::CloseTicketRequest>;
  static constexpr auto RegistrationOf = On<v1::RegisterTicketRequest>;

  v1::GetTicketResponse Get(const std::string& ticket_no) {
    v1::GetTicketRequest request;
    request.set_ticket_no(ticket_no);
    v1::GetTicketResponse response;
    EXPECT_TRUE(client_->Get(request, response).ok());
    return response;
  }

  static std::vector<std::string> KindsOf(const v1::GetTicketResponse& ticket) {
    std::vector<std::string> kinds;
    for (const auto& event : ticket.events()) kinds.push_back(event.kind());
    return kinds;
  }

  static std::string LongText() {
    std::string text;
    while (text.size() < 15'000) text += "长";
    return text;
  }

  TicketFixture fixture_;
  std::optional<TicketClient> client_;
};

TEST_F(TicketServiceTest, AVisitIsWrittenDownAndClosedOnTheSpot) {
  v1::Ticket ticket = client_->Open("r1", "借款");
  EXPECT_TRUE(IsTicketNumber(ticket.ticket_no())) << ticket.ticket_no();
  EXPECT_EQ(ticket.state(), v1::Ticket::STATE_DRAFT);
  EXPECT_EQ(ticket.first_contact(), "opr1");
  EXPECT_EQ(ticket.entry(), "counter");

  auto edit = EditOf(ticket, "r2");
  edit.mutable_content()->set_category(v1::CATEGORY_ADVICE);
  edit.mutable_content()->set_answer("三年");
  edit.mutable_content()->add_outcomes("B01");
  for (const char* path : {"category", "answer", "outcomes"}) {
    edit.mutable_update_mask()->add_paths(path);
  }
  ASSERT_TRUE(client_->Update(edit, ticket).ok());
  EXPECT_EQ(ticket.content().title(), "借款");
  ASSERT_TRUE(client_->Close(CloseOf(ticket, "r3"), ticket).ok());
  EXPECT_EQ(ticket.closure(), v1::CLOSURE_ON_SPOT);

  fixture_.Start();  // as after a restart
  client_ = fixture_.Client();
  const auto read = Get(ticket.ticket_no());
  EXPECT_EQ(read.ticket().DebugString(), ticket.DebugString());
  EXPECT_THAT(KindsOf(read), ElementsAre("opened", "edited", "closed"));
  EXPECT_THAT(read.events(1).fields(), ElementsAre("category", "answer", "outcomes"));
}

TEST_F(TicketServiceTest, ARepeatedRequestHasTheSameReplyAndNoSecondEffect) {
  const v1::Ticket first = client_->Open("r1", "借款");
  const v1::Ticket again = client_->Open("r1", "借款");
  EXPECT_EQ(first.DebugString(), again.DebugString());
  v1::CreateTicketRequest other;
  other.set_request_id("r1");
  other.mutable_content()->set_title("工资");
  v1::Ticket ticket;
  EXPECT_EQ(client_->Create(other, ticket).error_code(), StatusCode::ALREADY_EXISTS);
  // Somebody else's r1 is another request.
  EXPECT_NE(fixture_.Client("opr2").Open("r1", "工资").ticket_no(), first.ticket_no());

  auto edit = EditOf(first, "r2");
  edit.mutable_content()->set_title("新");
  ASSERT_TRUE(client_->Update(edit, ticket).ok());
  ASSERT_TRUE(client_->Update(edit, ticket).ok());
  EXPECT_EQ(ticket.version(), 2);
  EXPECT_THAT(KindsOf(Get(first.ticket_no())), ElementsAre("opened", "edited"));
}

TEST_F(TicketServiceTest, TheSecondOfTwoEditsIsRefusedWithTheDifference) {
  const v1::Ticket seen = client_->Open("r1");
  auto mine = EditOf(seen, "r2"), theirs = EditOf(seen, "r2");
  mine.mutable_content()->set_title("借款");
  theirs.mutable_content()->set_title("工资");
  theirs.mutable_content()->set_language("zh-CN");
  v1::Ticket ticket;
  ASSERT_TRUE(client_->Update(mine, ticket).ok());
  const auto status = fixture_.Client("sup1").Update(theirs, ticket);
  EXPECT_EQ(status.error_code(), StatusCode::ABORTED);
  const auto conflict = DetailOf<v1::TicketConflict>(status);
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->current().version(), 2);
  EXPECT_EQ(conflict->current().content().title(), "借款");
  EXPECT_THAT(conflict->fields(), ElementsAre("title", "language"));
}

TEST_F(TicketServiceTest, AConflictOverLongTextsFitsIntoTheMetadata) {
  const v1::Ticket seen = client_->Open("r1");
  auto mine = EditOf(seen, "r2"), theirs = EditOf(seen, "r3");
  mine.mutable_content()->set_demand(LongText());
  theirs.mutable_content()->set_demand("短");
  v1::Ticket ticket;
  ASSERT_TRUE(client_->Update(mine, ticket).ok());
  const auto status = client_->Update(theirs, ticket);
  EXPECT_EQ(status.error_code(), StatusCode::ABORTED) << status.error_message();
  const auto conflict = DetailOf<v1::TicketConflict>(status);
  ASSERT_TRUE(conflict);
  EXPECT_FALSE(conflict->current().has_content());
  EXPECT_THAT(conflict->fields(), ElementsAre("demand"));
}

TEST_F(TicketServiceTest, EverythingWrongIsSaidAtOnceAndForPrograms) {
  v1::Ticket ticket = client_->Open("r1");
  const auto status = client_->Close(CloseOf(ticket, "r2"), ticket);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  const auto problems = DetailOf<v1::TicketProblems>(status);
  ASSERT_TRUE(problems);
  ASSERT_EQ(problems->problems_size(), 3);
  EXPECT_EQ(problems->problems(1).field(), "answer");
  EXPECT_EQ(problems->problems(1).code(), v1::FieldProblem::CODE_MISSING);
  EXPECT_EQ(client_->Close({}, ticket).error_code(), StatusCode::INVALID_ARGUMENT)
      << "no request_id";
}

TEST_F(TicketServiceTest, ErrorsHaveTheirCodes) {
  v1::Ticket ticket = client_->Open("r1"), reply;
  auto unknown = EditOf(ticket, "r2");
  unknown.set_ticket_no("GD0");
  EXPECT_EQ(client_->Update(unknown, reply).error_code(), StatusCode::NOT_FOUND);
  ASSERT_TRUE(client_->Register(RegistrationOf(ticket, "r3"), ticket).ok());
  EXPECT_EQ(client_->Close(CloseOf(ticket, "r4"), reply).error_code(),
            StatusCode::FAILED_PRECONDITION);
  auto edit = EditOf(ticket, "r5");
  edit.mutable_content()->set_title("x");
  EXPECT_EQ(fixture_.Client("aud1").Update(edit, reply).error_code(),
            StatusCode::PERMISSION_DENIED);
  v1::GetTicketResponse response;
  EXPECT_EQ(client_->Get({}, response).error_code(), StatusCode::INVALID_ARGUMENT);
  v1::CreateTicketRequest bad_call;
  bad_call.set_request_id("r6");
  bad_call.set_call_id("no call");
  EXPECT_EQ(client_->Create(bad_call, reply).error_code(), StatusCode::INVALID_ARGUMENT);
  grpc::ClientContext nobody;  // PrepareContext would say who asks
  nobody.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  EXPECT_EQ(client_->stub().GetTicket(&nobody, {}, &response).error_code(),
            StatusCode::UNAUTHENTICATED);
}

TEST_F(TicketServiceTest, ListsPageThroughAllAndFindWords) {
  for (int i = 0; i < 7; ++i) {
    client_->Open("r" + std::to_string(i), i % 2 == 0 ? "借款 ＡＢＣ" : "工资");
  }
  v1::ListTicketsRequest request;
  request.set_page_size(3);
  std::vector<std::string> numbers;
  for (int page = 0; page < 3; ++page) {
    v1::ListTicketsResponse response;
    ASSERT_TRUE(client_->List(request, response).ok());
    for (const auto& ticket : response.tickets()) numbers.push_back(ticket.ticket_no());
    EXPECT_EQ(response.next_page_token().empty(), page == 2);
    request.set_page_token(response.next_page_token());
  }
  EXPECT_EQ(numbers.size(), 7u);
  EXPECT_TRUE(std::is_sorted(numbers.rbegin(), numbers.rend()));

  v1::ListTicketsRequest words;
  words.set_text("abc 借款");
  v1::ListTicketsResponse found;
  ASSERT_TRUE(client_->List(words, found).ok());
  EXPECT_EQ(found.tickets_size(), 4);
  words.set_page_token("anything");
  EXPECT_EQ(client_->List(words, found).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(TicketServiceTest, APageOfLongTextsIsCutAndGoesOn) {
  constexpr int kTickets = 20;
  for (int i = 0; i < kTickets; ++i) {
    v1::CreateTicketRequest request;
    request.set_request_id("r" + std::to_string(i));
    request.mutable_content()->set_demand(LongText());
    v1::Ticket ticket;
    ASSERT_TRUE(client_->Create(request, ticket).ok());
  }
  v1::ListTicketsRequest request;
  int listed = 0;
  do {
    v1::ListTicketsResponse response;
    ASSERT_TRUE(client_->List(request, response).ok());
    ASSERT_GT(response.tickets_size(), 0);
    listed += response.tickets_size();
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, kTickets);
}

TEST_F(TicketServiceTest, ADraftWhoseTimeWasOverDuringAStopRegistersItselfOnceAtTheStart) {
  const v1::Ticket ticket = client_->Open("r1");
  EXPECT_TRUE(ticket.has_register_due_time());
  fixture_.Stop();
  fixture_.Advance(absl::Minutes(30));
  fixture_.Start();
  client_ = fixture_.Client();
  v1::GetTicketResponse read;
  do read = Get(ticket.ticket_no());
  while (read.ticket().state() == v1::Ticket::STATE_DRAFT);
  EXPECT_EQ(read.ticket().state(), v1::Ticket::STATE_REGISTERED);
  EXPECT_TRUE(read.ticket().registered_automatically());
  EXPECT_EQ(read.ticket().updated_by(), "system");
  EXPECT_THAT(KindsOf(read), ElementsAre("opened", "registered"));
}

TEST_F(TicketServiceTest, WatchersHearOfChanges) {
  const auto context = ContextOf("sup1");
  const auto stream = client_->stub().WatchTickets(context.get(), {});
  stream->WaitForInitialMetadata();
  std::atomic<bool> heard = false;
  std::thread opener([&] {
    for (int i = 0; !heard; ++i) client_->Open("r" + std::to_string(i));
  });
  v1::WatchTicketsResponse told;
  EXPECT_TRUE(stream->Read(&told));
  heard = true;
  opener.join();
  EXPECT_EQ(told.ticket().version(), 1);
  EXPECT_EQ(told.ticket().state(), v1::Ticket::STATE_DRAFT);
  context->TryCancel();
  while (stream->Read(&told)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);

  const auto operators = ContextOf("opr1");
  const auto refused = client_->stub().WatchTickets(operators.get(), {});
  EXPECT_EQ(refused->Finish().error_code(), StatusCode::PERMISSION_DENIED);
}

TEST_F(TicketServiceTest, ManyAtOnceLoseNothingAndNumbersNeverRepeat) {
  constexpr int kClients = 8, kTickets = 15;
  std::vector<std::thread> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.emplace_back([&, c] {
      auto client = fixture_.Client("opr" + std::to_string(c));
      for (int i = 0; i < kTickets; ++i) client.Open("r" + std::to_string(i));
    });
  }
  for (auto& client : clients) client.join();
  v1::ListTicketsRequest request;
  request.set_page_size(200);
  v1::ListTicketsResponse response;
  ASSERT_TRUE(client_->List(request, response).ok());
  EXPECT_EQ(response.tickets_size(), kClients * kTickets);
}

}  // namespace
}  // namespace hotline::ticket
