#include "services/ticket/core/steps.h"

#include <algorithm>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/ticket/core/ticket_life.h"
#include "tests/ticket/core/random_history.h"

namespace hotline::ticket {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

const absl::Time kStart =
    absl::FromCivil(absl::CivilSecond(2026, 9, 28, 9, 0, 0), absl::FixedTimeZone(8 * 3600));

Actor Person(const std::string& account, Role role, const std::string& org = "",
             const std::string& path = "") {
  return {.account = account, .roles = {role}, .org = org, .path = path};
}

const Actor kOperator = Person("opr1", Role::kOperator);
const Actor kDispatcher = Person("dsp1", Role::kCityDispatcher);
const Actor kClerk = Person("stn1", Role::kStationClerk, "stn-a", "/city/x/a");
const Actor kOtherClerk = Person("stn2", Role::kStationClerk, "stn-b", "/city/x/b");

class StepsTest : public testing::Test {
 protected:
  void Do(const Actor& actor, const Command& command) {
    now_ += absl::Minutes(1);
    const Decision decision = life_.Step(now_, actor, command);
    ASSERT_FALSE(decision.refusal) << decision.refusal->sentence;
  }

  void Dispatched() {
    Do(kOperator, Open{.ticket_no = "GD9900012609280000015",
                       .origin = {.entry = "counter"},
                       .first_contact = "opr1"});
    Do(kOperator, Register{life_.ticket().version});
    ticket::Do dispatch{Act::kDispatch, life_.ticket().version, {}};
    dispatch.with.unit = {"stn-a", "/city/x/a"};
    dispatch.with.yes = true;
    Do(kDispatcher, dispatch);
  }

  std::vector<StepOffer> Offers(const Actor& actor) {
    return StepsFrom(policy_, life_.ticket(), actor, now_);
  }

  std::set<std::string> Allowed(const Actor& actor) {
    std::set<std::string> words;
    for (const StepOffer& offer : Offers(actor)) {
      if (!offer.allowed) continue;
      words.insert(std::string(offer.word) + (offer.what.empty() ? "" : ":") +
                   std::string(offer.what));
    }
    return words;
  }

  const StepOffer* Find(const std::vector<StepOffer>& offers, std::string_view word) {
    const auto found = std::find_if(offers.begin(), offers.end(),
                                    [&](const StepOffer& offer) { return offer.word == word; });
    return found == offers.end() ? nullptr : &*found;
  }

  Policy policy_;
  TicketLife life_{policy_};
  absl::Time now_ = kStart;
};

TEST_F(StepsTest, ADispatchedTicketIsAcceptedByItsUnitAlone) {
  Dispatched();
  EXPECT_THAT(Allowed(kClerk), Contains("accept"));
  EXPECT_THAT(Allowed(kClerk), Contains("ask_return"));
  EXPECT_THAT(Allowed(kClerk), Not(Contains("dispatch")));
  EXPECT_THAT(Allowed(kOtherClerk), Not(Contains("accept")));
  const auto offers = Offers(kOtherClerk);
  const StepOffer* accept = Find(offers, "accept");
  ASSERT_NE(accept, nullptr);
  EXPECT_EQ(accept->sentence, "only the organisation that answers for the ticket may do that");
  EXPECT_EQ(accept->to, State::kInProgress);
  EXPECT_EQ(Find(offers, "rule"), nullptr) << "the table has no such row here";
}

TEST_F(StepsTest, SaysWhatAStepAsksForAndWhatIsMissing) {
  Dispatched();
  const auto offers = Offers(kClerk);
  const StepOffer* back = Find(offers, "ask_return");
  ASSERT_NE(back, nullptr);
  const std::vector<StepInput> wanted = {
      {"reason", true, {}}, {"text", true, {}}, {"unit", true, {}}};
  EXPECT_EQ(back->inputs, wanted);
  EXPECT_THAT(back->sentence, IsEmpty()) << "what the form asks for is not missing yet";
  Do(kClerk, ticket::Do{Act::kAccept, life_.ticket().version, {}});
  const auto later = Offers(kClerk);
  const StepOffer* submit = Find(later, "submit");
  ASSERT_NE(submit, nullptr);
  EXPECT_TRUE(submit->allowed);
  EXPECT_EQ(submit->sentence,
            "the contact with the citizen is not recorded, nor 3 attempts at one");
  EXPECT_THAT(Allowed(kClerk), Contains("propose:extend"));
  EXPECT_THAT(Allowed(kClerk), Contains("propose:suspend"));
  EXPECT_THAT(Allowed(kClerk), Not(Contains("propose:refuse")));
  EXPECT_THAT(Allowed(kClerk), Not(Contains("answer_order"))) << "there is none";
}

TEST_F(StepsTest, WhomAComplaintIsAboutIsOfferedNothing) {
  Dispatched();
  Classify classify{life_.ticket().version, {}, {"respondents"}};
  classify.marks.respondents = {"stn1"};
  Do(kDispatcher, classify);
  EXPECT_THAT(Allowed(kClerk), IsEmpty());
}

// Whatever has happened: what somebody does was offered to him before.
TEST_F(StepsTest, WhatIsDoneWasOffered) {
  int done = 0;
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    RandomHistory history(seed);
    history.Run(60, [&](const RandomHistory::Taken& taken) {
      const auto* act = std::get_if<ticket::Do>(&taken.command);
      if (act == nullptr || taken.decision.events.empty()) return;
      if (taken.actor.roles.Meets({Role::kSystem}) || act->act == Act::kRate) return;
      const std::string what = act->act == Act::kPropose ? act->with.what : "";
      for (const StepOffer& offer : StepsFrom(taken.policy, taken.before, taken.actor, taken.now)) {
        if (offer.word == FormatAct(act->act) && offer.what == what) {
          ++done;
          EXPECT_TRUE(offer.allowed)
              << "seed " << seed << ": " << offer.word << ": " << offer.sentence;
          return;
        }
      }
      ADD_FAILURE() << "seed " << seed << ": " << FormatAct(act->act) << " is no step";
    });
  }
  EXPECT_GT(done, 1000);
}

}  // namespace
}  // namespace hotline::ticket
