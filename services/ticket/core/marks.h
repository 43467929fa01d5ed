// What lies over a ticket whatever its state: priority, secrecy, who must not see it.
//
// Fields have names, so that a change can say which ones it brings (as in content.h). Pure values.
#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"

#include "services/ticket/core/content.h"
#include "services/ticket/core/types.h"

namespace hotline::ticket {

inline constexpr int kMaxRespondents = 16;
inline constexpr int kMaxHeadCount = 100'000;
inline constexpr int kMaxRespondent = 200;  ///< characters of a respondent's name or path
inline constexpr int kMaxReference = 64;    ///< characters of an external number

struct Marks {
  Priority priority = Priority::kNormal;
  Secrecy secrecy = Secrecy::kOrdinary;
  Matter matter = Matter::kNone;
  bool risk = false;      ///< danger for somebody, also a third person
  bool no_voice = false;  ///< cannot take a call: text messages only
  bool no_contact = false;
  /// Whom a complaint is about: accounts, organisations, employers. They neither see nor handle it.
  std::vector<std::string> respondents;
  std::string external_source, external_no;  ///< "12345", "E-778": one ticket for the pair
  std::string case_code;
  std::string group_event;
  int head_count = 0;  ///< of the group event, as told
  friend bool operator==(const Marks&, const Marks&) = default;
};

/// The names of all fields.
const std::vector<std::string>& MarkFields();

/// Returns the names of the fields in which `a` and `b` differ.
std::vector<std::string> DifferingMarks(const Marks& a, const Marks& b);

/// Copies the fields `names` of `from` into `to`.
void CopyMarks(const Marks& from, absl::Span<const std::string> names, Marks& to);

/// Returns everything that is wrong; `names` are the fields that are brought.
std::vector<Problem> CheckMarks(const Marks& marks, absl::Span<const std::string> names);

/// Whether `actor` is one of whom the complaint is about, or belongs to them.
bool IsRespondent(const Marks& marks, const Actor& actor);

}  // namespace hotline::ticket
