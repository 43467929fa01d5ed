#include "router/service/replica.h"

#include <string>

#include "gtest/gtest.h"

#include "router/service/convert/journal.h"
#include "services/runtime/proto_time.h"
#include "tests/router/service/router_fixture.h"

namespace hotline::router {
namespace {

constexpr uint64_t kEpoch = 7;

TailEntry EntryOf(uint64_t seq, absl::Time time, const Event& event) {
  v1::JournalEntry entry;
  entry.set_epoch(kEpoch);
  entry.set_seq(seq);
  *entry.add_events() = ToJournal(event);
  *entry.mutable_events(0)->mutable_time() = ToProto(time);
  return {.epoch = kEpoch, .seq = seq, .bytes = entry.SerializeAsString()};
}

TEST(ReplicaTest, EntriesThatComeAgainAfterALoadAreAppliedAtTheirOwnTimes) {
  const absl::Time start = absl::FromUnixSeconds(1'772'413'200);
  SeatSignedIn signed_in{.profile = TestSeats()[0], .ready = true};
  signed_in.profile.agent = "agent-s1";
  const TailEntry first = EntryOf(1, start, signed_in);
  const TailEntry second = EntryOf(2, start + absl::Seconds(1), DrainSet{true});

  Replica replica(TestArea(), TestSeats(), [start] { return start; });
  std::string once;
  for (int pass = 0; pass < 2; ++pass) {
    ASSERT_TRUE(replica.Load({.epoch = kEpoch, .seq = 2}).ok());
    ASSERT_TRUE(replica.Replay(first).ok());
    ASSERT_TRUE(replica.Replay(second).ok());
    if (pass == 0) once = replica.core().EncodeSnapshot();
  }
  EXPECT_EQ(replica.core().EncodeSnapshot(), once);
}

}  // namespace
}  // namespace hotline::router
