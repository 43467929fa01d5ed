#include "router/sim/world/figures.h"

#include <algorithm>
#include <cmath>

#include "services/base/check.h"

namespace hotline::sim {
namespace {

constexpr double kTarget = 15;  // s, GB/T 33358-2016

double Share(double part, double whole) {
  return whole > 0 ? part / whole : kNaN;
}

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return Share(sum, static_cast<double>(values.size()));
}

template <class Count>
double RateOf(const Count& count) {
  return Share(static_cast<double>(count.connected), static_cast<double>(count.offered));
}

/// Adds mean, quantiles and the longest of `waits` under "<prefix>_…".
void PutWaits(std::map<std::string, double>& values, const std::string& prefix,
              std::vector<double> waits) {
  std::sort(waits.begin(), waits.end());
  values[prefix + "_p50_s"] = Quantile(waits, 0.50);
  values[prefix + "_p95_s"] = Quantile(waits, 0.95);
  values[prefix + "_p99_s"] = Quantile(waits, 0.99);
  values[prefix + "_max_s"] = waits.empty() ? kNaN : waits.back();
}

}  // namespace

const std::vector<std::string>& FigureNames() {
  static const std::vector<std::string> kNames = {"connect_rate",
                                                  "answered_within_15s",
                                                  "asa_s",
                                                  "wait_p50_s",
                                                  "wait_p95_s",
                                                  "wait_p99_s",
                                                  "wait_max_s",
                                                  "lost_wait_p50_s",
                                                  "lost_wait_p95_s",
                                                  "lost_wait_p99_s",
                                                  "lost_wait_max_s",
                                                  "abandoned_within_15s",
                                                  "abandoned_after_15s",
                                                  "persons_served",
                                                  "served_rate",
                                                  "callback_delay_p50_s",
                                                  "callback_delay_p95_s",
                                                  "days_at_target",
                                                  "class_spread",
                                                  "over_cap_share",
                                                  "occupancy",
                                                  "gini_occupancy",
                                                  "gini_idle",
                                                  "overflow_seat_hours_per_day",
                                                  "kept_local",
                                                  "ewt_bias_s",
                                                  "ewt_rmse_s",
                                                  "ewt_coverage"};
  return kNames;
}

double Gini(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  double sum = 0;
  double weighted = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    sum += values[i];
    weighted += static_cast<double>(i + 1) * values[i];
  }
  if (sum <= 0) return 0;
  const auto n = static_cast<double>(values.size());
  return 2 * weighted / (n * sum) - (n + 1) / n;
}

double Quantile(const std::vector<double>& values, double q) {
  if (values.empty()) return kNaN;
  const auto rank = static_cast<size_t>(std::ceil(q * static_cast<double>(values.size())));
  return values[std::max<size_t>(rank, 1) - 1];
}

void FigureBuilder::Add(const Day& day, const DayRun& run) {
  sums_.steps += run.steps;
  sums_.decisions += run.decisions;
  sums_.calls_run += day.first_attempts();
  sums_.digest = sums_.digest * 31 + run.digest;
  if (!day.counted) return;
  days_.emplace_back();
  has_homes_ |= std::any_of(day.homes.begin(), day.homes.end(),
                            [](const std::string& home) { return !home.empty(); });
  station_busy_ += run.station_busy;
  for (size_t i = 0; i < day.calls.size(); ++i) {
    const CallResult& result = run.calls[i];
    if (!result.called || result.time < day.measure_from || result.time >= day.measure_to) continue;
    AddCall(day.calls[i], result, day.types[day.calls[i].type]);
  }
  for (size_t i = 0; i < day.first_attempts(); ++i) {
    const CallResult* result = &run.calls[i];
    if (result->time < day.measure_from || result->time >= day.measure_to) continue;
    ++sums_.persons;
    uint32_t at = static_cast<uint32_t>(i);
    const auto served = [&] {
      return run.calls[at].answered || run.calls[at].called_back;
    };
    while (!served() && day.calls[at].again != kNoCall) at = day.calls[at].again;
    persons_served_ += served() ? 1 : 0;
  }
  AddSessions(day, run);
}

