#include "router/sim/world/replay.h"

#include <algorithm>
#include <map>
#include <utility>

#include "router/core/queueing/patience.h"
#include "router/sim/world/random.h"

namespace hotline::sim {
namespace {

namespace queueing = router::queueing;

/// No talk is longer, and longer ones are not drawn from: they are records left open.
constexpr double kLongestService = 3600;

/// What the whole log says of one type of call.
class TypeLaw {
 public:
  void See(const CallRow& call) {
    if (call.served && call.service > 0 && call.service < kLongestService) {
      services_.push_back(call.service);
    }
    if (call.wait > 0) waits_.push_back({call.wait, !call.served});
  }

  void Learn() {
    curve_ = queueing::PatienceCurve::KaplanMeier(waits_);
    rate_ = queueing::AbandonRate(waits_);
  }

  double DrawService(Random random) const {
    return services_.empty() ? 0 : services_[random.Below(services_.size())];
  }

  /// Draws a patience longer than `beyond`: by the curve as far as it goes, then exponentially.
  double DrawPatience(Random random, double beyond) const {
    const auto& steps = curve_.steps();
    const double level = random.Uniform() * curve_.Survival(beyond);
    const auto step = std::partition_point(steps.begin(), steps.end(),
                                           [&](const auto& s) { return s.survival > level; });
    if (step != steps.end()) return step->time + random.Uniform();
    const double last = steps.empty() ? beyond : std::max(beyond, steps.back().time);
    return rate_ > 0 ? last + random.Exponential(1 / rate_) : kLongestService;
  }

 private:
  std::vector<double> services_;
  std::vector<queueing::WaitSeen> waits_;
  queueing::PatienceCurve curve_;
  double rate_ = 0;
};

int IndexOf(std::vector<std::string>& types, const std::string& type) {
  const auto it = std::find(types.begin(), types.end(), type);
  if (it != types.end()) return static_cast<int>(it - types.begin());
  types.push_back(type);
  return static_cast<int>(types.size()) - 1;
}

}  // namespace

std::vector<Day> ReplayDays(const CallLog& log, uint64_t seed) {
  std::map<std::string, TypeLaw> laws;
  std::vector<std::string> types;
  for (const CallRow& call : log.calls) {
    laws[call.type].See(call);
    IndexOf(types, call.type);
  }
  for (auto& [type, law] : laws) law.Learn();

  std::map<std::string, Day> days;
  uint64_t index = 0;
  for (const CallRow& row : log.calls) {
    const TypeLaw& law = laws.at(row.type);
    DayCall call{
        .time = row.time, .type = IndexOf(types, row.type), .priority = row.priority ? 2 : 3};
    call.service =
        std::min(kLongestService, row.served && row.service > 0
                                      ? row.service
                                      : law.DrawService({seed, Stream::kService, index}));
    call.patience =
        row.served ? law.DrawPatience({seed, Stream::kPatience, index}, row.wait) : row.wait;
    if (!log.wrap_ups.empty()) {
      call.wrap_up = log.wrap_ups[Random(seed, Stream::kWrapUp, index).Below(log.wrap_ups.size())];
    }
    days[row.day].calls.push_back(call);
    ++index;
  }
  for (const SessionRow& row : log.sessions) {
    DaySession session{row.agent, row.start, row.end, {}};
    for (const std::string& type : row.types) session.types.push_back(IndexOf(types, type));
    std::sort(session.types.begin(), session.types.end());
    days[row.day].sessions.push_back(std::move(session));
  }
  std::vector<Day> out;
  for (auto& [name, day] : days) {
    day.types = types;
    std::stable_sort(day.calls.begin(), day.calls.end(),
                     [](const DayCall& a, const DayCall& b) { return a.time < b.time; });
    std::stable_sort(day.sessions.begin(), day.sessions.end(),
                     [](const DaySession& a, const DaySession& b) { return a.start < b.start; });
    out.push_back(std::move(day));
  }
  return out;
}

std::vector<SeenDay> SeenDays(const CallLog& log) {
  std::vector<std::string> types;
  for (const CallRow& row : log.calls) IndexOf(types, row.type);
  std::map<std::string, SeenDay> days;
  for (const CallRow& row : log.calls) {
    SeenDay& seen = days[row.day];
    seen.day.types = types;
    seen.day.calls.push_back(
        {.time = row.time, .type = IndexOf(types, row.type), .patience = row.wait});
    seen.run.calls.push_back({.wait = row.wait,
                              .answered = row.served,
                              .by_station = row.by_station,
                              .called = true,
                              .time = row.time});
    if (row.by_station) seen.run.station_busy += row.service;
  }
  std::vector<SeenDay> out;
  for (auto& [name, seen] : days) out.push_back(std::move(seen));
  return out;
}

}  // namespace hotline::sim
