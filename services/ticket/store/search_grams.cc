#include "services/ticket/store/search_grams.h"

#include <algorithm>

namespace hotline::ticket {
namespace {

/// Returns the character that begins at `text[i]` and moves `i` behind it.
uint32_t NextCharacter(std::string_view text, size_t& i) {
  const auto byte = [&](size_t at) {
    return static_cast<unsigned char>(text[at]);
  };
  const uint32_t lead = byte(i++);
  const size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
  if (more == 0 || i + more > text.size()) return lead;
  uint32_t character = lead & (0x3fu >> more);
  for (size_t k = 0; k < more; ++k) character = character << 6 | (byte(i++) & 0x3fu);
  return character;
}

/// Mixes two characters to 31 bits (the finaliser of MurmurHash3); stored, so it never changes.
int32_t Mix(uint32_t a, uint32_t b) {
  uint64_t h = static_cast<uint64_t>(a) << 32 | b;
  h = (h ^ h >> 33) * 0xff51afd7ed558ccdull;
  h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53ull;
  return static_cast<int32_t>((h ^ h >> 33) & 0x7fffffff);
}

}  // namespace

std::vector<int32_t> SearchGrams(std::string_view text) {
  constexpr uint32_t kNone = 0xffffffff;
  std::vector<int32_t> grams;
  uint32_t before = kNone;
  for (size_t i = 0; i < text.size();) {
    const uint32_t character = NextCharacter(text, i);
    if (before != kNone) grams.push_back(Mix(before, character));
    if (character >= 0x80) grams.push_back(Mix(kNone, character));
    before = character;
  }
  std::sort(grams.begin(), grams.end());
  grams.erase(std::unique(grams.begin(), grams.end()), grams.end());
  return grams;
}

}  // namespace hotline::ticket