void FigureBuilder::AddCall(const DayCall& call, const CallResult& result,
                            const std::string& type) {
  Count& count = classes_[type];
  const auto half_hour = static_cast<size_t>(result.time / kHalfHour);
  if (half_hours_.size() <= half_hour) half_hours_.resize(half_hour + 1);
  for (Count* c : {&count, &half_hours_[half_hour], &days_.back()}) {
    ++c->offered;
    c->connected += result.answered ? 1 : 0;
    c->in_target += result.answered && result.wait <= kTarget ? 1 : 0;
  }
  ++sums_.offered;
  sums_.handed_back += result.returned;
  sums_.over_cap += result.wait > cap_ ? 1 : 0;
  sums_.booked += result.booked ? 1 : 0;
  sums_.called_back += result.called_back ? 1 : 0;
  if (result.called_back) callback_delays_.push_back(result.callback_delay);
  if (result.booked) return;
  if (!result.answered) {
    // Who was not served and still has patience was waiting when the line closed.
    lost_waits_.push_back(result.wait);
    left_early_ += result.wait <= kTarget && result.wait >= call.patience ? 1 : 0;
    return;
  }
  ++sums_.connected;
  served_waits_.push_back(result.wait);
  in_target_ += result.wait <= kTarget ? 1 : 0;
  sums_.escalated += result.by_station ? 1 : 0;
  at_home_ += result.at_home ? 1 : 0;
  if (result.expected_wait < 0 || result.wait <= 0) return;
  estimate_errors_.push_back(result.expected_wait - result.wait);
  estimates_kept_ += result.wait <= result.expected_wait_80 ? 1 : 0;
}

void FigureBuilder::AddSessions(const Day& day, const DayRun& run) {
  for (size_t i = 0; i < day.sessions.size(); ++i) {
    const double length = day.sessions[i].end - day.sessions[i].start;
    if (length <= 0) continue;
    const double busy = std::min(run.seat_busy[i], length);
    busy_ += busy;
    staffed_ += length;
    busy_shares_.push_back(busy / length);
    idle_shares_.push_back(1 - busy / length);
  }
}

Figures FigureBuilder::Finish() const {
  Figures f = sums_;
  const auto offered = static_cast<double>(f.offered);
  auto& v = f.values;
  v["connect_rate"] = Share(static_cast<double>(f.connected), offered);
  v["answered_within_15s"] = Share(static_cast<double>(in_target_), offered);
  v["asa_s"] = Mean(served_waits_);
  PutWaits(v, "wait", served_waits_);
  PutWaits(v, "lost_wait", lost_waits_);
  v["abandoned_within_15s"] = Share(static_cast<double>(left_early_), offered);
  v["abandoned_after_15s"] = Share(static_cast<double>(lost_waits_.size() - left_early_), offered);
  v["persons_served"] = Share(static_cast<double>(persons_served_), static_cast<double>(f.persons));
  v["served_rate"] = Share(static_cast<double>(f.connected + f.called_back), offered);
  std::vector<double> delays = callback_delays_;
  std::sort(delays.begin(), delays.end());
  v["callback_delay_p50_s"] = Quantile(delays, 0.50);
  v["callback_delay_p95_s"] = Quantile(delays, 0.95);
  v["over_cap_share"] = Share(static_cast<double>(f.over_cap), offered);
  v["occupancy"] = Share(busy_, staffed_);
  v["gini_occupancy"] = Gini(busy_shares_);
  v["gini_idle"] = Gini(idle_shares_);
  v["overflow_seat_hours_per_day"] = Share(station_busy_ / 3600, static_cast<double>(days_.size()));
  const uint64_t local = has_homes_ ? at_home_ : f.connected - f.escalated;
  v["kept_local"] = Share(static_cast<double>(local), static_cast<double>(f.connected));
  double squares = 0;
  for (const double e : estimate_errors_) squares += e * e;
  const auto estimates = static_cast<double>(estimate_errors_.size());
  v["ewt_bias_s"] = Mean(estimate_errors_);
  v["ewt_rmse_s"] = std::sqrt(Share(squares, estimates));
  v["ewt_coverage"] = Share(static_cast<double>(estimates_kept_), estimates);
  double least = 1;
  double most = 0;
  for (const auto& [name, count] : classes_) {
    const double rate = RateOf(count);
    f.connect_rate_by_class[name] = rate;
    f.answered_within_15s_by_class[name] =
        Share(static_cast<double>(count.in_target), static_cast<double>(count.offered));
    least = std::min(least, rate);
    most = std::max(most, rate);
  }
  v["class_spread"] = classes_.empty() ? kNaN : most - least;
  for (const Count& c : half_hours_) f.connect_rate_by_half_hour.push_back(RateOf(c));
  double good_days = 0;
  for (const Count& c : days_) {
    f.connect_rate_by_day.push_back(RateOf(c));
    good_days += RateOf(c) >= target_ ? 1 : 0;
  }
  v["days_at_target"] = Share(good_days, static_cast<double>(days_.size()));
  return f;
}

