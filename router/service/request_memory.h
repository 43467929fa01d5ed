// Which request ids have been carried out, so that a repeated click changes nothing. Bounded;
// filled from the journal, so a stand-by remembers as well. Pure; lives on the strand.
#pragma once

#include <algorithm>
#include <deque>
#include <iterator>
#include <string>
#include <string_view>

#include "absl/container/btree_map.h"

namespace hotline::router {

class RequestMemory {
 public:
  static constexpr size_t kLimit = 10'000;

  enum class Known { kNew, kSame, kOther };

  /// Returns whether `id` was seen, and then whether it stood for the same `action`.
  Known Find(std::string_view id, std::string_view action) const {
    const auto it = actions_.find(id);
    if (it == actions_.end()) return Known::kNew;
    return it->second == action ? Known::kSame : Known::kOther;
  }

  /// Forgets the oldest beyond the limit.
  void Add(std::string id, std::string action) {
    if (!actions_.emplace(id, std::move(action)).second) return;
    order_.push_back(std::move(id));
    if (order_.size() <= kLimit) return;
    actions_.erase(order_.front());
    order_.pop_front();
  }

  /// Takes back an Add(); among the newest it is quick.
  void Forget(std::string_view id) {
    const auto it = actions_.find(id);
    if (it == actions_.end()) return;
    actions_.erase(it);
    order_.erase(std::prev(std::find(order_.rbegin(), order_.rend(), id).base()));
  }

 private:
  absl::btree_map<std::string, std::string, std::less<>> actions_;
  std::deque<std::string> order_;
};

}  // namespace hotline::router
