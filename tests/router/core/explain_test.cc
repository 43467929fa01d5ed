#include "router/core/explain/explain.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "router/core/explain/decision_log.h"
#include "router/core/policy/version.h"
#include "router/core/router.h"

namespace hotline::router {
namespace {

using ::testing::MatchesRegex;

constexpr int kSeats = 300;
const Node kNode{"call-1", 1};

AreaConfig AreaOf(ExplainRules explain) {
  return {.id = "demo", .explain = explain, .queues = {{.id = "general"}}};
}

/// An area with many ready seats, where calls 1 … `calls` ask one after the other.
Router Busy(ExplainRules explain, int calls) {
  Router router(AreaOf(explain));
  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  (void)router.Step(now, NodeAnnounced{.node = kNode});
  for (int i = 0; i < kSeats; ++i) {
    const std::string seat = absl::StrCat("s", 1000 + i);
    (void)router.Step(
        now, SeatSignedIn{{.seat = seat, .agent = seat, .extension = seat, .queues = {"general"}},
                          true,
                          absl::ZeroDuration()});
  }
  for (int i = 1; i <= calls; ++i) {
    const CallRequest request{.call = CallId{static_cast<uint64_t>(i)},
                              .queue = "general",
                              .arrive_time = now,
                              .request_time = now};
    (void)router.Step(now, NodeEvent{kNode, static_cast<uint64_t>(i), CallQueued{request}});
    now += absl::Seconds(1);
  }
  return router;
}

TEST(Explain, KeepsTheLastDecisionsOnly) {
  const Router router = Busy({.keep = 3, .full_every = 0}, 10);
  for (uint64_t call = 1; call <= 7; ++call) {
    const auto why = router.Explain(CallId{call});
    ASSERT_TRUE(why.has_value());  // it lives
    EXPECT_TRUE(why->decisions.empty()) << call;
  }
  const auto why = router.Explain(CallId{10});
  ASSERT_EQ(why->decisions.size(), 1u);
  EXPECT_EQ(FormatDecision(why->decisions[0]),
            "offered to s1009 after 0s, first of 291 ready, then s1010");
  EXPECT_FALSE(why->candidates.has_value());  // it does not wait
}

TEST(Explain, KeepsNothingIfNobodyAsks) {
  const Router router = Busy({.keep = 0}, 2);
  EXPECT_TRUE(router.Explain(CallId{1})->decisions.empty());
  EXPECT_FALSE(router.Explain(CallId{99}).has_value());
}

TEST(Explain, TheSampleIsBounded) {
  const Router router = Busy({.keep = 100, .full_every = 4}, 8);
  for (uint64_t call = 1; call <= 8; ++call) {
    const Decision decision = router.Explain(CallId{call})->decisions.at(0);
    EXPECT_EQ(decision.candidates.has_value(), call % 4 == 0);
    if (!decision.candidates) continue;
    EXPECT_EQ(decision.candidates->rows.size(), kMaxSampledCandidates);
    EXPECT_EQ(decision.candidates->left_off, kMaxSampledSeats - kMaxSampledCandidates);
    EXPECT_EQ(decision.candidates->unseen, kSeats - kMaxSampledSeats);
  }
}

TEST(Explain, AnAnswerIsBounded) {
  Router router = Busy({.keep = 2000, .full_every = 0}, 0);
  const CallId last{1};
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const CallRequest secret{
      .call = last, .queue = "general", .arrive_time = now, .request_time = now, .clearance = 1};
  (void)router.Step(now, NodeEvent{kNode, 1, CallQueued{secret}});
  const auto why = router.Explain(last);
  ASSERT_TRUE(why && why->candidates);
  EXPECT_EQ(why->candidates->rows.size(), kMaxCandidates);
  EXPECT_EQ(why->candidates->left_off, kSeats - kMaxCandidates);
  DecisionLog log(1000);
  for (int i = 0; i < 500; ++i) log.Add({.call = last, .ring = static_cast<uint32_t>(i)});
  EXPECT_EQ(log.Of(last).size(), DecisionLog::kMaxOfCall);
  EXPECT_EQ(log.Of(last).back().ring, 499u);
  EXPECT_EQ(log.Of(last).front().ring, 400u);
}

TEST(Explain, ChangesNoDecisionAndNoSnapshot) {
  const Router much = Busy({.keep = 1000, .full_every = 1}, 20);
  const Router none = Busy({.keep = 0}, 20);
  EXPECT_EQ(much.EncodeSnapshot(), none.EncodeSnapshot());
  EXPECT_EQ(much.policy_version(), none.policy_version());
}

TEST(PolicyVersion, IsOfTheRulesAndTheConfiguration) {
  const AreaConfig area = AreaOf({});
  EXPECT_THAT(PolicyVersion(area), MatchesRegex("1-[0-9a-f]{16}"));
  EXPECT_EQ(PolicyVersion(area), PolicyVersion(AreaOf({})));
  AreaConfig other = area;
  other.queues[0].order.hard_cap += absl::Nanoseconds(1);
  EXPECT_NE(PolicyVersion(other), PolicyVersion(area));
  other = area;
  other.queues[0].skills = {{"labour", 2}};
  EXPECT_NE(PolicyVersion(other), PolicyVersion(area));
  other = area;
  other.stations = {{.id = "town"}};
  const std::string always = PolicyVersion(other);
  EXPECT_NE(always, PolicyVersion(area));
  other.stations[0].hours = *WeeklyHours::Parse({"Mon-Fri 09:00-17:00"}, other.utc_offset);
  EXPECT_NE(PolicyVersion(other), always);
}

}  // namespace
}  // namespace hotline::router
