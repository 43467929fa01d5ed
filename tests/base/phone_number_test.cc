#include "services/base/phone_number.h"

#include <ostream>
#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace hotline {
namespace {

using Kind = PhoneNumber::Kind;

struct Case {
  const char* text;
  Kind kind;
  const char* unmasked;
  const char* masked;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.text;
}

class PhoneNumberFormsTest : public testing::TestWithParam<Case> {};

TEST_P(PhoneNumberFormsTest, IsReadAndMasked) {
  const auto number = PhoneNumber::Parse(GetParam().text);
  ASSERT_TRUE(number.ok()) << number.status();
  EXPECT_EQ(number->kind(), GetParam().kind);
  EXPECT_EQ(number->Unmasked(), GetParam().unmasked);
  EXPECT_EQ(number->Masked(), GetParam().masked);
}

INSTANTIATE_TEST_SUITE_P(
    All, PhoneNumberFormsTest,
    testing::Values(Case{"13812341234", Kind::kMobile, "13812341234", "138****1234"},
                    Case{"138 1234-1234", Kind::kMobile, "13812341234", "138****1234"},
                    Case{"+8613812341234", Kind::kMobile, "13812341234", "138****1234"},
                    Case{"008613812341234", Kind::kMobile, "13812341234", "138****1234"},
                    Case{"8613812341234", Kind::kMobile, "13812341234", "138****1234"},
                    Case{"013812341234", Kind::kMobile, "13812341234", "138****1234"},
                    Case{"0571-87654321", Kind::kLandline, "057187654321", "0571****4321"},
                    Case{"(0578) 2345678", Kind::kLandline, "05782345678", "0578****678"},
                    Case{"01087654321", Kind::kLandline, "01087654321", "010****4321"},
                    Case{"+86 571 8765 4321", Kind::kLandline, "057187654321", "0571****4321"},
                    Case{"+86 10 8765 4321", Kind::kLandline, "01087654321", "010****4321"},
                    Case{"87654321", Kind::kLandline, "87654321", "****4321"},
                    Case{"12348", Kind::kService, "12348", "12348"},
                    Case{"+8612348", Kind::kService, "12348", "12348"},
                    Case{"0571 12348", Kind::kService, "057112348", "057112348"},
                    Case{"110", Kind::kService, "110", "110"},
                    Case{"8001", Kind::kService, "8001", "8001"},
                    Case{"400-810-1234", Kind::kService, "4008101234", "4008101234"},
                    Case{"+86 400 810 1234", Kind::kService, "4008101234", "4008101234"},
                    Case{"+4930123456", Kind::kInternational, "+4930123456", "+49****3456"},
                    Case{"00852 2345 6789", Kind::kInternational, "+85223456789", "+85*****6789"},
                    Case{"+123", Kind::kInternational, "+123", "+12*"},
                    Case{"999999999", Kind::kOther, "999999999", "*****9999"},
                    Case{"7", Kind::kOther, "7", "*"}, Case{"0", Kind::kOther, "0", "*"},
                    Case{"01", Kind::kOther, "01", "**"}, Case{"", Kind::kUnknown, "", "unknown"},
                    Case{"unavailable", Kind::kUnknown, "", "unknown"},
                    Case{"Anonymous", Kind::kAnonymous, "", "anonymous"},
                    Case{"restricted", Kind::kAnonymous, "", "anonymous"}));

TEST(PhoneNumberTest, AnErrorDoesNotRepeatTheText) {
  for (const char* text : {"x13812341234", "13812341234;ext=7", "+", "++8613812341234", "1381+234",
                           "138123412341381234123", " - "}) {
    const auto number = PhoneNumber::Parse(text);
    ASSERT_EQ(number.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(number.status().message().find("1381"), absl::string_view::npos) << number.status();
  }
}

TEST(PhoneNumberTest, StreamsAndTestFailuresPrintItMasked) {
  const PhoneNumber number = PhoneNumber::Parse("13812341234").value();
  std::ostringstream out;
  out << number;
  EXPECT_EQ(out.str(), "138****1234");
  EXPECT_EQ(testing::PrintToString(number), "138****1234");
}

TEST(PhoneNumberTest, WrittenDifferentlyIsTheSameNumber) {
  EXPECT_EQ(PhoneNumber::Parse("+86 138 1234 1234").value(),
            PhoneNumber::Parse("13812341234").value());
  EXPECT_NE(PhoneNumber::Parse("anonymous").value(), PhoneNumber());
}

}  // namespace
}  // namespace hotline
