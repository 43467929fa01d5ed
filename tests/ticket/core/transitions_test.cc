#include "services/ticket/core/transitions.h"

#include <set>

#include "gtest/gtest.h"

#include "services/ticket/core/ticket_life.h"

namespace hotline::ticket {
namespace {

TEST(TransitionsTest, EveryRowOfTheDomainModelIsThere) {
  std::set<int> rows;
  for (const Transition& row : Transitions()) {
    EXPECT_NE(row.guard, nullptr);
    EXPECT_NE(row.effect, nullptr);
    EXPECT_EQ(row.deadline != nullptr, row.trigger.command == Command(Tick{}).index())
        << "row " << row.row << ": time alone has deadlines";
    rows.insert(row.row);
  }
  std::set<int> all;
  for (int row = 0; row <= 30; ++row) all.insert(row);
  EXPECT_EQ(rows, all);
}

TEST(TransitionsTest, WhatMovesNothingHasNoNumberExceptThoseThatTheModelNumbers) {
  for (const Transition& row : Transitions()) {
    const bool stays = row.to == State::kNone;
    if (row.row == 0) {
      EXPECT_TRUE(stays);
    }
    if (stays) {
      EXPECT_TRUE((std::set<int>{0, 11, 14, 16, 30}).contains(row.row)) << row.row;
    }
  }
}

TEST(TransitionsTest, EveryActHasItsRowAndItsWord) {
  std::set<Act> acts;
  for (const Transition& row : Transitions()) acts.insert(row.trigger.act);
  for (int i = 1; i < kActs; ++i) {
    const auto act = static_cast<Act>(i);
    EXPECT_EQ(ParseAct(FormatAct(act)), act);
    if (act == Act::kAcceptByItself || act == Act::kArchive) continue;
    EXPECT_TRUE(acts.contains(act)) << FormatAct(act);
  }
}

TEST(TransitionsTest, EveryStateThatCanBeReachedCanBeLeftExceptTheArchive) {
  std::set<State> reached;
  for (const Transition& row : Transitions()) reached.insert(row.to);
  reached.erase(State::kNone);
  for (const State state : reached) {
    bool left = false;
    for (const Transition& row : Transitions()) {
      left = left || (row.from.Has(state) && row.to != State::kNone && row.to != state);
    }
    EXPECT_EQ(left, state != State::kArchived) << FormatState(state);
  }
}

TEST(TransitionsTest, ARoleWithoutARowIsToldSo) {
  const Policy policy;
  TicketLife life(policy);
  const Actor village{"vil1", {Role::kVillageContact}};
  const Decision decision = life.Step(absl::UnixEpoch(), village, Open{.ticket_no = "GD1"});
  ASSERT_TRUE(decision.refusal);
  EXPECT_EQ(decision.refusal->reason, Refusal::Reason::kNotAllowed);
  EXPECT_EQ(life.ticket(), Ticket());
}

}  // namespace
}  // namespace hotline::ticket