Summary Summarise(const std::vector<Figures>& runs) {
  HOTLINE_CHECK(!runs.empty(), "a summary needs a run");
  Summary s;
  s.replications = runs.size();
  Figures& t = s.totals;
  std::map<std::string, std::vector<double>> values, classes, in_target;
  std::vector<std::vector<double>> half_hours;
  for (const Figures& f : runs) {
    t.offered += f.offered;
    t.connected += f.connected;
    t.escalated += f.escalated;
    t.booked += f.booked;
    t.called_back += f.called_back;
    t.persons += f.persons;
    t.over_cap += f.over_cap;
    t.handed_back += f.handed_back;
    t.steps += f.steps;
    t.decisions += f.decisions;
    t.calls_run += f.calls_run;
    t.digest = t.digest * 31 + f.digest;
    for (const auto& [name, value] : f.values) values[name].push_back(value);
    for (const auto& [name, value] : f.connect_rate_by_class) classes[name].push_back(value);
    for (const auto& [name, value] : f.answered_within_15s_by_class) {
      in_target[name].push_back(value);
    }
    half_hours.resize(std::max(half_hours.size(), f.connect_rate_by_half_hour.size()));
    for (size_t i = 0; i < f.connect_rate_by_half_hour.size(); ++i) {
      half_hours[i].push_back(f.connect_rate_by_half_hour[i]);
    }
    t.connect_rate_by_day.insert(t.connect_rate_by_day.end(), f.connect_rate_by_day.begin(),
                                 f.connect_rate_by_day.end());
  }
  for (const auto& [name, list] : values) s.values[name] = MakeInterval(list);
  for (const auto& [name, list] : classes) {
    t.connect_rate_by_class[name] = MakeInterval(list).mean;
  }
  for (const auto& [name, list] : in_target) {
    t.answered_within_15s_by_class[name] = MakeInterval(list).mean;
  }
  for (const auto& list : half_hours) {
    t.connect_rate_by_half_hour.push_back(MakeInterval(list).mean);
  }
  return s;
}

std::map<std::string, Interval> PairedDifferences(const std::vector<Figures>& a,
                                                  const std::vector<Figures>& b) {
  HOTLINE_CHECK(a.size() == b.size(), "pairs need two of each");
  std::map<std::string, std::vector<double>> differences;
  for (size_t i = 0; i < a.size(); ++i) {
    for (const auto& [name, value] : a[i].values) {
      const auto other = b[i].values.find(name);
      if (other != b[i].values.end()) differences[name].push_back(value - other->second);
    }
  }
  std::map<std::string, Interval> intervals;
  for (const auto& [name, list] : differences) intervals[name] = MakeInterval(list);
  return intervals;
}

}  // namespace hotline::sim
