#include "services/ticket/exchange/public_view.h"

#include "gtest/gtest.h"

namespace hotline::ticket {
namespace {

const absl::Time kDue = absl::FromUnixSeconds(1'795'000'000);

/// E-778 of 12345, with much that is nobody's business outside.
Ticket Order(State state) {
  Ticket ticket;
  ticket.ticket_no = "GD9900012609150000427";
  ticket.state = state;
  ticket.marks.external_source = "12345";
  ticket.marks.external_no = "E-778";
  ticket.content.citizen_name = "张三";
  ticket.content.answer = "an answer";
  ticket.work.result = "an inner result";
  ticket.clocks.push_back({.kind = ClockKind::kHandling, .due = kDue});
  return ticket;
}

TEST(PublicViewTest, StageDeadlineAndPublicAnswerOnly) {
  Ticket ticket = Order(State::kInProgress);
  PublicView view = PublicViewOf(ticket);
  EXPECT_EQ(view.stage, "in_progress");
  EXPECT_EQ(view.deadline, kDue);
  EXPECT_EQ(view.public_answer, "") << "neither the answer on the telephone nor the inner result";
  ticket.state = State::kToFollowUp;
  ticket.work.public_answer = "what the citizen is told";
  ticket.clocks[0].done = kDue;
  view = PublicViewOf(ticket);
  EXPECT_EQ(view.stage, "follow_up");
  EXPECT_FALSE(view.deadline);
  EXPECT_EQ(view.public_answer, "what the citizen is told");
}

TEST(PublicViewTest, WhatIsClosedSaysHow) {
  Ticket ticket = Order(State::kClosed);
  ticket.closure = Closure::kOnSpot;
  EXPECT_EQ(PublicViewOf(ticket).closure, "on_spot");
  EXPECT_EQ(PublicViewOf(ticket).public_answer, "an answer");
}

TEST(PublicViewTest, TheOtherSystemHearsOfWhatItMayKnow) {
  const Ticket registered = Order(State::kRegistered);
  EXPECT_TRUE(MustTell("12345", registered, Order(State::kDispatched)));
  EXPECT_FALSE(MustTell("12345", registered, registered));
  EXPECT_FALSE(MustTell("12345", registered, Order(State::kToDispatch))) << "still accepted";
  Ticket noted = registered;
  noted.work.result = "something inside";
  EXPECT_FALSE(MustTell("12345", registered, noted));
  noted.clocks[0].due += absl::Hours(24);
  EXPECT_TRUE(MustTell("12345", registered, noted)) << "another deadline";
}

TEST(PublicViewTest, OnlyOfItsOwnNumbers) {
  const Ticket after = Order(State::kDispatched);
  EXPECT_FALSE(MustTell("", Ticket(), after)) << "no exchange";
  EXPECT_FALSE(MustTell("province", Ticket(), after));
  Ticket before = after;
  before.marks.external_no = "";
  EXPECT_TRUE(MustTell("12345", before, after)) << "it has a number from now on";
}

}  // namespace
}  // namespace hotline::ticket
