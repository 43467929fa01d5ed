// The places of calls and seats in their lines.
//
// Both are total, and ties go by id, so that replaying a journal repeats every decision.
#pragma once

#include <cstdint>

#include "absl/time/time.h"

#include "router/core/types.h"

namespace hotline::router {

struct Call;
struct Seat;
struct Station;
struct Queue;
struct NodeEntry;
struct Requirement;

/// A call's place: crisis calls first, then by virtual start, then by id.
struct CallPlace {
  int64_t rank = 0;  ///< nanoseconds of virtual start; crisis calls lie centuries before all others
  CallId id;
  Call* call = nullptr;

  friend bool operator<(const CallPlace& a, const CallPlace& b) {
    return a.rank != b.rank ? a.rank < b.rank : a.id < b.id;
  }
};

/// Returns the rank of a call that asked at `request_time`: each priority step is worth `step` of
/// waiting, so nobody of a low class starves.
int64_t RankOf(Priority priority, absl::Time request_time, absl::Duration step);

/// A ready seat's place among those that could take a call: nearest ring, then what the queue's
/// seat order says, then longest idle, then by id. Fixed while the seat is ready.
struct SeatPlace {
  uint32_t ring = 0;
  int64_t key = 0;  ///< see policy/seat_order.h; smaller goes first
  absl::Time ready_since;
  Seat* seat = nullptr;
  friend bool operator<(const SeatPlace& a, const SeatPlace& b);
};

/// A waiting call's place by age alone: what "older" means where overtaking is recorded.
struct AgePlace {
  absl::Time request_time;
  CallId id;
  Call* call = nullptr;

  friend bool operator<(const AgePlace& a, const AgePlace& b) {
    return a.request_time != b.request_time ? a.request_time < b.request_time : a.id < b.id;
  }
};

}  // namespace hotline::router
