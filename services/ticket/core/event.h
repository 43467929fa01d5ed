// What has happened to a ticket. Events are kept for ever and never edited: a ticket is what they
// add up to (Apply in ticket.h).
//
// Pure values. No caller's number is in here: personal data that must be deletable stays outside.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/time.h"

#include "services/ticket/core/act.h"
#include "services/ticket/core/clocks.h"
#include "services/ticket/core/content.h"
#include "services/ticket/core/marks.h"
#include "services/ticket/core/types.h"

namespace hotline::ticket {

/// Where a ticket comes from.
struct Origin {
  std::string call_id;      ///< empty: no call
  std::string entry;        ///< "direct", "transfer_12345", "counter" …
  std::string queue;        ///< that the caller asked for
  std::string answered_by;  ///< seat or station
  friend bool operator==(const Origin&, const Origin&) = default;
};

struct Opened {
  std::string ticket_no;
  Origin origin;
  std::string first_contact;  ///< for ever (R060)
  Content content;
  std::string parent_no = {};                          ///< of a part of another ticket
  absl::Time latest_due = absl::InfiniteFuture();      ///< of a part: the whole's deadline
  std::string external_source = {}, external_no = {};  ///< another system's number of the matter
  friend bool operator==(const Opened&, const Opened&) = default;
};

/// What the router knows of the call of a ticket that a person had opened first.
struct CallLinked {
  Origin origin;
  friend bool operator==(const CallLinked&, const CallLinked&) = default;
};

/// The caller's number is known now; masked here, in clear nowhere in the log.
struct CallerNoted {
  std::string masked;
  friend bool operator==(const CallerNoted&, const CallerNoted&) = default;
};

struct CallEnded {
  absl::Time end_time;
  friend bool operator==(const CallEnded&, const CallEnded&) = default;
};

struct Edited {
  std::vector<std::string> fields;  ///< that changed
  Content content;                  ///< their new values; other fields mean nothing
  friend bool operator==(const Edited&, const Edited&) = default;
};

struct Registered {
  bool automatic = false;  ///< the draft's time was over
  friend bool operator==(const Registered&, const Registered&) = default;
};

struct Closed {
  Closure closure = Closure::kNone;
  friend bool operator==(const Closed&, const Closed&) = default;
};

/// An overlay changed.
struct Classified {
  std::vector<std::string> fields;  ///< that changed
  Marks marks;                      ///< their new values; other fields mean nothing
  friend bool operator==(const Classified&, const Classified&) = default;
};

/// Somebody, or time, did something: rows 4 to 30.
struct Acted {
  Act act = Act::kNone;
  State to = State::kNone;  ///< where the ticket is from now on
  Particulars with;
  friend bool operator==(const Acted&, const Acted&) = default;
};

/// A clock warns.
struct Warned {
  ClockKind clock = ClockKind::kNone;
  Stage stage = Stage::kNone;
  absl::Time due;           ///< when it should have warned
  bool late_fired = false;  ///< the hotline was down then
  friend bool operator==(const Warned&, const Warned&) = default;
};

using EventBody = std::variant<Opened, CallLinked, CallerNoted, CallEnded, Edited, Registered,
                               Closed, Classified, Acted, Warned>;

struct Event {
  int64_t version = 0;  ///< 1, 2, 3 … within the ticket
  absl::Time time;
  std::string account;  ///< who
  EventBody body;
  std::vector<ClockSet> clocks;  ///< deadlines that it starts or moves
  friend bool operator==(const Event&, const Event&) = default;
};

/// "opened", "call_linked", "caller_noted", "call_ended", "edited", "registered", "closed",
/// "classified", "warned", or the act: "dispatch", "accept" …
std::string_view KindOf(const EventBody& body);

/// "2 edited by opr1: title, answer"; without what people wrote.
std::string FormatEvent(const Event& event);

inline std::ostream& operator<<(std::ostream& out, const Event& event) {
  return out << FormatEvent(event);
}

}  // namespace hotline::ticket
