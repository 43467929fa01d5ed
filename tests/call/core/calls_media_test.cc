// Calls and their media node: away, back on other ports, without room, silent.
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/call/core/calls.h"
#include "tests/call/core/stages.h"

namespace hotline::call {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Calls, ATalkSurvivesTheMediaNodesRestartOnTheSamePorts) {
  World w;
  ToTalking(w);
  EXPECT_THAT(w.Do(MediaDown{}), IsEmpty());
  EXPECT_THAT(w.Wait(absl::Seconds(5)), IsEmpty());
  EXPECT_THAT(w.Do(MediaUp{}),
              ElementsAre("media: add " + kC + " port 40000, 127.0.0.1:6000 pcma",
                          "media: add " + kS + " port 40002, 127.0.0.1:6000 pcma",
                          "media: route " + kC + " → " + kS, "media: route " + kS + " → " + kC));
  EXPECT_THAT(w.AddMedia(kCaller), IsEmpty());
  EXPECT_THAT(w.AddMedia(kSeat), IsEmpty());
}

TEST(Calls, IfThePortIsGoneBothAreHungUp) {
  World w;
  ToTalking(w);
  w.Do(MediaDown{});
  w.Do(MediaUp{});
  EXPECT_THAT(
      w.Do(MediaFailed{kSeat, MediaCommand::kAddLeg}),
      ElementsAre("sip: bye " + kS, "media: remove " + kS, "sip: bye " + kC, "media: remove " + kC,
                  "router: ended " + kId + " system_failure, answered by s1"));
}

TEST(Calls, WhileMediaIsAwayInvitesWaitAndAreRefusedAfterTheSetupTimeout) {
  World w;
  w.Do(MediaDown{});
  EXPECT_THAT(w.Invite(kCall), IsEmpty());
  EXPECT_THAT(w.Do(MediaUp{}), ElementsAre("media: add " + kC + ", 127.0.0.1:6000 pcma"));
  EXPECT_THAT(w.Wait(absl::Seconds(6)),
              ElementsAre("sip: reject " + kId + " 503", "media: remove " + kC,
                          "router: ended " + kId + " system_failure"));
}

TEST(Calls, ASeatIsNotBlamedForAnOfferThatFoundNoMedia) {
  World w;
  ToQueue(w);
  w.Do(MediaDown{});
  w.Offer(kCall, 1);
  EXPECT_THAT(w.Wait(absl::Seconds(7)), IsEmpty());
  EXPECT_THAT(w.Wait(absl::Seconds(1)),
              ElementsAre("router: offer failed " + kId + " offer 1 cancelled"));
}

TEST(Calls, AnOfferWithoutAPortIsGivenBackAtHalfItsTimeAndNotAtOnce) {
  World w;
  ToQueue(w);
  w.Offer(kCall, 1);
  EXPECT_THAT(w.Do(MediaFailed{kSeat, MediaCommand::kAddLeg}), IsEmpty());
  EXPECT_THAT(
      w.Wait(absl::Seconds(8)),
      ElementsAre("router: offer failed " + kId + " offer 1 cancelled", "media: remove " + kS));
}

TEST(Calls, SurvivingLegsThatNobodyHasAreRemoved) {
  World w;
  ToQueue(w);
  w.media.insert({CallId{9}, 0});
  EXPECT_THAT(
      w.Do(MediaUp{{kCaller, {CallId{9}, 0}}}),
      ElementsAre("media: peer " + kC + " 127.0.0.1:6000 pcma", "media: play " + kC + " music loop",
                  "media: remove " + FormatLegId({CallId{9}, 0})));
}

TEST(Calls, AMissingPromptNeverStopsACall) {
  World w;
  ToNotice(w);
  EXPECT_THAT(w.Do(MediaFailed{kCaller, MediaCommand::kPlay}),
              Contains("router: queued " + kId + " in general"));
  EXPECT_THAT(w.Do(MediaFailed{kCaller, MediaCommand::kPlay}), IsEmpty());  // the music
}

TEST(Calls, ShortSilencesAreIgnored) {
  World w;
  ToTalking(w);
  EXPECT_THAT(w.Do(LineSilent{kSeat, absl::Seconds(10)}), IsEmpty());
  EXPECT_THAT(w.Do(LineSilent{kSeat, absl::Seconds(30)}),
              Contains("router: ended " + kId + " media_lost, answered by s1"));
}

}  // namespace
}  // namespace hotline::call
