#include "services/ticket/core/content.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace hotline::ticket {
namespace {

using Code = Problem::Code;

constexpr std::array<std::string_view, 8> kGroupTags = {
    "elderly", "disabled",   "minor",          "woman",
    "veteran", "low_income", "migrant_worker", "ethnic_minority"};
constexpr int kOutcomes = 23;  // B01 … B23, section 3.3 of the domain model
constexpr size_t kMaxLanguageBytes = 35;
constexpr size_t kMinDivision = 6, kMaxDivision = 12;

struct Field {
  std::string_view name;
  bool (*same)(const Content&, const Content&);
  void (*copy)(const Content& from, Content& to);
};

template <auto Member>
constexpr Field MakeField(std::string_view name) {
  return {name, [](const Content& a, const Content& b) { return a.*Member == b.*Member; },
          [](const Content& from, Content& to) {
            to.*Member = from.*Member;
          }};
}

constexpr std::array kFields = {
    MakeField<&Content::category>("category"),
    MakeField<&Content::subcategory>("subcategory"),
    MakeField<&Content::title>("title"),
    MakeField<&Content::demand>("demand"),
    MakeField<&Content::answer>("answer"),
    MakeField<&Content::groups>("groups"),
    MakeField<&Content::citizen_name>("citizen_name"),
    MakeField<&Content::division>("division"),
    MakeField<&Content::outcomes>("outcomes"),
    MakeField<&Content::language>("language"),
    MakeField<&Content::confidential>("confidential"),
};

/// Controls other than tab and line ends: no keyboard makes them, and PostgreSQL cannot store NUL.
bool HasControls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') ||
           c == 0x7f;
  });
}

bool IsBlank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isspace(c); });
}

class Checker {
 public:
  std::vector<Problem> Take() { return std::move(problems_); }

  void Text(std::string_view field, const std::string& text, int limit, bool one_line = true) {
    const int length = CountCharacters(text);
    if (length < 0 || HasControls(text)) {
      Add(field, Code::kMalformed, "has characters that are no text");
    } else if (one_line && text.find_first_of("\r\n") != text.npos) {
      Add(field, Code::kMalformed, "must be one line");
    } else if (length > limit) {
      Add(field, Code::kTooLong,
          absl::StrCat("has ", length, " characters; at most ", limit, " are allowed"), limit);
    }
  }

  template <class IsKnown>
  void Codes(std::string_view field, const std::vector<std::string>& codes, int limit,
             const IsKnown& is_known) {
    if (codes.size() > static_cast<size_t>(limit)) {
      Add(field, Code::kTooMany,
          absl::StrCat("has ", codes.size(), " values; at most ", limit, " are allowed"), limit);
      return;
    }
    for (size_t i = 0; i < codes.size(); ++i) {
      if (!is_known(codes[i])) {
        Add(field, Code::kUnknown, absl::StrCat("value ", i + 1, " is not in the dictionary"));
      } else if (std::find(codes.begin(), codes.begin() + static_cast<ptrdiff_t>(i), codes[i]) !=
                 codes.begin() + static_cast<ptrdiff_t>(i)) {
        Add(field, Code::kRepeated, absl::StrCat(codes[i], " is there twice"));
      }
    }
  }

  void Add(std::string_view field, Code code, std::string_view what, int limit = 0) {
    problems_.push_back(
        {std::string(field), code, std::string(field) + " " + std::string(what), limit});
  }

 private:
  std::vector<Problem> problems_;
};

bool IsDivision(std::string_view text) {
  return text.size() >= kMinDivision && text.size() <= kMaxDivision &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

/// The shape of BCP 47: "zh", "zh-CN", "cmn-Hans-CN", "x-wuu-local".
bool IsLanguageTag(std::string_view text) {
  if (text.size() > kMaxLanguageBytes) return false;
  const std::vector<std::string> parts = absl::StrSplit(std::string(text), '-');
  return std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
    return !part.empty() && part.size() <= 8 &&
           std::all_of(part.begin(), part.end(), absl::ascii_isalnum);
  });
}

}  // namespace

