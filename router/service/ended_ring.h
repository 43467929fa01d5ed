// The last ended calls' records, for ListCalls. Bounded; each record has a number that never
// changes, so that a reader can page while new ones come. Pure; lives on the strand.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "router/redis/journal_store.h"

namespace hotline::router {

class EndedRing {
 public:
  static constexpr size_t kLimit = JournalStore::kMostEnded;

  /// Starts anew with records from Redis, newest first.
  void Reset(const std::vector<std::string>& newest_first) {
    records_.assign(newest_first.rbegin(), newest_first.rend());
    next_ = records_.size();
  }

  void Add(std::string record) {
    records_.push_back(std::move(record));
    ++next_;
    if (records_.size() > kLimit) records_.pop_front();
  }

  struct Page {
    std::vector<std::string> records;  ///< newest first
    uint64_t next = 0;                 ///< pass as `before` to go on; 0: no more
  };

  /// Returns up to `size` records, or about `bytes` of them, older than number `before` (0: from
  /// the newest).
  Page List(uint64_t before, size_t size, size_t bytes) const {
    Page page;
    const uint64_t oldest = next_ - records_.size();
    uint64_t at = before == 0 || before > next_ ? next_ : before;
    size_t filled = 0;
    for (; at > oldest && page.records.size() < size && filled <= bytes; --at) {
      page.records.push_back(records_[at - 1 - oldest]);
      filled += page.records.back().size();
    }
    page.next = at > oldest ? at : 0;
    return page;
  }

  /// Returns all, oldest first.
  std::vector<std::string> all() const { return {records_.begin(), records_.end()}; }

 private:
  std::deque<std::string> records_;  ///< oldest first
  uint64_t next_ = 0;                ///< the number after the newest record's
};

}  // namespace hotline::router
