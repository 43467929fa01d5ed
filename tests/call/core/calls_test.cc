#include "services/call/core/calls.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/call/core/stages.h"

namespace hotline::call {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// ---- the life of a call ----

TEST(Calls, FromInviteToTwoWayAudioAndBye) {
  World w;
  EXPECT_THAT(w.Invite(kCall), ElementsAre("media: add " + kC + ", 127.0.0.1:6000 pcma"));
  EXPECT_THAT(w.AddMedia(kCaller),
              ElementsAre("sip: answer " + kId, "media: play " + kC + " notice"));
  EXPECT_THAT(
      w.Do(PromptFinished{kCaller, "notice"}),
      ElementsAre("router: queued " + kId + " in general", "media: play " + kC + " music loop"));
  EXPECT_THAT(w.Offer(kCall, 7), ElementsAre("media: add " + kS + ", no peer"));
  EXPECT_THAT(w.AddMedia(kSeat), ElementsAre("sip: invite " + kS + " 8001"));
  EXPECT_THAT(w.Do(Rang{kSeat}), ElementsAre("router: ringing " + kId + " offer 7"));
  EXPECT_THAT(w.Do(Answered{kSeat, kPhoneSdp}),
              ElementsAre("media: peer " + kS + " 127.0.0.1:6000 pcma", "media: stop " + kC,
                          "router: answered " + kId + " offer 7", "media: route " + kC + " → " + kS,
                          "media: route " + kS + " → " + kC));
  w.now += absl::Seconds(30);
  EXPECT_THAT(w.Do(LegClosed{kCaller, Closure::kBye}),
              ElementsAre("sip: bye " + kS, "media: remove " + kS, "media: remove " + kC,
                          "router: ended " + kId + " caller_hung_up, answered by s1"));
  EXPECT_THAT(w.Do(LegClosed{kSeat, Closure::kBye}), IsEmpty());
  EXPECT_EQ(w.calls.size(), 0u);
}

TEST(Calls, TheRecordHoldsEveryLegWithItsTimes) {
  World w;
  const absl::Time start = w.now;
  ToRinging(w);
  w.now += absl::Seconds(4);
  w.Do(LegClosed{kSeat, Closure::kRefused, 486});
  w.now += absl::Seconds(1);
  w.Offer(kCall, 8);
  w.AddMedia({kCall, 2});
  w.now += absl::Seconds(2);
  w.Do(Answered{{kCall, 2}, kPhoneSdp});
  w.now += absl::Seconds(60);
  w.Do(LegClosed{{kCall, 2}, Closure::kBye});

  ASSERT_EQ(w.ended[kCall].size(), 1u);
  const CallRecord& record = w.ended[kCall][0];
  EXPECT_EQ(record.cause, EndCause::kTargetHungUp);
  EXPECT_EQ(record.answer_time, start + absl::Seconds(7));
  EXPECT_EQ(record.end_time, start + absl::Seconds(67));
  ASSERT_EQ(record.legs.size(), 3u);
  EXPECT_EQ(record.legs[0].end, LegEnd::kCompleted);
  EXPECT_EQ(record.legs[1].end, LegEnd::kDeclined);
  EXPECT_EQ(record.legs[1].sip_status, 486);
  EXPECT_EQ(record.legs[1].end_time, start + absl::Seconds(4));
  EXPECT_EQ(record.legs[2].answer_time, start + absl::Seconds(7));
  EXPECT_EQ(record.legs[2].end, LegEnd::kCompleted);
}

TEST(Calls, WithoutNoticeTheCallerIsQueuedAtOnce) {
  CallConfig config = World::DefaultConfig();
  config.notice = "";
  World w(config);
  w.Invite(kCall);
  EXPECT_THAT(w.AddMedia(kCaller),
              ElementsAre("sip: answer " + kId, "router: queued " + kId + " in general",
                          "media: play " + kC + " music loop"));
}

TEST(Calls, AnInviteWithoutOfferGetsOursAndTheAnswerComesInTheAck) {
  World w;
  EXPECT_THAT(w.Invite(kCall, ""), ElementsAre("media: add " + kC + ", no peer"));
  EXPECT_THAT(w.AddMedia(kCaller), ElementsAre("sip: answer " + kId));
  EXPECT_THAT(
      w.Do(Acked{kCaller, kPhoneSdp}),
      ElementsAre("media: peer " + kC + " 127.0.0.1:6000 pcma", "media: play " + kC + " notice"));
}

// ---- INVITEs that become no call ----

TEST(Calls, UnknownNumbersBadSdpAndForeignCodecsAreRefused) {
  World w;
  EXPECT_THAT(w.Do(Invited{.call = kCall, .dialled = "999", .sdp = kPhoneSdp}),
              ElementsAre("sip: reject " + kId + " 404"));
  w.phones.clear();
  EXPECT_THAT(w.Invite(kCall, "hello"), ElementsAre("sip: reject " + kId + " 400"));
  w.phones.clear();
  EXPECT_THAT(w.Invite(kCall, "v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 9 RTP/AVP 18\r\n"),
              ElementsAre("sip: reject " + kId + " 488"));
  EXPECT_EQ(w.calls.size(), 0u);
  EXPECT_TRUE(w.ended.empty());
}

// ---- targets that do not answer ----

struct Refusal {
  int status;
  bool rang;
  std::string why;
};

TEST(Calls, FinalStatusesOfATargetAreTranslated) {
  const std::vector<Refusal> kTable = {
      {486, true, "declined"},     {603, true, "declined"},     {600, false, "declined"},
      {480, false, "unreachable"}, {480, true, "no_answer"},    {408, false, "unreachable"},
      {408, true, "no_answer"},    {404, false, "unreachable"}, {503, false, "unreachable"},
      {500, true, "unreachable"},  {488, false, "failed"},      {401, false, "failed"},
  };
  for (const Refusal& r : kTable) {
    World w;
    r.rang ? ToRinging(w) : ToInviting(w);
    EXPECT_THAT(
        w.Do(LegClosed{kSeat, Closure::kRefused, r.status}),
        ElementsAre("router: offer failed " + kId + " offer 7 " + r.why, "media: remove " + kS))
        << r.status;
    EXPECT_EQ(w.calls.live()[0].state, CallState::kQueued);
  }
}

TEST(Calls, ASeatWhoseInviteNeverLeftIsNotBlamed) {
  World w;
  ToInviting(w);
  EXPECT_THAT(
      w.Do(LegClosed{kSeat, Closure::kUnsent}),
      ElementsAre("router: offer failed " + kId + " offer 7 cancelled", "media: remove " + kS));
  EXPECT_EQ(w.calls.live()[0].state, CallState::kQueued);
}

TEST(Calls, IfNoRouterWithdrawsAnExpiredOfferTheCallDoesSoItself) {
  World w;
  ToRinging(w);
  EXPECT_THAT(w.Wait(absl::Seconds(17)), IsEmpty());
  EXPECT_THAT(w.Wait(absl::Seconds(1)),
              ElementsAre("router: offer failed " + kId + " offer 7 no_answer", "sip: cancel " + kS,
                          "media: remove " + kS));
}

TEST(Calls, ACancelThatCrossesTheAnswerIsFollowedByBye) {
  World w;
  ToRinging(w);
  EXPECT_THAT(w.Do(Withdrawn{kCall, {7}, LegEnd::kNoAnswer}),
              ElementsAre("sip: cancel " + kS, "media: remove " + kS));
  EXPECT_THAT(w.Do(Answered{kSeat, kPhoneSdp}), ElementsAre("sip: bye " + kS));
  EXPECT_EQ(w.calls.live()[0].state, CallState::kQueued);
}

TEST(Calls, AnAnswerThatCrossesTheWithdrawalIsUndone) {
  World w;
  ToTalking(w);
  EXPECT_THAT(
      w.Do(Withdrawn{kCall, {7}, LegEnd::kNoAnswer}),
      ElementsAre("sip: bye " + kS, "media: remove " + kS, "media: play " + kC + " music loop"));
  EXPECT_EQ(w.calls.live()[0].state, CallState::kQueued);
  w.Do(LegClosed{kCaller, Closure::kBye});
  EXPECT_EQ(w.ended[kCall][0].answer_time, std::nullopt);
}

TEST(Calls, ANewOfferReplacesOneThatStillRings) {
  World w;
  ToRinging(w);
  EXPECT_THAT(w.Offer(kCall, 7), IsEmpty());  // repeated after a take-over
  EXPECT_THAT(w.Offer(kCall, 8),
              ElementsAre("sip: cancel " + kS, "media: remove " + kS,
                          "media: add " + FormatLegId({kCall, 2}) + ", no peer"));
}

TEST(Calls, OffersForCallsThatTalkOrAreGoneFail) {
  World w;
  ToTalking(w);
  EXPECT_THAT(w.Offer(kCall, 9), ElementsAre("router: offer failed " + kId + " offer 9 failed"));
  EXPECT_THAT(w.Offer(CallId{2}, 10),
              ElementsAre("router: offer failed " + FormatCallId({2}) + " offer 10 failed"));
}

TEST(Calls, AnAnswerWithoutUsableAudioIsHungUp) {
  World w;
  ToRinging(w);
  EXPECT_THAT(w.Do(Answered{kSeat, ""}),
              ElementsAre("router: offer failed " + kId + " offer 7 failed", "sip: bye " + kS,
                          "media: remove " + kS));
}

// ---- release ----

TEST(Calls, AReleasedCallerHearsWhyAndIsHungUp) {
  World w;
  ToRinging(w);
  EXPECT_THAT(
      w.Do(Released{kCall, EndCause::kQueueFull}),
      ElementsAre("sip: cancel " + kS, "media: remove " + kS, "media: play " + kC + " busy"));
  EXPECT_THAT(
      w.Do(PromptFinished{kCaller, "busy"}),
      ElementsAre("sip: bye " + kC, "media: remove " + kC, "router: ended " + kId + " queue_full"));
}

// ---- hold ----

TEST(Calls, HoldPlaysMusicToTheOtherPartyAndResumeRestoresTheTalk) {
  for (const std::string direction : {"sendonly", "inactive"}) {
    World w;
    ToTalking(w);
    EXPECT_THAT(
        w.Do(Reinvited{kSeat, HoldSdp(direction)}),
        ElementsAre("sip: answer re-INVITE " + kS + " 200",
                    "media: peer " + kS + " 127.0.0.1:6000 pcma deaf" +
                        (direction == "inactive" ? " mute" : ""),
                    "media: unroute " + kC + " → " + kS, "media: unroute " + kS + " → " + kC,
                    "media: play " + kC + " music loop", "router: held " + kId));
    EXPECT_EQ(w.calls.live()[0].state, CallState::kHeld);
    EXPECT_THAT(w.Do(Reinvited{kSeat, kPhoneSdp}),
                ElementsAre("sip: answer re-INVITE " + kS + " 200",
                            "media: peer " + kS + " 127.0.0.1:6000 pcma", "media: stop " + kC,
                            "media: route " + kC + " → " + kS, "media: route " + kS + " → " + kC,
                            "router: resumed " + kId));
  }
}

TEST(Calls, TheCallerHoldsTheOldWayAndComesBackWithoutOffer) {
  World w;
  ToTalking(w);
  const std::string old_way = "v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 6000 RTP/AVP 8\r\n";
  EXPECT_THAT(w.Do(Reinvited{kCaller, old_way}), Contains("media: play " + kS + " music loop"));
  EXPECT_THAT(w.Do(Reinvited{kCaller, ""}), ElementsAre("sip: answer re-INVITE " + kC + " 200"));
  EXPECT_THAT(w.Do(Acked{kCaller, kPhoneSdp}), Contains("router: resumed " + kId));
}

TEST(Calls, ARefreshChangesNothing) {
  World w;
  ToHeld(w);
  EXPECT_THAT(w.Do(Reinvited{kSeat, HoldSdp("sendonly")}),
              ElementsAre("sip: answer re-INVITE " + kS + " 200"));
}

TEST(Calls, AReinviteWithForeignCodecsIsRefusedAndTheTalkGoesOn) {
  World w;
  ToTalking(w);
  EXPECT_THAT(w.Do(Reinvited{kSeat, "v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 9 RTP/AVP 18\r\n"}),
              ElementsAre("sip: answer re-INVITE " + kS + " 488"));
  EXPECT_EQ(w.calls.live()[0].state, CallState::kConnected);
}

// ---- every stage meets every ending ----

struct Stage {
  std::string name;
  std::function<void(World&)> enter;
};

struct Blow {
  std::string name;
  std::function<void(World&)> strike;
};

bool Has(const World& w, LegId leg) {
  return w.phones.contains(leg);
}

const std::vector<Stage> kStages = {
    {"setup", ToSetup},     {"notice", ToNotice},     {"queued", ToQueue},
    {"offered", ToOffered}, {"inviting", ToInviting}, {"ringing", ToRinging},
    {"talking", ToTalking}, {"held", ToHeld},         {"releasing", ToReleasing},
};

const std::vector<Blow> kBlows = {
    {"CANCEL or BYE of the caller",
     [](World& w) {
       const bool up = w.phones[kCaller] == World::Phone::kUp;
       w.Do(LegClosed{kCaller, up ? Closure::kBye : Closure::kCancel});
     }},
    {"caller lost",
     [](World& w) {
       w.Do(LegClosed{kCaller, Closure::kLost});
     }},
    {"BYE or refusal of the seat",
     [](World& w) {
       if (!Has(w, kSeat)) return;
       const bool up = w.phones[kSeat] == World::Phone::kUp;
       w.Do(LegClosed{kSeat, up ? Closure::kBye : Closure::kRefused, up ? 0 : 486});
     }},
    {"seat lost",
     [](World& w) {
       if (Has(w, kSeat)) w.Do(LegClosed{kSeat, Closure::kLost});
     }},
    {"the seat's INVITE never left",
     [](World& w) {
       if (Has(w, kSeat)) w.Do(LegClosed{kSeat, Closure::kUnsent});
     }},
    {"withdrawal",
     [](World& w) {
       w.Do(Withdrawn{kCall, {7}, LegEnd::kCancelled});
     }},
    {"release",
     [](World& w) {
       w.Do(Released{kCall, EndCause::kQueueTimeout});
     }},
    {"router lost: nobody withdraws",
     [](World& w) {
       w.Wait(absl::Seconds(20));
     }},
    {"media lost for good",
     [](World& w) {
       w.Do(MediaDown{});
       w.Wait(absl::Minutes(1));
     }},
    {"media lost and back",
     [](World& w) {
       w.Do(MediaDown{});
       w.Do(MediaUp{});
     }},
    {"the process ends",
     [](World& w) {
       w.Do(Stopping{});
     }},
    {"caller's line silent",
     [](World& w) {
       w.Do(LineSilent{kCaller, absl::Minutes(1)});
     }},
    {"seat's line silent",
     [](World& w) {
       w.Do(LineSilent{kSeat, absl::Minutes(1)});
     }},
};

TEST(Calls, EveryStageSurvivesEveryEnding) {
  for (const Stage& stage : kStages) {
    for (const Blow& blow : kBlows) {
      SCOPED_TRACE(stage.name + " meets " + blow.name);
      World w;
      stage.enter(w);
      blow.strike(w);
      w.CloseAll();
      if (Has(w, kCaller)) w.Do(LegClosed{kCaller, Closure::kBye});
      w.CloseAll();
      EXPECT_EQ(w.ended[kCall].size(), 1u);
      EXPECT_TRUE(w.phones.empty());
      EXPECT_TRUE(w.media.empty());
      EXPECT_EQ(w.calls.size(), 0u);
      EXPECT_EQ(w.calls.live_count(), 0u);
    }
  }
}

TEST(Calls, DialogsThatNeverCloseAreForgotten) {
  World w;
  ToTalking(w);
  w.Do(LegClosed{kCaller, Closure::kBye});
  EXPECT_THAT(w.Wait(absl::Minutes(2)), ElementsAre("sip: forget " + kS));
  EXPECT_EQ(w.calls.size(), 0u);
  EXPECT_EQ(w.calls.next_deadline(), absl::InfiniteFuture());
}

TEST(Calls, WhatIsToBeToldOfACallIfTheProcessDies) {
  World w;
  ToTalking(w);
  const auto record = w.calls.RecordIfLost(kCall, w.now);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->cause, EndCause::kSystemFailure);
  EXPECT_TRUE(record->answer_time);
  EXPECT_EQ(record->answered_by->id, "s1");
  w.Do(LegClosed{kCaller, Closure::kBye});
  EXPECT_FALSE(w.calls.RecordIfLost(kCall, w.now));
}

}  // namespace
}  // namespace hotline::call
