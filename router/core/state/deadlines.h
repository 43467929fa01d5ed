// The one ordered index of everything that is due some day: offers, waits, wrap-ups, heartbeats,
// opening hours, absent nodes.
//
// Each entity owns its Alarm and the index orders the ones that are set. Alarms due at the same
// time fire in an order that follows from ids alone, so that a restored router decides alike.
// Thread-compatible; part of the pure core.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "absl/container/btree_set.h"
#include "absl/time/time.h"

namespace hotline::router {

enum class AlarmKind : uint8_t {
  kCall,
  kWrapUp,
  kHeartbeat,
  kStation,
  kNode,
  kEscalation,
  kControl
};

/// A time at which its owner wants to be looked at. Stays at its address while it is set.
class Alarm {
 public:
  /// For an owner named by a number (a call).
  Alarm(AlarmKind kind, uint64_t number) : kind_(kind), number_(number) {}

  /// For an owner named by a string that lives as long as the alarm.
  Alarm(AlarmKind kind, const std::string* name) : kind_(kind), name_(name) {}

  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  AlarmKind kind() const { return kind_; }

  bool is_numbered() const { return name_ == nullptr; }

  uint64_t number() const { return number_; }

  const std::string& name() const { return *name_; }

  /// When it is due; InfiniteFuture if it is not set.
  absl::Time at() const { return at_; }

 private:
  friend class DeadlineIndex;
  AlarmKind kind_;
  uint64_t number_ = 0;
  const std::string* name_ = nullptr;
  absl::Time at_ = absl::InfiniteFuture();
};

class DeadlineIndex {
 public:
  /// Sets or moves `alarm`; InfiniteFuture unsets it. Must be unset before it is destroyed.
  void Set(Alarm& alarm, absl::Time at);

  /// Returns the alarm due first, or null.
  const Alarm* First() const { return due_.empty() ? nullptr : due_.begin()->alarm; }

 private:
  struct Entry {
    absl::Time at;
    Alarm* alarm;
  };

  struct Earlier {
    bool operator()(const Entry& a, const Entry& b) const;
  };

  absl::btree_set<Entry, Earlier> due_;
};

}  // namespace hotline::router
