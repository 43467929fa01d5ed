// What somebody asks of a ticket.
//
// Pure values. `seen_version` is the version the person looked at.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"

#include "services/ticket/core/event.h"

namespace hotline::ticket {

/// Opens it. The number is new.
struct Open {
  std::string ticket_no;
  Origin origin;
  std::string first_contact;  ///< account; seat or station if nobody is known there
  Content content;
  std::string parent_no;                           ///< of a part of another ticket
  absl::Time latest_due = absl::InfiniteFuture();  ///< of a part: the whole's deadline
  std::string external_source, external_no;        ///< another system's number of the matter
};

/// Says what is known of the call of a ticket that is there already.
struct LinkCall {
  Origin origin;
};

struct NoteCaller {
  std::string masked;
};

struct EndCall {
  absl::Time end_time;
};

struct Edit {
  int64_t seen_version = 0;
  Content content;
  std::vector<std::string> fields;  ///< which ones of `content` count; empty: all
};

struct Register {
  int64_t seen_version = 0;
};

struct CloseOnSpot {
  int64_t seen_version = 0;
};

/// A deadline may be over.
struct Tick {};

/// Changes overlays.
struct Classify {
  int64_t seen_version = 0;
  Marks marks;
  std::vector<std::string> fields;  ///< which ones of `marks` count; empty: all
};

/// Does what the word says: rows 4 to 30.
struct Do {
  Act act = Act::kNone;
  int64_t seen_version = 0;
  Particulars with;
};

using Command = std::variant<Open, LinkCall, NoteCaller, EndCall, Edit, Register, CloseOnSpot, Tick,
                             Classify, Do>;

/// "open", "link_call", "note_caller", "end_call", "edit", "register", "close", "tick", "classify",
/// or the act.
std::string_view NameOf(const Command& command);

/// Why something was not done.
struct Refusal {
  enum class Reason : uint8_t {
    kInvalid = 1,     ///< see problems
    kConflict = 2,    ///< somebody else was first; see fields
    kWrongState = 3,  ///< no row of the table leads from here
    kNotAllowed = 4,  ///< a row does, but not for this role
  };
  Reason reason = Reason::kInvalid;
  std::string sentence;
  std::vector<Problem> problems;
  std::vector<std::string> fields;  ///< that differ between what was sent and what stands
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

}  // namespace hotline::ticket
