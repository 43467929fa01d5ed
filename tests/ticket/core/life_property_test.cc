// What must hold whatever people do to a ticket. The seed is fixed; see
// tests/router/core/property_test.cc.
#include <cstdlib>
#include <vector>

#include "gtest/gtest.h"

#include "rapidcheck/gtest.h"
#include "services/ticket/core/ticket_life.h"

namespace hotline::ticket {
namespace {

[[maybe_unused]] const int kSeeded = setenv("RC_PARAMS", "noshrink=1 seed=12348", /*overwrite=*/0);

constexpr int kStories = 1000, kSteps = 40;

/// A command that is now and then wrong: old versions, bad words, another role.
Command AnyCommand(const Ticket& ticket) {
  const int64_t seen = std::max<int64_t>(0, ticket.version - *rc::gen::inRange(-1, 3));
  const char* title = *rc::gen::element("", "借款", "工资", "bell\a");
  const char* answer = *rc::gen::element("", "三年");
  const Content content{
      .category = static_cast<Category>(*rc::gen::inRange(0, 8)),
      .title = title,
      .answer = answer,
      .outcomes = *rc::gen::element(std::vector<std::string>{}, std::vector<std::string>{"B01"},
                                    std::vector<std::string>{"B99"})};
  const auto fields =
      *rc::gen::element(std::vector<std::string>{}, std::vector<std::string>{"title"},
                        std::vector<std::string>{"answer", "outcomes", "category"});
  switch (*rc::gen::inRange(0, 9)) {
    case 0:
      return Open{"GD1", {.call_id = *rc::gen::element("", "C1")}, "opr1", content};
    case 1:
      return LinkCall{{.queue = "general", .answered_by = "s1"}};
    case 2:
      return NoteCaller{"138****1234"};
    case 3:
      return EndCall{absl::UnixEpoch() + absl::Minutes(*rc::gen::inRange(0, 30))};
    case 4:
      return Register{seen};
    case 5:
      return CloseOnSpot{seen};
    case 6:
      return Tick{};
    default:
      return Edit{seen, content, fields};
  }
}

void CheckStep(const Ticket& before, const Ticket& after, const Decision& decision) {
  RC_ASSERT(after.version == before.version + static_cast<int64_t>(decision.events.size()));
  RC_ASSERT(!decision.refusal || decision.events.empty());
  if (before.state == State::kNone) return;
  RC_ASSERT(after.first_contact == before.first_contact);
  RC_ASSERT(after.ticket_no == before.ticket_no);
  RC_ASSERT(after.create_time == before.create_time);
  RC_ASSERT(after.update_time >= before.update_time);
  if (before.state == State::kClosed) RC_ASSERT(after.content == before.content);
  if (after.state != before.state) RC_ASSERT(before.state == State::kDraft);
  if (after.state == State::kClosed) RC_ASSERT(MissingForClosing(after.content).empty());
}

RC_GTEST_PROP(TicketProperty, AnyHistoryKeepsTheRules, ()) {
  const Policy policy;
  for (int story = 0; story < kStories / 100; ++story) {
    TicketLife life(policy);
    std::vector<Event> log;
    absl::Time now = absl::UnixEpoch();
    for (int i = 0; i < kSteps; ++i) {
      now += absl::Minutes(*rc::gen::inRange(-1, 4));
      const Actor actor = *rc::gen::inRange(0, 3) == 0
                              ? SystemActor()
                              : Actor{"opr1", {*rc::gen::element(Role::kOperator, Role::kAuditor)}};
      const Ticket before = life.ticket();
      const Decision decision = life.Step(now, actor, AnyCommand(before));
      CheckStep(before, life.ticket(), decision);
      log.insert(log.end(), decision.events.begin(), decision.events.end());
      RC_ASSERT(CheckContent(life.ticket().content).empty());
    }
    // I10: the log says it all, also to a process that goes on from its middle.
    RC_ASSERT(Fold(log) == life.ticket());
    RC_ASSERT(TicketLife(policy, Fold(log)).next_deadline() == life.next_deadline());
  }
}

}  // namespace
}  // namespace hotline::ticket
