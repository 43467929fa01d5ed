#include "deploy/demo/crowd.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"

#include "deploy/demo/day_curve.h"
#include "services/base/check.h"

namespace hotline::demo {
namespace {

// Of what the seats could serve at the peak: a little more than they like.
constexpr double kPeakLoad = 0.95;
constexpr double kFirstNumberShare = 0.7;
// Coefficient of variation about 1, as talk times of hotlines have.
constexpr double kTalkSigma = 0.8;
constexpr absl::Duration kLongestTalk = absl::Seconds(60);
// The announcement is over before anybody gives up.
constexpr absl::Duration kLeastPatience = absl::Seconds(10);
constexpr double kMissShare = 0.04;
constexpr double kRefuseShare = 0.03;
constexpr int kBusyHere = 486;
constexpr absl::Duration kQuickestAnswer = absl::Milliseconds(500);
constexpr absl::Duration kMeanAnswer = absl::Seconds(1);
constexpr absl::Duration kSlowestAnswer = absl::Seconds(6);
// A quiet night still has a look at its curve now and then.
constexpr absl::Duration kLongestStep = absl::Minutes(5);

}  // namespace

Crowd::Crowd(CrowdOptions options) : options_(std::move(options)), random_(options_.seed) {
  HOTLINE_CHECK(options_.seats > 0 && options_.pace > 0, "a crowd needs seats and a pace");
  HOTLINE_CHECK(!options_.numbers.empty(), "a crowd needs a number to dial");
}

absl::Duration Crowd::TimeOfDay(absl::Duration elapsed) const {
  return (options_.start + elapsed * options_.pace) % absl::Hours(24);
}

// Thinning (Lewis and Shedler 1979): arrivals at the peak's rate, of which the curve keeps its
// share.
absl::Duration Crowd::NextArrival(absl::Duration elapsed) {
  const absl::Duration service = kMeanTalk + kMeanAfterCall + kMeanAnswer;
  const absl::Duration mean_gap = service / (kPeakLoad * options_.seats);
  const absl::Duration latest = elapsed + kLongestStep;
  absl::Duration at = elapsed;
  do {
    at += Exponential(mean_gap);
  } while (at < latest && Uniform() > ArrivalShare(TimeOfDay(at)));
  return at;
}

robot::CallerOptions Crowd::NextCaller() {
  size_t number = 0;
  if (options_.numbers.size() > 1 && Uniform() > kFirstNumberShare) {
    number = 1 + static_cast<size_t>(Uniform() * static_cast<double>(options_.numbers.size() - 1));
  }
  // The mean of a lognormal is exp(mu + sigma^2 / 2).
  std::lognormal_distribution<double> talk(
      std::log(absl::ToDoubleSeconds(kMeanTalk)) - kTalkSigma * kTalkSigma / 2, kTalkSigma);
  return {.number = options_.numbers[number].number,
          .from = absl::StrFormat("1390000%04d", ++callers_ % 10000),
          .headers = options_.numbers[number].headers,
          .tone_hz = kCallerTone,
          .person_tones = {kSeatTone, kStationTone},
          .patience = kLeastPatience + Exponential(kMeanPatience),
          .talk = std::min(absl::Seconds(talk(random_)), kLongestTalk)};
}

robot::AnswerPlan Crowd::NextAnswer(int tone_hz) {
  using Action = robot::AnswerPlan::Action;
  const double chance = Uniform();
  robot::AnswerPlan plan{.tone_hz = tone_hz};
  plan.delay = std::min(kQuickestAnswer + Exponential(kMeanAnswer), kSlowestAnswer);
  if (chance < kMissShare) {
    plan.action = Action::kIgnore;
  } else if (chance < kMissShare + kRefuseShare) {
    plan.action = Action::kRefuse;
    plan.status = kBusyHere;
  }
  return plan;
}

double Crowd::Uniform() {
  return std::uniform_real_distribution<double>(0, 1)(random_);
}

absl::Duration Crowd::Exponential(absl::Duration mean) {
  return absl::Seconds(std::exponential_distribution<double>(1)(random_) *
                       absl::ToDoubleSeconds(mean));
}

}  // namespace hotline::demo
