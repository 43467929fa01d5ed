#include "router/sim/world/draw_day.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "router/sim/world/random.h"

namespace hotline::sim {
namespace {

/// Numbers drawn for a call's attempts never meet those of another call.
constexpr uint64_t kMostAttempts = 16;

uint64_t SeedOf(const DayName& name) {
  const uint64_t run = Random(name.seed, Stream::kDay, name.replication).Next();
  return Random(run, Stream::kDay, name.day).Next();
}

double Draw(const Law& law, Random random) {
  switch (law.shape) {
    case Law::Shape::kExponential:
      return random.Exponential(law.mean);
    case Law::Shape::kLogNormal: {
      const double variance = std::log(1 + law.cv * law.cv);
      return law.mean * std::exp(std::sqrt(variance) * random.Normal() - variance / 2);
    }
    case Law::Shape::kFixed:
      break;
  }
  return law.mean;
}

int Gone(const Dropout& dropout, int seats) {
  return dropout.seats + static_cast<int>(std::lround(dropout.share * seats));
}

int SeatsAt(const Scenario& scenario, const SeatGroup& group, size_t stretch, double time) {
  const int there = group.counts[std::min(stretch, group.counts.size() - 1)];
  int seats = there;
  for (const Dropout& d : scenario.dropouts) {
    if (time >= d.from && time < d.to) seats -= Gone(d, there);
  }
  return std::max(seats, 0);
}

class DayDrawer {
 public:
  DayDrawer(const Scenario& scenario, const DayName& name)
      : scenario_(scenario), seed_(SeedOf(name)), pieces_(Pieces(scenario)) {
    day_.measure_from = scenario.measure_from;
    day_.measure_to = scenario.measure_to;
    day_.clock_jumps = scenario.faults.clock_jumps;
    day_.silent_time = scenario.faults.silent_time;
    for (const CallClass& c : scenario.classes) {
      day_.types.push_back(c.name);
      day_.homes.push_back(c.home);
    }
    const double factor = DayFactor(scenario, name);
    for (Piece& piece : pieces_) piece.rate *= factor;
  }

  Day Run() {
    DrawArrivals();
    if (scenario_.retry.share > 0) DrawRetries();
    for (size_t g = 0; g < scenario_.seats.size(); ++g) AddSessions(g);
    std::stable_sort(day_.sessions.begin(), day_.sessions.end(),
                     [](const DaySession& a, const DaySession& b) { return a.start < b.start; });
    return std::move(day_);
  }

 private:
  /// Poisson arrivals at a changing rate: unit exponentials on the scale of expected arrivals.
  void DrawArrivals() {
    double expected = 0;  // at the start of the piece
    double arrival = 0;   // on that scale
    uint64_t index = 0;
    for (const Piece& piece : pieces_) {
      const double here = piece.rate * (piece.to - piece.from);
      while (true) {
        if (day_.calls.size() == index) {
          arrival += Random(seed_, Stream::kArrival, index).Exponential(1);
          day_.calls.push_back(DrawCall(index * kMostAttempts));
        }
        if (arrival >= expected + here) break;
        day_.calls.back().time = piece.from + (arrival - expected) / piece.rate;
        ++index;
      }
      expected += here;
    }
    day_.calls.resize(index);
  }

  DayCall DrawCall(uint64_t index) const {
    DayCall call;
    double level = Random(seed_, Stream::kClass, index).Uniform();
    const auto& classes = scenario_.classes;
    while (call.type + 1 < static_cast<int>(classes.size()) && level >= classes[call.type].share) {
      level -= classes[call.type++].share;
    }
    Fill(call, index);
    return call;
  }

  void Fill(DayCall& call, uint64_t index) const {
    const CallClass& c = scenario_.classes[call.type];
    call.priority = c.priority;
    call.service = Draw(c.handle, {seed_, Stream::kService, index});
    call.patience = Draw(c.patience, {seed_, Stream::kPatience, index});
    call.wrap_up = Draw(c.wrap_up, {seed_, Stream::kWrapUp, index});
    if (scenario_.callbacks.accept > 0) DrawCallback(call, index);
    const Faults& faults = scenario_.faults;
    const double level = Random(seed_, Stream::kBehaviour, index).Uniform();
    if (level < faults.lost_hang_ups) {
      call.hang_up = HangUp::kLost;
    } else if (level < faults.lost_hang_ups + faults.silent_hang_ups) {
      call.hang_up = HangUp::kSilent;
    }
  }

