#include "services/ticket/core/clocks.h"

#include <algorithm>
#include <array>

namespace hotline::ticket {
namespace {

using LimitUnit = TimeLimit::Unit;

/// Who is ready at the limit itself is on time, so the red card of a limit in hours waits a moment.
constexpr absl::Duration kAfterLimit = absl::Seconds(1);
constexpr int kUrgeAfterDays = 1, kCirculateAfterDays = 5;

bool InDays(TimeLimit limit) {
  return limit.unit == LimitUnit::kWorkingDays || limit.unit == LimitUnit::kDays;
}

/// At the end of these something happens by itself, or a guard looks at them: no warning.
bool IsSilent(ClockKind kind) {
  return kind == ClockKind::kAccept || kind == ClockKind::kReturn ||
         kind == ClockKind::kSuspension || kind == ClockKind::kWaitInfo;
}

/// One part of `parts`, in what a database keeps.
absl::Duration Share(absl::Duration whole, int64_t parts) {
  return absl::Trunc(whole / parts, absl::Microseconds(1));
}

absl::Time TimeOfStage(const WorkingCalendar& calendar, const TicketClock& clock, Stage stage) {
  const absl::CivilDay last = calendar.DayOfDeadline(clock.due);
  const bool days = InDays(clock.limit);
  // Of the time that counts: a pause is none of it.
  const absl::Duration net = calendar.Deadline(clock.start, clock.limit) - clock.start;
  const absl::Time red =
      days ? calendar.Opening(calendar.WorkingDayAfter(last)) : clock.due + kAfterLimit;
  const auto working_days_after_red = [&](int count) {
    return calendar.Opening(calendar.WorkingDayAfter(calendar.DayOf(red), count));
  };
  switch (stage) {
    case Stage::kNone:
      break;
    case Stage::kYellow:
      return days ? calendar.Opening(last) : clock.due - Share(net, 2);
    case Stage::kReminder:
      if (clock.kind != ClockKind::kWebReply || days) break;
      return clock.due - Share(net, 5);
    case Stage::kRed:
      return red;
    case Stage::kUrged:
      return working_days_after_red(kUrgeAfterDays);
    case Stage::kCirculated:
      return working_days_after_red(kCirculateAfterDays);
  }
  return absl::InfiniteFuture();
}

template <size_t n>
std::string_view Word(const std::array<std::string_view, n>& words, size_t i) {
  return i < n ? words[i] : "unknown";
}

}  // namespace

absl::Time DueAfter(const WorkingCalendar& calendar, TimeLimit limit, absl::Time start,
                    const std::vector<ClockMove>& moves) {
  absl::Time due = calendar.Deadline(start, limit);
  for (const ClockMove& move : moves) {
    if (move.why == Why::kExtension) due = calendar.Extend(due, move.extension);
    if (move.why == Why::kPause) {
      due = calendar.AfterPause(limit.unit, due, move.stopped, move.resumed);
    }
  }
  return due;
}

Warning NextWarning(const WorkingCalendar& calendar, const TicketClock& clock) {
  if (!clock.runs() || clock.due == absl::InfiniteFuture() || IsSilent(clock.kind)) return {};
  const bool cards = HasCards(clock.kind);
  const Stage last = cards ? Stage::kCirculated : Stage::kRed;
  for (int i = static_cast<int>(clock.stage) + 1; i <= static_cast<int>(last); ++i) {
    const auto stage = static_cast<Stage>(i);
    if (!cards && stage != Stage::kRed) continue;
    const absl::Time time = TimeOfStage(calendar, clock, stage);
    if (time != absl::InfiniteFuture()) return {stage, std::max(time, clock.set_time)};
  }
  return {};
}

bool IsOwed(ClockKind kind) {
  return kind != ClockKind::kReturn && kind != ClockKind::kWaitInfo &&
         kind != ClockKind::kSuspension;
}

bool HasCards(ClockKind kind) {
  return kind == ClockKind::kHandling || kind == ClockKind::kWebReply;
}

TimeLimit HalfOf(TimeLimit limit) {
  if (!InDays(limit)) return WorkingDays(1);
  return {limit.unit, std::max(1, (limit.count + 1) / 2)};
}

const TicketClock* FindClock(const std::vector<TicketClock>& clocks, ClockKind kind) {
  const auto found = std::find_if(clocks.rbegin(), clocks.rend(),
                                  [kind](const TicketClock& clock) { return clock.kind == kind; });
  return found == clocks.rend() ? nullptr : &*found;
}

TicketClock* FindClock(std::vector<TicketClock>& clocks, ClockKind kind) {
  return const_cast<TicketClock*>(FindClock(std::as_const(clocks), kind));
}

std::string_view FormatClockKind(ClockKind kind) {
  static constexpr std::array<std::string_view, kClockKinds> kWords = {
      "none",   "dispatch",  "accept",    "return",     "ruling",  "first_contact", "handling",
      "review", "follow_up", "wait_info", "suspension", "receipt", "web_reply"};
  return Word(kWords, static_cast<size_t>(kind));
}

std::string_view FormatStage(Stage stage) {
  static constexpr std::array<std::string_view, kStages> kWords = {"none", "yellow", "reminder",
                                                                   "red",  "urged",  "circulated"};
  return Word(kWords, static_cast<size_t>(stage));
}

std::string_view FormatWhy(Why why) {
  static constexpr std::array<std::string_view, 7> kWords = {
      "start", "extension", "pause", "priority", "calendar", "fault", "again"};
  return Word(kWords, static_cast<size_t>(why));
}

}  // namespace hotline::ticket
