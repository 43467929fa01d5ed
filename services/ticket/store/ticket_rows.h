// What a ticket is to the database: the columns it is found by, and a body that only the service
// can read.
//
// Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace hotline::ticket {

struct TicketRow {
  std::string ticket_no;
  int64_t version = 0;
  int state = 0;
  std::string call_id;     ///< empty: none
  bool call_open = false;  ///< it has a call, whose end is not known
  std::string first_contact;
  std::string lead;  ///< who answers for it; empty: nobody yet
  int category = 0;
  absl::Time create_time;
  absl::Time update_time;
  absl::Time deadline = absl::InfiniteFuture();
  absl::Time due = absl::InfiniteFuture();  ///< when somebody owes the next thing
  std::string search_text;                  ///< what ListFilter.words are looked for in
  std::string body;                         ///< UTF-8 without NUL
  friend bool operator==(const TicketRow&, const TicketRow&) = default;
};

struct EventRow {
  int64_t version = 0;
  absl::Time time;
  std::string account;
  std::string kind;
  std::string body;
  friend bool operator==(const EventRow&, const EventRow&) = default;
};

/// What is kept of a caller's number, apart from the ticket's own text so that it can be deleted.
struct CallerColumns {
  enum class State : uint8_t {
    kPending = 0,   ///< there is a call, nobody has told the number yet
    kKnown = 1,     ///< sealed and key are filled
    kWithheld = 2,  ///< the caller gave none
    kLost = 3,      ///< the call service has forgotten it
    kNoCall = 4,
  };
  State state = State::kNoCall;
  std::string sealed;  ///< see NumberVault::Seal
  std::string key;     ///< see NumberVault::KeyOf
  friend bool operator==(const CallerColumns&, const CallerColumns&) = default;
};

/// The reply that a request has got.
struct SavedReply {
  std::string hash;   ///< of the request's content
  std::string reply;  ///< text
  friend bool operator==(const SavedReply&, const SavedReply&) = default;
};

/// Where a page of a list ends.
struct ListPosition {
  absl::Time create_time;
  std::string ticket_no;
};

/// How many tickets are in a state, and of how many something is overdue.
struct StateCount {
  int state = 0;
  int64_t tickets = 0, overdue = 0;
  friend bool operator==(const StateCount&, const StateCount&) = default;
};

/// All given conditions hold at once.
struct ListFilter {
  std::vector<int> states;                 ///< empty: any
  std::string first_contact;               ///< empty: any
  std::vector<std::string> words;          ///< all occur in search_text
  std::string caller_key;                  ///< empty: any
  std::string lead;                        ///< empty: any
  std::optional<absl::Time> due_before;    ///< something is owed before
  std::optional<absl::Time> from, until;   ///< of create_time; until is exclusive
  std::optional<ListPosition> older_than;  ///< the last one of the page before
  int limit = 50;
};

}  // namespace hotline::ticket
