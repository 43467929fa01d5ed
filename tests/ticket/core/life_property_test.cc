// What must hold whatever people do to a ticket: the domain model's invariants (section 3.11) over
// random histories. A failure says the seed and how to run it again:
//
//   TICKET_SEED=17 unit_tests --gtest_filter='TicketProperty.*'
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "gtest/gtest.h"

#include "tests/ticket/core/random_history.h"

namespace hotline::ticket {
namespace {

constexpr uint32_t kSeeds = 1'200;
constexpr int kSteps = 70;

using Taken = RandomHistory::Taken;

std::vector<uint32_t> Seeds() {
  if (const char* one = std::getenv("TICKET_SEED")) {
    return {static_cast<uint32_t>(std::strtoul(one, nullptr, 10))};
  }
  std::vector<uint32_t> seeds;
  for (uint32_t seed = 1; seed <= kSeeds; ++seed) seeds.push_back(seed);
  return seeds;
}

/// Runs every seed and tells each step; `done` at the end of each history.
void ForAllHistories(const std::function<void(const Taken&)>& told,
                     const std::function<void(const RandomHistory&)>& done = {}) {
  for (const uint32_t seed : Seeds()) {
    SCOPED_TRACE("again: TICKET_SEED=" + std::to_string(seed) +
                 " unit_tests --gtest_filter='TicketProperty.*'");
    RandomHistory history(seed);
    history.Run(kSteps, told);
    if (done) done(history);
    if (testing::Test::HasFailure()) return;
  }
}

bool Overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& name) {
    return std::find(b.begin(), b.end(), name) != b.end();
  });
}

Act ActOf(const Event& event) {
  const auto* acted = std::get_if<Acted>(&event.body);
  return acted == nullptr ? Act::kNone : acted->act;
}

TEST(TicketProperty, HistoriesReachEveryStateAndEveryRow) {
  if (std::getenv("TICKET_SEED") != nullptr) GTEST_SKIP() << "one history reaches less";
  std::map<State, int> states;
  std::map<Act, int> acts;
  ForAllHistories([&](const Taken& taken) {
    ++states[taken.after.state];
    for (const Event& event : taken.decision.events) ++acts[ActOf(event)];
  });
  for (const Transition& row : Transitions()) {
    if (row.to != State::kNone) {
      EXPECT_GT(states[row.to], 0) << FormatState(row.to);
    }
  }
  for (int i = 1; i < kActs; ++i) {
    EXPECT_GT(acts[static_cast<Act>(i)], 0) << FormatAct(static_cast<Act>(i));
  }
}

// I18: no state change outside the table.
TEST(TicketProperty, EveryMoveIsARowOfTheTable) {
  ForAllHistories([](const Taken& taken) {
    State state = taken.before.state;
    for (const Event& event : taken.decision.events) {
      State to = state;
      if (const auto* acted = std::get_if<Acted>(&event.body)) to = acted->to;
      if (std::holds_alternative<Registered>(event.body)) to = State::kRegistered;
      if (std::holds_alternative<Opened>(event.body)) to = State::kDraft;
      const bool in_table =
          std::any_of(Transitions().begin(), Transitions().end(), [&](const Transition& row) {
            return row.from.Has(state) && (row.to == to || (row.to == State::kNone && to == state));
          });
      EXPECT_TRUE(in_table) << FormatState(state) << " → " << FormatState(to);
      state = to;
    }
    EXPECT_EQ(state, taken.after.state);
  });
}

// I3: nothing is closed as handled without a contact or three attempts at one.
TEST(TicketProperty, HandledMeansThatTheCitizenWasContacted) {
  ForAllHistories([](const Taken& taken) {
    if (taken.before.state != State::kDoneReview && taken.after.state == State::kDoneReview) {
      const auto& contacts = taken.after.work.contacts;
      const auto tries = std::count_if(contacts.begin(), contacts.end(),
                                       [](const Contact& contact) { return !contact.reached; });
      EXPECT_TRUE(tries >= 3 || std::any_of(contacts.begin(), contacts.end(),
                                            [](auto& contact) { return contact.reached; }));
    }
    if (!IsOver(taken.before.state) && taken.after.closure == Closure::kHandled) {
      EXPECT_EQ(taken.before.state, State::kToFollowUp);
    }
  });
}

// I4: one lead while somebody has it.
TEST(TicketProperty, WhatIsDispatchedHasALead) {
  ForAllHistories([](const Taken& taken) {
    static constexpr States kWithLead = {
        State::kDispatched, State::kReturnAsked, State::kRuling,     State::kInProgress,
        State::kSuspended,  State::kDoneReview,  State::kToFollowUp, State::kRework};
    if (kWithLead.Has(taken.after.state)) {
      EXPECT_FALSE(taken.after.work.lead.org.empty());
    }
  });
}

// I5: a deadline moves later only for a reason that is written beside it.
TEST(TicketProperty, DeadlinesMoveLaterOnlyForAReason) {
  ForAllHistories([](const Taken& taken) {
    Ticket ticket = taken.before;
    for (const Event& event : taken.decision.events) {
      for (const ClockSet& set : event.clocks) {
        const TicketClock* before = FindClock(ticket.clocks, set.kind);
        if (before == nullptr || set.due <= before->due || set.kind != ClockKind::kHandling) {
          continue;
        }
        const bool redone = ActOf(event) == Act::kDissatisfied || ActOf(event) == Act::kReopen;
        const bool reason = set.move.why == Why::kExtension || set.move.why == Why::kPause ||
                            set.move.why == Why::kFault || set.move.why == Why::kCalendar;
        // A clock that stood still, or was done, begins anew for a crisis.
        const bool crisis = set.move.why == Why::kPriority && !before->runs();
        EXPECT_TRUE(redone || reason || crisis) << event << " " << FormatWhy(set.move.why);
      }
      Apply(event, ticket);
    }
  });
}

