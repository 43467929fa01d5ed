#include "services/directory/core/roster.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "services/directory/core/opening.h"
#include "services/directory/core/read.h"

namespace hotline::directory {
namespace {

absl::TimeZone China() {
  return absl::FixedTimeZone(static_cast<int>(absl::ToInt64Seconds(kUtcOffset)));
}

/// The roster's shifts, by their start: duties are sorted by roster, then start.
std::vector<const Duty*> ShiftsOf(const Directory& directory, const Roster& roster) {
  const std::string prefix = absl::StrCat(roster.id, "/");
  auto it = std::lower_bound(directory.duties.begin(), directory.duties.end(), prefix,
                             [](const Duty& duty, const std::string& p) { return duty.Key() < p; });
  std::vector<const Duty*> shifts;
  for (; it != directory.duties.end() && it->roster == roster.id; ++it) shifts.push_back(&*it);
  return shifts;
}

bool IsManned(const Directory& directory, const Duty& duty) {
  // One that cannot be right, or could not be read, covers nothing.
  if (duty.end - duty.start > kMostShiftMinutes) return false;
  const absl::CivilDay day(duty.start);
  for (const std::string& id : {duty.person, duty.substitute}) {
    const Person* person = Find(directory.staff, id);
    if (person != nullptr && CanWork(*person, day)) return true;
  }
  return false;
}

}  // namespace

absl::Time ToTime(absl::CivilMinute minute) {
  return absl::FromCivil(absl::CivilSecond(minute), China());
}

absl::CivilMinute ToMinute(absl::Time time) {
  return absl::ToCivilMinute(time, China());
}

bool CanWork(const Person& person, absl::CivilDay day) {
  return person.state == StaffState::kActive && person.valid.Covers(day);
}

std::vector<const Duty*> OnDuty(const Directory& directory, const Roster& roster,
                                absl::CivilMinute minute) {
  std::vector<const Duty*> shifts = ShiftsOf(directory, roster);
  std::erase_if(shifts,
                [&](const Duty* duty) { return minute < duty->start || duty->end <= minute; });
  return shifts;
}

std::vector<Gap> UncoveredMinutes(const Directory& directory, const Roster& roster) {
  std::vector<Gap> gaps;
  if (!roster.valid.from || !roster.valid.until ||
      *roster.valid.until - *roster.valid.from >= kMostRosterDays) {
    return gaps;
  }
  std::vector<const Duty*> shifts = ShiftsOf(directory, roster);
  std::erase_if(shifts, [&](const Duty* duty) { return !IsManned(directory, *duty); });

  const Node* node = Find(directory.nodes, roster.node);
  const SpecialDays days = node == nullptr ? SpecialDays() : SpecialDaysOf(directory, node->area);
  const absl::Time end = ToTime(absl::CivilMinute(*roster.valid.until + 1));
  size_t next = 0;
  absl::Time covered = absl::InfinitePast();  // until when the shifts before `next` reach
  for (absl::Time t = ToTime(absl::CivilMinute(*roster.valid.from)); t < end;) {
    const absl::Time change = std::min(end, HoldsUntil(roster.hours, days, t));
    while (next < shifts.size() && ToTime(shifts[next]->start) <= t) {
      covered = std::max(covered, ToTime(shifts[next++]->end));
    }
    absl::Time until;
    if (!IsOpen(roster.hours, days, t)) {
      until = change;
    } else if (covered > t) {
      until = std::min(change, covered);
    } else {
      until = next < shifts.size() ? std::min(change, ToTime(shifts[next]->start)) : change;
      if (!gaps.empty() && gaps.back().end == ToMinute(t)) {
        gaps.back().end = ToMinute(until);
      } else {
        if (gaps.size() == kMostGaps) break;
        gaps.push_back({ToMinute(t), ToMinute(until)});
      }
    }
    t = until;
  }
  return gaps;
}

}  // namespace hotline::directory
