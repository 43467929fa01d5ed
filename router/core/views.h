// What the router shows of itself. Values only; filled by Router's accessors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "router/core/event.h"
#include "router/core/policy/control.h"
#include "router/core/policy/expected_wait.h"
#include "router/core/types.h"

namespace hotline::router {

struct SeatView {
  SeatProfile profile;
  SeatState state = SeatState::kSignedOut;
  std::string reason;
  absl::Time state_time;
  CallId call;  ///< rings or talks; zero: none
  absl::Time wrap_up_end = absl::InfiniteFuture();
  uint32_t answered = 0;  ///< since sign-in
  absl::Duration talk;    ///< since sign-in
};

struct CallView {
  CallRequest request;
  CallState state = CallState::kQueued;
  std::optional<Target> target;
  OfferId offer;
  absl::Time state_time;
  std::optional<absl::Time> answer_time;
  Node node;
  uint32_t ring = 0;  ///< seats up to this ring may take it
  bool held = false;  ///< waits for the preferred agent alone
  bool callback = false;
  /// From now until an answer, as told at the start: it falls while the caller waits. Beyond the
  /// quantile both are zero: "longer than expected".
  absl::Duration expected_wait;
  absl::Duration expected_wait_80;  ///< 80 % of such callers are answered within it
};

/// A call-back that is booked and not over.
struct CallbackView {
  CallId callback;
  CallId origin;
  std::string queue;
  CallState state = CallState::kQueued;
  absl::Time request_time;  ///< the virtual start: its place in line
  bool due = false;         ///< in line now; else it rests until next_time
  absl::Time next_time;
  uint32_t attempts = 0;
  absl::Time keep_until;
};

struct QueueView {
  std::string id;
  uint32_t waiting = 0;
  uint32_t offered = 0;
  uint32_t connected = 0;
  uint32_t callbacks = 0;       ///< booked; not among those who wait
  absl::Duration longest_wait;  ///< of those who wait now
  uint32_t seats_signed_in = 0;
  uint32_t seats_ready = 0;
};

struct StationView {
  std::string id;
  std::string level;
  std::string extension;
  bool open = false;
  uint32_t capacity = 0;
  uint32_t busy = 0;
};

struct ControlView {
  Control::State state;
  bool open = false;
  bool calls_back = false;  ///< waiting callers are asked whether to be called back
  double lately = 0;
  double target = 0;
  WaitScore waits;  ///< how expected waits came true
};

}  // namespace hotline::router