// I6: who handles, who calls back and who decides are three people; who asks does not approve.
TEST(TicketProperty, DutiesAreSeparate) {
  ForAllHistories([](const Taken& taken) {
    const Work& work = taken.after.work;
    EXPECT_FALSE(Overlap(work.handlers, work.callers_back));
    EXPECT_FALSE(Overlap(work.handlers, work.rulers));
    EXPECT_FALSE(Overlap(work.callers_back, work.rulers));
    for (const Event& event : taken.decision.events) {
      const Act act = ActOf(event);
      if (act == Act::kRefuse || act == Act::kSuspend || act == Act::kExtend ||
          act == Act::kUnreasonable) {
        ASSERT_TRUE(taken.before.work.proposal);
        EXPECT_NE(event.account, taken.before.work.proposal->account);
      }
    }
  });
}

// I7: whom a complaint is about does nothing with it and is never sent it.
TEST(TicketProperty, RespondentsStayOutside) {
  ForAllHistories([](const Taken& taken) {
    if (!taken.decision.events.empty() && taken.actor.account != kSystemAccount) {
      EXPECT_FALSE(IsRespondent(taken.before.marks, taken.actor));
    }
    for (const Event& event : taken.decision.events) {
      const auto* acted = std::get_if<Acted>(&event.body);
      if (acted == nullptr || (acted->act != Act::kDispatch && acted->act != Act::kRule &&
                               acted->act != Act::kHandOver)) {
        continue;
      }
      const Actor target{.org = acted->with.unit.org, .path = acted->with.unit.path};
      EXPECT_FALSE(IsRespondent(taken.before.marks, target));
    }
  });
}

// I8: a village closes neither a complaint nor legal aid.
TEST(TicketProperty, VillagesDecideNeitherLegalAidNorComplaints) {
  ForAllHistories([](const Taken& taken) {
    if (!taken.actor.roles.Meets({Role::kVillageContact})) return;
    const Category category = taken.before.content.category;
    if (category != Category::kLegalAid && category != Category::kComplaint) return;
    for (const Event& event : taken.decision.events) EXPECT_NE(ActOf(event), Act::kSubmit);
    EXPECT_FALSE(taken.after.state == State::kClosed && taken.before.state != State::kClosed);
  });
}

// I10: the log says it all, also to a process that goes on from its middle; the same commands lead
// to the same decisions.
TEST(TicketProperty, TheLogIsTheTicket) {
  ForAllHistories(
      [](const Taken& taken) {
        TicketLife again(taken.policy, taken.before);
        const Decision decision = again.Step(taken.now, taken.actor, taken.command);
        EXPECT_EQ(decision.events, taken.decision.events);
        EXPECT_EQ(decision.refusal, taken.decision.refusal);
      },
      [](const RandomHistory& history) {
        EXPECT_EQ(Fold(history.log()), history.life().ticket());
        EXPECT_EQ(TicketLife(history.policy(), Fold(history.log())).next_deadline(),
                  history.life().next_deadline());
      });
}

// I13: a crisis is never refused, merged away, withdrawn, or given back.
TEST(TicketProperty, ACrisisIsNeverPutAside) {
  ForAllHistories([](const Taken& taken) {
    if (taken.before.marks.priority != Priority::kCrisis) return;
    for (const Event& event : taken.decision.events) {
      const Act act = ActOf(event);
      EXPECT_NE(act, Act::kRefuse);
      EXPECT_NE(act, Act::kMerge);
      EXPECT_NE(act, Act::kAskReturn);
      if (event.account != kSystemAccount) {
        EXPECT_NE(act, Act::kWithdraw);
      }
    }
  });
}

// Timers: what was due has happened, once, and says when it should have.
TEST(TicketProperty, TimersFireOnceAndSayWhenTheyWereDue) {
  ForAllHistories([&](const Taken& taken) {
    if (!std::holds_alternative<Tick>(taken.command)) return;
    EXPECT_GT(TicketLife(taken.policy, taken.after).next_deadline(), taken.now);
    for (const Event& event : taken.decision.events) {
      const auto* warned = std::get_if<Warned>(&event.body);
      if (warned == nullptr) continue;
      EXPECT_LE(warned->due, taken.now);
      EXPECT_EQ(warned->late_fired, taken.now - warned->due > taken.policy.late_after);
    }
  });
}

// What one person refuses to see changed is refused, and a refusal changes nothing.
TEST(TicketProperty, ARefusalLeavesNoTrace) {
  ForAllHistories([](const Taken& taken) {
    EXPECT_FALSE(taken.decision.refusal && !taken.decision.events.empty());
    if (taken.decision.events.empty()) {
      EXPECT_EQ(taken.before, taken.after);
    }
    EXPECT_EQ(taken.after.version,
              taken.before.version + static_cast<int64_t>(taken.decision.events.size()));
    if (taken.before.state == State::kNone) return;
    EXPECT_EQ(taken.before.first_contact, taken.after.first_contact);
    EXPECT_EQ(taken.before.ticket_no, taken.after.ticket_no);
    EXPECT_GE(taken.after.update_time, taken.before.update_time);
  });
}

}  // namespace
}  // namespace hotline::ticket
