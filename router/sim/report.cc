#include "router/sim/report.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace hotline::sim {
namespace {

constexpr double kTarget = 15;  // s, GB/T 33358-2016

/// The value at or below which a share `q` of sorted `values` lies (nearest rank).
double Quantile(const std::vector<double>& values, double q) {
  if (values.empty()) return 0;
  const auto rank = static_cast<size_t>(std::ceil(q * static_cast<double>(values.size())));
  return values[std::max<size_t>(rank, 1) - 1];
}

double Share(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

}  // namespace

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

void ReportBuilder::Add(const Day& day, const DayRun& run) {
  ++days_;
  steps_ += run.steps;
  station_busy_ += run.station_busy;
  for (size_t i = 0; i < day.calls.size(); ++i) {
    const CallResult& result = run.calls[i];
    ClassCount& count = classes_[day.types[day.calls[i].type]];
    ++offered_;
    ++count.offered;
    if (!result.answered) continue;
    ++count.connected;
    waits_.push_back(result.wait);
    in_target_ += result.wait <= kTarget ? 1 : 0;
    escalated_ += result.by_station ? 1 : 0;
  }
  for (size_t i = 0; i < day.sessions.size(); ++i) {
    const double length = day.sessions[i].end - day.sessions[i].start;
    if (length <= 0) continue;
    const double busy = std::min(run.seat_busy[i], length);
    busy_ += busy;
    staffed_ += length;
    idle_shares_.push_back(1 - busy / length);
  }
}

Report ReportBuilder::Finish(double cpu_seconds) const {
  Report r;
  std::vector<double> waits = waits_;
  std::sort(waits.begin(), waits.end());
  r.offered = offered_;
  r.connected = waits.size();
  const auto offered = static_cast<double>(offered_);
  r.connect_rate = Share(static_cast<double>(r.connected), offered);
  r.answered_within_15s = Share(static_cast<double>(in_target_), offered);
  double total = 0;
  for (const double w : waits) total += w;
  r.asa_s = Share(total, static_cast<double>(waits.size()));
  r.wait_p50_s = Quantile(waits, 0.50);
  r.wait_p95_s = Quantile(waits, 0.95);
  r.wait_p99_s = Quantile(waits, 0.99);
  r.wait_max_s = waits.empty() ? 0 : waits.back();
  for (const auto& [name, count] : classes_) {
    r.connect_rate_by_class[name] =
        Share(static_cast<double>(count.connected), static_cast<double>(count.offered));
  }
  r.overflow_seat_hours_per_day = Share(station_busy_ / 3600, static_cast<double>(days_));
  r.escalated = escalated_;
  r.occupancy = Share(busy_, staffed_);
  r.gini_idle = Gini(idle_shares_);
  r.decisions_per_second = Share(static_cast<double>(steps_), cpu_seconds);
  return r;
}

std::string ToJson(const Report& r, uint64_t seed) {
  std::string classes;
  for (const auto& [name, rate] : r.connect_rate_by_class) {
    classes += fmt::format("{}\"{}\": {:.6f}", classes.empty() ? "" : ", ", name, rate);
  }
  return fmt::format(
      "{{\"seed\": {}, \"offered\": {}, \"connected\": {}, \"connect_rate\": {:.6f}, "
      "\"answered_within_15s\": {:.6f}, \"asa_s\": {:.3f}, \"wait_p50_s\": {:.3f}, "
      "\"wait_p95_s\": {:.3f}, \"wait_p99_s\": {:.3f}, \"wait_max_s\": {:.3f}, "
      "\"connect_rate_by_class\": {{{}}}, \"overflow_seat_hours_per_day\": {:.3f}, "
      "\"escalated\": {}, \"occupancy\": {:.6f}, \"gini_idle\": {:.6f}, "
      "\"decisions_per_second\": {:.0f}}}",
      seed, r.offered, r.connected, r.connect_rate, r.answered_within_15s, r.asa_s, r.wait_p50_s,
      r.wait_p95_s, r.wait_p99_s, r.wait_max_s, classes, r.overflow_seat_hours_per_day, r.escalated,
      r.occupancy, r.gini_idle, r.decisions_per_second);
}

std::string ToText(const Report& r) {
  std::string text = fmt::format(
      "connect rate {:.4f} ({} / {})\nanswered within 15 s {:.4f}\nmean wait of the answered "
      "{:.1f} s, "
      "p50 {:.0f}, p95 {:.0f}, p99 {:.0f}, longest {:.0f}\noverflow {} calls, {:.2f} seat-hours a "
      "day\noccupancy {:.3f}, Gini of idle time {:.3f}\n{:.0f} events a second\n",
      r.connect_rate, r.connected, r.offered, r.answered_within_15s, r.asa_s, r.wait_p50_s,
      r.wait_p95_s, r.wait_p99_s, r.wait_max_s, r.escalated, r.overflow_seat_hours_per_day,
      r.occupancy, r.gini_idle, r.decisions_per_second);
  for (const auto& [name, rate] : r.connect_rate_by_class) {
    text += fmt::format("  {:<12}{:.4f}\n", name, rate);
  }
  return text;
}

}  // namespace hotline::sim