  void DrawCallback(DayCall& call, uint64_t index) const {
    constexpr uint32_t kMostDials = 4;  // the router's retry plan
    Random random(seed_, Stream::kCallback, index);
    call.accepts_callback = random.Uniform() < scenario_.callbacks.accept;
    for (uint32_t k = 1; k <= kMostDials && call.reached_at == 0; ++k) {
      if (random.Uniform() < scenario_.callbacks.reach) call.reached_at = k;
    }
  }

  void DrawRetries() {
    const int most = std::min<int>(scenario_.retry.most, kMostAttempts - 1);
    const size_t first_attempts = day_.calls.size();
    for (size_t first = 0; first < first_attempts; ++first) {
      size_t last = first;
      for (int k = 1; k <= most; ++k) {
        const uint64_t index = first * kMostAttempts + static_cast<uint64_t>(k);
        Random random(seed_, Stream::kRetry, index);
        if (random.Uniform() >= scenario_.retry.share) break;
        DayCall again{.time = random.Uniform() * scenario_.retry.within,
                      .type = day_.calls[first].type};
        Fill(again, index);
        again.service = day_.calls[first].service;  // the same matter
        day_.calls[last].again = static_cast<uint32_t>(day_.calls.size());
        last = day_.calls.size();
        day_.calls.push_back(again);
        ++day_.repeated;
      }
    }
  }

  /// A seat works through all pieces in which its group has more seats than its number.
  void AddSessions(size_t group) {
    int most = 0;
    for (const Piece& piece : pieces_) most = std::max(most, piece.seats[group]);
    for (int k = 0; k < most; ++k) {
      DaySession session{.seat = scenario_.seats[group].name + std::to_string(k + 1),
                         .types = scenario_.seats[group].classes,
                         .leaving = scenario_.leaving,
                         .group = scenario_.seats[group].name};
      bool there = false;
      for (const Piece& piece : pieces_) {
        if (piece.seats[group] > k) {
          if (!there) session.start = piece.from;
          session.end = piece.to;
          there = true;
        } else if (there) {
          day_.sessions.push_back(session);
          there = false;
        }
      }
      if (!there) continue;
      session.leaving = Leaving::kFinish;  // the line closes: talks are ended, not handed back
      day_.sessions.push_back(session);
    }
  }

  const Scenario& scenario_;
  const uint64_t seed_;
  std::vector<Piece> pieces_;
  Day day_;
};

}  // namespace

std::vector<Piece> Pieces(const Scenario& scenario) {
  std::vector<double> cuts = {0};
  double at = 0;
  for (const Stretch& s : scenario.arrivals) cuts.push_back(at += s.length);
  const double end = at;
  for (const Surge& s : scenario.surges) cuts.insert(cuts.end(), {s.from, s.to});
  for (const Dropout& d : scenario.dropouts) cuts.insert(cuts.end(), {d.from, d.to});
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());

  std::vector<Piece> pieces;
  size_t stretch = 0;
  double stretch_end = scenario.arrivals[0].length;
  for (size_t i = 0; i + 1 < cuts.size() && cuts[i] < end; ++i) {
    while (cuts[i] >= stretch_end && stretch + 1 < scenario.arrivals.size()) {
      stretch_end += scenario.arrivals[++stretch].length;
    }
    Piece piece{.from = cuts[i], .to = cuts[i + 1], .rate = scenario.arrivals[stretch].rate};
    for (const Surge& s : scenario.surges) {
      if (piece.from >= s.from && piece.from < s.to) piece.rate *= s.times;
    }
    for (const SeatGroup& group : scenario.seats) {
      piece.seats.push_back(SeatsAt(scenario, group, stretch, piece.from));
    }
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

double DayFactor(const Scenario& scenario, const DayName& name) {
  if (scenario.day_factor_cv <= 0) return 1;
  const double shape = 1 / (scenario.day_factor_cv * scenario.day_factor_cv);
  return Random(SeedOf(name), Stream::kFactor, 0).Gamma(shape, 1 / shape);
}

Day DrawDay(const Scenario& scenario, const DayName& name) {
  return DayDrawer(scenario, name).Run();
}

}  // namespace hotline::sim
