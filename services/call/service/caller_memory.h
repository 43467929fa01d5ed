// The numbers of callers, for the ticket service: of live calls, and of those that ended last.
//
// In memory only: a call service that starts again has forgotten them. Pure; lives on the strand.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "absl/time/time.h"

#include "services/base/ids.h"
#include "services/base/phone_number.h"

namespace hotline::call {

class CallerMemory {
 public:
  /// How long, and of how many calls, numbers are kept after the end.
  static constexpr absl::Duration kKeep = absl::Minutes(10);
  static constexpr size_t kMostEnded = 10'000;

  void Note(CallId call, const PhoneNumber& number) { numbers_[call] = number; }

  /// The call came to nothing: nobody will ask.
  void Forget(CallId call) { numbers_.erase(call); }

  void NoteEnd(CallId call, absl::Time now) {
    if (numbers_.contains(call)) ended_.emplace_back(now, call);
    Prune(now);
  }

  std::optional<PhoneNumber> Find(CallId call, absl::Time now) {
    Prune(now);
    const auto found = numbers_.find(call);
    if (found == numbers_.end()) return std::nullopt;
    return found->second;
  }

  size_t size() const { return numbers_.size(); }

 private:
  void Prune(absl::Time now) {
    while (!ended_.empty() && (ended_.size() > kMostEnded || ended_.front().first + kKeep <= now)) {
      numbers_.erase(ended_.front().second);
      ended_.pop_front();
    }
  }

  std::map<CallId, PhoneNumber> numbers_;
  std::deque<std::pair<absl::Time, CallId>> ended_;  ///< oldest first; all are in numbers_
};

}  // namespace hotline::call
