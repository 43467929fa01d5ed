// A random history of one ticket: people of all roles do what fits, and often what does not, while
// time goes on and the hotline is down now and then. One seed gives one history.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "services/ticket/core/ticket_life.h"

namespace hotline::ticket {

/// The domain model's calendar, limits by default.
Policy HistoryPolicy();

class RandomHistory {
 public:
  /// What one step was and what came of it.
  struct Taken {
    const Policy& policy;  ///< of this moment
    const Ticket& before;
    const Ticket& after;
    absl::Time now;
    const Actor& actor;
    const Command& command;
    const Decision& decision;
  };

  explicit RandomHistory(uint32_t seed) : random_(seed), life_(policy_) {}

  // The life refers to the policy.
  RandomHistory(const RandomHistory&) = delete;
  RandomHistory& operator=(const RandomHistory&) = delete;

  /// Goes on by `steps` steps and tells each.
  void Run(int steps, const std::function<void(const Taken&)>& told);

  const std::vector<Event>& log() const { return log_; }

  const TicketLife& life() const { return life_; }

  const Policy& policy() const { return policy_; }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }

  template <class T>
  const T& OneOf(const std::vector<T>& values) {
    return values.at(static_cast<size_t>(Below(static_cast<int>(values.size()))));
  }

  Actor AnyActor();
  /// Somebody who may: the lead for what the lead does, and so on.
  Actor FittingActor(Act act);
  Act FittingAct();
  Command AnyCommand(Actor& actor);
  Particulars AnyParticulars(Act act);
  Unit AnyUnit();
  void PassTime();
  /// The government moves a holiday.
  void ChangeCalendar();

  std::mt19937 random_;
  Policy policy_ = HistoryPolicy();
  TicketLife life_;
  std::vector<Event> log_;
  absl::Time now_ = absl::FromCivil(absl::CivilSecond(2026, 9, 14, 9), absl::FixedTimeZone(28800));
};

}  // namespace hotline::ticket
