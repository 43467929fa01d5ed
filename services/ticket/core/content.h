// What people write in a ticket, and the rules it must keep.
//
// Fields have names (those of hotline.ticket.v1.TicketContent), so that an edit can say which ones
// it brings and a conflict which ones differ. Pure values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"

#include "services/ticket/core/types.h"

namespace hotline::ticket {

/// Units: characters, not bytes; 律 counts one.
inline constexpr int kMaxTitle = 100;
inline constexpr int kMaxText = 5000;  ///< demand, answer
inline constexpr int kMaxName = 50;
inline constexpr int kMaxSubcategory = 50;
inline constexpr int kMaxGroups = 8;
inline constexpr int kMaxOutcomes = 8;

struct Content {
  Category category = Category::kNone;
  std::string subcategory;
  std::string title;
  std::string demand;
  std::string answer;
  std::vector<std::string> groups;
  std::string citizen_name;
  std::string division;
  std::vector<std::string> outcomes;  ///< "B01" …, primary first
  std::string language;
  bool confidential = false;
  friend bool operator==(const Content&, const Content&) = default;
};

/// What is wrong with one field.
struct Problem {
  enum class Code : uint8_t {
    kMissing = 1,    ///< needed for what is asked
    kTooLong = 2,    ///< more than `limit` characters
    kTooMany = 3,    ///< more than `limit` values
    kUnknown = 4,    ///< not in the dictionary
    kRepeated = 5,   ///< the same value twice
    kMalformed = 6,  ///< not of the field's form, or characters that no text has
  };
  std::string field;  ///< as in TicketContent, or of the request
  Code code = Code::kMissing;
  std::string sentence;
  int limit = 0;
  friend bool operator==(const Problem&, const Problem&) = default;
};

/// The names of all fields, in the order of TicketContent.
const std::vector<std::string>& ContentFields();

/// Returns the names of the fields in which `a` and `b` differ.
std::vector<std::string> DifferingFields(const Content& a, const Content& b);

/// Copies the fields `names` of `from` into `to`; names that are none are passed over.
void CopyFields(const Content& from, absl::Span<const std::string> names, Content& to);

/// Returns everything that is wrong with what is written; empty fields are never wrong here.
std::vector<Problem> CheckContent(const Content& content);

/// Returns the names in `names` that are no fields, as problems.
std::vector<Problem> CheckFieldNames(absl::Span<const std::string> names);

/// Returns what is still missing for closing on the spot: category, outcome, answer (row 2).
std::vector<Problem> MissingForClosing(const Content& content);

/// Whether `code` is a business outcome: "B01" … "B23".
bool IsOutcome(std::string_view code);

/// How many characters `utf8` has; -1 if it is no UTF-8.
int CountCharacters(std::string_view utf8);

}  // namespace hotline::ticket
