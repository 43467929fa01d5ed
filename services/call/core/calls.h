// The call core: all calls of this process.
//
// Opens nothing, waits for nothing, reads no clock. The live service and the tests drive this same
// class. Thread-compatible: one owner calls it, from one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/time/time.h"

#include "services/call/core/action.h"
#include "services/call/core/call.h"
#include "services/call/core/event.h"

namespace hotline::call {

class Calls {
 public:
  explicit Calls(CallConfig config);
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;

  /// Applies `event` at `now` and returns what the caller must do, in this order. Events about
  /// calls and legs that are gone are ignored: messages cross each other.
  ///
  /// Requires: `now` is not before the last call's `now`.
  [[nodiscard]] std::vector<Action> Step(absl::Time now, const Event& event);

  /// Returns when Step() must next be called with a Tick, or InfiniteFuture.
  absl::Time next_deadline() const;

  /// What routers know of, by id.
  std::vector<LiveCall> live() const;
  /// The record of a call as if it ended at `now` by a failure of ours, for the spool: what is to
  /// be told of it if this process dies. Nothing if the call is gone or has ended.
  std::optional<CallRecord> RecordIfLost(CallId call, absl::Time now) const;

  /// Calls that have not ended.
  size_t live_count() const { return live_count_; }

  /// Calls in the table, with those whose dialogs are closing.
  size_t size() const { return calls_.size(); }

 private:
  struct Entry {
    Call call;
    absl::Time deadline;  ///< as in deadlines_
    bool ended = false;   ///< no longer in live_count_
  };

  using Table = absl::btree_map<CallId, std::unique_ptr<Entry>>;

  void Start(const Invited& event, const Call::Context& context);
  template <class E>
  void ToCall(CallId id, const E& event, const Call::Context& context);
  template <class E>
  void ToAll(const E& event, const Call::Context& context);
  /// Removes surviving media legs that no call has any more.
  void RemoveStrangers(const std::vector<LegId>& alive, const Call::Context& context) const;
  /// Brings the index up to date after a change; drops the call if it is finished.
  /// Returns the next call.
  Table::iterator Tidy(Table::iterator it);
  void Tick(const Call::Context& context);

  const CallConfig config_;
  bool media_up_ = false;
  size_t live_count_ = 0;
  Table calls_;
  /// Invariant: one entry per call with a finite deadline.
  absl::btree_set<std::pair<absl::Time, CallId>> deadlines_;
};

}  // namespace hotline::call
