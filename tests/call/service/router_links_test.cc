// What goes over the streams to the routers, with real gRPC on loopback.
#include "services/call/router/router_links.h"

#include <future>
#include <optional>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/runtime/queue_strand.h"
#include "tests/call/service/fakes.h"

namespace hotline::call {
namespace {

using router::v1::AttachResponse;
using router::v1::CallEvent;
using testing::ElementsAre;
using testing::Lt;

class RouterLinksTest : public testing::Test {
 protected:
  RouterLinksTest() {
    strand_.Run([this] {
      links_.emplace(
          RouterLinksOptions{{router_.address()}, "demo", "call-1", 1}, strand_,
          RouterLinksOwner{.on_event = [this](const Event& event) { events_.Put(event); },
                           .on_ack = [](const auto&) {},
                           .announce =
                               [] {
                                 std::vector<router::v1::Announcement> parts(1);
                                 parts[0].set_complete(true);
                                 return parts;
                               }});
    });
    EXPECT_TRUE(router_.AwaitAnnouncement());
  }

  ~RouterLinksTest() override {
    std::promise<void> closed;
    strand_.Run([&] { links_->Close([&] { closed.set_value(); }); });
    closed.get_future().wait();
    strand_.Run([this] { links_.reset(); });
  }

  static AttachResponse OfferOf(uint64_t epoch, uint64_t id) {
    AttachResponse message;
    message.set_epoch(epoch);
    message.mutable_offer()->set_call_id(FormatCallId(CallId{id}));
    message.mutable_offer()->set_offer_id(id);
    message.mutable_offer()->mutable_target()->set_kind(router::v1::TARGET_KIND_SEAT);
    return message;
  }

  FakeRouter router_{5, true};
  QueueStrand strand_;
  std::optional<RouterLinks> links_;
  Mailbox<Event> events_;
};

TEST_F(RouterLinksTest, EventsThatWaitForOneAnotherGoTogetherAndInOrder) {
  constexpr uint64_t kEvents = 100;
  const int before = router_.messages();
  strand_.Run([this] {
    for (uint64_t seq = 1; seq <= kEvents; ++seq) {
      CallEvent event;
      event.set_seq(seq);
      event.mutable_ringing()->set_call_id("c");
      links_->Send(std::move(event));
    }
  });
  for (uint64_t seq = 1; seq <= kEvents; ++seq) {
    const auto event = router_.AwaitEvent(CallEvent::kRinging);
    ASSERT_TRUE(event) << seq;
    ASSERT_EQ(event->seq(), seq);
  }
  EXPECT_THAT(router_.messages() - before, Lt(10));
}

TEST_F(RouterLinksTest, DecisionsOfOneMessageAreObeyedEachUnderItsOwnEpoch) {
  AttachResponse message;
  *message.mutable_batch()->add_responses() = OfferOf(5, 1);
  *message.mutable_batch()->add_responses() = OfferOf(4, 2);
  *message.mutable_batch()->add_responses() = OfferOf(5, 3);
  router_.Send(std::move(message));
  std::vector<uint64_t> offers;
  while (offers.empty() || offers.back() != 3) {
    const auto event =
        events_.Await([](const Event& e) { return std::holds_alternative<Offered>(e); });
    ASSERT_TRUE(event);
    offers.push_back(std::get<Offered>(*event).offer.value);
  }
  EXPECT_THAT(offers, ElementsAre(1, 3));
  strand_.Run([this] { EXPECT_EQ(links_->allegiance().refused(), 1u); });
}

}  // namespace
}  // namespace hotline::call
