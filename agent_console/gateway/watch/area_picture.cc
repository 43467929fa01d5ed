#include "agent_console/gateway/watch/area_picture.h"

#include <algorithm>
#include <utility>

namespace hotline::console {
namespace {

template <class Map>
auto FindValue(const Map& map, const std::string& key) -> decltype(&map.begin()->second) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

void AreaPicture::Apply(const router::v1::WatchAreaResponse& message) {
  if (message.full()) {
    seats_.clear();
    calls_.clear();
    queues_.clear();
    stations_.clear();
    resync_tick_ = next();
  }
  if (!live_) {
    live_ = true;
    live_tick_ = next();
  }
  for (const auto& seat : message.seats()) {
    seats_[seat.seat_id()] = {seat, next()};
    changed_seats_.insert(seat.seat_id());
  }
  for (const auto& call : message.calls()) {
    calls_[call.request().call_id()] = {call, next()};
    changed_calls_.insert(call.request().call_id());
  }
  for (const auto& queue : message.queues()) {
    queues_[queue.queue_id()] = queue;
    changed_queues_.insert(queue.queue_id());
  }
  for (const auto& station : message.stations()) {
    stations_[station.station_id()] = station;
    changed_stations_.insert(station.station_id());
  }
  for (const auto& record : message.ended()) AddEnded(record);
  if (message.has_stats()) newest_24h_ = message.stats();
  if (stats_24h_.tick == 0) PublishStats();
  if (message.has_area()) router_ = {message.area(), next()};
  dirty_ = true;
}

void AreaPicture::AddEnded(const router::v1::CallRecord& record) {
  const std::string& id = record.request().call_id();
  calls_.erase(id);
  changed_calls_.erase(id);
  // A new router tells the last ones once more.
  for (const auto& known : ended_) {
    if (known.request().call_id() == id) return;
  }
  ended_.push_back(record);
  if (ended_.size() > kMaxEnded) ended_.pop_front();
  new_ended_.push_back(record);
}

void AreaPicture::SetStatsToday(const router::v1::AreaStats& stats) {
  if (stats.SerializeAsString() == stats_today_.value.SerializeAsString()) return;
  stats_today_ = {stats, next()};
  dirty_ = true;
}

void AreaPicture::PublishStats() {
  if (newest_24h_.SerializeAsString() == stats_24h_.value.SerializeAsString()) return;
  stats_24h_ = {newest_24h_, next()};
  dirty_ = true;
}

void AreaPicture::LoseRouter() {
  if (!std::exchange(live_, false)) return;
  live_tick_ = next();
  dirty_ = true;
}

CallInfo& AreaPicture::InfoOf(const std::string& call_id) {
  const auto [entry, fresh] = infos_.try_emplace(call_id);
  if (fresh) {
    info_order_.push_back(call_id);
    if (info_order_.size() > kMaxCallInfos) {
      infos_.erase(info_order_.front());
      info_order_.pop_front();
    }
  }
  dirty_ = true;
  return entry->second;
}

void AreaPicture::SetCaller(const std::string& call_id, std::string number) {
  CallInfo& info = InfoOf(call_id);
  info.number = std::move(number);
  info.caller_tick = next();
}

void AreaPicture::SetTicket(const ticket::v1::Ticket& ticket) {
  if (ticket.call_id().empty()) return;
  CallInfo& info = InfoOf(ticket.call_id());
  // What was asked for may arrive after what was told.
  if (info.ticket && info.ticket->version() > ticket.version()) return;
  if (!info.ticket) info.caller_tick = next();
  info.ticket = ticket;
  info.ticket_tick = next();
}

void AreaPicture::SetEarlier(const std::string& call_id, std::vector<ticket::v1::Ticket> earlier) {
  CallInfo& info = InfoOf(call_id);
  info.earlier = std::move(earlier);
  info.caller_tick = next();
}

void AreaPicture::Tick() {
  console::v1::WatchConsoleResponse delta;
  for (const auto& id : changed_seats_) {
    if (const auto* seat = FindSeat(id)) *delta.add_seats() = *seat;
  }
  for (const auto& id : changed_calls_) {
    if (const auto* call = FindCall(id)) *delta.add_calls() = *call;
  }
  for (const auto& id : changed_queues_) {
    if (const auto* queue = FindValue(queues_, id)) *delta.add_queues() = *queue;
  }
  for (const auto& id : changed_stations_) {
    if (const auto* station = FindValue(stations_, id)) *delta.add_stations() = *station;
  }
  for (auto& record : new_ended_) *delta.add_ended() = std::move(record);
  changed_seats_.clear();
  changed_calls_.clear();
  changed_queues_.clear();
  changed_stations_.clear();
  new_ended_.clear();
  dirty_ = false;
  ++tick_;
  backlog_.push_back({tick_, delta.SerializeAsString()});
  backlog_bytes_ += backlog_.back().bytes.size();
  while (backlog_.size() > kBacklogTicks || backlog_bytes_ > kBacklogBytes) {
    backlog_bytes_ -= backlog_.front().bytes.size();
    backlog_.pop_front();
  }
}

// Repeated fields of messages that stand one behind the other are joined by whoever reads them; a
// single message's fields would be merged, so each of these is written at most once.
std::string AreaPicture::StatsSince(uint64_t since) const {
  console::v1::WatchConsoleResponse message;
  if (stats_24h_.tick > since) *message.mutable_stats_24h() = stats_24h_.value;
  if (stats_today_.tick > since) *message.mutable_stats_today() = stats_today_.value;
  if (router_.tick > since) *message.mutable_router() = router_.value;
  return message.SerializeAsString();
}

bool AreaPicture::AppendChanges(uint64_t since, std::string& message) const {
  if (since < resync_tick_ || backlog_.empty() || since + 1 < backlog_.front().tick) return false;
  const auto seen = static_cast<ptrdiff_t>(since + 1 - backlog_.front().tick);
  for (auto it = backlog_.begin() + seen; it < backlog_.end(); ++it) message += it->bytes;
  message += StatsSince(since);
  return true;
}

void AreaPicture::AppendEverything(std::string& message) {
  if (everything_tick_ != tick_ || everything_.empty()) {
    console::v1::WatchConsoleResponse all;
    for (const auto& [id, seat] : seats_) *all.add_seats() = seat.value;
    for (const auto& [id, queue] : queues_) *all.add_queues() = queue;
    for (const auto& [id, station] : stations_) *all.add_stations() = station;
    for (const auto& [id, call] : calls_) *all.add_calls() = call.value;
    for (const auto& record : ended_) *all.add_ended() = record;
    everything_ = all.SerializeAsString() + StatsSince(0);
    everything_tick_ = tick_;
  }
  message += everything_;
}

const router::v1::Seat* AreaPicture::FindSeat(const std::string& seat_id) const {
  const auto* found = FindValue(seats_, seat_id);
  return found == nullptr ? nullptr : &found->value;
}

const router::v1::Call* AreaPicture::FindCall(const std::string& call_id) const {
  const auto* found = FindValue(calls_, call_id);
  return found == nullptr ? nullptr : &found->value;
}

const CallInfo* AreaPicture::FindInfo(const std::string& call_id) const {
  return FindValue(infos_, call_id);
}

uint64_t AreaPicture::SeatTick(const std::string& seat_id) const {
  const auto* found = FindValue(seats_, seat_id);
  return found == nullptr ? resync_tick_ : found->tick;
}

uint64_t AreaPicture::CallTick(const std::string& call_id) const {
  const auto* found = FindValue(calls_, call_id);
  return found == nullptr ? 0 : found->tick;
}

}  // namespace hotline::console
