#include "router/sim/world/engine.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

#include "absl/strings/numbers.h"

#include "router/core/router.h"
#include "router/sim/world/agenda.h"
#include "services/base/check.h"

namespace hotline::sim {
namespace {

using router::Router;

constexpr char kQueue[] = "line";
constexpr char kNode[] = "sim";
/// Longer than any day: a limit that is not to bind.
constexpr absl::Duration kNever = absl::Hours(72);
const absl::Time kMidnight = absl::FromUnixSeconds(1'767'225'600);  // 2026-01-01 00:00 UTC

/// FNV-1a over 64-bit words.
class Digest {
 public:
  void Add(uint64_t word) { value_ = (value_ ^ word) * 0x100000001b3; }

  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0xcbf29ce484222325;
};

class Engine {
 public:
  /// Which day of the router's life, and when it starts there.
  struct Start {
    uint64_t day = 0;
    absl::Time time = kMidnight;
  };

  Engine(const Day& day, const Routing& routing, Router& router, StepWatch* watch, Start start)
      : day_(day), routing_(routing), watch_(watch), router_(router), start_(start), agenda_(day) {
    run_.calls.resize(day.calls.size());
    run_.seat_busy.resize(day.sessions.size());
    callers_.resize(day.calls.size());
    talker_.resize(day.sessions.size(), kNoCall);
    for (const std::string& type : day.types) skill_.push_back({router::SkillLevel{type, 1}});
  }

  /// Returns when everything is over.
  absl::Time now() const { return At(now_); }

  DayRun Run() {
    for (uint32_t i = 0; i < day_.sessions.size(); ++i) {
      agenda_.Add(day_.sessions[i].start, Happening::kSessionStarts, i);
      agenda_.Add(day_.sessions[i].end, Happening::kSessionEnds, i);
    }
    for (uint32_t i = 0; i < day_.clock_jumps.size(); ++i) {
      agenda_.Add(day_.clock_jumps[i].time, Happening::kClockJumps, i);
    }
    Give(0, router::NodeAnnounced{.node = {kNode, start_.day + 1}, .calls_back = true});
    if (routing_.control) Give(0, router::ControlSet{*routing_.control});
    while (!agenda_.empty()) {
      const Due next = agenda_.Next();
      const absl::Time deadline = router_.next_deadline();
      if (deadline < At(next.time)) {
        const double then = absl::ToDoubleSeconds(deadline - start_.time) - clock_offset_;
        GiveAt(std::max(now_, then), deadline, router::Tick{});
        continue;
      }
      agenda_.Take();
      Happen(next);
    }
    DropCallbacks();
    run_.digest = digest_.value();
    return std::move(run_);
  }

 private:
  static constexpr uint32_t kNobody = UINT32_MAX;
  static constexpr uint32_t kStation = UINT32_MAX - 1;
  /// In a call-back's id, besides those of IdOf().
  static constexpr uint64_t kCallbackBit = uint64_t{1} << 47;

  /// One attempt to get through, while the day runs.
  struct Caller {
    uint32_t holder = kNobody;  ///< who serves: a session, kStation or kNobody
    bool over = false;          ///< hung up or served
    double since = 0;           ///< or, once answered, talking since
    double talk_end = 0;
    double talk_left = 0;  ///< of a call that was handed back
    bool booked = false;   ///< waits at home to be called back, or talks so
    uint32_t dialled = 0;  ///< times
    double rings_until = -1;
    double booked_at = 0;
  };

  std::string SeatName(uint32_t session) const {
    return day_.sessions[session].seat + "." + std::to_string(session);
  }

  static uint32_t SessionOf(std::string_view seat) {
    uint32_t session = 0;
    HOTLINE_CHECK(absl::SimpleAtoi(std::string(seat.substr(seat.rfind('.') + 1)), &session),
                  "an offer to a seat that is not of this day");
    return session;
  }

  /// A call that was handed back asks again under a new id: its old one has had its outcome.
  CallId IdOf(uint32_t call) const {
    return CallId{call + 1ull + (uint64_t{run_.calls[call].returned} << 32) + (start_.day << 48)};
  }

  std::string QueueOf(uint32_t call) const {
    return routing_.queue_per_type ? day_.types[day_.calls[call].type] : kQueue;
  }

  void Happen(const Due& due) {
    now_ = due.time;
    switch (due.what) {
      case Happening::kClockJumps:
        clock_offset_ += day_.clock_jumps[due.index].by;
        return Give(due.time, router::Tick{});
      case Happening::kArrives:
        return Arrive(due.time, due.index);
      case Happening::kGivesUp:
        return GiveUp(due.time, due.index);
      case Happening::kTalkEnds:
        return EndTalk(due.time, due.index);
      case Happening::kSeatFree:
        return Give(due.time, router::SeatReady{SeatName(due.index)});
      case Happening::kSessionStarts:
        return StartSession(due.time, due.index);
      case Happening::kSessionEnds:
        return EndSession(due.time, due.index);
      case Happening::kCallerAnswers:
      case Happening::kCallerFails:
        return FinishDial(due);
    }
  }

  void StartSession(double now, uint32_t session) {
    router::SeatSignedIn in{
        .profile = {.seat = SeatName(session), .group = day_.sessions[session].group},
        .ready = true};
    router::SeatProfile& profile = in.profile;
    for (const int type : day_.sessions[session].types) {
      profile.skills.push_back({day_.types[type], 1});
      if (routing_.queue_per_type) profile.queues.push_back(day_.types[type]);
    }
    if (profile.queues.empty()) profile.queues.push_back(kQueue);
    std::sort(profile.skills.begin(), profile.skills.end());
    std::sort(profile.queues.begin(), profile.queues.end());
    Give(now, in);
  }

  void EndSession(double now, uint32_t session) {
    const uint32_t call = talker_[session];
    Give(now, router::SeatSignedOut{SeatName(session)});
    if (day_.sessions[session].leaving == Leaving::kFinish || call == kNoCall) return;
    Caller& caller = callers_[call];
    caller.talk_left = caller.talk_end - now;
    run_.seat_busy[session] += now - caller.since;
    talker_[session] = kNoCall;
    EndCall(now, call);
    if (caller.booked) {  // called back: what is left of the talk is lost
      caller.over = run_.calls[call].called_back;
      caller.holder = kNobody;
      return;
    }
    if (!run_.calls[call].answered) {  // a silent line
      caller.over = true;
      return;
    }
    run_.calls[call].answered = false;
    ++run_.calls[call].returned;
    caller.holder = kNobody;
    Queue(now, call);
  }

  void Arrive(double now, uint32_t index) {
    run_.calls[index].called = true;
    run_.calls[index].time = now;
    callers_[index].talk_left = day_.calls[index].service;
    Queue(now, index);
  }

  /// Asks for a person, with what is left of patience and talk.
  void Queue(double now, uint32_t index) {
    const DayCall& call = day_.calls[index];
    callers_[index].since = now;
    router::CallRequest request{.call = IdOf(index),
                                .queue = QueueOf(index),
                                .skills = skill_[call.type],
                                .has_priority = routing_.use_priorities,
                                .priority = static_cast<router::Priority>(call.priority),
                                .arrive_time = At(run_.calls[index].time),
                                .request_time = At(run_.calls[index].time)};
    Tell(now, router::CallQueued{std::move(request)});
    if (callers_[index].holder == kNobody) {
      agenda_.Add(now + call.patience - run_.calls[index].wait, Happening::kGivesUp, index);
      if (routing_.estimate_waits) Estimate(index);
    }
  }

  /// What the caller would be told now.
  void Estimate(uint32_t index) {
    CallResult& result = run_.calls[index];
    const auto view = router_.FindCall(IdOf(index));
    if (!view || result.returned > 0) return;
    result.expected_wait = absl::ToDoubleSeconds(view->expected_wait);
    result.expected_wait_80 = absl::ToDoubleSeconds(view->expected_wait_80);
  }

  void GiveUp(double now, uint32_t index) {
    Caller& caller = callers_[index];
    if (caller.holder != kNobody || caller.over || caller.booked) return;
    const DayCall& call = day_.calls[index];
    caller.over = true;
    run_.calls[index].wait = call.patience;
    if (call.hang_up == HangUp::kHeard) EndCall(now, index);
    if (call.again != kNoCall)
      agenda_.Add(now + day_.calls[call.again].time, Happening::kArrives, call.again);
  }

  void EndTalk(double now, uint32_t index) {
    Caller& caller = callers_[index];
    if (caller.over || caller.holder == kNobody || caller.talk_end != now) return;  // handed back
    const DayCall& call = day_.calls[index];
    const uint32_t session = caller.holder;
    caller.over = true;
    EndCall(now, index);
    if (session == kStation) {
      run_.station_busy += now - caller.since;
      return;
    }
    Free(now, session, call.wrap_up);
    run_.seat_busy[session] += now - caller.since;
  }

  /// The seat's talk is over; without a wrap-up the core has freed it already.
  void Free(double now, uint32_t session, double wrap_up) {
    talker_[session] = kNoCall;
    run_.seat_busy[session] += wrap_up;
    if (routing_.area.queues[0].wrap_up > absl::ZeroDuration()) {
      agenda_.Add(now + wrap_up, Happening::kSeatFree, session);
    }
  }

  void EndCall(double now, uint32_t index) {
    const CallResult& result = run_.calls[index];
    router::CallEnded ended;
    ended.request.call = callers_[index].booked ? CallbackOf(index) : IdOf(index);
    ended.request.queue = QueueOf(index);
    ended.request.arrive_time = ended.request.request_time = At(result.time);
    ended.facts.request_time = At(result.time);
    if (result.answered) ended.facts.answer_time = At(result.time + result.wait);
    ended.facts.end_time = At(now);
    Tell(now, std::move(ended));
  }

  // ---- call-backs ----

  CallId CallbackOf(uint32_t call) const { return CallId{IdOf(call).value | kCallbackBit}; }

  static uint32_t IndexOf(CallId call) {
    return static_cast<uint32_t>((call.value - 1) & 0xffffffff);
  }

  /// The caller is asked, and knows at once.
  void Ask(double now, const router::OfferCallback& offer) {
    const uint32_t index = IndexOf(offer.call);
    const Caller& caller = callers_[index];
    if (!day_.calls[index].accepts_callback || caller.over || caller.holder != kNobody) return;
    Tell(now, router::CallbackAsked{{.callback = CallbackOf(index),
                                     .origin = IdOf(index),
                                     .matter = std::to_string(index)}});
  }

  void Booked(double now, const router::CallbackAnswer& answer) {
    if (answer.refusal != router::CallbackRefusal::kNone) return;
    const uint32_t index = IndexOf(answer.origin);
    Caller& caller = callers_[index];
    run_.calls[index].wait += now - caller.since;
    run_.calls[index].booked = true;
    EndCall(now, index);
    caller.booked = true;
    caller.booked_at = now;
  }

  void Dial(double now, const router::DialCaller& dial) {
    const uint32_t index = IndexOf(dial.call);
    Caller& caller = callers_[index];
    const bool reached = ++caller.dialled == day_.calls[index].reached_at;
    caller.rings_until = now + (reached ? day_.answer_ring : day_.no_answer_ring);
    agenda_.Add(caller.rings_until, reached ? Happening::kCallerAnswers : Happening::kCallerFails,
                index);
  }

  void FinishDial(const Due& due) {
    Caller& caller = callers_[due.index];
    if (caller.rings_until != due.time || caller.holder == kNobody) return;  // the seat left
    caller.rings_until = -1;
    const uint32_t session = caller.holder;
    if (due.what == Happening::kCallerFails) {
      run_.seat_busy[session] += due.time - caller.since;
      talker_[session] = kNoCall;
      caller.holder = kNobody;
      return Tell(due.time, router::CallerFailed{CallbackOf(due.index)});
    }
    run_.calls[due.index].called_back = true;
    run_.calls[due.index].callback_delay = due.time - caller.booked_at;
    caller.talk_end = due.time + caller.talk_left;
    agenda_.Add(caller.talk_end, Happening::kTalkEnds, due.index);
    Tell(due.time, router::CallerAnswered{CallbackOf(due.index)});
  }

  /// The line closes: who has not been called back is not, in this day's figures.
  void DropCallbacks() {
    for (const router::CallbackView& view : router_.callbacks()) {
      Give(now_, router::CallbackCancelled{view.callback});
    }
  }

  template <class What>
  void Tell(double now, What what) {
    Give(now, router::NodeEvent{{kNode, start_.day + 1}, ++seq_, std::move(what)});
  }

  void Give(double now, const router::Event& event) { GiveAt(now, At(now), event); }

  /// Gives an event to the core and answers its offers at once, until it has nothing more to say.
  void GiveAt(double now, absl::Time router_now, const router::Event& event) {
    now_ = now;
    ++run_.steps;
    if (watch_ != nullptr) watch_->Before();
    std::vector<router::Action> actions = router_.Step(router_now, event);
    if (watch_ != nullptr) watch_->After();
    // An answer steps the core again, which says new things first: this list is our own.
    for (const router::Action& action : actions) {
      if (const auto* offer = std::get_if<router::MakeOffer>(&action)) {
        Answer(now, *offer);
      } else if (const auto* callback = std::get_if<router::OfferCallback>(&action)) {
        Ask(now, *callback);
      } else if (const auto* answer = std::get_if<router::CallbackAnswer>(&action)) {
        Booked(now, *answer);
      } else if (const auto* dial = std::get_if<router::DialCaller>(&action)) {
        Dial(now, *dial);
      }
    }
  }

  void Answer(double now, const router::MakeOffer& offer) {
    ++run_.decisions;
    const uint32_t index = IndexOf(offer.call);
    const bool station = offer.target.kind == router::TargetKind::kStation;
    const uint32_t session = station ? kStation : SessionOf(offer.target.id);
    Note(now, index, session);
    if (offer.callback) {
      callers_[index].holder = session;
      callers_[index].since = now;  // the seat is busy from here
      talker_[session] = index;
      return Tell(now, router::OfferAnswered{offer.call, offer.offer});
    }
    if (callers_[index].over) return AnswerNobody(now, offer, index, session);
    Caller& caller = callers_[index];
    CallResult& result = run_.calls[index];
    caller.holder = session;
    if (!station) talker_[session] = index;
    result.wait += now - caller.since;
    caller.since = now;
    result.answered = true;
    result.by_station = station;
    result.at_home = !station && !day_.homes.empty() &&
                     day_.homes[day_.calls[index].type] == day_.sessions[session].group;
    // A station's wrap-up holds its line, too.
    caller.talk_end = now + caller.talk_left + (station ? day_.calls[index].wrap_up : 0);
    agenda_.Add(caller.talk_end, Happening::kTalkEnds, index);
    Tell(now, router::OfferAnswered{offer.call, offer.offer});
  }

  /// The caller is gone, but the router was not told.
  void AnswerNobody(double now, const router::MakeOffer& offer, uint32_t index, uint32_t session) {
    if (day_.calls[index].hang_up == HangUp::kLost) return EndCall(now, index);
    // A silent line: the seat says hello, waits, and hangs up. Nobody was connected.
    Caller& caller = callers_[index];
    caller.over = false;
    caller.holder = session;
    caller.since = now;
    caller.talk_end = now + day_.silent_time;
    if (session < kStation) talker_[session] = index;
    agenda_.Add(caller.talk_end, Happening::kTalkEnds, index);
    Tell(now, router::OfferAnswered{offer.call, offer.offer});
  }

  void Note(double now, uint32_t call, uint32_t session) {
    digest_.Add(static_cast<uint64_t>(now * 1e6));
    digest_.Add((uint64_t{call} << 32) | session);
  }

  absl::Time At(double seconds) const {
    return start_.time + absl::Seconds(seconds + clock_offset_);
  }

  const Day& day_;
  const Routing& routing_;
  StepWatch* const watch_;
  Router& router_;
  const Start start_;
  DayRun run_;
  Agenda agenda_;
  std::vector<Caller> callers_;   ///< by call
  std::vector<uint32_t> talker_;  ///< by session: the call it talks with, or kNoCall
  std::vector<std::vector<router::SkillLevel>> skill_;
  uint64_t seq_ = 0;
  double now_ = 0;
  double clock_offset_ = 0;
  Digest digest_;
};

}  // namespace

router::AreaConfig PlainArea() {
  router::AreaConfig area;
  area.id = "sim";
  area.utc_offset = absl::ZeroDuration();
  area.explain.keep = 0;  // nobody asks why
  router::QueueConfig queue;
  queue.id = kQueue;
  queue.wrap_up = kNever;  // the engine ends each wrap-up itself
  queue.answer_timeout = absl::Minutes(1);
  queue.escalate_after = queue.max_wait = queue.no_seat_wait = kNever;
  queue.max_waiting = 1'000'000;
  area.queues.push_back(std::move(queue));
  return area;
}

std::vector<DayRun> RunDays(const std::vector<Day>& days, const Routing& routing,
                            StepWatch* watch) {
  Router router(routing.area);
  std::vector<DayRun> runs;
  Engine::Start start;
  for (const Day& day : days) {
    Engine engine(day, routing, router, watch, start);
    runs.push_back(engine.Run());
    while (start.time <= engine.now()) start.time += absl::Hours(24);
    ++start.day;
  }
  return runs;
}

DayRun RunDay(const Day& day, const Routing& routing) {
  return std::move(RunDays({day}, routing)[0]);
}

}  // namespace hotline::sim
