// One look at the area for all pages: one WatchArea and one WatchTickets upstream, whatever the
// number of tabs, and a stream for each tab made of the one picture.
//
//   router ── WatchArea ──► AreaPicture ──┬─► page: seat s8001, its call, caller, ticket
//   ticket ── WatchTickets ──►   (ticks)  └─► page: the whole area
//
// A page that reads slowly costs nothing: its next message is made when it asks for it, out of all
// that has changed since.
//
// Lives on the loop.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "agent_console/gateway/connect/message_stream.h"
#include "agent_console/gateway/watch/area_picture.h"
#include "services/runtime/clock.h"
#include "services/runtime/metrics.h"

namespace hotline::console {

class Loop;
class Upstreams;

/// What a tab wants to see.
struct PageOptions {
  std::string account;
  std::string seat_id;  ///< empty: none
  bool area = false;
  bool supervisor = false;              ///< sees other people's callers, masked
  bool rings_back = false;              ///< sees the number of the caller at the own seat
  std::string session;                  ///< whose it is, for kMaxPagesPerSession
  std::function<bool()> still_allowed;  ///< false: the session is over
};

class WatchHub {
 public:
  /// Changes are gathered for so long.
  static constexpr absl::Duration kTick = absl::Milliseconds(50);
  /// A page hears from us this often, changes or not.
  static constexpr absl::Duration kKeepalive = absl::Seconds(10);
  static constexpr absl::Duration kStatsInterval = absl::Seconds(1);
  /// Between two tries to find an active router or the ticket service.
  static constexpr absl::Duration kReconnectPause = absl::Milliseconds(200);
  static constexpr size_t kMaxPages = 2000;
  /// A browser has six connections to a host over HTTP/1.1; two are left for calls. One page more,
  /// and the oldest rests until it asks again.
  static constexpr size_t kMaxPagesPerSession = 4;

  /// How often the router hears of a seat whose agent has a page open.
  static constexpr absl::Duration kSeatInterval = absl::Seconds(15);

  WatchHub(Loop& loop, Upstreams& upstreams, Clock clock, absl::Duration seat_interval,
           Metrics& metrics);
  ~WatchHub();
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  /// Begins to watch.
  void Start();
  /// Ends all pages with UNAVAILABLE and watches no more.
  void Stop();

  /// Returns: RESOURCE_EXHAUSTED beyond kMaxPages, UNAVAILABLE after Stop.
  absl::StatusOr<std::shared_ptr<MessageStream>> Open(PageOptions options);

 private:
  class Page;

  void WatchArea();
  void ReadArea(const std::shared_ptr<MessageStream>& stream);
  void WatchTickets();
  void ReadTickets(const std::shared_ptr<MessageStream>& stream);
  void AskAboutCall(const std::string& call_id);
  void AskForCaller(const std::string& call_id);
  void AskForTicket(const std::string& call_id);
  void AskStats();
  void SpeakForSeats(const std::vector<std::shared_ptr<Page>>& pages);
  void PlanTick();
  void Tick();
  void EverySecond();
  std::vector<std::shared_ptr<Page>> LivePages();

  Loop& loop_;
  Upstreams& upstreams_;
  const Clock clock_;
  const absl::Duration seat_interval_;
  Gauge pages_gauge_, live_gauge_;
  Counter messages_, bytes_, resyncs_;
  AreaPicture picture_;
  std::vector<std::weak_ptr<Page>> pages_;        ///< oldest first
  std::set<std::string> asked_;                   ///< calls whose details are on their way or here
  std::set<std::string> asked_earlier_;           ///< calls whose caller's earlier tickets are
  std::map<std::string, absl::Time> spoken_for_;  ///< seats, and when
  bool tick_planned_ = false;
  bool stats_asked_ = false;
  bool running_ = false;
};

}  // namespace hotline::console
