#include "services/ctl/call_text.h"

#include "gtest/gtest.h"

#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

TEST(CallText, AnExplanationReadsFromTopToBottom) {
  router::v1::ExplainCallResponse why;
  why.set_call_id("00000000000C1");
  why.set_policy_version("1-00000000000000ab");
  why.set_live(true);
  auto* decision = why.add_decisions();
  *decision->mutable_time() = ToProto(absl::FromUnixSeconds(3661));
  decision->set_text("offered to s2 after 65s, first of 3 ready, then s4");
  decision->mutable_candidates()->add_rows()->set_text("s2: ready for 9s");
  decision->mutable_candidates()->set_left_off(2);
  why.mutable_candidates()->add_rows()->set_text("s1: conflict of interest");

  EXPECT_EQ(ExplanationText(why, absl::UTCTimeZone()),
            "call 00000000000C1, policy 1-00000000000000ab\n"
            "01:01:01  offered to s2 after 65s, first of 3 ready, then s4\n"
            "    s2: ready for 9s\n"
            "    and 2 more\n"
            "It waits. Of the seats and stations, as they are now:\n"
            "    s1: conflict of interest\n");
}

}  // namespace
}  // namespace hotline::ctl
