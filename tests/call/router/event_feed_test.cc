#include "services/call/router/event_feed.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::call {
namespace {

namespace v1 = router::v1;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::CallRecord Record(const std::string& call) {
  v1::CallRecord record;
  record.mutable_request()->set_call_id(call);
  return record;
}

v1::CallEvent Ended(const std::string& call) {
  v1::CallEvent event;
  *event.mutable_ended()->mutable_record() = Record(call);
  return event;
}

v1::EventAck Ack(uint64_t seq, std::vector<std::string> calls = {}) {
  v1::EventAck ack;
  ack.set_seq(seq);
  for (const std::string& call : calls) ack.add_ended_call_ids(call);
  return ack;
}

TEST(EventFeed, NumbersEventsFromOneWithoutGaps) {
  EventFeed feed;
  v1::CallEvent first, second = Ended("A");
  first.mutable_held()->set_call_id("A");
  feed.Number(first);
  feed.Number(second);
  EXPECT_EQ(first.seq(), 1u);
  EXPECT_EQ(second.seq(), 2u);
}

TEST(EventFeed, KeepsRecordsUntilTheyAreAcknowledged) {
  EventFeed feed;
  for (const char* call : {"A", "B", "C"}) {
    v1::CallEvent event = Ended(call);
    feed.Number(event);
  }
  feed.AddOldRecord(Record("OLD"));
  EXPECT_EQ(feed.unacknowledged(), 4u);
  EXPECT_THAT(feed.Acknowledge(Ack(2)), ElementsAre("A", "B"));
  EXPECT_THAT(feed.Acknowledge(Ack(0, {"OLD", "C", "never heard of"})), ElementsAre("OLD", "C"));
  EXPECT_THAT(feed.Acknowledge(Ack(3)), IsEmpty());
  EXPECT_EQ(feed.unacknowledged(), 0u);
}

TEST(EventFeed, LargeAnnouncementsComeInParts) {
  EventFeed feed;
  for (int i = 0; i < 3000; ++i) {
    v1::CallEvent event = Ended("CALL" + std::to_string(i) + std::string(100, 'x'));
    feed.Number(event);
  }
  const auto parts = feed.Announce({});
  EXPECT_GT(parts.size(), 1u);
  int records = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    EXPECT_LT(parts[i].ByteSizeLong(), size_t{256} << 10);
    EXPECT_EQ(parts[i].complete(), i + 1 == parts.size());
    EXPECT_EQ(parts[i].last_seq(), 3000u);
    records += parts[i].ended_size();
  }
  EXPECT_EQ(records, 3000);
}

TEST(EventFeed, AnEmptyAnnouncementIsStillOne) {
  const auto parts = EventFeed().Announce({});
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_TRUE(parts[0].complete());
}

}  // namespace
}  // namespace hotline::call