const std::vector<std::string>& ContentFields() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const Field& field : kFields) result.emplace_back(field.name);
    return result;
  }();
  return names;
}

std::vector<std::string> DifferingFields(const Content& a, const Content& b) {
  std::vector<std::string> names;
  for (const Field& field : kFields) {
    if (!field.same(a, b)) names.emplace_back(field.name);
  }
  return names;
}

void CopyFields(const Content& from, absl::Span<const std::string> names, Content& to) {
  for (const Field& field : kFields) {
    if (std::find(names.begin(), names.end(), field.name) != names.end()) field.copy(from, to);
  }
}

std::vector<Problem> CheckContent(const Content& content) {
  Checker check;
  if (static_cast<int>(content.category) > kCategories) {
    check.Add("category", Code::kUnknown, "is not one of the six");
  }
  check.Text("subcategory", content.subcategory, kMaxSubcategory);
  check.Text("title", content.title, kMaxTitle);
  check.Text("demand", content.demand, kMaxText, /*one_line=*/false);
  check.Text("answer", content.answer, kMaxText, /*one_line=*/false);
  check.Codes("groups", content.groups, kMaxGroups, [](const std::string& tag) {
    return std::find(kGroupTags.begin(), kGroupTags.end(), tag) != kGroupTags.end();
  });
  check.Text("citizen_name", content.citizen_name, kMaxName);
  if (!content.division.empty() && !IsDivision(content.division)) {
    check.Add("division", Code::kMalformed, "must have 6 to 12 digits");
  }
  check.Codes("outcomes", content.outcomes, kMaxOutcomes, IsOutcome);
  if (!content.language.empty() && !IsLanguageTag(content.language)) {
    check.Add("language", Code::kMalformed, "must be a language tag such as zh-CN");
  }
  return check.Take();
}

std::vector<Problem> CheckFieldNames(absl::Span<const std::string> names) {
  Checker check;
  for (const std::string& name : names) {
    const bool known = std::any_of(kFields.begin(), kFields.end(),
                                   [&](const Field& field) { return field.name == name; });
    if (!known)
      check.Add("update_mask", Code::kUnknown, "names a field that content does not have");
  }
  return check.Take();
}

std::vector<Problem> MissingForClosing(const Content& content) {
  Checker check;
  if (content.category == Category::kNone) {
    check.Add("category", Code::kMissing, "must be chosen before the ticket is closed");
  }
  if (IsBlank(content.answer)) {
    check.Add("answer", Code::kMissing, "must be written before the ticket is closed");
  }
  if (content.outcomes.empty()) {
    check.Add("outcomes", Code::kMissing, "must have at least one before the ticket is closed");
  }
  return check.Take();
}

bool IsOutcome(std::string_view code) {
  if (code.size() != 3 || code[0] != 'B' || !absl::ascii_isdigit(code[1]) ||
      !absl::ascii_isdigit(code[2])) {
    return false;
  }
  const int number = (code[1] - '0') * 10 + (code[2] - '0');
  return number >= 1 && number <= kOutcomes;
}

int CountCharacters(std::string_view utf8) {
  int count = 0;
  for (size_t i = 0; i < utf8.size(); ++count) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const size_t length = lead < 0x80                   ? 1
                          : lead >= 0xc2 && lead < 0xe0 ? 2
                          : lead >= 0xe0 && lead < 0xf0 ? 3
                          : lead >= 0xf0 && lead < 0xf5 ? 4
                                                        : 0;
    if (length == 0 || i + length > utf8.size()) return -1;
    for (size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(utf8[i + k]) & 0xc0) != 0x80) return -1;
    }
    const auto second = length > 1 ? static_cast<unsigned char>(utf8[i + 1]) : 0;
    // Overlong forms, surrogates, and what lies above U+10FFFF (RFC 3629 section 4).
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
        (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) {
      return -1;
    }
    i += length;
  }
  return count;
}

}  // namespace hotline::ticket
