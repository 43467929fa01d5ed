#include "router/service/replica.h"

#include <algorithm>
#include <utility>

#include "router/service/convert/journal.h"
#include "services/runtime/log.h"
#include "services/runtime/proto_time.h"

namespace hotline::router {
namespace {

/// "SetReady s8001" and the like: what a request id stood for.
std::string ActionOf(const v1::JournalEvent& event) {
  v1::JournalEvent bare = event;
  bare.clear_time();
  bare.clear_request_id();
  return bare.SerializeAsString();
}

}  // namespace

Replica::Replica(AreaConfig area, std::vector<SeatProfile> seats, Clock clock)
    : area_(std::move(area)), seats_(std::move(seats)), clock_(std::move(clock)), core_(area_) {}

absl::Status Replica::Load(const Loaded& loaded) {
  ended_.Reset(loaded.ended);
  ended_up_to_ = loaded.seq;
  seq_ = loaded.snapshot_seq;
  last_now_ = absl::UnixEpoch();  // entries applied before the load come again, at their own times
  core_ = Router(area_);
  if (loaded.snapshot.empty()) return absl::OkStatus();
  auto core = Router::FromSnapshot(area_, loaded.snapshot);
  if (!core.ok()) return core.status();
  core_ = *std::move(core);
  return absl::OkStatus();
}

absl::StatusOr<Changes> Replica::Replay(const TailEntry& tail) {
  v1::JournalEntry entry;
  if (!entry.ParseFromString(tail.bytes)) return absl::DataLossError("it is no JournalEntry");
  Effects effects;
  for (const v1::JournalEvent& journalled : entry.events()) {
    const auto event = FromJournal(journalled);
    if (!event.ok()) return event.status();
    last_now_ = std::max(last_now_, FromProto(journalled.time()));
    RememberRequest(journalled);
    Step(*event, effects);
  }
  seq_ = tail.seq;
  if (entry.policy_version() != journal_policy_version_) {
    journal_policy_version_ = entry.policy_version();
    if (journal_policy_version_ != core_.policy_version()) {
      LogWarn("the journal's writer decides by another policy: this copy may differ from it",
              {{"theirs", journal_policy_version_}, {"ours", core_.policy_version()}});
    }
  }
  NoteEpoch(tail.epoch);
  // The list of ended calls was loaded as of a later entry than the snapshot.
  if (tail.seq <= ended_up_to_) effects.changes.ended.clear();
  return std::move(effects.changes);
}

void Replica::Step(const Event& event, Effects& effects) {
  for (Action& action : core_.Step(last_now_, event)) {
    AddChanges(core_, action, effects.changes);
    effects.actions.push_back(std::move(action));
  }
}

RequestMemory::Known Replica::FindRequest(const v1::JournalEvent& event) const {
  if (event.request_id().empty()) return RequestMemory::Known::kNew;
  return requests_.Find(event.request_id(), ActionOf(event));
}

void Replica::RememberRequest(const v1::JournalEvent& event) {
  if (!event.request_id().empty()) requests_.Add(event.request_id(), ActionOf(event));
}

void Replica::AddEnded(const Changes& changes) {
  for (const auto& record : changes.ended) ended_.Add(record.SerializeAsString());
}

void Replica::TakeOver(uint64_t epoch, uint64_t seq) {
  epoch_ = epoch;
  seq_ = seq;
}

std::vector<SeatView> Replica::seats() const {
  const auto by_id = [](const SeatView& a, const SeatView& b) {
    return a.profile.seat < b.profile.seat;
  };
  auto seats = core_.seats();
  const size_t known = seats.size();
  for (const SeatProfile& profile : seats_) {
    SeatView absent{.profile = profile, .state_time = absl::UnixEpoch()};
    const auto end = seats.begin() + static_cast<std::ptrdiff_t>(known);
    if (!std::binary_search(seats.begin(), end, absent, by_id)) seats.push_back(std::move(absent));
  }
  std::sort(seats.begin(), seats.end(), by_id);
  return seats;
}

absl::Time Replica::now() const {
  return std::max(absl::FromUnixNanos(absl::ToUnixNanos(clock_())), last_now_);
}

}  // namespace hotline::router
