#include "router/core/snapshot/snapshot.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "router/core/rules/call_life.h"
#include "router/core/rules/escalation.h"
#include "router/core/rules/seat_life.h"
#include "router/core/snapshot/snapshot_rows.h"

namespace hotline::router {
namespace {

constexpr std::string_view kMagic = "HRC";
constexpr size_t kChecksumSize = 8;

std::string ChecksumBytes(std::string_view bytes) {
  std::string out;
  uint64_t sum = Checksum(bytes);
  for (size_t i = 0; i < kChecksumSize; ++i, sum >>= 8) out.push_back(static_cast<char>(sum));
  return out;
}

SeatRow RowOf(const Seat& seat) {
  return {.profile = seat.profile,
          .state = seat.state,
          .reason = seat.reason,
          .state_time = seat.state_time,
          .ready_since = seat.ready_since,
          .next = seat.next,
          .next_reason = seat.next_reason,
          .silent = seat.silent,
          .enrolled = seat.enrolled,
          .heartbeat_timeout = seat.heartbeat_timeout,
          .answered = seat.answered,
          .talk = seat.talk,
          .wrap_up_at = seat.wrap_up_alarm.at(),
          .heartbeat_at = seat.heartbeat_alarm.at(),
          .last_offer = seat.last_offer};
}

CallRow RowOf(const Call& call) {
  CallRow row{.request = call.request,
              .node = call.node == nullptr ? "" : call.node->node.name,
              .state = call.state,
              .state_time = call.state_time,
              .release_cause = static_cast<uint8_t>(call.release_cause),
              .counted = call.counted,
              .ring = call.ring,
              .hold_until = call.hold_until,
              .held_for = call.held_for == nullptr ? "" : call.held_for->profile.seat,
              .callback = {},
              .callback_offered = call.callback_offered,
              .features = call.features,
              .expected_mean = call.expected_mean,
              .expected_quantile = call.expected_quantile,
              .target = TargetOf(call),
              .offer = call.offer,
              .offer_expire = call.offer_expire,
              .answer_time = call.answer_time,
              .answered_by = call.answered_by,
              .visited = {},
              .alone_since = call.alone_since};
  if (const auto& back = call.callback) {
    row.callback = CallbackRow{back->asked, back->attempts, back->not_before, back->keep_until,
                               back->live_since};
  }
  for (const Station* station : call.visited) row.visited.push_back(station->config->id);
  return row;
}

LearnedRow RowOf(const Learned& learned, const WaitEstimator& waits) {
  LearnedRow row{learned.all(), learned.wrap_ups, learned.wrap_up, {}, waits.state};
  for (const auto& [name, record] : learned.classes()) row.classes.push_back({name, *record});
  return row;
}

AreaRows RowsOf(const Area& area) {
  AreaRows rows{.now = area.now,
                .awake = area.awake,
                .draining = area.draining,
                .next_offer = area.next_offer,
                .newest_quarter = static_cast<uint64_t>(area.stats.newest())};
  for (const auto& [name, node] : area.nodes) {
    rows.nodes.push_back(
        {node->node, node->attached, node->calls_back, node->last_seq, node->alarm.at()});
  }
  for (const auto& [id, station] : area.stations.all()) {
    if (station->rest_until > area.now) rows.stations.push_back({id, station->rest_until});
  }
  for (const auto& [id, seat] : area.seats) rows.seats.push_back(RowOf(*seat));
  for (const auto& [id, call] : area.calls) rows.calls.push_back(RowOf(*call));
  for (const auto& [quarter, counts] : area.stats.buckets()) {
    rows.buckets.push_back({static_cast<uint64_t>(quarter), counts});
  }
  for (const auto& [id, queue] : area.queues) rows.queues.push_back({id, queue->priority_run});
  rows.control = area.control.state;
  rows.learned = RowOf(area.learned, area.waits);
  rows.ended.assign(area.ended.in_order().begin(), area.ended.in_order().end());
  return rows;
}

/// Puts what was learnt in force. Returns false for numbers that cannot be: counts are never below
/// zero, and what is divided by is above.
bool Teach(const LearnedRow& row, Learned& learned, WaitEstimator& waits) {
  const auto sound = [](const ClassRecord& r, double least) {
    const auto& p = r.patience;
    const auto count = [](double x) {
      return x >= 0 && x < 1e15;
    };
    return std::all_of(p.exposure.begin(), p.exposure.end(), count) &&
           std::all_of(p.hang_ups.begin(), p.hang_ups.end(), count) && count(p.waits) &&
           std::all_of(p.answers.begin(), p.answers.end(), count) && count(r.at_once) &&
           count(r.fair_rate) && count(r.talk) && count(r.talks) && count(r.connected) &&
           count(r.finished) && p.waits >= least && r.talks >= least && r.finished >= least;
  };
  constexpr double kSome = 1e-6;
  const bool all_bins =
      std::all_of(row.all.patience.exposure.begin(), row.all.patience.exposure.end(),
                  [](double x) { return x > 0; });
  if (!sound(row.all, kSome) || !all_bins || !(row.wrap_ups >= kSome) || !(row.wrap_up >= 0)) {
    return false;
  }
  if (row.classes.size() > Learned::kMaxClasses) return false;
  learned.all() = row.all;
  learned.wrap_ups = row.wrap_ups;
  learned.wrap_up = row.wrap_up;
  for (const ClassRow& c : row.classes) {
    if (!sound(c.record, 0)) return false;
    learned.Of(c.name) = c.record;
  }
  const auto finite = [](double x) {
    return x > -1e15 && x < 1e15;
  };
  const WaitEstimator::State& w = row.waits;
  if (!std::all_of(w.weights.begin(), w.weights.end(), finite) ||
      !std::all_of(w.spread.begin(), w.spread.end(), finite) ||
      !std::all_of(w.factors.begin(), w.factors.end(), finite)) {
    return false;
  }
  waits.state = w;
  return true;
}

/// Builds the tables and indexes again. Every function returns false if a row says what cannot be.
class Restorer {
 public:
  explicit Restorer(Area& area) : area_(area) {}

