// Numbers of tickets, for people to read out on the telephone:
//
//   GD 990001 260915 000042 7
//      │      │      │      └ check digit
//      │      │      └ serial of the day
//      │      └ day of opening, in the area's time zone
//      └ organisation: a division code of six digits
//
// The check digit finds every wrong digit and nine in ten swaps of two neighbours.
// Source: ISO/IEC 7064, hybrid system MOD 11,10 (digits only; GB 11714 would need an X, which is
// misheard on the telephone).
#pragma once

#include <string>
#include <string_view>

#include "absl/time/civil_time.h"

namespace hotline::ticket {

inline constexpr int kMaxSerial = 999'999;

/// Returns the check digit of `digits`. Requires: digits only.
char CheckDigitMod11_10(std::string_view digits);

/// Whether `code` can stand in a number: six digits.
bool IsOrgCode(std::string_view code);

/// Requires: IsOrgCode(org_code); serial from 1 to kMaxSerial.
std::string FormatTicketNumber(std::string_view org_code, absl::CivilDay day, int serial);

/// Whether `text` has the form of a number and the right check digit.
bool IsTicketNumber(std::string_view text);

}  // namespace hotline::ticket
