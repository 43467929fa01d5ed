#include "services/ticket/core/ticket_number.h"

#include "gtest/gtest.h"

namespace hotline::ticket {
namespace {

TEST(TicketNumberTest, CheckDigitsAreThoseOfTheStandard) {
  // ISO/IEC 7064's own example, and German tax numbers, which use the same system.
  EXPECT_EQ(CheckDigitMod11_10("0794"), '5');
  EXPECT_EQ(CheckDigitMod11_10("8609574271"), '9');
  EXPECT_EQ(CheckDigitMod11_10("0247629135"), '8');
}

TEST(TicketNumberTest, IsReadableAndKnowsItself) {
  const std::string number = FormatTicketNumber("990001", absl::CivilDay(2026, 9, 15), 42);
  EXPECT_EQ(number.substr(0, 20), "GD990001260915000042");
  EXPECT_EQ(number.size(), 21u);
  EXPECT_TRUE(IsTicketNumber(number));
  EXPECT_FALSE(IsTicketNumber(number.substr(0, 20)));
  EXPECT_FALSE(IsTicketNumber("XX" + number.substr(2)));
  EXPECT_FALSE(IsTicketNumber(""));
}

TEST(TicketNumberTest, EveryWrongDigitIsFound) {
  const std::string number = FormatTicketNumber("990001", absl::CivilDay(2026, 9, 15), 42);
  for (size_t i = 2; i < number.size(); ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string wrong = number;
      wrong[i] = digit;
      EXPECT_EQ(IsTicketNumber(wrong), wrong == number) << wrong;
    }
  }
}

TEST(TicketNumberTest, NineInTenSwapsOfNeighboursAreFound) {
  int swaps = 0, found = 0;
  for (int serial = 1; serial <= 5000; ++serial) {
    const std::string number = FormatTicketNumber("990001", absl::CivilDay(2026, 12, 31), serial);
    for (size_t i = 2; i + 1 < number.size(); ++i) {
      if (number[i] == number[i + 1]) continue;
      std::string wrong = number;
      std::swap(wrong[i], wrong[i + 1]);
      ++swaps;
      if (!IsTicketNumber(wrong)) ++found;
    }
  }
  EXPECT_GT(found, swaps * 0.9);
}

}  // namespace
}  // namespace hotline::ticket
