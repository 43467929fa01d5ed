// The pool of physical stations: which waiting call may go to which station, and which is next.
//
// A call is a candidate of every station in its queue's pool that has the skills and has not failed
// it already; a station that has room takes its best candidate. Only an index: offers are made by
// offers.h. Opening hours are looked at when they change, not before each offer.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"

#include "router/core/state/deadlines.h"
#include "router/core/state/entities.h"

namespace hotline::router {

class StationPool {
 public:
  /// Requires: `stations` outlives the pool and stays where it is.
  explicit StationPool(const std::vector<StationConfig>& stations);

  /// Returns null if there is no such station.
  Station* Find(std::string_view id) const;

  const absl::btree_map<std::string, std::unique_ptr<Station>, std::less<>>& all() const {
    return stations_;
  }

  /// Begins or ends that stations may take `call`; again after its visited set changed.
  void SetWanting(Call& call, bool wanting);

  /// Returns whether some station could take `call`, now or when it has room: open, able, not
  /// visited.
  bool AnyInReach(const Call& call) const;

  /// Returns the first station of the call's pool that could take it now, or null.
  Station* FirstWithRoom(const Call& call, absl::Time now) const;

  /// Says that `station` may have room again.
  void Freed(Station& station) { fresh_stations_.insert(station.config->id); }

  /// Returns a call and a station that should get together now, or nulls. Best call first among the
  /// candidates of a freed station; a new candidate gets the first station of its pool that has
  /// room. The caller must make the offer (or end the wanting), else the same pair comes again.
  std::pair<Call*, Station*> NextMatch(absl::Time now);

 private:
  static bool MayServe(const Station& station, const Call& call);
  static bool HasRoom(const Station& station, absl::Time now);

  absl::btree_map<std::string, std::unique_ptr<Station>, std::less<>> stations_;
  absl::btree_set<std::string> fresh_stations_;
  absl::btree_set<CallPlace> fresh_calls_;
};

}  // namespace hotline::router
