// What a journal says of the callers and seats of the days it covers.
//
// The journalled events are stepped through the real core once more; what the core says then (a
// call's outcome, a seat's state) is what really happened. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "router/core/config.h"
#include "router/core/event.h"
#include "router/core/router.h"
#include "router/sim/world/replay.h"

namespace hotline::sim {

class Recording {
 public:
  /// Starts from the router's state `snapshot`, or from an empty router if it is empty.
  /// Returns: DATA_LOSS if the snapshot cannot be read.
  static absl::StatusOr<Recording> Begin(router::AreaConfig area, std::string_view snapshot);

  /// Takes the next event of the journal.
  void Take(absl::Time now, const router::Event& event);

  /// Returns the calls that asked for a person and ended, and the time that seats were there: ready
  /// or busy. A class is what a call needs: its queue, with its skills if it has some of its own.
  /// Days are the area's civil days.
  CallLog Finish();

 private:
  struct Seat {
    router::SeatProfile profile;
    bool there = false;
    absl::Time since;
    bool wraps_up = false;
    absl::Time wrap_up_since;
  };

  Recording(router::AreaConfig area, router::Router router);
  void See(absl::Time now, const router::Action& action);
  void SeeOutcome(const router::CallOutcome& outcome);
  void SeeSeat(absl::Time now, const router::SeatChanged& change);
  void Leave(Seat& seat, absl::Time now);
  std::string ClassOf(const router::CallRequest& request);
  double SecondOfDay(absl::Time time) const;
  std::string DayOf(absl::Time time) const;
  std::vector<std::string> Serves(const router::SeatProfile& profile) const;

  struct Stay {
    router::SeatProfile profile;
    absl::Time from, to;
  };

  router::AreaConfig area_;
  router::Router router_;
  absl::Time now_;
  std::map<std::string, Seat> seats_;
  std::map<std::string, router::CallRequest> classes_;  ///< a request of each
  std::vector<Stay> stays_;
  CallLog log_;
};

}  // namespace hotline::sim
