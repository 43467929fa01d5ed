#include "router/sim/formulas.h"

#include <cmath>
#include <utility>

#include "router/core/queueing/erlang.h"
#include "router/core/queueing/staffing.h"

#include <fmt/format.h>

namespace hotline::sim {
namespace {

namespace queueing = router::queueing;

constexpr double kSecondsPerHour = 3600;
constexpr double kMostSeats = 10'000;
constexpr double kMostCallsPerHour = 1e7;
constexpr double kLongestSeconds = 86'400;

/// One figure of a result, by its name in JSON and in words.
struct Figure {
  const char* key;
  const char* words;
  double value;
  bool whole = false;
};

/// JSON knows no infinity: an endless wait is null there.
std::string Json(const Figure& f) {
  if (f.whole) return fmt::format("\"{}\": {:.0f}", f.key, f.value);
  return std::isfinite(f.value) ? fmt::format("\"{}\": {:.10g}", f.key, f.value)
                                : fmt::format("\"{}\": null", f.key);
}

int Print(const std::vector<Figure>& figures, bool json) {
  std::string line;
  for (const Figure& f : figures) {
    if (json) {
      line += (line.empty() ? "{" : ", ") + Json(f);
    } else if (f.whole) {
      fmt::print("{:<34}{:.0f}\n", f.words, f.value);
    } else {
      fmt::print("{:<34}{:.4g}\n", f.words, f.value);
    }
  }
  if (json) fmt::print("{}}}\n", line);
  return 0;
}

std::vector<Figure> FiguresOf(const queueing::Measures& m) {
  return {{"p_wait", "share who wait", m.p_wait},
          {"p_abandon", "share who hang up", m.p_abandon},
          {"connect_rate", "connect rate", m.connect_rate},
          {"asa_s", "mean wait of the answered, s", m.asa},
          {"answered_within", "share answered within the time", m.answered_within},
          {"occupancy", "seat occupancy", m.occupancy}};
}

}  // namespace

int ReportErrors(const std::vector<std::string>& errors) {
  for (const std::string& e : errors) fmt::print(stderr, "hotline-sim: {}\n", e);
  return errors.empty() ? 0 : 2;
}

int RunErlang(Options options) {
  const auto seats = options.Number("seats", 1, kMostSeats);
  const double arrivals = options.Number("arrivals-per-hour", 1e-6, kMostCallsPerHour);
  const double aht = options.Number("aht-s", 1e-3, kLongestSeconds);
  const bool patient = options.Has("patience-s");
  const double patience = options.Number("patience-s", 1e-3, 1e9, 1.0);
  const double within = options.Number("within-s", 0, kLongestSeconds, 15.0);
  const bool json = options.Flag("json");
  auto errors = options.Finish();
  if (seats != std::floor(seats)) errors.push_back("--seats: give a whole number");
  if (const int code = ReportErrors(errors)) return code;

  const queueing::Load load{static_cast<int>(seats), arrivals / kSecondsPerHour, 1 / aht};
  return Print(FiguresOf(patient ? queueing::ErlangA(load, 1 / patience, within)
                                 : queueing::ErlangC(load, within)),
               json);
}

int RunStaff(Options options) {
  const double arrivals = options.Number("arrivals-per-hour", 1e-6, kMostCallsPerHour);
  const double aht = options.Number("aht-s", 1e-3, kLongestSeconds);
  const double patience = options.Number("patience-s", 1e-3, 1e9);
  const double target = options.Number("target-connect", 0, 0.9999, 0.9);
  const double within = options.Number("within-s", 0, kLongestSeconds, 15.0);
  const bool json = options.Flag("json");
  if (const int code = ReportErrors(options.Finish())) return code;

  const queueing::Demand demand{arrivals / kSecondsPerHour, 1 / aht, 1 / patience};
  const int seats = queueing::SeatsForConnectRate(demand, target);
  std::vector<Figure> figures = {
      {"seats", "seats needed", static_cast<double>(seats), /*whole=*/true}};
  for (const Figure& f : FiguresOf(queueing::ErlangA(
           {seats, demand.arrival_rate, demand.service_rate}, demand.abandon_rate, within))) {
    figures.push_back(f);
  }
  return Print(figures, json);
}

}  // namespace hotline::sim
