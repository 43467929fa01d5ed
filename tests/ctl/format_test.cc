#include "services/ctl/format.h"

#include "gtest/gtest.h"

#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

TEST(FormatTest, ShowsSpansInTwoUnitsAtMost) {
  EXPECT_EQ(FormatSpan(absl::Milliseconds(3249)), "3.2s");
  EXPECT_EQ(FormatSpan(absl::Milliseconds(9999)), "9.9s");
  EXPECT_EQ(FormatSpan(absl::Seconds(10)), "10s");
  EXPECT_EQ(FormatSpan(absl::Seconds(65)), "1m05s");
  EXPECT_EQ(FormatSpan(absl::Minutes(187)), "3h07m");
  EXPECT_EQ(FormatSpan(absl::Hours(51)), "2d03h");
  EXPECT_EQ(FormatSpan(-absl::Seconds(1)), "0.0s");
}

TEST(FormatTest, ShowsARateWithWhatItIsMadeOf) {
  router::v1::Ratio ratio;
  EXPECT_EQ(FormatRatio(ratio), "0/0");
  ratio.set_numerator(9);
  ratio.set_denominator(10);
  EXPECT_EQ(FormatRatio(ratio), "9/10 90.0 %");
}

TEST(FormatTest, SpellsEnumValuesInWords) {
  EXPECT_EQ(Word(router::v1::END_CAUSE_CALLER_HUNG_UP), "caller_hung_up");
  EXPECT_EQ(Word(router::v1::LEG_END_NO_ANSWER), "no_answer");
  EXPECT_EQ(Word(router::v1::LEG_END_UNSPECIFIED), "");
  EXPECT_EQ(Word(router::v1::TARGET_KIND_STATION), "station");
  EXPECT_EQ(Word(router::v1::Call::STATE_CONNECTED), "connected");
  EXPECT_EQ(Code(router::v1::TELEPHONY_RESULT_T01), "T01");
  EXPECT_EQ(Code(router::v1::TELEPHONY_RESULT_UNSPECIFIED), "");
}

TEST(FormatTest, ConvertsSpansBothWays) {
  const absl::Duration span = absl::Milliseconds(90'250);
  EXPECT_EQ(ToProto(span).seconds(), 90);
  EXPECT_EQ(FromProto(ToProto(span)), span);
}

}  // namespace
}  // namespace hotline::ctl
