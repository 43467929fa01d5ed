#include "services/ticket/core/ticket_number.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "services/base/check.h"

namespace hotline::ticket {
namespace {

constexpr std::string_view kPrefix = "GD";
constexpr size_t kOrgDigits = 6, kDayDigits = 6, kSerialDigits = 6;
constexpr size_t kLength = kPrefix.size() + kOrgDigits + kDayDigits + kSerialDigits + 1;

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

}  // namespace

char CheckDigitMod11_10(std::string_view digits) {
  int product = 10;
  for (const char c : digits) {
    int sum = (product + (c - '0')) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  return static_cast<char>('0' + (11 - product) % 10);
}

bool IsOrgCode(std::string_view code) {
  return code.size() == kOrgDigits && AllDigits(code);
}

std::string FormatTicketNumber(std::string_view org_code, absl::CivilDay day, int serial) {
  HOTLINE_CHECK(IsOrgCode(org_code), "an organisation's code has six digits");
  HOTLINE_CHECK(serial >= 1 && serial <= kMaxSerial, "a serial has at most six digits");
  std::string number =
      absl::StrCat(std::string(org_code), absl::Dec(day.year() % 100, absl::kZeroPad2),
                   absl::Dec(day.month(), absl::kZeroPad2), absl::Dec(day.day(), absl::kZeroPad2),
                   absl::Dec(serial, absl::kZeroPad6));
  number += CheckDigitMod11_10(number);
  return absl::StrCat(std::string(kPrefix), number);
}

bool IsTicketNumber(std::string_view text) {
  if (text.size() != kLength || text.substr(0, kPrefix.size()) != kPrefix) return false;
  const std::string_view digits = text.substr(kPrefix.size());
  return AllDigits(digits) &&
         CheckDigitMod11_10(digits.substr(0, digits.size() - 1)) == digits.back();
}

}  // namespace hotline::ticket
