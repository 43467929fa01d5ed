// What routers still have to be told: numbers the events of this instance and keeps the records of
// ended calls until one is acknowledged.
//
// Other events need not be kept: an announcement says what they led to. Plain data; no I/O.
// Thread-compatible.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/router/v1/attach_service.pb.h"

namespace hotline::call {

/// Part of an announcement; a message to a router has at most 256 KiB.
inline constexpr size_t kMaxAnnouncementBytes = 128 << 10;

class EventFeed {
 public:
  /// A record of an earlier instance that no router has acknowledged.
  void AddOldRecord(router::v1::CallRecord record);
  /// Gives `event` its number; keeps the record if it is an Ended.
  void Number(router::v1::CallEvent& event);
  /// Returns the ids of calls whose records are now acknowledged, and forgets them.
  std::vector<std::string> Acknowledge(const router::v1::EventAck& ack);
  /// Returns an announcement of `live` and the records kept, in parts; the last is complete.
  std::vector<router::v1::Announcement> Announce(std::vector<router::v1::LiveCall> live) const;

  uint64_t last_seq() const { return last_seq_; }

  size_t unacknowledged() const { return records_.size(); }

 private:
  struct Kept {
    uint64_t seq = 0;  ///< 0: of an earlier instance
    router::v1::CallRecord record;
  };

  uint64_t last_seq_ = 0;
  std::map<std::string, Kept, std::less<>> records_;  ///< by call id
  std::map<uint64_t, std::string> by_seq_;            ///< of this instance's records
};

}  // namespace hotline::call
