#include "router/sim/world/bounds.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <set>
#include <utility>
#include <vector>

#include "router/core/queueing/day_curve.h"
#include "router/core/queueing/staffing.h"
#include "router/sim/world/draw_day.h"

namespace hotline::sim {
namespace {

namespace queueing = router::queueing;

/// A gamma day factor is replaced by the middles of so many equally likely strata.
constexpr size_t kStrata = 40;
constexpr size_t kDrawsPerStratum = 100;

double HandleTime(const CallClass& c) {
  return c.handle.mean + c.wrap_up.mean;
}

/// Whether §4.2 holds: exponential talks of one mean, exponential patience.
bool IsMarkovian(const Scenario& scenario) {
  for (const CallClass& c : scenario.classes) {
    if (c.handle.shape != Law::Shape::kExponential || c.wrap_up.mean > 0) return false;
    if (c.patience.shape != Law::Shape::kExponential) return false;
    if (c.handle.mean != scenario.classes[0].handle.mean) return false;
  }
  return true;
}

double LeastAbandonRate(const Scenario& scenario) {
  double patience = 0;
  for (const CallClass& c : scenario.classes) patience = std::max(patience, c.patience.mean);
  return 1 / patience;
}

std::vector<queueing::DaySegment> Segments(const Scenario& scenario, int overflow_seats,
                                           double factor) {
  std::vector<queueing::DaySegment> segments;
  for (const Piece& piece : Pieces(scenario)) {
    int seats = overflow_seats;
    for (const int n : piece.seats) seats += n;
    segments.push_back({piece.to - piece.from, piece.rate * factor, seats});
  }
  return segments;
}

bool IsFlat(const std::vector<queueing::DaySegment>& segments) {
  return std::all_of(segments.begin(), segments.end(), [&](const auto& s) {
    return s.arrival_rate == segments[0].arrival_rate && s.seats == segments[0].seats;
  });
}

double MeanHandleTime(const Scenario& scenario) {
  double sum = 0;
  for (const CallClass& c : scenario.classes) sum += c.share * HandleTime(c);
  return sum;
}

/// The connect rate of the day for the given factor on its arrivals.
double DayRate(const Scenario& scenario, int overflow_seats, double factor) {
  const auto segments = Segments(scenario, overflow_seats, factor);
  const double service_rate = 1 / MeanHandleTime(scenario);
  const double abandon_rate = LeastAbandonRate(scenario);
  if (scenario.measure_from > 0 && IsFlat(segments)) {
    return queueing::PooledBound({segments[0].seats, segments[0].arrival_rate, service_rate},
                                 abandon_rate);
  }
  return queueing::SolveDay(segments, service_rate, abandon_rate).connect_rate;
}

/// Calls are weighted, not days: a busy day counts for more.
double MeanDayRate(const Scenario& scenario, int overflow_seats) {
  std::vector<double> factors;
  for (uint64_t i = 0; i < kStrata * kDrawsPerStratum; ++i) {
    factors.push_back(DayFactor(scenario, {.seed = 1, .replication = 0, .day = i}));
  }
  std::sort(factors.begin(), factors.end());
  double calls = 0;
  double connected = 0;
  for (size_t i = kDrawsPerStratum / 2; i < factors.size(); i += kDrawsPerStratum) {
    calls += factors[i];
    connected += factors[i] * DayRate(scenario, overflow_seats, factors[i]);
  }
  return connected / calls;
}

/// Seat time and skills, for arrivals that do not change.
double SkillsBound(const Scenario& scenario, int overflow_seats) {
  const Piece piece = Pieces(scenario)[0];
  std::vector<queueing::CallClass> classes;
  std::vector<int> all;
  for (const CallClass& c : scenario.classes) {
    all.push_back(static_cast<int>(all.size()));
    classes.push_back({piece.rate * c.share, HandleTime(c)});
  }
  std::vector<queueing::SeatPool> pools = {{static_cast<double>(overflow_seats), all}};
  for (size_t g = 0; g < scenario.seats.size(); ++g) {
    pools.push_back({static_cast<double>(piece.seats[g]), scenario.seats[g].classes});
  }
  return queueing::SkillsFluidBound(classes, pools) / piece.rate;
}

bool IsPooled(const Scenario& scenario) {
  return std::all_of(scenario.seats.begin(), scenario.seats.end(), [&](const SeatGroup& group) {
    return group.classes.size() == scenario.classes.size();
  });
}

bool HasOnePatience(const Scenario& scenario) {
  return std::all_of(scenario.classes.begin(), scenario.classes.end(), [&](const CallClass& c) {
    return c.patience.mean == scenario.classes[0].patience.mean;
  });
}

/// The state of HindsightConnected().
struct Hindsight {
  enum class Kind : uint8_t { kFree, kStart, kEnd, kArrive, kGiveUp };
  using Due = std::pair<std::pair<double, Kind>, uint32_t>;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due;
  std::set<std::pair<double, uint32_t>> waiting;  ///< by length
  std::set<uint32_t> idle;
};

}  // namespace

Bound BoundOf(const Scenario& scenario, int overflow_seats) {
  Bound bound{.connect_rate = 1, .kind = "fluid"};
  const auto segments = Segments(scenario, overflow_seats, 1);
  const bool flat = IsFlat(segments);
  if (flat) {
    bound = {.connect_rate = SkillsBound(scenario, overflow_seats),
             .kind = IsPooled(scenario) ? "fluid" : "skills-fluid"};
  } else {
    bound.connect_rate = queueing::DayFluidBound(segments, 1 / MeanHandleTime(scenario));
  }
  if (!IsMarkovian(scenario)) return bound;
  const double markov = scenario.day_factor_cv > 0 ? MeanDayRate(scenario, overflow_seats)
                                                   : DayRate(scenario, overflow_seats, 1);
  if (markov <= bound.connect_rate) {
    bound = {.connect_rate = markov,
             .kind = flat && scenario.measure_from > 0 ? "erlang-a" : "day",
             .tight = IsPooled(scenario) && HasOnePatience(scenario) &&
                      scenario.retry.share == 0};
  }
  return bound;
}

double HindsightConnected(const Day& day) {
  using Kind = Hindsight::Kind;
  Hindsight h;
  std::vector<bool> gone(day.sessions.size());
  for (uint32_t i = 0; i < day.first_attempts(); ++i) {
    h.due.push({{day.calls[i].time, Kind::kArrive}, i});
  }
  for (uint32_t i = 0; i < day.sessions.size(); ++i) {
    h.due.push({{day.sessions[i].start, Kind::kStart}, i});
    h.due.push({{day.sessions[i].end, Kind::kEnd}, i});
  }
  double connected = 0;
  while (!h.due.empty()) {
    const auto [when, index] = h.due.top();
    const auto [time, kind] = when;
    h.due.pop();
    if (kind == Kind::kArrive) {
      h.waiting.insert({day.calls[index].service, index});
      h.due.push({{time + day.calls[index].patience, Kind::kGiveUp}, index});
    } else if (kind == Kind::kGiveUp) {
      h.waiting.erase({day.calls[index].service, index});
    } else if (kind == Kind::kEnd) {
      gone[index] = true;
      h.idle.erase(index);
    } else if (!gone[index]) {
      h.idle.insert(index);
    }
    while (!h.idle.empty() && !h.waiting.empty()) {
      const uint32_t seat = *h.idle.begin();
      const DayCall& call = day.calls[h.waiting.begin()->second];
      h.idle.erase(h.idle.begin());
      h.waiting.erase(h.waiting.begin());
      h.due.push({{time + call.service + call.wrap_up, Kind::kFree}, seat});
      ++connected;
    }
  }
  return connected;
}

}  // namespace hotline::sim
