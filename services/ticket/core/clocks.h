// The clocks of a ticket: what must be done until when, and the cards that warn.
//
//   handling  5wd ──────────────── yellow ── due ── red ── urged ── circulated
//                                  09:00 of  24:00  09:00   +1wd      +5wd
//                                  the last day     next wd
//
// Pure values and functions; the limits themselves are in policy.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "services/base/working_calendar.h"

namespace hotline::ticket {

/// The numbers are stored: never change one.
enum class ClockKind : uint8_t {
  kNone = 0,
  kDispatch = 1,  ///< from registration
  kAccept = 2,    ///< from dispatch; over: the ticket is accepted by itself
  kReturn = 3,    ///< from dispatch; over: it cannot be returned any more
  kRuling = 4,    ///< about a return or a dispute
  kFirstContact = 5,
  kHandling = 6,
  kReview = 7,
  kFollowUp = 8,
  kWaitInfo = 9,     ///< for the citizen's supplement; over: withdrawn
  kSuspension = 10,  ///< over: goes on by itself
  kReceipt = 11,     ///< of whom it was referred to
  kWebReply = 12,    ///< the six-hour rule
};
inline constexpr int kClockKinds = 13;

/// How far the warnings have gone. The numbers are stored.
enum class Stage : uint8_t {
  kNone = 0,
  kYellow = 1,
  kReminder = 2,  ///< the second one, at 80 %
  kRed = 3,
  kUrged = 4,       ///< to the unit's leader
  kCirculated = 5,  ///< on the list that goes round
};
inline constexpr int kStages = 6;

/// Why a deadline is what it is.
enum class Why : uint8_t {
  kStart = 0,
  kExtension = 1,
  kPause = 2,
  kPriority = 3,  ///< only ever earlier
  kCalendar = 4,
  kFault = 5,  ///< the dispatcher's: it starts again
  kAgain = 6,  ///< a result was sent back: it goes on
};

/// One change of a deadline after the start. Kept, so that a changed calendar can be applied to it.
struct ClockMove {
  Why why = Why::kStart;
  TimeLimit extension;
  absl::Time stopped, resumed;
  friend bool operator==(const ClockMove&, const ClockMove&) = default;
};

/// A deadline set by an event.
struct ClockSet {
  ClockKind kind = ClockKind::kNone;
  TimeLimit limit;
  absl::Time start;
  absl::Time due = absl::InfiniteFuture();
  ClockMove move;  ///< `why` kStart: a new clock
  friend bool operator==(const ClockSet&, const ClockSet&) = default;
};

struct TicketClock {
  ClockKind kind = ClockKind::kNone;
  TimeLimit limit;
  absl::Time start;
  absl::Time due = absl::InfiniteFuture();
  std::vector<ClockMove> moves;
  std::vector<absl::Time> earlier_dues;  ///< what it was before, oldest first
  std::optional<absl::Time> stopped;     ///< stands still since
  std::optional<absl::Time> done;
  absl::Time set_time;         ///< when its deadline was set last: nothing warns before
  Stage stage = Stage::kNone;  ///< the last warning given

  bool runs() const { return !done && !stopped; }

  /// On time is who is ready at or before the deadline.
  bool late(absl::Time now) const { return done.value_or(now) > due; }

  friend bool operator==(const TicketClock&, const TicketClock&) = default;
};

/// A warning and its time.
struct Warning {
  Stage stage = Stage::kNone;
  absl::Time time = absl::InfiniteFuture();
};

/// Returns when `limit` from `start` is over after all `moves`.
absl::Time DueAfter(const WorkingCalendar& calendar, TimeLimit limit, absl::Time start,
                    const std::vector<ClockMove>& moves);

/// Returns the next warning that `clock` has not given; InfiniteFuture if there is none.
Warning NextWarning(const WorkingCalendar& calendar, const TicketClock& clock);

/// Only what the citizen waits for has cards: warnings before the limit and after the red one.
bool HasCards(ClockKind kind);

/// Whether somebody owes something until its end: not the clocks of a right, of papers that are
/// waited for, of a pause.
bool IsOwed(ClockKind kind);

/// Half of a limit for a rework: rounded up, at least one working day.
TimeLimit HalfOf(TimeLimit limit);

/// The last clock of the kind, or null.
const TicketClock* FindClock(const std::vector<TicketClock>& clocks, ClockKind kind);
TicketClock* FindClock(std::vector<TicketClock>& clocks, ClockKind kind);

std::string_view FormatClockKind(ClockKind kind);  ///< "dispatch", "handling" …
std::string_view FormatStage(Stage stage);         ///< "yellow", "red" …
std::string_view FormatWhy(Why why);               ///< "start", "extension" …

}  // namespace hotline::ticket
