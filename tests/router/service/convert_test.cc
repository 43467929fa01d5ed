#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "router/service/convert/calls.h"
#include "router/service/convert/journal.h"
#include "router/service/convert/views.h"
#include "services/base/ids.h"

namespace hotline::router {
namespace {

absl::Time At(int seconds) {
  return absl::FromUnixSeconds(1'700'000'000 + seconds) + absl::Nanoseconds(7);
}

CallRequest Request(uint64_t id) {
  return {.call = CallId{id},
          .queue = "general",
          .skills = {{"labour", 2}, {"law", 1}},
          .has_priority = true,
          .priority = Priority::kP2,
          .arrive_time = At(0),
          .request_time = At(3),
          .entry = "direct",
          .barred = {"firm-a", "s9"},
          .clearance = 2,
          .preferred_agent = "agent-7"};
}

CallEnded Ended(uint64_t id) {
  v1::CallRecord record;
  *record.mutable_request() = ToProto(Request(id));
  *record.mutable_answer_time() = ToProto(At(8));
  record.mutable_answered_by()->set_kind(v1::TARGET_KIND_STATION);
  record.mutable_answered_by()->set_id("town");
  *record.mutable_end_time() = ToProto(At(60));
  record.set_cause(v1::END_CAUSE_TARGET_HUNG_UP);
  record.add_legs()->set_sip_status(486);
  return {.request = Request(id),
          .facts = {.request_time = At(3),
                    .answer_time = At(8),
                    .end_time = At(60),
                    .cause = EndCause::kTargetHungUp},
          .answered_by = Target{TargetKind::kStation, "town"},
          .record = record.SerializeAsString()};
}

TEST(Convert, EveryEventSurvivesItsJournalForm) {
  const Node node{"call-1", 42};
  const std::vector<Event> events = {
      SeatSignedIn{{"s1", "agent-7", "8001", {"a", "b"}, {{"law", 3}}, "north", "firm-a", 2, true},
                   true,
                   absl::Milliseconds(1500)},
      SeatSignedOut{"s1"},
      SeatReady{"s1"},
      SeatNotReady{"s1", "break"},
      WrapUpExtended{"s1", absl::Minutes(3)},
      SeatHeartbeat{"s1"},
      NodeEvent{node, 1, CallQueued{Request(5)}},
      NodeEvent{node, 2, OfferRinging{CallId{5}, OfferId{9}}},
      NodeEvent{node, 3, OfferAnswered{CallId{5}, OfferId{9}}},
      NodeEvent{node, 4, OfferFailed{CallId{5}, OfferId{9}, OfferFailure::kUnreachable}},
      NodeEvent{node, 5, CallHeld{CallId{5}, true}},
      NodeEvent{node, 6, Ended(5)},
      NodeEvent{
          node, 7,
          CallbackAsked{{CallId{6}, CallId{5}, "hash", std::string("\0\xff", 2), false, true}}},
      NodeEvent{node, 8, CallerAnswered{CallId{6}}},
      NodeEvent{node, 9, CallerFailed{CallId{6}, OfferFailure::kDeclined}},
      CallbackCancelled{CallId{6}},
      NodeAnnounced{
          node,
          {{Request(6), CallState::kConnected, Target{TargetKind::kSeat, "s1"}, OfferId{3}, At(9)},
           {Request(7), CallState::kQueued, std::nullopt, OfferId{}, std::nullopt}},
          {Ended(8)},
          17,
          true},
      NodeDetached{node},
      DrainSet{true},
      ControlSet{ControlMode::kOpen},
      EpochStarted{1'800'000'000},
      Tick{}};
  for (const Event& event : events) {
    const auto back = FromJournal(ToJournal(event));
    ASSERT_TRUE(back.ok()) << back.status() << FormatEvent(event);
    EXPECT_TRUE(*back == event) << FormatEvent(event) << " became " << FormatEvent(*back);
  }
}

TEST(Convert, WhatCannotBeReadIsRefused) {
  v1::JournalEvent event;
  EXPECT_FALSE(FromJournal(event).ok());
  event.mutable_node_event();
  EXPECT_FALSE(FromJournal(event).ok());
  for (const char* id : {"", "short", "0000000000000", "0000000000UU1", "ZZZZZZZZZZZZZ"}) {
    event.mutable_node_event()->mutable_event()->mutable_queued()->mutable_request()->set_call_id(
        id);
    EXPECT_FALSE(FromJournal(event).ok()) << id;
  }
}

TEST(Convert, MoreBarsThanTheLimitAreRefusedNotForgotten) {
  const NodeEvent event{{"call-1", 42}, 1, CallQueued{Request(5)}};
  v1::JournalEvent journalled = ToJournal(event);
  auto& request =
      *journalled.mutable_node_event()->mutable_event()->mutable_queued()->mutable_request();
  request.clear_barred();
  for (size_t i = 0; i < kMaxBarred; ++i) request.add_barred(std::to_string(i));
  EXPECT_TRUE(FromJournal(journalled).ok());
  request.add_barred("one more");
  EXPECT_FALSE(FromJournal(journalled).ok());
  request.clear_barred();
  request.add_barred(std::string(kMaxBarredBytes + 1, 'x'));
  EXPECT_FALSE(FromJournal(journalled).ok());
}

TEST(Convert, TimesKeepTheirNanosecondsAndStrangeOnesDoNoHarm) {
  for (const absl::Time t : {At(0), absl::UnixEpoch(), absl::UnixEpoch() - absl::Nanoseconds(1)}) {
    EXPECT_EQ(FromProto(ToProto(t)), t);
  }
  for (const absl::Duration d : {absl::ZeroDuration(), absl::Nanoseconds(-1), absl::Hours(30)}) {
    EXPECT_EQ(FromProto(ToProto(d)), d);
  }
  google::protobuf::Timestamp far;
  far.set_seconds(std::numeric_limits<int64_t>::max());
  far.set_nanos(-1);
  (void)ToProto(FromProto(far));
}

TEST(Convert, ARecordThatTheRouterConcludedAloneSaysWhatItKnows) {
  const CallOutcome outcome{
      .request = Request(5),
      .facts = {.request_time = At(3), .end_time = At(30), .cause = EndCause::kSystemFailure},
      .result = TelephonyResult::kT12};
  const v1::CallRecord record = ToRecord(outcome);
  EXPECT_EQ(record.request().call_id(), FormatCallId(CallId{5}));
  EXPECT_EQ(record.result(), v1::TELEPHONY_RESULT_T12);
  EXPECT_EQ(record.cause(), v1::END_CAUSE_SYSTEM_FAILURE);
  EXPECT_FALSE(record.has_answer_time());
}

TEST(Convert, RatesShowNumeratorAndDenominator) {
  AreaStats stats{.offered = 10,
                  .answered = 5,
                  .escalated_answered = 1,
                  .abandoned = 2,
                  .failed = 1,
                  .open = 1};
  stats.results[2] = 1;  // T03
  const v1::AreaStats out = ToProto(stats);
  EXPECT_EQ(out.connect_rate_a().numerator(), 6u);
  EXPECT_EQ(out.connect_rate_a().denominator(), 9u);
  EXPECT_EQ(out.connect_rate_b().denominator(), 8u);
}

}  // namespace
}  // namespace hotline::router
