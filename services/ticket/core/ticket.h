// A ticket as it stands: the sum of its events.
//
// Pure values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"

#include "services/ticket/core/clocks.h"
#include "services/ticket/core/content.h"
#include "services/ticket/core/event.h"
#include "services/ticket/core/marks.h"
#include "services/ticket/core/types.h"

namespace hotline::ticket {

/// Where it lay, and how long.
struct Hop {
  Unit unit;
  absl::Time since;
  std::optional<absl::Time> until;
  friend bool operator==(const Hop&, const Hop&) = default;
};

/// Asked by one, to be decided by another.
struct Proposal {
  Act act = Act::kNone;  ///< what would happen
  std::string account, group;
  Particulars with;
  absl::Time time;
  friend bool operator==(const Proposal&, const Proposal&) = default;
};

/// A part of the ticket that somebody else works on.
struct Child {
  std::string ticket_no;
  bool closed = false;
  friend bool operator==(const Child&, const Child&) = default;
};

/// Somebody spoke, or tried to speak, with the citizen.
struct Contact {
  absl::Time time;
  bool reached = false;
  bool doubted = false;  ///< the record is wrong
  friend bool operator==(const Contact&, const Contact&) = default;
};

struct Rating {
  std::string service_event;
  int grade = 0;  ///< 1 very dissatisfied … 5 very satisfied
  absl::Time time;
  friend bool operator==(const Rating&, const Rating&) = default;
};

struct SupervisionOrder {
  int number = 0;
  std::string issued_by, reason;
  absl::Time due;
  bool answered = false;
  friend bool operator==(const SupervisionOrder&, const SupervisionOrder&) = default;
};

/// What came of dispatch and handling.
struct Work {
  Unit lead;      ///< answers for it; empty before dispatch
  Unit fallback;  ///< takes it if a ruling comes to nothing
  std::vector<Unit> co_handlers;
  std::vector<Hop> hops;
  std::vector<std::string> upheld, decided;  ///< organisations: returns upheld, returns decided
  /// Accounts. Nobody is in two of them (I6).
  std::vector<std::string> handlers, rulers, callers_back;
  bool accepted_late = false;  ///< by itself
  bool touched = false;        ///< something was done since it was accepted
  bool bound = false;          ///< a ruling was made: no return
  bool fault = false;          ///< the dispatcher's: handling starts again with the next dispatch
  bool objected = false;
  int info_requests = 0, extensions = 0, reworks = 0;
  State wait_from = State::kNone;  ///< where S07 and S27 came from
  std::optional<Proposal> proposal;
  std::vector<Child> children;
  std::vector<Contact> contacts;
  std::vector<absl::Time> attempts;   ///< of the follow-up, since the last result
  std::vector<std::string> evidence;  ///< SHA-256
  std::vector<Rating> ratings;
  std::vector<SupervisionOrder> orders;
  std::vector<std::string> messages;  ///< that notes came with
  std::string merged_into, referred_to, receipt, result, public_answer;
  Stage level = Stage::kNone;  ///< the highest warning
  friend bool operator==(const Work&, const Work&) = default;
};

struct Ticket {
  std::string ticket_no;
  State state = State::kNone;
  int64_t version = 0;  ///< of the last event
  /// The last versions that changed what people wrote and where the ticket is. A person's change is
  /// refused if it was made on an older one; a call that ends meanwhile is nobody's work.
  int64_t content_version = 0, state_version = 0;
  Origin origin;
  std::string first_contact;
  std::string caller_masked;
  Content content;
  Closure closure = Closure::kNone;
  bool registered_automatically = false;
  absl::Time create_time;
  absl::Time update_time;
  std::optional<absl::Time> call_end_time, register_time, close_time;
  std::string updated_by;
  Marks marks;
  Work work;
  std::vector<TicketClock> clocks;
  std::string parent_no;
  absl::Time latest_due = absl::InfiniteFuture();
  absl::Time state_time;  ///< of the last move
  friend bool operator==(const Ticket&, const Ticket&) = default;
};

/// Whether the clocks stand still: S07, S35.
bool IsPaused(State state);
/// Whether it has ended: S60, S80, S90.
bool IsOver(State state);

/// When the next thing is owed; InfiniteFuture if nothing is, or it stands still.
absl::Time NextDue(const Ticket& ticket);

/// Adds to `ticket` what `acted` did, except the state. For ticket.cc.
void ApplyAct(const Event& event, const Acted& acted, Ticket& ticket);

/// Adds `event` to `ticket`.
/// Requires: event.version is ticket.version + 1, and an Opened comes first and only first.
void Apply(const Event& event, Ticket& ticket);

/// Returns what `events` add up to.
Ticket Fold(absl::Span<const Event> events);

}  // namespace hotline::ticket
