// The life cycle over gRPC and a real SQLite file: dispatched, handled, followed up; who sees what.
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/runtime/grpc_client.h"
#include "services/runtime/proto_time.h"
#include "services/ticket/service/convert.h"
#include "tests/runtime/ask_until.h"
#include "tests/runtime/test_key.h"
#include "tests/ticket/core/random_history.h"
#include "tests/ticket/service/ticket_fixture.h"

namespace hotline::ticket {
namespace {

using access::v1::Role;
using grpc::StatusCode;
using testing::Contains;
using testing::HasSubstr;

struct Person {
  std::string account;
  Role role = access::v1::ROLE_UNSPECIFIED;
  std::string org = {}, path = {}, employer = {};
};

const Person kOperator{"opr1", access::v1::ROLE_OPERATOR};
const Person kDispatcher{"dsp1", access::v1::ROLE_CITY_DISPATCHER};
const Person kClerk{"stn1", access::v1::ROLE_STATION_CLERK, "stn-a", "/city/x/a"};
const Person kOtherClerk{"stn2", access::v1::ROLE_STATION_CLERK, "stn-b", "/city/x/b"};
const Person kCounty{"cds1", access::v1::ROLE_COUNTY_DISPATCHER, "x", "/city/x"};
const Person kFollowUp{"cbk1", access::v1::ROLE_FOLLOW_UP};
const Person kContractor{"ops1", access::v1::ROLE_CONTRACTOR, "", "", "firm-f"};

class TicketWorkTest : public testing::Test {
 protected:
  TicketWorkTest() {
    fixture_.Start();
    client_.emplace(fixture_.Client());
  }

  static std::unique_ptr<grpc::ClientContext> As(const Person& person) {
    access::v1::Identity identity;
    identity.set_account(person.account);
    identity.set_area("test");
    identity.add_roles(person.role);
    identity.set_org(person.org);
    identity.set_org_path(person.path);
    identity.set_employer(person.employer);
    *identity.mutable_expire_time() = ToProto(absl::Now() + absl::Hours(1));
    auto context = MakeContextFor(SignIdentity(TestKey(), identity), absl::Seconds(20));
    context->set_wait_for_ready(true);
    return context;
  }

  v1::AdvanceTicketRequest Request(const std::string& act, const std::string& text = "") {
    v1::AdvanceTicketRequest request;
    request.set_request_id("r" + std::to_string(++requests_));
    request.set_ticket_no(ticket_.ticket_no());
    request.set_version(ticket_.version());
    request.set_act(act);
    request.set_text(text);
    return request;
  }

  grpc::Status Advance(const Person& person, const v1::AdvanceTicketRequest& request) {
    v1::AdvanceTicketResponse response;
    const auto status = client_->stub().AdvanceTicket(As(person).get(), request, &response);
    if (status.ok()) ticket_ = response.ticket();
    return status;
  }

