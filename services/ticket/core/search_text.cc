#include "services/ticket/core/search_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace hotline::ticket {

std::string SearchForm(std::string_view text) {
  std::string form;
  form.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto a = static_cast<unsigned char>(text[i]);
    if (i + 2 < text.size() && (a == 0xef || a == 0xe3)) {
      const auto b = static_cast<unsigned char>(text[i + 1]);
      const auto c = static_cast<unsigned char>(text[i + 2]);
      // U+FF01 … U+FF5E are ASCII 0x21 … 0x7E, U+3000 is the blank.
      char ordinary = 0;
      if (a == 0xef && b == 0xbc && c >= 0x81) ordinary = static_cast<char>(c - 0x81 + 0x21);
      if (a == 0xef && b == 0xbd && c <= 0x9e) ordinary = static_cast<char>(c - 0x80 + 0x60);
      if (a == 0xe3 && b == 0x80 && c == 0x80) ordinary = ' ';
      if (ordinary != 0) {
        form += absl::ascii_tolower(static_cast<unsigned char>(ordinary));
        i += 2;
        continue;
      }
    }
    form += absl::ascii_tolower(a);
  }
  return form;
}

std::string SearchTextOf(const Ticket& ticket) {
  return SearchForm(absl::StrCat(ticket.ticket_no, "\n", ticket.content.title, "\n",
                                 ticket.content.demand, "\n", ticket.content.citizen_name));
}

std::vector<std::string> SearchWords(std::string_view typed) {
  std::vector<std::string> words =
      absl::StrSplit(SearchForm(typed), absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  if (words.size() > kMaxSearchWords) words.resize(kMaxSearchWords);
  return words;
}

}  // namespace hotline::ticket
