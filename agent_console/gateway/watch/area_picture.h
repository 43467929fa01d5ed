// What all pages show, kept once: the area as the router tells it, and what is known of the callers
// and tickets of its calls. Changes are gathered for a moment (a tick); each tick's are serialised
// once and shared by all pages that watch the area.
//
// Pure; time is passed in. Lives on the loop.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/time/time.h"

#include "hotline/console/v1/watch_service.pb.h"
#include "hotline/router/v1/area_service.pb.h"

namespace hotline::console {

/// What is known of a call beside the router's view.
struct CallInfo {
  std::string number;  ///< in clear; for the person who talks to it
  std::vector<ticket::v1::Ticket> earlier;
  std::optional<ticket::v1::Ticket> ticket;
  uint64_t caller_tick = 0;  ///< when number, earlier or the ticket's number changed
  uint64_t ticket_tick = 0;  ///< when the ticket changed
};

class AreaPicture {
 public:
  /// Ended calls kept for a page that opens.
  static constexpr size_t kMaxEnded = 100;
  /// Ticks a page may be behind and catch up by changes; further behind it gets everything.
  static constexpr size_t kBacklogTicks = 200;
  static constexpr size_t kBacklogBytes = 8 << 20;
  /// Calls of which caller and ticket are remembered.
  static constexpr size_t kMaxCallInfos = 4000;

  // What comes from the services.
  void Apply(const router::v1::WatchAreaResponse& message);
  void SetStatsToday(const router::v1::AreaStats& stats);
  /// Shows the figures that came since the last time: they change with every call, and a person
  /// reads them once a second.
  void PublishStats();
  /// The router is out of reach: what is shown is old.
  void LoseRouter();
  void SetCaller(const std::string& call_id, std::string number);
  void SetTicket(const ticket::v1::Ticket& ticket);
  void SetEarlier(const std::string& call_id, std::vector<ticket::v1::Ticket> earlier);

  /// Who has seen an earlier tick must get everything.
  uint64_t resync_tick() const { return resync_tick_; }

  /// Whether something changed since the last tick.
  bool dirty() const { return dirty_; }

  /// Closes what was gathered.
  void Tick();

  /// The last closed tick; 0: nothing is known yet.
  uint64_t tick() const { return tick_; }

  bool live() const { return live_; }

  uint64_t live_tick() const { return live_tick_; }

  // For pages; `since` is the tick a page has seen.

  /// Appends the area's changes after `since` to a serialised WatchConsoleResponse. Returns false
  /// if the page must get everything.
  bool AppendChanges(uint64_t since, std::string& message) const;
  /// Appends all of the area.
  void AppendEverything(std::string& message);

  const router::v1::Seat* FindSeat(const std::string& seat_id) const;
  const router::v1::Call* FindCall(const std::string& call_id) const;
  const CallInfo* FindInfo(const std::string& call_id) const;
  uint64_t SeatTick(const std::string& seat_id) const;
  uint64_t CallTick(const std::string& call_id) const;

 private:
  template <class T>
  struct Versioned {
    T value;
    uint64_t tick = 0;
  };

  struct Delta {
    uint64_t tick = 0;
    std::string bytes;  ///< a WatchConsoleResponse without stats
  };

  uint64_t next() const { return tick_ + 1; }

  CallInfo& InfoOf(const std::string& call_id);
  void AddEnded(const router::v1::CallRecord& record);
  std::string StatsSince(uint64_t since) const;

  std::map<std::string, Versioned<router::v1::Seat>> seats_;
  std::map<std::string, Versioned<router::v1::Call>> calls_;
  std::map<std::string, router::v1::Queue> queues_;
  std::map<std::string, router::v1::Station> stations_;
  std::deque<router::v1::CallRecord> ended_;  ///< newest last
  router::v1::AreaStats newest_24h_;
  Versioned<router::v1::AreaStats> stats_24h_, stats_today_;
  Versioned<router::v1::GetAreaResponse> router_;
  std::map<std::string, CallInfo> infos_;
  std::deque<std::string> info_order_;  ///< oldest first

  // Gathered since the last tick.
  std::set<std::string> changed_seats_, changed_calls_, changed_queues_, changed_stations_;
  std::vector<router::v1::CallRecord> new_ended_;
  bool dirty_ = false;

  uint64_t tick_ = 0;
  uint64_t resync_tick_ = 0;  ///< who has seen less must get everything
  uint64_t live_tick_ = 0;
  bool live_ = false;
  std::deque<Delta> backlog_;
  size_t backlog_bytes_ = 0;
  uint64_t everything_tick_ = 0;
  std::string everything_;  ///< of everything_tick_
};

}  // namespace hotline::console
