// Which days are worked, and what a time limit means: working days with holidays and make-up days
// (调休), working hours, deadlines, pauses.
//
//   Wed 16:00 received, 5wd:  Thu 1 · [Fri holiday] · Mon 2 · Tue 3 · Wed 4 · Thu 5 → Thu 24:00
//
// Rules: domain model, section 3.6. The day of receipt is day 0; counting begins with the next
// working day; a deadline in days is the end of the last one, 24:00, which is 00:00 of the next
// day. Pure values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "services/base/time_limit.h"

namespace hotline {

/// What a calendar is made from.
struct CalendarRules {
  absl::TimeZone zone = absl::FixedTimeZone(8 * 3600);
  std::vector<std::string> working_hours = {"09:00-12:00", "13:30-17:30"};
  std::vector<absl::CivilDay> holidays;      ///< no work, whatever the weekday
  std::vector<absl::CivilDay> make_up_days;  ///< worked although Saturday or Sunday
  /// True: a limit in working days ends when work ends on the last day, not at 24:00. Calendar
  /// days and "same-day" end at 24:00 in any case.
  bool ends_at_close = false;
  /// "same-day": what comes later than `same_day_until` is due at `next_day_due` of the next
  /// working day. Since midnight.
  absl::Duration same_day_until = absl::Hours(16);
  absl::Duration next_day_due = absl::Hours(12);
};

/// More spans or days than this are no calendar.
inline constexpr size_t kMaxWorkingSpans = 8, kMaxCalendarDays = 4'000;

/// Reads "2026-10-01". Returns: INVALID_ARGUMENT if there is no such day.
absl::StatusOr<absl::CivilDay> ParseDate(std::string_view text);

/// Reads "09:00" … "24:00" as the time since midnight. Returns: INVALID_ARGUMENT.
absl::StatusOr<absl::Duration> ParseTimeOfDay(std::string_view text);

class WorkingCalendar {
 public:
  /// Monday to Friday, 09:00-12:00 and 13:30-17:30 in China, without a holiday.
  WorkingCalendar();

  /// Returns: INVALID_ARGUMENT with a sentence for what the rules get wrong.
  static absl::StatusOr<WorkingCalendar> Make(CalendarRules rules);

  bool IsWorkingDay(absl::CivilDay day) const;
  /// The `count`-th working day after `day`; `day` itself if `count` is 0.
  absl::CivilDay WorkingDayAfter(absl::CivilDay day, int count = 1) const;
  /// When work begins on `day`, or would.
  absl::Time Opening(absl::CivilDay day) const;
  /// The day of a moment; a deadline at 24:00 belongs to the day that ends.
  absl::CivilDay DayOf(absl::Time time) const;
  absl::CivilDay DayOfDeadline(absl::Time due) const;
  /// The time of work between two moments; zero if `to` is not after `from`.
  absl::Duration WorkBetween(absl::Time from, absl::Time to) const;

  /// When `limit` from `received` is over; InfiniteFuture for no limit. On time is who is ready at
  /// or before it.
  absl::Time Deadline(absl::Time received, TimeLimit limit) const;
  /// Returns `due` later by `extension`: working days are counted from the deadline's own day.
  absl::Time Extend(absl::Time due, TimeLimit extension) const;
  /// Returns `due`, of a limit in `unit`, after its clock stood still. Whole working days (days)
  /// inside the pause are given back for limits in days: neither the day it stops nor the day it
  /// goes on counts; but what was not over when it stopped is not over before the end of the
  /// (working) day on which it goes on. For hours all of the pause is given back, for working hours
  /// the work in it.
  absl::Time AfterPause(TimeLimit::Unit unit, absl::Time due, absl::Time stopped,
                        absl::Time resumed) const;

  absl::TimeZone zone() const { return zone_; }

  friend bool operator==(const WorkingCalendar&, const WorkingCalendar&) = default;

 private:
  /// Since midnight.
  struct Span {
    absl::Duration start, end;
    friend bool operator==(const Span&, const Span&) = default;
  };

  struct Empty {};

  explicit WorkingCalendar(Empty) {}

  absl::Time At(absl::CivilDay day, absl::Duration since_midnight) const;
  /// The end of a limit in working days, and of one in days.
  absl::Time EndOf(absl::CivilDay day) const;
  absl::Time Midnight(absl::CivilDay day) const;
  absl::Time AddWork(absl::Time from, absl::Duration work) const;

  absl::TimeZone zone_;
  std::vector<Span> spans_;                          ///< sorted, disjoint, not empty
  std::vector<absl::CivilDay> holidays_, make_ups_;  ///< sorted; no day in both
  bool ends_at_close_ = false;
  absl::Duration same_day_until_, next_day_due_;
};

}  // namespace hotline
