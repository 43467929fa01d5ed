// Processes that are killed while people talk and wait.
//
// HOTLINE_TALKING=20 HOTLINE_WAITING=50 in the environment make it a drill of that size; the time
// to the next offer is measured by tests/bench/failover.
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"

#include "tests/integration/hotline_fixture.h"
#include "tests/stack/call_floor.h"
#include "tests/stack/ledger.h"

namespace hotline::test {
namespace {

using robot::CallReport;
using router::v1::Call;
using router::v1::Seat;

int Size(const char* variable, int otherwise, int most) {
  const char* text = std::getenv(variable);
  const int size = text == nullptr ? otherwise : std::atoi(text);
  return size < otherwise || size > most ? otherwise : size;
}

const int kTalking = Size("HOTLINE_TALKING", 4, CallFloor::kMostSeats - 1);
const int kWaiting = Size("HOTLINE_WAITING", 6, 500);
// The promises; the talk's is a breath of lost packets.
constexpr absl::Duration kOfferAgain = absl::Seconds(3);
constexpr absl::Duration kAnswerAgain = absl::Seconds(5);
constexpr absl::Duration kSeatsRight = absl::Seconds(10);
constexpr absl::Duration kTalkGap = absl::Milliseconds(500);

class FaultTest : public HotlineTest {
 protected:
  void SetUp() override {
    HotlineTest::SetUp();
    auto floor = CallFloor::Open(stack(), kTalking + 1);
    ASSERT_TRUE(floor.ok()) << floor.status();
    floor_ = *std::move(floor);
    const absl::Status filled = floor_->Fill(kTalking, kWaiting);
    ASSERT_TRUE(filled.ok()) << filled;
    floor_->StartGapChecks();
  }

  void TearDown() override {
    if (floor_ != nullptr) {
      EXPECT_EQ(floor_->DoubleInvites(), 0);
      floor_.reset();  // everybody hangs up
      if (books_agree_) CompareTheBooks();
    }
    HotlineTest::TearDown();
  }

  // Whatever died, the journal, its projection, the metrics and hotline-ctl tell of the same calls.
  void CompareTheBooks() {
    std::string problem = "the books cannot be read";
    EXPECT_TRUE(Eventually(kSoon, [&] {
      const auto accounts = ReadAccounts(stack(), client());
      if (accounts.ok()) problem = Disagreement(*accounts);
      return accounts.ok() && problem.empty();
    })) << problem;
  }

  // Frees the seats of the first `count` talkers, one by one: each time it is the turn of who waits
  // longest.
  void ServeInOrder(int count) {
    for (int i = 0; i < count; ++i) {
      EXPECT_EQ(floor_->waiting()[i]->report().person_time, std::nullopt) << "caller " << i;
      floor_->talking()[i]->HangUp();
      EXPECT_TRUE(floor_->waiting()[i]->WaitPerson(kSoon)) << "caller " << i << " lost its place";
    }
  }

  // A new caller hears the notice.
  bool NewCallIsAnswered(absl::Duration timeout) {
    return Eventually(timeout, [this] {
      const auto call = floor_->Call();
      const bool heard = call->ear().WaitHears(kNoticeTone, absl::Milliseconds(600));
      call->HangUp();
      return heard;
    });
  }