  /// Registered by an operator, and sent to station A.
  void Dispatch() {
    ticket_ = client_->Open("open", "相邻纠纷");
    v1::UpdateTicketRequest edit;
    edit.set_request_id("edit");
    edit.set_ticket_no(ticket_.ticket_no());
    edit.set_version(ticket_.version());
    edit.mutable_content()->set_category(v1::CATEGORY_MEDIATION);
    edit.mutable_content()->set_citizen_name("张三");
    edit.mutable_update_mask()->add_paths("category");
    edit.mutable_update_mask()->add_paths("citizen_name");
    ASSERT_TRUE(client_->Update(edit, ticket_).ok());
    v1::RegisterTicketRequest registration;
    registration.set_request_id("register");
    registration.set_ticket_no(ticket_.ticket_no());
    registration.set_version(ticket_.version());
    ASSERT_TRUE(client_->Register(registration, ticket_).ok());
    auto request = Request("dispatch");
    request.mutable_unit()->set_org("stn-a");
    request.mutable_unit()->set_path("/city/x/a");
    request.set_yes(true);
    request.add_rules("R4:division");
    const auto status = Advance(kDispatcher, request);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  grpc::Status Get(const Person& person, v1::GetTicketResponse* out = nullptr) {
    v1::GetTicketRequest request;
    request.set_ticket_no(ticket_.ticket_no());
    v1::GetTicketResponse response;
    const auto status = client_->stub().GetTicket(As(person).get(), request, &response);
    if (out != nullptr) *out = response;
    return status;
  }

  int CountListed(const Person& person) {
    v1::ListTicketsResponse response;
    EXPECT_TRUE(client_->stub().ListTickets(As(person).get(), {}, &response).ok());
    return response.tickets_size();
  }

  grpc::Status Classify(const v1::TicketMarks& marks, const std::string& field) {
    v1::ClassifyTicketRequest request;
    request.set_request_id("c" + std::to_string(++requests_));
    request.set_ticket_no(ticket_.ticket_no());
    request.set_version(ticket_.version());
    *request.mutable_marks() = marks;
    request.mutable_update_mask()->add_paths(field);
    v1::ClassifyTicketResponse response;
    const auto status = client_->stub().ClassifyTicket(As(kDispatcher).get(), request, &response);
    if (status.ok()) ticket_ = response.ticket();
    return status;
  }

  TicketFixture fixture_;
  std::optional<TicketClient> client_;
  v1::Ticket ticket_;
  int requests_ = 0;
};

TEST_F(TicketWorkTest, IsDispatchedHandledAndFollowedUp) {
  Dispatch();
  EXPECT_EQ(ticket_.state(), v1::Ticket::STATE_DISPATCHED);
  EXPECT_EQ(ticket_.lead().org(), "stn-a");
  ASSERT_TRUE(Advance(kClerk, Request("accept")).ok());
  auto contact = Request("contact");
  contact.set_what("visit");
  contact.set_yes(true);
  ASSERT_TRUE(Advance(kClerk, contact).ok());
  ASSERT_TRUE(Advance(kClerk, Request("submit", "化解")).ok());
  EXPECT_EQ(ticket_.result(), "化解");
  ASSERT_TRUE(Advance(kCounty, Request("pass_result", "已达成协议")).ok());
  auto satisfied = Request("satisfied");
  satisfied.set_what("sms");
  ASSERT_TRUE(Advance(kFollowUp, satisfied).ok());
  EXPECT_EQ(ticket_.state(), v1::Ticket::STATE_CLOSED);
  EXPECT_EQ(ticket_.closure(), v1::CLOSURE_HANDLED);
  v1::GetTicketResponse all;
  ASSERT_TRUE(Get(kOperator, &all).ok());
  EXPECT_EQ(all.events_size(), all.ticket().version());
  EXPECT_EQ(all.events(3).kind(), "dispatch");
  EXPECT_EQ(all.events(3).rules(0), "R4:division");
  EXPECT_GT(all.events(3).clocks_size(), 2);
}

TEST_F(TicketWorkTest, ARefusalHasItsSentenceAndItsCode) {
  Dispatch();
  const auto other = Advance(kOtherClerk, Request("accept"));
  EXPECT_EQ(other.error_code(), StatusCode::NOT_FOUND) << "not theirs: it is not there";
  const auto early = Advance(kClerk, Request("submit", "x"));
  EXPECT_EQ(early.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(early.error_message(), HasSubstr("a ticket that is dispatched cannot be"));
  const auto role = Advance(kFollowUp, Request("accept"));
  EXPECT_EQ(role.error_code(), StatusCode::PERMISSION_DENIED);
  const auto word = Advance(kClerk, Request("acept"));
  EXPECT_EQ(word.error_code(), StatusCode::INVALID_ARGUMENT);
  auto limit = Request("dispatch");
  limit.set_limit("5weeks");
  EXPECT_THAT(Advance(kDispatcher, limit).error_message(), HasSubstr("is no time limit"));
}

TEST_F(TicketWorkTest, ARepeatedStepIsTakenOnce) {
  Dispatch();
  const auto request = Request("accept");
  ASSERT_TRUE(Advance(kClerk, request).ok());
  const auto version = ticket_.version();
  ASSERT_TRUE(Advance(kClerk, request).ok());
  EXPECT_EQ(ticket_.version(), version);
}

TEST_F(TicketWorkTest, NobodyAcceptsItSoItAcceptsItself) {
  Dispatch();
  fixture_.Advance(absl::Hours(24 * 20));
  const auto goes_on = [&] {
    v1::GetTicketResponse response;
    if (Get(kDispatcher, &response).ok()) ticket_ = response.ticket();
    return ticket_.stage() == "circulated";
  };
  EXPECT_TRUE(AskUntil(goes_on));
  EXPECT_EQ(ticket_.state(), v1::Ticket::STATE_IN_PROGRESS);
  v1::GetTicketResponse all;
  ASSERT_TRUE(Get(kDispatcher, &all).ok());
  bool late = false;
  for (const auto& event : all.events())
    late = late || (event.kind() == "auto_accept" && event.late());
  EXPECT_TRUE(late) << "the timers were late by weeks, and say so";
  EXPECT_EQ(all.ticket().stage(), "circulated");
}

TEST_F(TicketWorkTest, AnotherCalendarMovesTheDeadlinesOfOpenTickets) {
  Dispatch();
  const auto handling = [&] {
    v1::GetTicketResponse response;
    (void)Get(kDispatcher, &response);
    for (const auto& clock : response.ticket().clocks()) {
      if (clock.kind() == "handling") return clock;
    }
    return v1::TicketClock();
  };
  const absl::Time before = FromProto(handling().due_time());
  CalendarRules rules;
  rules.holidays = {absl::ToCivilDay(before - absl::Seconds(1), rules.zone)};
  fixture_.Stop();
  fixture_.SetCalendar(WorkingCalendar::Make(rules).value());
  fixture_.Start();
  client_.emplace(fixture_.Client());
  EXPECT_TRUE(AskUntil([&] { return handling().earlier_due_times_size() == 1; }));
  EXPECT_GT(FromProto(handling().due_time()), before);
  EXPECT_EQ(FromProto(handling().earlier_due_times(0)), before);
}

TEST_F(TicketWorkTest, EachSeesItsOwnSubtreeAndRespondentsSeeNothing) {
  Dispatch();
  EXPECT_TRUE(Get(kClerk).ok());
  EXPECT_TRUE(Get(kCounty).ok());
  EXPECT_EQ(Get(kOtherClerk).error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(CountListed(kClerk), 1);
  EXPECT_EQ(CountListed(kOtherClerk), 0);
  EXPECT_TRUE(Get(kContractor).ok());
  v1::TicketMarks marks;
  marks.add_respondents("firm-f");
  ASSERT_TRUE(Classify(marks, "respondents").ok());
  EXPECT_EQ(Get(kContractor).error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(CountListed(kContractor), 0);
  EXPECT_EQ(Advance(kContractor, Request("note", "x")).error_code(), StatusCode::NOT_FOUND);
}

TEST_F(TicketWorkTest, TheNameInAConfidentialTicketIsForThoseWhoWorkOnIt) {
  Dispatch();
  v1::TicketMarks marks;
  marks.set_secrecy("confidential");
  ASSERT_TRUE(Classify(marks, "secrecy").ok());
  v1::GetTicketResponse response;
  ASSERT_TRUE(Get({"opr2", access::v1::ROLE_OPERATOR}, &response).ok());
  EXPECT_EQ(response.ticket().content().citizen_name(), "");
  ASSERT_TRUE(Get(kClerk, &response).ok());
  EXPECT_EQ(response.ticket().content().citizen_name(), "张三");
  marks.set_secrecy("secret");
  EXPECT_EQ(Classify(marks, "secrecy").error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(TicketWorkTest, TheNameInAConfidentialTicketIsInNoReplyAndCannotBeSearchedFor) {
  Dispatch();
  v1::TicketMarks marks;
  marks.set_secrecy("confidential");
  ASSERT_TRUE(Classify(marks, "secrecy").ok());
  const Person stranger{"opr2", access::v1::ROLE_OPERATOR};
  ASSERT_TRUE(Advance(stranger, Request("note", "来电询问进度")).ok());
  EXPECT_EQ(ticket_.content().citizen_name(), "");
  v1::ListTicketsRequest search;
  search.set_text("张三");
  v1::ListTicketsResponse found;
  ASSERT_TRUE(client_->stub().ListTickets(As(stranger).get(), search, &found).ok());
  EXPECT_EQ(found.tickets_size(), 0);
  ASSERT_TRUE(client_->stub().ListTickets(As(kDispatcher).get(), search, &found).ok());
  EXPECT_EQ(found.tickets_size(), 1);
  search.set_text("相邻纠纷");
  ASSERT_TRUE(client_->stub().ListTickets(As(stranger).get(), search, &found).ok());
  EXPECT_EQ(found.tickets_size(), 1);
}

TEST_F(TicketWorkTest, WhatCannotBeStoredOrUndoneIsRefused) {
  Dispatch();
  for (const int64_t seconds : {-1'000'000'000'000, 0L, 253'402'300'800L}) {
    auto request = Request("note", "x");
    request.mutable_time()->set_seconds(seconds);
    EXPECT_EQ(Advance(kClerk, request).error_code(), StatusCode::INVALID_ARGUMENT) << seconds;
  }
  auto request = Request("note", "x");
  request.mutable_unit()->set_path(std::string(201, 'x'));
  EXPECT_EQ(Advance(kClerk, request).error_code(), StatusCode::INVALID_ARGUMENT);
  for (const std::string name : {"system", "/", "/city", "/city/", ""}) {
    v1::TicketMarks marks;
    marks.add_respondents(name);
    EXPECT_EQ(Classify(marks, "respondents").error_code(), StatusCode::INVALID_ARGUMENT) << name;
  }
  EXPECT_TRUE(Get(kClerk).ok()) << "and the ticket can be read";
}

TEST_F(TicketWorkTest, AHundredLongNotesCanStillBeOpened) {
  Dispatch();
  std::string text;
  while (text.size() < 14'000) text += "长";
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(Advance(kClerk, Request("note", text)).ok());
  v1::GetTicketResponse response;
  ASSERT_TRUE(Get(kClerk, &response).ok());
  EXPECT_GT(response.events_size(), 3);
  EXPECT_EQ(response.events(response.events_size() - 1).version(), ticket_.version());
}

TEST_F(TicketWorkTest, WhoSeesTheNumberIsWrittenDownWithTheReason) {
  Dispatch();
  v1::UnmaskCallerRequest request;
  request.set_request_id("unmask");
  request.set_ticket_no(ticket_.ticket_no());
  v1::UnmaskCallerResponse response;
  EXPECT_EQ(client_->stub().UnmaskCaller(As(kClerk).get(), request, &response).error_code(),
            StatusCode::INVALID_ARGUMENT)
      << "without a reason";
  request.set_reason("回访核对");
  ASSERT_TRUE(client_->stub().UnmaskCaller(As(kClerk).get(), request, &response).ok());
  EXPECT_EQ(response.caller(), "") << "a visit has no caller";
  EXPECT_EQ(client_->stub().UnmaskCaller(As(kContractor).get(), request, &response).error_code(),
            StatusCode::PERMISSION_DENIED);
  v1::GetTicketResponse all;
  ASSERT_TRUE(Get(kDispatcher, &all).ok());
  const auto& last = all.events(all.events_size() - 1);
  EXPECT_EQ(last.kind(), "unmask");
  EXPECT_EQ(last.account(), "stn1");
  EXPECT_EQ(last.text(), "回访核对");
}

// What is stored is what was: any ticket, any event.
TEST(TicketRowsTest, AnyTicketComesBackAsItWas) {
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    RandomHistory history(seed);
    history.Run(60, [](const RandomHistory::Taken& taken) {
      if (taken.after.state == State::kNone) return;
      const auto back = FromRow(ToRow(TicketLife(taken.policy, taken.after)));
      ASSERT_TRUE(back.ok()) << back.status();
      EXPECT_EQ(*back, taken.after);
      for (const Event& event : taken.decision.events) {
        const auto read = FromRow(ToRow(event));
        ASSERT_TRUE(read.ok()) << read.status();
        EXPECT_EQ(*read, event);
      }
    });
    if (testing::Test::HasFailure()) return;
  }
}

TEST_F(TicketWorkTest, WorkListsHaveWhatAnOrganisationOwesAndWhatIsOverdue) {
  Dispatch();
  const auto list = [&](const Person& person, const v1::ListTicketsRequest& request) {
    v1::ListTicketsResponse response;
    const auto status = client_->stub().ListTickets(As(person).get(), request, &response);
    return status.ok() ? response.tickets_size() : -static_cast<int>(status.error_code());
  };
  v1::ListTicketsRequest mine;
  mine.set_mine(true);
  EXPECT_EQ(list(kClerk, mine), 1);
  EXPECT_EQ(list(kOtherClerk, mine), 0);
  EXPECT_EQ(list(kDispatcher, mine), -static_cast<int>(StatusCode::FAILED_PRECONDITION));
  v1::ListTicketsRequest of_unit;
  of_unit.set_lead_org("stn-a");
  EXPECT_EQ(list(kDispatcher, of_unit), 1);
  of_unit.set_lead_org("stn-b");
  EXPECT_EQ(list(kDispatcher, of_unit), 0);

  v1::ListTicketsRequest due;
  *due.mutable_due_before_time() = ToProto(absl::Now());
  EXPECT_EQ(list(kDispatcher, due), 0);
  *due.mutable_due_before_time() = ToProto(absl::Now() + absl::Hours(24 * 7));
  EXPECT_EQ(list(kDispatcher, due), 1);

  v1::CountTicketsResponse counts;
  EXPECT_EQ(client_->stub().CountTickets(As(kClerk).get(), {}, &counts).error_code(),
            StatusCode::PERMISSION_DENIED);
  ASSERT_TRUE(client_->stub().CountTickets(As(kDispatcher).get(), {}, &counts).ok());
  ASSERT_EQ(counts.counts_size(), 1);
  EXPECT_EQ(counts.counts(0).state(), v1::Ticket::STATE_DISPATCHED);
  EXPECT_EQ(counts.counts(0).tickets(), 1);
  EXPECT_EQ(counts.counts(0).overdue(), 0);
}

TEST_F(TicketWorkTest, EverybodyIsToldHisOwnNextSteps) {
  Dispatch();
  const auto allowed = [&](const Person& person) {
    v1::GetTicketResponse response;
    EXPECT_TRUE(Get(person, &response).ok());
    std::vector<std::string> acts;
    for (const v1::TicketStep& step : response.steps()) {
      if (step.allowed()) acts.push_back(step.act());
    }
    return acts;
  };
  EXPECT_THAT(allowed(kClerk), Contains("accept"));
  EXPECT_THAT(allowed(kClerk), Contains("ask_return"));
  EXPECT_THAT(allowed(kDispatcher), Contains("urge"));
  EXPECT_THAT(allowed(kDispatcher), testing::Not(Contains("accept")));
  v1::GetTicketResponse response;
  ASSERT_TRUE(Get(kDispatcher, &response).ok());
  EXPECT_EQ(response.steps(0).act(), "accept");
  EXPECT_THAT(response.steps(0).roles(), Contains(access::v1::ROLE_STATION_CLERK));
}

}  // namespace
}  // namespace hotline::ticket
