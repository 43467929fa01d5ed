// A caller's number that prints masked. Personal data is protected by its type, not by habit:
// streams, logs and errors get 138****1234; the digits only come out of Unmasked(), which is easy
// to find.
//
// Pure values, no threads. Knows mainland Chinese numbers; everything else is kept as it came.
#pragma once

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace hotline {

class PhoneNumber {
 public:
  enum class Kind : uint8_t {
    kUnknown,        ///< no number was given
    kAnonymous,      ///< the caller withheld it
    kMobile,         ///< 1[3-9] and nine digits
    kLandline,       ///< with or without its area code
    kService,        ///< public or internal, not personal: 12348, 0571 12345, 400…, an extension
    kInternational,  ///< E.164 outside +86
    kOther,          ///< digits of no shape that we know
  };

  /// At most so many digits: E.164's 15 and room for a carrier's prefix.
  static constexpr int kMaxDigits = 20;

  /// No number was given.
  PhoneNumber() = default;

  /// Reads a number as carriers, SIP user parts and people write it: spaces, dots, hyphens and
  /// brackets are skipped; +86, 0086, 86 or 0 before a mobile number go; "anonymous", "restricted",
  /// "unavailable", "unknown" and nothing at all are understood.
  /// Returns: INVALID_ARGUMENT, without repeating the text, if it is no phone number.
  static absl::StatusOr<PhoneNumber> Parse(std::string_view text);

  Kind kind() const { return kind_; }

  /// Returns the number fit for eyes and logs: "138****1234", "0571****5678", "+49*****4567",
  /// "12348", "anonymous", "unknown".
  std::string Masked() const;

  /// Returns the number in clear, in its dialable form ("13812341234", "+4930123456"), empty if
  /// there is none. For dialling, and for the record's protected column; never for a log or an
  /// error text.
  const std::string& Unmasked() const { return number_; }

  friend auto operator<=>(const PhoneNumber&, const PhoneNumber&) = default;

 private:
  PhoneNumber(Kind kind, std::string number, size_t clear_prefix = 0);
  /// Reads the digits of a number of mainland China.
  static PhoneNumber FromNational(std::string_view digits);
  /// Reads a landline or service number that starts with its area code.
  static PhoneNumber FromAreaCode(std::string_view digits);

  Kind kind_ = Kind::kUnknown;
  std::string number_;       ///< empty if and only if the kind is kUnknown or kAnonymous
  size_t clear_prefix_ = 0;  ///< characters in front that Masked() may show
};

/// Writes Masked().
std::ostream& operator<<(std::ostream& out, const PhoneNumber& number);

}  // namespace hotline
