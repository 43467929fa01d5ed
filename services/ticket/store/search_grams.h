// What the index of words knows of a text: its pairs of neighbouring characters.
//
// Chinese writes no blanks between words, so a text is found by any run of its characters, as LIKE
// finds it. Whoever looks for a word asks the index for the texts that have all its grams, and then
// LIKE whether the word is really there: grams may collide, the answer may not.
//
// Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace hotline::ticket {

/// Returns the grams of `text` (UTF-8; what is not counts byte by byte): one for each pair of
/// neighbours and one for each character beyond ASCII (a family name is one). Sorted, each once,
/// not negative.
std::vector<int32_t> SearchGrams(std::string_view text);

}  // namespace hotline::ticket
