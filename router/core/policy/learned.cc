#include "router/core/policy/learned.h"

#include <algorithm>

namespace hotline::router {
namespace {

// What is believed before anything was seen, worth kPriorCalls calls. Source: Beijing 12348, first
// half of 2024: 434.6 s of talk; patience of a bank's callers: 409 s.
constexpr double kPriorCalls = 20;
constexpr double kPriorPatience = 409;
constexpr double kPriorTalk = 435;
constexpr double kPriorWrapUp = 15;
constexpr double kPriorConnectRate = 0.9;
// A class counts fully against this many calls' worth of what holds for all classes.
constexpr double kShrinkPatience = 300;
constexpr double kShrinkTalk = 100;
constexpr double kShrinkConnect = 100;
// So many calls are remembered: a fortnight of a busy class; the connect rate only some hours.
constexpr double kMemory = 20'000;
constexpr double kConnectMemory = 1'000;

void Fade(double& number, double memory) {
  number -= number / memory;
}

}  // namespace

void PatienceBins::Learn(double wait, WaitEnd end) {
  for (size_t i = 0; i < kBins; ++i) {
    Fade(exposure[i], kMemory);
    Fade(hang_ups[i], kMemory);
    Fade(answers[i], kMemory);
  }
  Fade(waits, kMemory);
  waits += 1;
  size_t bin = 0;
  for (; bin + 1 < kBins && wait >= kEdges[bin + 1]; ++bin) {
    exposure[bin] += kEdges[bin + 1] - kEdges[bin];
  }
  exposure[bin] += wait - kEdges[bin];
  if (end == WaitEnd::kHungUp) hang_ups[bin] += 1;
  if (end == WaitEnd::kAnswered) answers[bin] += 1;
}

Learned::Learned() {
  // An exponential law, by its expected counts: e^-x by steps of one bin, as 1/(1 + x + x²/2).
  double surviving = kPriorCalls;
  for (size_t i = 0; i < PatienceBins::kBins; ++i) {
    const double width = i + 1 < PatienceBins::kBins
                             ? PatienceBins::kEdges[i + 1] - PatienceBins::kEdges[i]
                             : kPriorPatience;
    const double x = width / kPriorPatience;
    const double left = surviving / (1 + x + x * x / 2);
    all_.patience.hang_ups[i] = surviving - left;
    all_.patience.exposure[i] = (surviving - left) * kPriorPatience;
    surviving = left;
  }
  all_.patience.waits = kPriorCalls;
  all_.talks = kPriorCalls;
  all_.talk = kPriorCalls * kPriorTalk;
  all_.finished = kPriorCalls;
  all_.connected = kPriorCalls * kPriorConnectRate;
  all_.at_once = kPriorCalls / 2;
  wrap_ups = kPriorCalls;
  wrap_up = kPriorCalls * kPriorWrapUp;
}

ClassRecord& Learned::Of(const std::string& name) {
  const auto it = classes_.find(name);
  if (it != classes_.end()) return *it->second;
  if (classes_.size() >= kMaxClasses) return all_;
  return *(classes_[name] = std::make_unique<ClassRecord>());
}

void Learned::LearnWait(ClassRecord& record, double wait, WaitEnd end) {
  const auto learn = [&](ClassRecord& r) {
    if (wait > 0) r.patience.Learn(wait, end);
    Fade(r.finished, kConnectMemory);
    Fade(r.connected, kConnectMemory);
    Fade(r.at_once, kConnectMemory);
    r.finished += 1;
    if (end == WaitEnd::kAnswered) r.connected += 1;
    if (end == WaitEnd::kAnswered) r.last_wait = wait;
    if (end == WaitEnd::kAnswered && wait <= 0) r.at_once += 1;
  };
  learn(all_);
  if (&record == &all_) return;
  learn(record);
  record.fair_rate = FairRate(record);
}

void Learned::LearnTalk(ClassRecord& record, double seconds) {
  const auto learn = [&](ClassRecord& r) {
    Fade(r.talks, kMemory);
    Fade(r.talk, kMemory);
    r.talks += 1;
    r.talk += std::max(seconds, 0.0);
  };
  learn(all_);
  if (&record != &all_) learn(record);
}

void Learned::LearnWrapUp(double seconds) {
  Fade(wrap_ups, kMemory);
  Fade(wrap_up, kMemory);
  wrap_ups += 1;
  wrap_up += std::max(seconds, 0.0);
}

/// If the class met the pace at which all who wait are answered, with its own patience: the share
/// answered at once, and in each bin the race between answer and hang-up.
double Learned::FairRate(const ClassRecord& record) const {
  const PatienceBins& own = record.patience;
  const PatienceBins& all = all_.patience;
  const double weight = kShrinkPatience / all.waits;
  double rate = all_.at_once / all_.finished;
  double waiting = 1 - rate;
  for (size_t i = 0; i < PatienceBins::kBins; ++i) {
    const double hang_up =
        (own.hang_ups[i] + weight * all.hang_ups[i]) / (own.exposure[i] + weight * all.exposure[i]);
    const double answer = all.answers[i] / all.exposure[i];
    const double pace = hang_up + answer;
    if (pace <= 0) continue;
    const bool last = i + 1 == PatienceBins::kBins;
    const double x = last ? 0 : pace * (PatienceBins::kEdges[i + 1] - PatienceBins::kEdges[i]);
    const double left = last ? 0 : waiting / (1 + x + x * x / 2);
    rate += (waiting - left) * answer / pace;
    waiting = left;
  }
  return rate;
}

double Learned::HangUps(const ClassRecord& record, double from, double to) const {
  const PatienceBins& own = record.patience;
  const PatienceBins& all = all_.patience;
  const double weight = kShrinkPatience / all.waits;
  size_t bin = 0;
  while (bin + 1 < PatienceBins::kBins && from >= PatienceBins::kEdges[bin + 1]) ++bin;
  double sum = 0;
  for (; from < to; ++bin) {
    const bool last = bin + 1 == PatienceBins::kBins;
    const double end = last ? to : std::min(to, PatienceBins::kEdges[bin + 1]);
    const double exposure = own.exposure[bin] + weight * all.exposure[bin];
    const double hang_ups = own.hang_ups[bin] + weight * all.hang_ups[bin];
    sum += hang_ups / exposure * (end - from);
    from = end;
  }
  return sum;
}

double Learned::HangUpProbability(const ClassRecord& record, double from, double to) const {
  // 1 − e^-x by its Padé fraction, good to 1 % up to x = 1; e^x is not the same on every machine.
  const double x = HangUps(record, from, to);
  return std::min(1.0, x / (1 + x / 2 + x * x / 12));
}

double Learned::HangUpRate() const {
  double exposure = 0, hang_ups = 0;
  for (size_t i = 0; i < PatienceBins::kBins; ++i) {
    exposure += all_.patience.exposure[i];
    hang_ups += all_.patience.hang_ups[i];
  }
  return hang_ups / exposure;
}

double Learned::HandleTime(const ClassRecord& record) const {
  const double mean = all_.talk / all_.talks;
  const double talk = (record.talk + kShrinkTalk * mean) / (record.talks + kShrinkTalk);
  return talk + wrap_up / wrap_ups;
}

double Learned::ConnectRate(const ClassRecord& record) const {
  const double mean = all_.connected / all_.finished;
  return (record.connected + kShrinkConnect * mean) / (record.finished + kShrinkConnect);
}

}  // namespace hotline::router
