#include "services/base/ids.h"

#include <algorithm>

namespace hotline {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr int kLength = 13;  // ceil(64 / 5)
constexpr int64_t kEpoch2020Ms = 1577836800000;

}  // namespace

std::string EncodeId(uint64_t value) {
  std::string text(kLength, '0');
  for (int i = kLength - 1; i >= 0; --i, value >>= 5) text[i] = kDigits[value & 31];
  return text;
}

std::optional<uint64_t> DecodeId(std::string_view text) {
  if (text.size() != kLength) return std::nullopt;
  uint64_t value = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 32) : text[i];
    const size_t digit = kDigits.find(c);
    if (digit == kDigits.npos || (i == 0 && digit > 15)) return std::nullopt;
    value = value << 5 | digit;
  }
  return value;
}

std::optional<CallId> ParseCallId(std::string_view text) {
  const auto value = DecodeId(text);
  if (!value || *value == 0) return std::nullopt;
  return CallId{*value};
}

CallId MakeCallId(int64_t unix_ms, uint32_t maker, uint32_t counter) {
  const auto ms = static_cast<uint64_t>(std::max<int64_t>(unix_ms - kEpoch2020Ms, 1));
  return CallId{(ms << 22) | (uint64_t{maker & 0x3ff} << 12) | (counter & 0xfff)};
}

}  // namespace hotline
