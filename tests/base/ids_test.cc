#include "services/base/ids.h"

#include <cstdint>
#include <limits>
#include <optional>

#include "gtest/gtest.h"

namespace hotline {
namespace {

TEST(IdsTest, EveryValueSurvivesEncodeAndDecode) {
  for (const uint64_t value :
       {uint64_t{0}, uint64_t{1}, uint64_t{31}, uint64_t{32}, uint64_t{0x123456789abcdef0},
        std::numeric_limits<uint64_t>::max()}) {
    EXPECT_EQ(DecodeId(EncodeId(value)), value);
  }
}

TEST(IdsTest, EncodesThirteenDigitsHighFirst) {
  EXPECT_EQ(EncodeId(0), "0000000000000");
  EXPECT_EQ(EncodeId(33), "0000000000011");
  EXPECT_EQ(EncodeId(std::numeric_limits<uint64_t>::max()), "FZZZZZZZZZZZZ");
}

TEST(IdsTest, DecodesEitherCase) {
  EXPECT_EQ(DecodeId("000000000000z"), DecodeId("000000000000Z"));
}

TEST(IdsTest, RefusesWhatIsNoId) {
  EXPECT_EQ(DecodeId(""), std::nullopt);
  EXPECT_EQ(DecodeId("000000000000"), std::nullopt);
  EXPECT_EQ(DecodeId("00000000000000"), std::nullopt);
  EXPECT_EQ(DecodeId("000000000000U"), std::nullopt);
  EXPECT_EQ(DecodeId("G000000000000"), std::nullopt) << "65 bits";
}

TEST(IdsTest, CallIdZeroIsNone) {
  EXPECT_FALSE(CallId{});
  EXPECT_EQ(ParseCallId("0000000000000"), std::nullopt);
  EXPECT_EQ(ParseCallId(FormatCallId(CallId{77})), CallId{77});
}

TEST(IdsTest, CallIdsOfOneMillisecondDifferByMakerAndCounter) {
  constexpr int64_t kNowMs = 1767225600000;  // 2026-01-01
  EXPECT_NE(MakeCallId(kNowMs, 1, 0), MakeCallId(kNowMs, 2, 0));
  EXPECT_NE(MakeCallId(kNowMs, 1, 0), MakeCallId(kNowMs, 1, 1));
  EXPECT_LT(MakeCallId(kNowMs, 1023, 4095), MakeCallId(kNowMs + 1, 0, 0)) << "ordered by time";
}

TEST(IdsTest, CallIdIsNeverZeroEvenWithAClockBefore2020) {
  EXPECT_TRUE(MakeCallId(0, 0, 0));
}

}  // namespace
}  // namespace hotline
