#include "services/ctl/watch_view.h"

#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/ctl/table.h"

namespace hotline::ctl {
namespace {

using router::v1::WatchAreaResponse;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr int64_t kNow = 1'772'000'000;
const absl::Time kLocal = absl::FromUnixSeconds(kNow);

void AddCall(const std::string& id, router::v1::Call::State state, int64_t waited,
             WatchAreaResponse& message) {
  auto& call = *message.add_calls();
  call.mutable_request()->set_call_id(id);
  call.mutable_request()->set_queue("general");
  call.mutable_request()->mutable_request_time()->set_seconds(kNow - waited);
  call.set_state(state);
}

/// One call waits for 12 s, one rings, one talks; two seats; one outcome.
WatchAreaResponse Example() {
  WatchAreaResponse message;
  message.set_full(true);
  message.mutable_time()->set_seconds(kNow);
  message.mutable_area()->set_area("demo");
  message.mutable_area()->set_router("router-1");
  message.mutable_area()->set_role(router::v1::RouterStatus::ROLE_ACTIVE);
  AddCall("rings", router::v1::Call::STATE_OFFERED, 5, message);
  AddCall("waits", router::v1::Call::STATE_QUEUED, 12, message);
  AddCall("talks", router::v1::Call::STATE_CONNECTED, 60, message);
  for (const char* id : {"s1", "s2"}) {
    message.add_seats()->set_seat_id(id);
    message.mutable_seats()->rbegin()->set_state(router::v1::Seat::STATE_READY);
  }
  message.add_queues()->set_queue_id("general");
  auto& record = *message.add_ended();
  record.mutable_request()->set_call_id("ended");
  record.set_result(router::v1::TELEPHONY_RESULT_T04);
  record.mutable_end_time()->set_seconds(kNow - 3);
  message.mutable_stats()->set_offered(20);
  message.mutable_stats()->mutable_connect_rate_a()->set_numerator(18);
  message.mutable_stats()->mutable_connect_rate_a()->set_denominator(19);
  return message;
}

std::string Render(const WatchAreaResponse& message, ViewSize size = {}) {
  AreaPicture picture;
  picture.Apply(message, kLocal);
  return absl::StrJoin(RenderWatch(picture, kLocal, absl::UTCTimeZone(), size), "\n");
}

TEST(WatchViewTest, ShowsWaitsSeatsRateAndOutcomes) {
  const std::string text = Render(Example());
  EXPECT_THAT(text, HasSubstr("06:13:20  area demo, router-1 active"));
  EXPECT_THAT(text, HasSubstr("calls    2 waiting or ringing (longest 12s), 1 talking"));
  EXPECT_THAT(text, HasSubstr("seats    2 ready, 0 ringing"));
  EXPECT_THAT(text, HasSubstr("connect rate 18/19 94.7 %"));
  EXPECT_THAT(text, HasSubstr("T04"));
  EXPECT_LT(text.find("waits"), text.find("rings "));  // the longest wait first
  EXPECT_THAT(text, Not(HasSubstr("talks")));
}

TEST(WatchViewTest, LetsTheLongestWaitOfAQueueGrow) {
  WatchAreaResponse message = Example();
  message.mutable_queues(0)->set_waiting(1);
  AreaPicture picture;
  picture.Apply(message, kLocal);
  const auto lines =
      RenderWatch(picture, kLocal + absl::Seconds(30), absl::UTCTimeZone(), ViewSize{});
  EXPECT_THAT(lines, Contains(StartsWith("general        1        0        0           42s")));
}

TEST(WatchViewTest, FitsAnyTerminalAndSaysWhatIsLeftOut) {
  WatchAreaResponse message = Example();
  for (int i = 0; i < 300; ++i) message.add_seats()->set_seat_id("seat" + std::to_string(i));
  AreaPicture picture;
  picture.Apply(message, kLocal);
  for (const size_t rows : {1U, 5U, 24U, 50U}) {
    const auto lines = RenderWatch(picture, kLocal, absl::UTCTimeZone(), {rows, 40});
    EXPECT_LE(lines.size(), rows);
    for (const std::string& line : lines) EXPECT_LE(Width(line), 40U);
  }
  EXPECT_THAT(Render(message, {50, 200}), HasSubstr(" more\n"));
}

TEST(WatchViewTest, SaysWhatIsWrongBeforeAnythingIsKnown) {
  AreaPicture picture;
  picture.Lose("no router answers at a, b");
  const auto lines = RenderWatch(picture, kLocal, absl::UTCTimeZone(), {});
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[1], "! no router answers at a, b");
}

}  // namespace
}  // namespace hotline::ctl
