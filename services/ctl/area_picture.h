// An area as the messages of WatchArea have drawn it so far. Pure; the watch command feeds and
// shows it.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "absl/time/time.h"

#include "hotline/router/v1/area_service.pb.h"

namespace hotline::ctl {

/// Ended calls that are remembered.
inline constexpr size_t kMaxEndedShown = 50;

class AreaPicture {
 public:
  /// Takes over what `message`, received at `local`, says. A full message replaces everything but
  /// the ended calls: those of before a failover stay in sight.
  void Apply(const router::v1::WatchAreaResponse& message, absl::Time local);

  /// Adds an ended call, of before the first message for example. One that is known is ignored.
  void AddEnded(const router::v1::CallRecord& record);

  /// The connection is gone; what is known stays until the next full message.
  void Lose(const std::string& sentence) { trouble_ = sentence; }

  /// The router's clock when ours shows `local`.
  absl::Time RouterTime(absl::Time local) const { return local + clock_offset_; }

  bool empty() const { return empty_; }

  /// Why nothing new comes, empty while all is well.
  const std::string& trouble() const { return trouble_; }

  const router::v1::GetAreaResponse& area() const { return area_; }

  const router::v1::AreaStats& stats() const { return stats_; }

  const std::map<std::string, router::v1::Seat>& seats() const { return seats_; }

  const std::map<std::string, router::v1::Queue>& queues() const { return queues_; }

  const std::map<std::string, router::v1::Station>& stations() const { return stations_; }

  const std::map<std::string, router::v1::Call>& calls() const { return calls_; }

  /// Newest first, at most kMaxEndedShown.
  const std::deque<router::v1::CallRecord>& ended() const { return ended_; }

 private:
  bool empty_ = true;
  std::string trouble_ = "asking the routers …";
  absl::Duration clock_offset_;
  router::v1::GetAreaResponse area_;
  router::v1::AreaStats stats_;
  std::map<std::string, router::v1::Seat> seats_;
  std::map<std::string, router::v1::Queue> queues_;
  std::map<std::string, router::v1::Station> stations_;
  std::map<std::string, router::v1::Call> calls_;
  std::deque<router::v1::CallRecord> ended_;
};

}  // namespace hotline::ctl
