// The attached call services without gRPC: when they are acknowledged, and when they are gone.
#include "router/service/node_sessions.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::router {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr uint64_t kEpoch = 7;
constexpr uint64_t kInstance = 1;

class FakeLink : public NodeLink {
 public:
  void Send(v1::AttachResponse message) override {
    if (message.has_ack()) acks.push_back(message.ack());
  }

  void Handled() override {}

  void Close(const absl::Status& why) override { closed = why; }

  std::vector<v1::EventAck> acks;
  absl::Status closed;
};

/// Everything submitted is journalled at once.
class NodeSessionsTest : public testing::Test {
 protected:
  NodeSessionsTest() { sessions_.SetRole(v1::RouterStatus::ROLE_ACTIVE, kEpoch); }

  std::shared_ptr<FakeLink> Attach(uint64_t instance = kInstance) {
    auto link = std::make_shared<FakeLink>();
    v1::AttachRequest hello;
    hello.mutable_hello()->set_area("test");
    hello.mutable_hello()->set_node("call-1");
    hello.mutable_hello()->set_instance(instance);
    sessions_.OnMessage(link, hello);
    return link;
  }

  void Announce(const std::shared_ptr<FakeLink>& link, uint64_t last_seq,
                const std::string& ended) {
    v1::AttachRequest message;
    message.mutable_announcement()->add_ended()->mutable_request()->set_call_id(ended);
    message.mutable_announcement()->set_last_seq(last_seq);
    message.mutable_announcement()->set_complete(true);
    sessions_.OnMessage(link, message);
  }

  void SendEvent(const std::shared_ptr<FakeLink>& link, uint64_t seq) {
    v1::AttachRequest message;
    message.mutable_event()->set_seq(seq);
    sessions_.OnMessage(link, message);
  }

  std::vector<v1::JournalEvent> submitted_;
  NodeSessions sessions_{"test", [this](v1::JournalEvent event, const NodeSessions::Done& done) {
                           submitted_.push_back(std::move(event));
                           done(absl::OkStatus());
                           return absl::OkStatus();
                         }};
};

TEST_F(NodeSessionsTest, InAnOutageARecordAnnouncedAgainIsNotAcknowledgedHoweverMuchWentBefore) {
  constexpr uint64_t kMuchWentBefore = 5 * NodeSessions::kMaxWithheld;
  const auto link = Attach();
  Announce(link, kMuchWentBefore, "C1");
  sessions_.FlushAcks(/*hold=*/true);
  EXPECT_THAT(link->acks, IsEmpty());
  sessions_.FlushAcks(/*hold=*/false);
  ASSERT_THAT(link->acks, SizeIs(1));
  EXPECT_EQ(link->acks[0].seq(), kMuchWentBefore);
  EXPECT_THAT(link->acks[0].ended_call_ids(), ElementsAre("C1"));
}

TEST_F(NodeSessionsTest, InAnOutageSoManyEventsAreHeldBackAndNoMore) {
  constexpr uint64_t kLast = 5000;
  const auto link = Attach();
  Announce(link, kLast, "C1");
  for (uint64_t n = 1; n < NodeSessions::kMaxWithheld; ++n) SendEvent(link, kLast + n);
  sessions_.FlushAcks(/*hold=*/true);
  EXPECT_THAT(link->acks, IsEmpty());
  SendEvent(link, kLast + NodeSessions::kMaxWithheld);
  sessions_.FlushAcks(/*hold=*/true);
  ASSERT_THAT(link->acks, SizeIs(1));
  EXPECT_EQ(link->acks[0].seq(), kLast + NodeSessions::kMaxWithheld);
}

TEST_F(NodeSessionsTest, AHelloThatReplacesALiveStreamDetachesTheInstanceBehindIt) {
  const auto first = Attach(/*instance=*/5);
  const auto second = Attach(/*instance=*/4);
  EXPECT_EQ(first->closed.code(), absl::StatusCode::kAborted);
  ASSERT_THAT(submitted_, SizeIs(1));
  ASSERT_TRUE(submitted_[0].has_node_detached());
  EXPECT_EQ(submitted_[0].node_detached().instance(), 5u);
  sessions_.OnGone(first.get());  // known already
  EXPECT_THAT(submitted_, SizeIs(1));
  EXPECT_THAT(sessions_.names(), ElementsAre("call-1"));
}

}  // namespace
}  // namespace hotline::router