  bool Restore(AreaRows rows) {
    // Opening hours are walked through from here to the next Step: not from the beginning of time.
    constexpr absl::Duration kSaneAge = absl::Hours(24 * 365 * 1000);
    if (rows.now < absl::UnixEpoch() || rows.now > absl::UnixEpoch() + kSaneAge) return false;
    area_.now = rows.now;
    area_.draining = rows.draining;
    area_.next_offer = rows.next_offer;
    area_.stats.set_newest(static_cast<int64_t>(rows.newest_quarter));
    if (rows.seats.size() > kMaxSeats || rows.nodes.size() > kMaxNodes ||
        rows.buckets.size() > StatsBuckets::kMaxBuckets ||
        rows.ended.size() > EndedCalls::kMaxRemembered) {
      return false;
    }
    for (const BucketRow& row : rows.buckets) {
      area_.stats.buckets()[static_cast<int64_t>(row.quarter)] = row.counts;
    }
    for (const CallId call : rows.ended) area_.ended.Add(call);
    for (const QueueRow& row : rows.queues) {
      if (Queue* queue = area_.FindQueue(row.id)) queue->priority_run = row.priority_run;
    }
    const Control::State& control = rows.control;
    if (!(control.price > 0 && control.price < 1e6 && control.finished >= 1 &&
          control.connected >= 0 && control.connected <= control.finished + 1)) {
      return false;
    }
    area_.control.state = control;
    if (!Teach(rows.learned, area_.learned, area_.waits)) return false;
    for (const StationRow& row : rows.stations) {
      if (Station* station = area_.stations.Find(row.id)) station->rest_until = row.rest_until;
    }
    if (rows.awake) WakeStations(area_);
    return std::all_of(rows.nodes.begin(), rows.nodes.end(), [&](auto& r) { return Add(r); }) &&
           std::all_of(rows.seats.begin(), rows.seats.end(), [&](auto& r) { return Add(r); }) &&
           std::all_of(rows.calls.begin(), rows.calls.end(), [&](auto& r) { return Add(r); }) &&
           Finish();
  }

 private:
  bool Add(NodeRow& row) {
    const bool grace = row.grace_end != absl::InfiniteFuture();
    if (row.node.name.empty() || row.attached == grace) return false;
    auto [it, added] = area_.nodes.try_emplace(row.node.name);
    if (!added) return false;
    it->second = std::make_unique<NodeEntry>(row.node);
    it->second->attached = row.attached;
    it->second->calls_back = row.calls_back;
    it->second->last_seq = row.last_seq;
    area_.deadlines.Set(it->second->alarm, row.grace_end);
    return true;
  }

