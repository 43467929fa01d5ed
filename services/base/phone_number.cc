#include "services/base/phone_number.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"

namespace hotline {
namespace {

constexpr std::string_view kSeparators = " -.()";  // RFC 3966 visual separators and the space
constexpr size_t kClearTail = 4;                   // digits shown at the end, as on a bank receipt
constexpr size_t kLeastHidden = 4;                 // a shorter number shows less of its end

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool EqualsIgnoreCase(std::string_view a, const char* b) {
  return absl::EqualsIgnoreCase(absl::string_view(a.data(), a.size()), b);
}

/// 13x … 19x and eight digits more.
bool IsMobile(std::string_view digits) {
  return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3';
}

/// Subscriber numbers have seven or eight digits and start with 2 to 9.
bool IsSubscriber(std::string_view digits) {
  return (digits.size() == 7 || digits.size() == 8) && digits[0] >= '2';
}

bool IsShort(std::string_view digits) {
  return digits.size() >= 3 && digits.size() <= 6;
}

/// Public numbers that a company pays for.
bool IsTollFree(std::string_view digits) {
  return digits.size() == 10 && (digits.substr(0, 3) == "400" || digits.substr(0, 3) == "800");
}

}  // namespace

PhoneNumber::PhoneNumber(Kind kind, std::string number, size_t clear_prefix)
    : kind_(kind), number_(std::move(number)), clear_prefix_(clear_prefix) {}

absl::StatusOr<PhoneNumber> PhoneNumber::Parse(std::string_view text) {
  static constexpr std::array kWithheld = {"anonymous", "restricted", "private"};
  static constexpr std::array kNone = {"", "unavailable", "unknown"};
  const auto is_text = [text](const char* word) {
    return EqualsIgnoreCase(text, word);
  };
  if (std::any_of(kNone.begin(), kNone.end(), is_text)) return PhoneNumber();
  if (std::any_of(kWithheld.begin(), kWithheld.end(), is_text)) {
    return PhoneNumber(Kind::kAnonymous, "");
  }

  std::string digits;
  bool plus = false;
  for (const char c : text) {
    if (IsDigit(c)) {
      digits += c;
    } else if (c == '+' && digits.empty() && !plus) {
      plus = true;
    } else if (kSeparators.find(c) == kSeparators.npos) {
      return absl::InvalidArgumentError("a phone number has digits only");
    }
  }
  if (digits.empty()) return absl::InvalidArgumentError("a phone number without digits");
  if (digits.size() > kMaxDigits) {
    return absl::InvalidArgumentError("a phone number has at most 20 digits");
  }
  if (!plus && digits.size() > 2 && digits.substr(0, 2) == "00") {
    plus = true;
    digits.erase(0, 2);
  }
  const bool china = digits.substr(0, 2) == "86";
  if (plus && china) {
    const std::string national = digits.substr(2);
    // After +86 an area code comes without its 0; a mobile, short or toll-free number never had
    // one.
    const bool has_area =
        national.size() >= 9 && !IsMobile(national) && !IsTollFree(national) && national[0] != '0';
    return FromNational(has_area ? "0" + national : national);
  }
  if (plus) return PhoneNumber(Kind::kInternational, "+" + digits, 3);
  if (china && IsMobile(digits.substr(2))) return FromNational(digits.substr(2));
  return FromNational(digits);
}

PhoneNumber PhoneNumber::FromNational(std::string_view digits) {
  if (IsMobile(digits)) return {Kind::kMobile, std::string(digits), 3};
  if (!digits.empty() && digits[0] == '0') return FromAreaCode(digits);
  if (IsShort(digits) || IsTollFree(digits)) return {Kind::kService, std::string(digits)};
  if (IsSubscriber(digits)) return {Kind::kLandline, std::string(digits)};
  return {Kind::kOther, std::string(digits)};
}

PhoneNumber PhoneNumber::FromAreaCode(std::string_view digits) {
  // Some carriers put the trunk 0 before a mobile number too. No area code starts with 013 … 019.
  if (IsMobile(digits.substr(1))) return {Kind::kMobile, std::string(digits.substr(1)), 3};
  // 010 and 02x have three digits, all others four.
  const size_t area_length = digits.size() > 1 && (digits[1] == '1' || digits[1] == '2') ? 3 : 4;
  if (digits.size() > area_length) {
    const std::string_view rest = digits.substr(area_length);
    if (IsSubscriber(rest)) return {Kind::kLandline, std::string(digits), area_length};
    if (IsShort(rest) && (rest[0] == '1' || rest[0] == '9')) {
      return {Kind::kService, std::string(digits)};
    }
  }
  return {Kind::kOther, std::string(digits)};
}

std::string PhoneNumber::Masked() const {
  switch (kind_) {
    case Kind::kUnknown:
      return "unknown";
    case Kind::kAnonymous:
      return "anonymous";
    case Kind::kService:
      return number_;
    default:
      break;
  }
  const size_t private_part = number_.size() - std::min(clear_prefix_, number_.size());
  const size_t tail =
      private_part > kLeastHidden ? std::min(kClearTail, private_part - kLeastHidden) : 0;
  std::string masked = number_;
  const size_t from = number_.size() - private_part;
  masked.replace(from, private_part - tail, private_part - tail, '*');
  return masked;
}

std::ostream& operator<<(std::ostream& out, const PhoneNumber& number) {
  return out << number.Masked();
}

}  // namespace hotline