  std::unique_ptr<CallFloor> floor_;
  bool books_agree_ = true;  ///< false: the journal was emptied, and with it what it told
};

TEST_F(FaultTest, KilledRouterIsReplacedAndNobodyNotices) {
  const auto active = client().FindActive();
  ASSERT_TRUE(active.has_value());
  const robot::Instant killed = robot::Now();
  ASSERT_GT(stack().Kill(stack().RouterProgram(*active)), 0);

  const std::string seat = CallFloor::SeatId(kTalking);  // fresh: no wrap-up to wait for
  ASSERT_TRUE(floor_->client().SignIn(seat, true, absl::InfiniteDuration()).ok());
  ASSERT_NE(floor_->phones()[kTalking]->WaitCall(1, kSoon), nullptr);
  const absl::Duration took = robot::Between(killed, robot::Now());
  EXPECT_LE(took, kOfferAgain);
  RecordProperty("milliseconds_to_next_offer", static_cast<int>(absl::ToInt64Milliseconds(took)));
  EXPECT_TRUE(floor_->waiting()[0]->WaitPerson(kSoon)) << "the first in line was served first";
  for (int i = 1; i < kWaiting; ++i) {
    EXPECT_FALSE(floor_->waiting()[i]->report().person_time.has_value()) << "caller " << i;
  }
  EXPECT_EQ(floor_->Dropped(), 0);
  EXPECT_LE(floor_->LongestGap(), kTalkGap);

  // The rest of the line is in order under the new router as well.
  for (int i = 0; i < 2; ++i) {
    floor_->talking()[i]->HangUp();
    EXPECT_TRUE(floor_->waiting()[i + 1]->WaitPerson(kSoon)) << "caller lost its place";
  }
  EXPECT_EQ(floor_->Dropped(), 0);
}

TEST_F(FaultTest, EmptiedRedisCostsNoCallAndIsFilledAgain) {
  books_agree_ = false;
  stack().KillRedisAndItsData();
  ServeInOrder(2);
  EXPECT_EQ(floor_->Dropped(), 0);
  EXPECT_LE(floor_->LongestGap(), kTalkGap);
  EXPECT_TRUE(Eventually(kSeatsRight, [this] {
    const auto seats = client().ListSeats();
    if (!seats.ok()) return false;
    for (const Seat& seat : seats->seats()) {
      if (seat.state() == Seat::STATE_SIGNED_OUT) continue;  // Redis need not know an empty seat
      const auto state = AskRedis(stack().endpoint("REDIS"),
                                  {"HGET", absl::StrCat("{test}:seat:", seat.seat_id()), "state"});
      std::string expected = absl::AsciiStrToLower(Seat::State_Name(seat.state()));
      expected.erase(0, std::string("state_").size());
      if (!state.ok() || state->empty()) return false;
      // "on call", "wrap-up" …
      if (absl::StrReplaceAll(state->front(), {{" ", "_"}, {"-", "_"}}) != expected) return false;
    }
    return true;
  })) << "the projection of the seats";
  EXPECT_TRUE(NewCallIsAnswered(kAnswerAgain));
}

TEST_F(FaultTest, KilledEdgeStillKnowsThePhones) {
  const robot::Instant killed = robot::Now();
  ASSERT_GT(stack().Kill("kamailio"), 0);
  // Ready at the worst moment: the offer waits for the edge, and the seat is not blamed.
  ASSERT_TRUE(client().SignIn(CallFloor::SeatId(kTalking), true, absl::InfiniteDuration()).ok());
  ASSERT_NE(floor_->phones()[kTalking]->WaitCall(1, kAnswerAgain), nullptr);
  EXPECT_TRUE(floor_->waiting()[0]->WaitPerson(kSoon));
  const absl::Duration took = robot::Between(killed, robot::Now());
  EXPECT_LE(took, kAnswerAgain);
  RecordProperty("milliseconds_to_next_answer", static_cast<int>(absl::ToInt64Milliseconds(took)));
  EXPECT_EQ(floor_->Dropped(), 0);
  EXPECT_LE(floor_->LongestGap(), kTalkGap);
  EXPECT_TRUE(NewCallIsAnswered(kAnswerAgain));
}

TEST_F(FaultTest, KilledMediaServiceComesBackUnderTheTalks) {
  ASSERT_GT(stack().Kill("media"), 0);
  EXPECT_TRUE(NewCallIsAnswered(kAnswerAgain));
  for (const auto& call : floor_->talking()) {
    EXPECT_TRUE(call->ear().WaitExactly({CallFloor::kSeatTone}, kSoon)) << call->ear().Describe();
  }
  for (const auto& call : floor_->waiting()) {
    EXPECT_TRUE(call->ear().WaitExactly({kMusicTone}, kSoon)) << call->ear().Describe();
  }
  EXPECT_EQ(floor_->Dropped(), 0);
  ServeInOrder(2);
}

TEST_F(FaultTest, KilledCallServiceAccountsForEveryCallAndTakesNewOnes) {
  std::vector<std::shared_ptr<robot::RobotCall>> at_seats;
  for (const auto& phone : floor_->phones()) {
    for (const auto& call : phone->LiveCalls()) at_seats.push_back(call);
  }
  ASSERT_EQ(at_seats.size(), static_cast<size_t>(kTalking));
  ASSERT_GT(stack().Kill("call"), 0);
  // The dialogs died with it, and the new process ends them: nobody sits in silence.
  for (const auto* calls : {&std::as_const(at_seats), &floor_->talking(), &floor_->waiting()}) {
    for (const auto& call : *calls) {
      EXPECT_TRUE(call->WaitEnded(kSoon)) << "no BYE came";
      EXPECT_FALSE(call->report().ended_here);
    }
  }
  EXPECT_TRUE(NewCallIsAnswered(kAnswerAgain));
  EXPECT_TRUE(Eventually(kSoon, [this] {
    const auto ended = client().ListEnded(kTalking + kWaiting + 100);
    if (!ended.ok()) return false;
    int lost = 0;
    for (const auto& record : *ended) {
      if (record.cause() == router::v1::END_CAUSE_SYSTEM_FAILURE) ++lost;
    }
    return lost == kTalking + kWaiting;
  })) << "every call that was live has a record";
}

}  // namespace
}  // namespace hotline::test