  bool Add(SeatRow& row) {
    const bool may_be = row.enrolled
                            ? row.state != SeatState::kSignedOut
                            : row.state == SeatState::kSignedOut || row.state == SeatState::kOnCall;
    const bool wraps_up = row.wrap_up_at != absl::InfiniteFuture();
    if (row.profile.seat.empty() || !may_be) return false;
    if (wraps_up != (row.state == SeatState::kWrapUp)) return false;
    if (!row.enrolled && row.heartbeat_at != absl::InfiniteFuture()) return false;
    auto [it, added] = area_.seats.try_emplace(row.profile.seat);
    if (!added) return false;
    it->second = std::make_unique<Seat>(row.profile.seat);
    Seat& seat = *it->second;
    seat.profile = std::move(row.profile);
    seat.state = row.state;
    seat.reason = std::move(row.reason);
    seat.state_time = row.state_time;
    seat.ready_since = row.ready_since;
    seat.next = row.next;
    seat.next_reason = std::move(row.next_reason);
    seat.silent = row.silent;
    seat.heartbeat_timeout = row.heartbeat_timeout;
    seat.answered = row.answered;
    seat.talk = row.talk;
    seat.last_offer = row.last_offer;
    area_.deadlines.Set(seat.wrap_up_alarm, row.wrap_up_at);
    area_.deadlines.Set(seat.heartbeat_alarm, row.heartbeat_at);
    if (row.enrolled) EnrolRestored(area_, seat);
    return true;
  }

  bool Add(CallRow& row) {
    NodeEntry* node = area_.FindNode(row.node);
    const CallId id = row.request.call;
    const bool has_cause = row.release_cause >= static_cast<uint8_t>(EndCause::kCallerHungUp) &&
                           row.release_cause <= static_cast<uint8_t>(EndCause::kCallbackBooked);
    // Only a call-back that waits for its turn may be at no call service.
    const bool homeless = row.callback && row.node.empty() && row.state == CallState::kQueued;
    if ((node == nullptr && !homeless) || !id || area_.FindCall(id) != nullptr || !has_cause)
      return false;
    auto& slot = area_.calls[id] = std::make_unique<Call>(row.request);
    Call& call = *slot;
    call.node = node;
    call.state = row.state;
    call.state_time = row.state_time;
    call.release_cause = static_cast<EndCause>(row.release_cause);
    call.counted = row.counted;
    call.hold_until = row.hold_until;
    call.ring = std::min<uint32_t>(row.ring, kMaxRings);
    call.features = row.features;
    call.expected_mean = row.expected_mean;
    call.expected_quantile = row.expected_quantile;
    call.offer = row.offer;
    call.offer_expire = row.offer_expire;
    call.answer_time = row.answer_time;
    call.answered_by = row.answered_by;
    call.alone_since = row.alone_since;
    call.callback_offered = row.callback_offered;
    if (row.callback && !Add(call, std::move(*row.callback))) return false;
    for (const std::string& name : row.visited) {
      if (Station* station = area_.stations.Find(name)) call.visited.push_back(station);
    }
    EnterQueue(area_, call);
    if (call.callback && call.queue != nullptr) ++call.queue->callbacks;
    if (!row.held_for.empty()) call.held_for = area_.FindSeat(row.held_for);
    return Link(call, row.target);
  }

  bool Add(Call& call, CallbackRow&& row) {
    if (row.asked.callback != call.request.call) return false;
    if (call.node == nullptr && row.live_since != absl::InfiniteFuture()) return false;
    call.callback = Callback{std::move(row.asked), row.attempts, row.not_before, row.keep_until,
                             row.live_since};
    call.counted = false;
    return area_.callbacks.emplace(call.callback->asked.matter, &call).second;
  }

