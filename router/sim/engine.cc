#include "router/sim/engine.h"

#include <algorithm>
#include <map>
#include <queue>
#include <string>
#include <variant>

#include "router/core/router.h"
#include "services/base/check.h"

namespace hotline::sim {
namespace {

using router::Router;

constexpr char kQueue[] = "line";
const router::Node kNode{"sim", 1};
/// Longer than any day: a limit that is not to bind.
constexpr absl::Duration kNever = absl::Hours(72);
const absl::Time kMidnight = absl::FromUnixSeconds(1'767'225'600);  // 2026-01-01 00:00 UTC

/// The order of things that happen at the same moment.
enum class Kind : uint8_t {
  kSeatFree,
  kTalkEnds,
  kSessionStarts,
  kSessionEnds,
  kArrives,
  kGivesUp
};

struct Due {
  double time;
  Kind kind;
  uint32_t index;

  bool operator>(const Due& other) const {
    if (time != other.time) return time > other.time;
    if (kind != other.kind) return kind > other.kind;
    return index > other.index;
  }
};

class Engine {
 public:
  Engine(const Day& day, const Routing& routing)
      : day_(day), routing_(routing), router_(routing.area) {
    run_.calls.resize(day.calls.size());
    run_.seat_busy.resize(day.sessions.size());
    holder_.resize(day.calls.size(), kNobody);
    over_.resize(day.calls.size());
    session_of_.resize(day.sessions.size());
    for (const std::string& type : day.types) skill_.push_back({router::SkillLevel{type, 1}});
  }

  DayRun Run() {
    for (uint32_t i = 0; i < day_.calls.size(); ++i) Push(day_.calls[i].time, Kind::kArrives, i);
    for (uint32_t i = 0; i < day_.sessions.size(); ++i) {
      session_by_name_.emplace(SeatName(i), i);
      Push(day_.sessions[i].start, Kind::kSessionStarts, i);
      Push(day_.sessions[i].end, Kind::kSessionEnds, i);
    }
    Give(0, router::NodeAnnounced{.node = kNode});
    while (!due_.empty()) {
      const Due next = due_.top();
      const double deadline = absl::ToDoubleSeconds(router_.next_deadline() - kMidnight);
      if (deadline < next.time) {
        Give(deadline, router::Tick{});
        continue;
      }
      due_.pop();
      Happen(next);
    }
    return std::move(run_);
  }

 private:
  static constexpr uint32_t kNobody = UINT32_MAX;
  static constexpr uint32_t kStation = UINT32_MAX - 1;

  void Push(double time, Kind kind, uint32_t index) { due_.push({time, kind, index}); }

  std::string SeatName(uint32_t session) const {
    return day_.sessions[session].seat + "." + std::to_string(session);
  }

  CallId IdOf(uint32_t call) const { return CallId{call + 1ull}; }

  void Happen(const Due& due) {
    switch (due.kind) {
      case Kind::kArrives:
        return Arrive(due);
      case Kind::kGivesUp:
        if (holder_[due.index] == kNobody && !over_[due.index]) EndCall(due.time, due.index);
        return;
      case Kind::kTalkEnds:
        return EndTalk(due);
      case Kind::kSeatFree:
        return Give(due.time, router::SeatReady{SeatName(due.index)});
      case Kind::kSessionStarts: {
        router::SeatSignedIn in{.profile = {.seat = SeatName(due.index), .queues = {kQueue}},
                                .ready = true};
        for (const int type : day_.sessions[due.index].types) {
          in.profile.skills.push_back({day_.types[type], 1});
        }
        std::sort(in.profile.skills.begin(), in.profile.skills.end());
        return Give(due.time, in);
      }
      case Kind::kSessionEnds:
        return Give(due.time, router::SeatSignedOut{SeatName(due.index)});
    }
  }

  void Arrive(const Due& due) {
    const DayCall& call = day_.calls[due.index];
    router::CallRequest request{.call = IdOf(due.index),
                                .queue = kQueue,
                                .skills = skill_[call.type],
                                .has_priority = routing_.use_priorities,
                                .priority = static_cast<router::Priority>(call.priority),
                                .arrive_time = At(due.time),
                                .request_time = At(due.time)};
    Tell(due.time, router::CallQueued{std::move(request)});
    if (holder_[due.index] == kNobody) {
      Push(due.time + call.patience, Kind::kGivesUp, due.index);
    }
  }

  void EndTalk(const Due& due) {
    const DayCall& call = day_.calls[due.index];
    const uint32_t session = holder_[due.index];
    EndCall(due.time, due.index);
    if (session < kStation) {
      run_.seat_busy[session] += call.service + call.wrap_up;
      Push(due.time + call.wrap_up, Kind::kSeatFree, session);
    } else {
      run_.station_busy += call.service;
    }
  }

  void EndCall(double now, uint32_t index) {
    over_[index] = true;
    const CallResult& result = run_.calls[index];
    const DayCall& call = day_.calls[index];
    router::CallEnded ended;
    ended.request.call = IdOf(index);
    ended.request.queue = kQueue;
    ended.request.arrive_time = ended.request.request_time = At(call.time);
    ended.facts.request_time = At(call.time);
    if (result.answered) {
      ended.facts.answer_time = At(call.time + result.wait);
    } else {
      run_.calls[index].wait = now - call.time;
    }
    ended.facts.end_time = At(now);
    Tell(now, std::move(ended));
  }

  template <class What>
  void Tell(double now, What what) {
    Give(now, router::NodeEvent{kNode, ++seq_, std::move(what)});
  }

  /// Gives an event to the core and answers its offers at once, until it has nothing more to say.
  void Give(double now, router::Event event) {
    ++run_.steps;
    std::vector<router::MakeOffer> offers;
    for (router::Action& action : router_.Step(At(now), event)) {
      if (auto* offer = std::get_if<router::MakeOffer>(&action)) {
        offers.push_back(std::move(*offer));
      }
    }
    for (const router::MakeOffer& offer : offers) Answer(now, offer);
  }

  void Answer(double now, const router::MakeOffer& offer) {
    ++run_.decisions;
    const auto index = static_cast<uint32_t>(offer.call.value - 1);
    const bool station = offer.target.kind == router::TargetKind::kStation;
    holder_[index] = station ? kStation : session_by_name_.at(offer.target.id);
    const DayCall& call = day_.calls[index];
    run_.calls[index] = {now - call.time, true, station};
    // A station's wrap-up holds its line, too.
    Push(now + call.service + (station ? call.wrap_up : 0), Kind::kTalkEnds, index);
    Tell(now, router::OfferAnswered{offer.call, offer.offer});
  }

  static absl::Time At(double seconds) { return kMidnight + absl::Seconds(seconds); }

  const Day& day_;
  const Routing& routing_;
  Router router_;
  DayRun run_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::vector<uint32_t> holder_;  ///< who serves a call: a session, kStation or kNobody
  std::vector<bool> over_;
  std::vector<uint32_t> session_of_;
  std::map<std::string, uint32_t> session_by_name_;
  std::vector<std::vector<router::SkillLevel>> skill_;
  uint64_t seq_ = 0;
};

}  // namespace

router::AreaConfig PlainArea() {
  router::AreaConfig area;
  area.id = "sim";
  area.utc_offset = absl::ZeroDuration();
  router::QueueConfig queue;
  queue.id = kQueue;
  queue.wrap_up = kNever;  // the engine ends each wrap-up itself
  queue.answer_timeout = absl::Minutes(1);
  queue.escalate_after = queue.max_wait = queue.no_seat_wait = kNever;
  queue.max_waiting = 1'000'000;
  area.queues.push_back(std::move(queue));
  return area;
}

DayRun RunDay(const Day& day, const Routing& routing) {
  return Engine(day, routing).Run();
}

}  // namespace hotline::sim
