#include "router/core/policy/version.h"

#include <bit>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"

#include "router/core/snapshot/byte_codec.h"

namespace hotline::router {
namespace {

/// The configuration as one text: every field that decides, in a fixed order.
class PolicyText {
 public:
  void Add(const std::string& text) { absl::StrAppend(&text_, text.size(), ":", text, ";"); }

  void Add(double number) { AddNumber(std::bit_cast<uint64_t>(number)); }

  void Add(absl::Duration span) { AddNumber(absl::ToInt64Nanoseconds(span)); }

  template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T>

  void Add(T value) { AddNumber(static_cast<int64_t>(value)); }

  template <class T>
  void Add(const std::vector<T>& list) {
    AddNumber(list.size());
    for (const T& item : list) Add(item);
  }

  /// A week's hours are known by when they change; the week is any.
  void Add(const WeeklyHours& hours) {
    const absl::Time monday = absl::UnixEpoch() + absl::Hours(24) * 4;
    const absl::Time end = monday + absl::Hours(24) * 7;
    Add(hours.IsOpen(monday));
    for (absl::Time t = hours.NextChange(monday); t < end; t = hours.NextChange(t)) {
      Add(t - monday);
    }
  }

  void Add(const SkillLevel& s) { AddAll(s.skill, s.level); }

  void Add(const RingConfig& r) { AddAll(r.groups, r.max_expected_wait); }

  void Add(const OrderRules& o) {
    AddAll(o.calls, o.seats, o.weight, o.hard_cap, o.max_priority_run, o.floor_margin,
           o.reserved_seats, o.reserved_for);
  }

  void Add(const CallbackRules& c) {
    AddAll(c.offered, c.offer_after, c.agent_first, c.hours, c.dial_timeout, c.keep, c.max_booked);
  }

  void Add(const QueueConfig& q) {
    AddAll(q.id, q.skills, q.priority, q.answer_timeout, q.wrap_up, q.escalate_after, q.max_wait,
           q.no_seat_wait, q.affinity_wait, q.max_waiting, q.stations, q.escalate_by, q.order,
           q.rings, q.near_weight, q.callback);
  }

  void Add(const StationConfig& s) {
    AddAll(s.id, s.level, s.extension, s.hours, s.capacity, s.ring_timeout, s.skills, s.clearance);
  }

  void Add(const ControlRules& c) {
    AddAll(c.target, c.hysteresis, c.first_gain, c.least_gain, c.most_gain);
  }

  void Add(const AreaConfig& a) {
    AddAll(a.id, a.utc_offset, a.limits.answer_target, a.limits.short_abandon, a.priority_step,
           a.node_grace, a.unreachable_pause, a.max_calls, a.control, a.seed, a.queues, a.stations);
  }

  std::string_view text() const { return text_; }

 private:
  template <class T>
  void AddNumber(T number) {
    absl::StrAppend(&text_, number, ";");
  }

  template <class... T>
  void AddAll(const T&... fields) {
    (Add(fields), ...);
  }

  std::string text_;
};

}  // namespace

std::string PolicyVersion(const AreaConfig& config) {
  PolicyText text;
  text.Add(config);
  return absl::StrCat(kPolicyRevision, "-", absl::Hex(Checksum(text.text()), absl::kZeroPad16));
}

}  // namespace hotline::router
