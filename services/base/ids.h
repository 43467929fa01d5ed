// Ids that cannot be mixed up: a number inside, 13 characters of Crockford base32 outside.
//
// Pure values, no threads. Ids of different kinds do not compare or convert.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hotline {

/// A 64-bit id of one kind. Zero means "none".
template <class Kind>
struct StrongId {
  uint64_t value = 0;

  friend auto operator<=>(const StrongId&, const StrongId&) = default;

  explicit operator bool() const { return value != 0; }
};

/// One phone call of one caller, from INVITE to the end of its last leg.
using CallId = StrongId<struct CallKind>;
/// One offer of a call to a seat or station; unique in an area.
using OfferId = StrongId<struct OfferKind>;

/// Returns `value` as 13 characters of Crockford base32 (0-9, A-Z without I L O U), high digit
/// first.
std::string EncodeId(uint64_t value);

/// Reads what EncodeId wrote, in either case.
/// Returns: nothing if `text` is not 13 such characters or does not fit 64 bits.
std::optional<uint64_t> DecodeId(std::string_view text);

inline std::string FormatCallId(CallId id) {
  return EncodeId(id.value);
}

std::optional<CallId> ParseCallId(std::string_view text);

/// Builds a call id that no other call service process makes: 41 bits of milliseconds since 2020,
/// 10 bits of the maker, 12 bits of a counter (4,096 calls per millisecond). Never zero.
CallId MakeCallId(int64_t unix_ms, uint32_t maker, uint32_t counter);

}  // namespace hotline
