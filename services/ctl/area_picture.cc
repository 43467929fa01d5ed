#include "services/ctl/area_picture.h"

#include <algorithm>

#include "services/ctl/format.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {

void AreaPicture::Apply(const router::v1::WatchAreaResponse& message, absl::Time local) {
  if (message.full()) {
    seats_.clear();
    queues_.clear();
    stations_.clear();
    calls_.clear();
  }
  empty_ = false;
  trouble_.clear();
  if (message.has_time()) clock_offset_ = FromProto(message.time()) - local;
  if (message.has_area()) area_ = message.area();
  if (message.has_stats()) stats_ = message.stats();
  for (const auto& seat : message.seats()) seats_[seat.seat_id()] = seat;
  for (const auto& queue : message.queues()) queues_[queue.queue_id()] = queue;
  for (const auto& station : message.stations()) stations_[station.station_id()] = station;
  for (const auto& call : message.calls()) calls_[call.request().call_id()] = call;
  for (const auto& record : message.ended()) AddEnded(record);
}

void AreaPicture::AddEnded(const router::v1::CallRecord& record) {
  const std::string& id = record.request().call_id();
  calls_.erase(id);
  const auto end = FromProto(record.end_time());
  const auto same = [&id](const auto& known) {
    return known.request().call_id() == id;
  };
  const auto older = [end](const auto& known) {
    return FromProto(known.end_time()) <= end;
  };
  if (std::any_of(ended_.begin(), ended_.end(), same)) return;
  ended_.insert(std::find_if(ended_.begin(), ended_.end(), older), record);
  if (ended_.size() > kMaxEndedShown) ended_.pop_back();
}

}  // namespace hotline::ctl
