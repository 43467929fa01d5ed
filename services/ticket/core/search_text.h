// What a ticket is found by: its number and what people wrote, in one form of letters.
//
// Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/ticket/core/ticket.h"

namespace hotline::ticket {

/// Longest text that can be searched for, in characters, and most words in it.
inline constexpr int kMaxSearchText = 100;
inline constexpr size_t kMaxSearchWords = 8;

/// Returns `text` with Latin letters in lower case and full-width forms (１３８, Ａ) made ordinary:
/// people type both.
std::string SearchForm(std::string_view text);

/// Returns the text that a ticket is searched in: number, title, demand, citizen's name.
std::string SearchTextOf(const Ticket& ticket);

/// Returns the words of what somebody typed, in search form, at most kMaxSearchWords.
std::vector<std::string> SearchWords(std::string_view typed);

}  // namespace hotline::ticket
