#include "services/call/router/event_feed.h"

#include <utility>

namespace hotline::call {
namespace v1 = router::v1;

void EventFeed::AddOldRecord(v1::CallRecord record) {
  std::string id = record.request().call_id();
  records_.insert_or_assign(std::move(id), Kept{0, std::move(record)});
}

void EventFeed::Number(v1::CallEvent& event) {
  event.set_seq(++last_seq_);
  if (!event.has_ended()) return;
  const v1::CallRecord& record = event.ended().record();
  records_.insert_or_assign(record.request().call_id(), Kept{last_seq_, record});
  by_seq_.emplace(last_seq_, record.request().call_id());
}

std::vector<std::string> EventFeed::Acknowledge(const v1::EventAck& ack) {
  std::vector<std::string> done;
  for (auto it = by_seq_.begin(); it != by_seq_.end() && it->first <= ack.seq();) {
    if (records_.erase(it->second) != 0) done.push_back(it->second);
    it = by_seq_.erase(it);
  }
  for (const std::string& id : ack.ended_call_ids()) {
    const auto it = records_.find(id);
    if (it == records_.end()) continue;
    by_seq_.erase(it->second.seq);
    records_.erase(it);
    done.push_back(id);
  }
  return done;
}

std::vector<v1::Announcement> EventFeed::Announce(std::vector<v1::LiveCall> live) const {
  std::vector<v1::Announcement> parts(1);
  size_t bytes = 0;
  const auto part_for = [&](size_t more) -> v1::Announcement& {
    if (bytes + more > kMaxAnnouncementBytes && bytes != 0) {
      parts.emplace_back();
      bytes = 0;
    }
    bytes += more;
    return parts.back();
  };
  for (v1::LiveCall& call : live) {
    *part_for(call.ByteSizeLong()).add_calls() = std::move(call);
  }
  for (const auto& [id, kept] : records_) {
    *part_for(kept.record.ByteSizeLong()).add_ended() = kept.record;
  }
  for (v1::Announcement& part : parts) part.set_last_seq(last_seq_);
  parts.back().set_complete(true);
  return parts;
}

}  // namespace hotline::call