  /// Joins the call with its seat or station.
  bool Link(Call& call, const std::optional<Target>& target) {
    const bool rings = call.state == CallState::kOffered;
    const bool talks = call.state == CallState::kConnected || call.state == CallState::kHeld;
    const bool dials = call.state == CallState::kDialling;
    if ((rings || dials) == (call.offer_expire == absl::InfiniteFuture())) return false;
    if (dials && (!call.away() || !target || target->kind != TargetKind::kSeat)) return false;
    if (call.away() && talks) return false;
    if (!target) return !rings;
    if (!rings && !talks && !dials) return false;
    if (target->kind == TargetKind::kSeat) {
      call.seat = area_.FindSeat(target->id);
      if (call.seat == nullptr || call.seat->call != nullptr) return false;
      const SeatState state = call.seat->state;
      const bool fits =
          (state == SeatState::kOffered && !talks) || (state == SeatState::kOnCall && !rings);
      if (!fits) return false;
      call.seat->call = &call;
    } else if ((call.station = area_.stations.Find(target->id)) != nullptr) {
      ++call.station->busy;
    } else if (rings) {
      // The station is configured no more: back to the queue.
      call.state = CallState::kQueued;
      call.offer_expire = absl::InfiniteFuture();
    }
    return true;
  }

  /// With everybody in place: counts, waiting lines, deadlines.
  bool Finish() {
    for (const auto& [id, seat] : area_.seats) {
      const bool busy = seat->state == SeatState::kOffered || seat->state == SeatState::kOnCall;
      if (busy != (seat->call != nullptr)) return false;
    }
    for (auto& [id, call] : area_.calls) {
      Queue* queue = call->queue;
      const bool talks = call->state == CallState::kConnected || call->state == CallState::kHeld;
      if (queue != nullptr && talks) ++queue->connected;
      if (call->state == CallState::kOffered) {
        if (queue != nullptr) ++queue->offered;
        area_.deadlines.Set(call->alarm, call->offer_expire);
      }
      if (call->state == CallState::kDialling) {
        area_.deadlines.Set(call->alarm, call->offer_expire);
      }
      if (call->state == CallState::kQueued) {
        ResumeWaiting(area_, *call);
      } else {
        call->held_for = nullptr;
      }
    }
    area_.matcher.Calm();
    PlanEscalation(area_);
    return true;
  }

  Area& area_;
};

}  // namespace

std::string WriteSnapshot(const Area& area) {
  ByteWriter writer;
  writer.Raw(kMagic);
  writer.Raw(std::string_view(&kSnapshotVersion, 1));
  AreaRows rows = RowsOf(area);
  Field(writer, rows);
  std::string bytes = std::move(writer).Take();
  bytes += ChecksumBytes(bytes);
  return bytes;
}

absl::Status ReadSnapshot(std::string_view bytes, Area& area) {
  const size_t head = kMagic.size() + 1;
  if (bytes.size() < head + kChecksumSize || bytes.substr(0, kMagic.size()) != kMagic) {
    return absl::DataLossError("these bytes are no router snapshot");
  }
  if (bytes[kMagic.size()] != kSnapshotVersion) {
    return absl::DataLossError(absl::StrCat("the router snapshot has version ",
                                            static_cast<int>(bytes[kMagic.size()]), ", not ",
                                            static_cast<int>(kSnapshotVersion)));
  }
  const std::string_view body = bytes.substr(0, bytes.size() - kChecksumSize);
  if (ChecksumBytes(body) != bytes.substr(body.size())) {
    return absl::DataLossError("the router snapshot is damaged: its checksum is wrong");
  }
  ByteReader reader(body.substr(head));
  AreaRows rows;
  Field(reader, rows);
  if (!reader.ok() || !reader.rest().empty()) {
    return absl::DataLossError("the router snapshot cannot be read: its fields do not fit");
  }
  if (!Restorer(area).Restore(std::move(rows))) {
    return absl::DataLossError("the router snapshot says what cannot be");
  }
  return absl::OkStatus();
}

std::string WriteLearned(const Learned& learned, const WaitEstimator& waits) {
  ByteWriter writer;
  LearnedRow row = RowOf(learned, waits);
  Field(writer, row);
  return std::move(writer).Take();
}

absl::Status ReadLearned(std::string_view bytes, Learned& learned, WaitEstimator& waits) {
  ByteReader reader(bytes);
  LearnedRow row;
  Field(reader, row);
  if (!reader.ok() || !reader.rest().empty() || !Teach(row, learned, waits)) {
    return absl::DataLossError("what was learnt cannot be read: its fields do not fit");
  }
  return absl::OkStatus();
}

}  // namespace hotline::router
