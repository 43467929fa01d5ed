// How long callers wait before they hang up, learnt from what was seen.
//
// Answered callers are censored: they would have waited at least so long. Pure values.
// Source: Kaplan, Meier 1958; Brown et al. 2005 for call centres.
#pragma once

#include <vector>

namespace hotline::router::queueing {

/// One caller's wait and how it ended. Units: seconds.
struct WaitSeen {
  double wait = 0;
  bool abandoned = false;
};

/// From `time` on, `survival` of the callers would still wait; `error` is Greenwood's standard
/// error.
struct PatienceStep {
  double time = 0;
  double survival = 1;
  double error = 0;
};

/// A survival curve of patience: 1 at first, a step down at each wait that ended in a hang-up.
class PatienceCurve {
 public:
  PatienceCurve() = default;

  /// Requires: times rise strictly and survivals fall, all within [0, 1].
  explicit PatienceCurve(std::vector<PatienceStep> steps);

  /// Returns the Kaplan-Meier estimate from `seen`, in any order. Without hang-ups patience is
  /// endless.
  static PatienceCurve KaplanMeier(std::vector<WaitSeen> seen);

  /// Returns the share of callers who would wait longer than `t`.
  double Survival(double t) const;

  /// Returns the share who wait longer than anything seen.
  double LastSurvival() const { return steps_.empty() ? 1 : steps_.back().survival; }

  const std::vector<PatienceStep>& steps() const { return steps_; }

 private:
  std::vector<PatienceStep> steps_;
};

/// Returns the exponential patience's rate: hang-ups over the total time waited by everybody, which
/// is the maximum likelihood estimate. (The mean wait of those who hung up is not patience.)
/// Returns 0 if nobody hung up.
double AbandonRate(const std::vector<WaitSeen>& seen);

}  // namespace hotline::router::queueing
