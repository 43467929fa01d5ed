#include "services/ticket/core/marks.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

#include "services/ticket/core/act.h"

namespace hotline::ticket {
namespace {

struct Mark {
  std::string_view name;
  bool (*same)(const Marks&, const Marks&);
  void (*copy)(const Marks& from, Marks& to);
};

template <auto Member>
constexpr Mark MakeMark(std::string_view name) {
  return {name, [](const Marks& a, const Marks& b) { return a.*Member == b.*Member; },
          [](const Marks& from, Marks& to) {
            to.*Member = from.*Member;
          }};
}

constexpr std::array kMarks = {
    MakeMark<&Marks::priority>("priority"),
    MakeMark<&Marks::secrecy>("secrecy"),
    MakeMark<&Marks::matter>("matter"),
    MakeMark<&Marks::risk>("risk"),
    MakeMark<&Marks::no_voice>("no_voice"),
    MakeMark<&Marks::no_contact>("no_contact"),
    MakeMark<&Marks::respondents>("respondents"),
    MakeMark<&Marks::external_source>("external_source"),
    MakeMark<&Marks::external_no>("external_no"),
    MakeMark<&Marks::case_code>("case_code"),
    MakeMark<&Marks::group_event>("group_event"),
    MakeMark<&Marks::head_count>("head_count"),
};

bool Named(absl::Span<const std::string> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

const std::vector<std::string>& MarkFields() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const Mark& mark : kMarks) result.emplace_back(mark.name);
    return result;
  }();
  return names;
}

std::vector<std::string> DifferingMarks(const Marks& a, const Marks& b) {
  std::vector<std::string> names;
  for (const Mark& mark : kMarks) {
    if (!mark.same(a, b)) names.emplace_back(mark.name);
  }
  return names;
}

void CopyMarks(const Marks& from, absl::Span<const std::string> names, Marks& to) {
  for (const Mark& mark : kMarks) {
    if (Named(names, mark.name)) mark.copy(from, to);
  }
}

/// "/" or "/city": nobody with a path could see or undo it.
bool IsWholeArea(std::string_view name) {
  return name.starts_with('/') &&
         (name.ends_with('/') || name.find_first_not_of('/') >= name.rfind('/'));
}

std::vector<Problem> CheckMarks(const Marks& marks, absl::Span<const std::string> names) {
  std::vector<Problem> problems;
  const auto add = [&](std::string_view field, Problem::Code code, std::string_view what,
                       int limit = 0) {
    problems.push_back({std::string(field), code,
                        absl::StrCat(std::string(field), " ", std::string(what)), limit});
  };
  for (const std::string& name : names) {
    if (!Named(MarkFields(), name)) {
      add("fields", Problem::Code::kUnknown, "names a mark that a ticket does not have");
    }
  }
  if (marks.respondents.size() > static_cast<size_t>(kMaxRespondents)) {
    add("respondents", Problem::Code::kTooMany, "has too many values", kMaxRespondents);
  }
  for (const std::string& respondent : marks.respondents) {
    const int length = CountCharacters(respondent);
    if (length < 0 || length > kMaxRespondent) {
      add("respondents", Problem::Code::kTooLong, "has a name that is too long", kMaxRespondent);
    } else if (respondent.empty() || respondent == kSystemAccount || IsWholeArea(respondent)) {
      add("respondents", Problem::Code::kMalformed,
          "must be accounts, organisations, employers or units below the area");
    }
  }
  const std::pair<std::string_view, const std::string*> texts[] = {
      {"external_source", &marks.external_source},
      {"external_no", &marks.external_no},
      {"case_code", &marks.case_code},
      {"group_event", &marks.group_event}};
  for (const auto& [name, text] : texts) {
    const int length = CountCharacters(*text);
    if (length < 0 || length > kMaxReference) {
      add(name, Problem::Code::kTooLong, "is too long", kMaxReference);
    } else if (text->find('\0') != text->npos) {
      add(name, Problem::Code::kMalformed, "has a character that no text has");
    }
  }
  if (marks.external_source.empty() != marks.external_no.empty()) {
    add("external_no", Problem::Code::kMissing, "and external_source belong together");
  }
  if (marks.head_count < 0 || marks.head_count > kMaxHeadCount) {
    add("head_count", Problem::Code::kMalformed, "must be 0 to 100,000");
  }
  return problems;
}

bool IsRespondent(const Marks& marks, const Actor& actor) {
  return std::any_of(
      marks.respondents.begin(), marks.respondents.end(), [&](const std::string& name) {
        return !name.empty() && (name == actor.account || name == actor.org ||
                                 name == actor.employer || IsWithin(actor.path, name));
      });
}

}  // namespace hotline::ticket
