#include "router/core/config.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"

namespace hotline::router {
namespace {

class Validator {
 public:
  std::vector<std::string> Run(const AreaConfig& config) {
    if (config.id.empty()) Say("area.id", "is missing");
    NotNegative("area.answer_target", config.limits.answer_target);
    NotNegative("area.short_abandon", config.limits.short_abandon);
    NotNegative("area.priority_step", config.priority_step);
    Positive("area.node_grace", config.node_grace);
    NotNegative("area.unreachable_pause", config.unreachable_pause);
    CheckControl(config.control);
    CheckExplain(config.explain);
    if (config.max_calls == 0) Say("area.max_calls", "must be at least 1");
    if (config.queues.empty()) Say("area.queues", "is empty: there must be at least one");
    for (size_t i = 0; i < config.stations.size(); ++i) {
      CheckStation(absl::StrCat("area.stations[", i, "]"), config.stations[i]);
    }
    for (size_t i = 0; i < config.queues.size(); ++i) {
      CheckQueue(absl::StrCat("area.queues[", i, "]"), config.queues[i]);
    }
    return std::move(problems_);
  }

 private:
  void Say(std::string_view key, std::string_view problem) {
    problems_.push_back(absl::StrCat(std::string(key), " ", std::string(problem)));
  }

  void Positive(const std::string& key, absl::Duration d) {
    if (d <= absl::ZeroDuration()) Say(key, "must be longer than nothing");
  }

  void NotNegative(const std::string& key, absl::Duration d) {
    if (d < absl::ZeroDuration()) Say(key, "must not be negative");
  }

  void CheckId(const std::string& key, const std::string& id, std::set<std::string>& known) {
    if (id.empty()) return Say(key + ".id", "is missing");
    if (!known.insert(id).second) Say(key + ".id", absl::StrCat("\"", id, "\" is used twice"));
  }

  void CheckSkills(const std::string& key, const std::vector<SkillLevel>& skills) {
    std::set<std::string> known;
    for (const SkillLevel& skill : skills) {
      if (skill.skill.empty()) Say(key + ".skills", "has a skill without a name");
      if (skill.level < 1 || skill.level > 5) {
        Say(key + ".skills." + skill.skill, "must have a level from 1 to 5");
      }
      if (!known.insert(skill.skill).second) Say(key + ".skills." + skill.skill, "is given twice");
    }
  }

  void CheckStation(const std::string& key, const StationConfig& station) {
    CheckId(key, station.id, stations_);
    if (station.extension.empty()) Say(key + ".extension", "is missing");
    if (station.capacity == 0) Say(key + ".capacity", "must be at least 1");
    Positive(key + ".ring_timeout", station.ring_timeout);
    CheckSkills(key, station.skills);
  }

  void CheckQueue(const std::string& key, const QueueConfig& queue) {
    CheckId(key, queue.id, queues_);
    CheckSkills(key, queue.skills);
    Positive(key + ".answer_timeout", queue.answer_timeout);
    NotNegative(key + ".wrap_up", queue.wrap_up);
    NotNegative(key + ".escalate_after", queue.escalate_after);
    Positive(key + ".max_wait", queue.max_wait);
    NotNegative(key + ".no_seat_wait", queue.no_seat_wait);
    CheckOrder(key + ".order", queue.order);
    NotNegative(key + ".affinity_wait", queue.affinity_wait);
    NotNegative(key + ".callback.offer_after", queue.callback.offer_after);
    Positive(key + ".callback.dial_timeout", queue.callback.dial_timeout);
    Positive(key + ".callback.keep", queue.callback.keep);
    if (!(queue.near_weight >= 1 && queue.near_weight <= 100)) {
      Say(key + ".near_weight", "must be from 1 to 100");
    }
    if (queue.rings.size() > kMaxRings)
      Say(key + ".rings", absl::StrCat("are more than ", kMaxRings));
    for (const RingConfig& ring : queue.rings) {
      NotNegative(key + ".rings.max_expected_wait", ring.max_expected_wait);
    }
    std::set<std::string> pool;
    for (const std::string& id : queue.stations) {
      if (!stations_.contains(id)) {
        Say(key + ".stations", absl::StrCat("names \"", id, "\", which is no station"));
      }
      if (!pool.insert(id).second) Say(key + ".stations", absl::StrCat("names ", id, " twice"));
    }
  }

  void CheckControl(const ControlRules& control) {
    if (!(control.target > 0 && control.target < 1)) {
      Say("area.control.target", "must be above 0 and below 1");
    }
    if (!(control.hysteresis >= 0 && control.hysteresis < 0.5)) {
      Say("area.control.hysteresis", "must be from 0 to 0.5");
    }
    if (!(control.least_gain > 0 && control.least_gain <= control.first_gain &&
          control.first_gain <= control.most_gain && control.most_gain <= 100)) {
      Say("area.control", "needs 0 < least_gain ≤ first_gain ≤ most_gain ≤ 100");
    }
  }

  void CheckExplain(const ExplainRules& explain) {
    if (explain.keep > kMaxKeptDecisions) {
      Say("area.explain.keep", absl::StrCat("must be at most ", kMaxKeptDecisions));
    }
  }

  void CheckOrder(const std::string& key, const OrderRules& order) {
    if (!(order.weight >= 0.01 && order.weight <= 100)) {
      Say(key + ".weight", "must be from 0.01 to 100");
    }
    if (!(order.floor_margin >= 0 && order.floor_margin <= 1)) {
      Say(key + ".floor_margin", "must be from 0 to 1");
    }
    Positive(key + ".hard_cap", order.hard_cap);
  }

  std::vector<std::string> problems_;
  std::set<std::string> queues_, stations_;
};

}  // namespace

std::vector<std::string> Validate(const AreaConfig& config) {
  return Validator().Run(config);
}

}  // namespace hotline::router
