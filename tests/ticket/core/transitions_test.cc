#include "services/ticket/core/transitions.h"

#include <set>

#include "gtest/gtest.h"

#include "services/ticket/core/ticket_life.h"

namespace hotline::ticket {
namespace {

TEST(TransitionsTest, RowsThatMoveHaveTheirNumberAndTheOthersNone) {
  std::set<int> rows;
  for (const Transition& row : Transitions()) {
    EXPECT_EQ(row.row == 0, row.from == row.to);
    EXPECT_NE(row.guard, nullptr);
    EXPECT_NE(row.effect, nullptr);
    rows.insert(row.row);
  }
  EXPECT_EQ(rows, (std::set<int>{0, 1, 2, 3}));
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
