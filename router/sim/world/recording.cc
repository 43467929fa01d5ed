#include "router/sim/world/recording.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace hotline::sim {
namespace {

/// Seats are there when they can take a call, or are busy with one.
bool IsThere(router::SeatState state) {
  switch (state) {
    case router::SeatState::kReady:
    case router::SeatState::kOffered:
    case router::SeatState::kOnCall:
    case router::SeatState::kWrapUp:
      return true;
    case router::SeatState::kSignedOut:
    case router::SeatState::kNotReady:
    case router::SeatState::kUnknown:
      break;
  }
  return false;
}

bool Has(const std::vector<router::SkillLevel>& skills, const router::SkillLevel& need) {
  return std::any_of(skills.begin(), skills.end(), [&](const router::SkillLevel& s) {
    return s.skill == need.skill && s.level >= need.level;
  });
}

}  // namespace

Recording::Recording(router::AreaConfig area, router::Router router)
    : area_(std::move(area)), router_(std::move(router)) {}

absl::StatusOr<Recording> Recording::Begin(router::AreaConfig area, std::string_view snapshot) {
  if (snapshot.empty()) {
    router::Router router(area);
    return Recording(std::move(area), std::move(router));
  }
  auto router = router::Router::FromSnapshot(area, snapshot);
  if (!router.ok()) return router.status();
  return Recording(std::move(area), *std::move(router));
}

void Recording::Take(absl::Time now, const router::Event& event) {
  if (seats_.empty()) {  // the first event, or nobody was there: who is there already?
    for (const router::SeatView& view : router_.seats()) {
      seats_[view.profile.seat] = {view.profile, IsThere(view.state), now, false, now};
    }
  }
  now_ = std::max(now_, now);
  if (const auto* in = std::get_if<router::SeatSignedIn>(&event)) {
    if (router_.Check(event).ok()) seats_[in->profile.seat].profile = in->profile;
  }
  for (const router::Action& action : router_.Step(now_, event)) See(now_, action);
}

void Recording::See(absl::Time now, const router::Action& action) {
  if (const auto* outcome = std::get_if<router::CallOutcome>(&action)) SeeOutcome(*outcome);
  if (const auto* change = std::get_if<router::SeatChanged>(&action)) SeeSeat(now, *change);
}

void Recording::SeeOutcome(const router::CallOutcome& outcome) {
  if (!IsRequested(outcome.result) || !outcome.facts.request_time) return;
  const absl::Time asked = *outcome.facts.request_time;
  const bool served = outcome.facts.answer_time.has_value();
  const absl::Time waited_until = served ? *outcome.facts.answer_time : outcome.facts.end_time;
  log_.calls.push_back(
      {.day = DayOf(asked),
       .time = SecondOfDay(asked),
       .type = ClassOf(outcome.request),
       .priority = outcome.request.has_priority && outcome.request.priority < router::Priority::kP3,
       .served = served,
       .wait = std::max(0.0, absl::ToDoubleSeconds(waited_until - asked)),
       .service = served ? absl::ToDoubleSeconds(outcome.facts.end_time - waited_until) : 0,
       .by_station = served && outcome.answered_by &&
                     outcome.answered_by->kind == router::TargetKind::kStation});
}

void Recording::SeeSeat(absl::Time now, const router::SeatChanged& change) {
  Seat& seat = seats_[change.seat];
  const bool wraps_up = change.state == router::SeatState::kWrapUp;
  if (seat.wraps_up && !wraps_up) {
    log_.wrap_ups.push_back(absl::ToDoubleSeconds(now - seat.wrap_up_since));
  }
  if (wraps_up && !seat.wraps_up) seat.wrap_up_since = now;
  seat.wraps_up = wraps_up;
  const bool there = IsThere(change.state);
  if (there && !seat.there) seat.since = now;
  if (!there && seat.there) Leave(seat, now);
  seat.there = there;
}

/// A stay over midnight is two.
void Recording::Leave(Seat& seat, absl::Time now) {
  while (DayOf(seat.since) != DayOf(now)) {
    const absl::Time midnight = seat.since + absl::Seconds(86'400 - SecondOfDay(seat.since));
    stays_.push_back({seat.profile, seat.since, midnight});
    seat.since = midnight;
  }
  stays_.push_back({seat.profile, seat.since, now});
}

std::string Recording::ClassOf(const router::CallRequest& request) {
  std::string name = request.queue;
  for (const router::SkillLevel& s : request.skills) {
    absl::StrAppend(&name, "+", s.skill, s.level > 1 ? absl::StrCat(":", s.level) : "");
  }
  classes_.emplace(name, request);
  return name;
}

double Recording::SecondOfDay(absl::Time time) const {
  const absl::TimeZone zone =
      absl::FixedTimeZone(static_cast<int>(absl::ToInt64Seconds(area_.utc_offset)));
  return absl::ToDoubleSeconds(time - absl::FromCivil(absl::ToCivilDay(time, zone), zone));
}

std::string Recording::DayOf(absl::Time time) const {
  const absl::TimeZone zone =
      absl::FixedTimeZone(static_cast<int>(absl::ToInt64Seconds(area_.utc_offset)));
  return absl::FormatCivilTime(absl::ToCivilDay(time, zone));
}

std::vector<std::string> Recording::Serves(const router::SeatProfile& profile) const {
  std::vector<std::string> types;
  for (const auto& [name, request] : classes_) {
    if (std::find(profile.queues.begin(), profile.queues.end(), request.queue) ==
        profile.queues.end()) {
      continue;
    }
    std::vector<router::SkillLevel> needs = request.skills;
    for (const router::QueueConfig& queue : area_.queues) {
      if (queue.id == request.queue) {
        needs.insert(needs.end(), queue.skills.begin(), queue.skills.end());
      }
    }
    if (std::all_of(needs.begin(), needs.end(),
                    [&](const router::SkillLevel& n) { return Has(profile.skills, n); })) {
      types.push_back(name);
    }
  }
  return types;
}

CallLog Recording::Finish() {
  for (auto& [id, seat] : seats_) {
    if (seat.there) Leave(seat, now_);
    seat.there = false;
  }
  for (const Stay& stay : stays_) {
    const double start = SecondOfDay(stay.from);
    log_.sessions.push_back({.day = DayOf(stay.from),
                             .agent = stay.profile.seat,
                             .start = start,
                             .end = start + absl::ToDoubleSeconds(stay.to - stay.from),
                             .types = Serves(stay.profile)});
  }
  stays_.clear();
  return std::move(log_);
}

}  // namespace hotline::sim
