#include "tests/router/core/scenario.h"

#include <algorithm>
#include <regex>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "router/core/snapshot/snapshot.h"
#include "services/base/weekly_hours.h"

namespace hotline::router {
namespace {

constexpr std::string_view kDivider = "----";
constexpr auto kNode = "call-1";

bool IsAnswer(const std::string& line) {
  static const std::regex kAnswer(R"(^(\d\d+:\d\d |\?).*)");
  return std::regex_match(line, kAnswer);
}

CallId IdOf(const std::string& call) {
  return CallId{call.size() < 2 ? 0 : static_cast<uint64_t>(std::stoull(call.substr(1)))};
}

/// What a reader learns from the line beside it.
bool IsTold(const Action& action) {
  if (const auto* call = std::get_if<CallChanged>(&action)) {
    return call->state == CallState::kQueued || call->state == CallState::kOffered ||
           call->state == CallState::kEnded ||
           (call->target && call->target->kind == TargetKind::kSeat &&
            call->state == CallState::kConnected);
  }
  const auto* seat = std::get_if<SeatChanged>(&action);
  return seat != nullptr && seat->state == SeatState::kOffered;
}

EndCause CauseOf(const std::string& text) {
  for (int i = 1; i <= static_cast<int>(EndCause::kRestricted); ++i) {
    if (FormatEndCause(static_cast<EndCause>(i)) == text) return static_cast<EndCause>(i);
  }
  return EndCause::kCallerHungUp;
}

}  // namespace

std::string Scenario::Run(const std::string& text) {
  Scenario scenario;
  std::vector<std::string>& out = scenario.output_;
  std::istringstream lines(text);
  std::vector<std::string> head;
  std::string line;
  bool in_head = true;
  while (std::getline(lines, line)) {
    if (IsAnswer(line)) continue;
    if (line == kDivider) {
      in_head = false;
      scenario.Start();
      out.emplace_back(kDivider);
      for (const std::string& command : head) scenario.Execute(command);
    } else if (in_head) {
      out.push_back(line);
      const Words words(line);
      const bool thing = words.positional.size() == 2;  // "station answer town-a c1" is a command
      if (words[0] == "config" || words[0] == "queue" || words[0] == "teach" ||
          (words[0] == "station" && thing)) {
        scenario.Configure(words);
      } else {
        head.push_back(line);
      }
    } else {
      out.push_back(line);
      scenario.Execute(line);
    }
  }
  return absl::StrJoin(out, "\n") + "\n";
}

void Scenario::Configure(const Words& words) {
  const auto rules = [&](QueueConfig& queue) {
    queue.answer_timeout = words.Span("answer-timeout", queue.answer_timeout);
    queue.wrap_up = words.Span("wrap-up", queue.wrap_up);
    queue.escalate_after = words.Span("escalate-after", queue.escalate_after);
    queue.max_wait = words.Span("max-wait", queue.max_wait);
    queue.no_seat_wait = words.Span("no-seat-wait", queue.no_seat_wait);
    queue.max_waiting = words.Number("max-waiting", static_cast<int>(queue.max_waiting));
    if (words.Has("stations")) queue.stations = words.List("stations");
    if (words.Has("skills")) queue.skills = words.Skills();
    ConfigureOrder(words, queue.order);
    for (const std::string& ring : words.List("rings")) {
      // rings=(site-a,site-b<10s *): groups, and the expected wait beyond which the next ring helps
      const std::vector<std::string> parts = absl::StrSplit(ring, absl::MaxSplits('<', 1));
      RingConfig& added = queue.rings.emplace_back();
      if (parts[0] != "*") added.groups = absl::StrSplit(parts[0], ',');
      if (parts.size() > 1) absl::ParseDuration(parts[1], &added.max_expected_wait);
    }
    if (words.Get("escalate-by") == "gain") queue.escalate_by = EscalateBy::kGain;
    config_.control.first_gain = words.Real("first-gain", config_.control.first_gain);
    queue.affinity_wait = words.Span("affinity-wait", queue.affinity_wait);
    queue.near_weight = words.Real("near-weight", queue.near_weight);
  };
  if (words[0] == "teach") return TeachClass(words);
  if (words[0] == "config") {
    for (const std::string& id : words.List("queues"))
      rules(config_.queues.emplace_back(QueueConfig{.id = id}));
    config_.node_grace = words.Span("node-grace", config_.node_grace);
    config_.max_calls = words.Number("max-calls", static_cast<int>(config_.max_calls));
    config_.unreachable_pause = words.Span("unreachable-pause", config_.unreachable_pause);
  } else if (words[0] == "queue") {
    rules(config_.queues.emplace_back(QueueConfig{.id = words[1]}));
  } else {
    StationConfig station{.id = words[1], .level = "township", .extension = "7" + words[1]};
    const std::vector<std::string> hours =
        absl::StrSplit(words.Get("hours"), ';', absl::SkipEmpty());
    station.hours = *WeeklyHours::Parse(hours, config_.utc_offset);
    station.capacity = words.Number("capacity", 1);
    station.ring_timeout = words.Span("ring-timeout", station.ring_timeout);
    station.skills = words.Skills();
    config_.stations.push_back(station);
  }
}

void Scenario::ConfigureOrder(const Words& words, OrderRules& order) {
  const std::map<std::string, SeatOrder> seats = {
      {"longest-idle", SeatOrder::kLongestIdle},         {"least-busy", SeatOrder::kLeastBusy},
      {"fewest-calls", SeatOrder::kFewestCalls},         {"round-robin", SeatOrder::kRoundRobin},
      {"most-skilled", SeatOrder::kMostSkilled},         {"random", SeatOrder::kRandom},
      {"most-specialised", SeatOrder::kMostSpecialised}, {"", order.seats}};
  const auto seat_order = seats.find(words.Get("seats"));
  if (seat_order == seats.end()) return words.Complain("seats is no seat order");
  order.seats = seat_order->second;
  if (words.Has("order")) {
    order.calls = words.Get("order") == "connect" ? CallOrder::kConnect : CallOrder::kFifo;
  }
  order.weight = words.Real("weight", order.weight);
  order.hard_cap = words.Span("hard-cap", order.hard_cap);
  order.max_priority_run =
      words.Number("max-priority-run", static_cast<int>(order.max_priority_run));
  order.floor_margin = words.Real("floor-margin", order.floor_margin);
  order.reserved_seats = words.Number("reserved-seats", static_cast<int>(order.reserved_seats));
}

/// What was learnt of the last queue's calls that need a skill before the scenario begins.
void Scenario::TeachClass(const Words& words) {
  ClassRecord& record = learned_.Of(config_.queues.back().id + " " + words[1] + ":1");
  const int waits = words.Number("waits", 0), hang_ups = words.Number("hang-ups", 0);
  const double wait = absl::ToDoubleSeconds(words.Span("mean-wait", absl::Seconds(60)));
  const double talk = absl::ToDoubleSeconds(words.Span("talk", absl::Seconds(400)));
  for (int i = 0; i < waits; ++i) {
    const bool hung_up = i * hang_ups / waits != (i + 1) * hang_ups / waits;
    learned_.LearnWait(record, wait, hung_up ? WaitEnd::kHungUp : WaitEnd::kAnswered);
    learned_.LearnTalk(record, talk);
  }
}

void Scenario::Start() {
  // A Monday, 09:00 in China.
  start_ = now_ = absl::FromCivil(absl::CivilMinute(2026, 3, 2, 1, 0), absl::UTCTimeZone());
  for (const std::string& problem : Validate(config_)) Say("? " + problem);
  router_ = std::make_unique<Router>(config_);
  if (!learned_.classes().empty()) {
    const auto taught = router_->Teach(WriteLearned(learned_, WaitEstimator()));
    if (!taught.ok()) Say("? " + std::string(taught.message()));
  }
  instances_[kNode] = 1;
  Print(router_->Step(now_, NodeAnnounced{.node = {kNode, 1}}));
}

void Scenario::Execute(const std::string& line) {
  if (line.empty() || line[0] == '#') return;
  const Words words(line);
  if (words.Has("at")) Advance(TimeOf(words.Get("at")));
  if (!Dispatch(words)) Say("? cannot be read");
  if (!words.problem.empty()) Say("? " + words.problem);
}

bool Scenario::Dispatch(const Words& words) {
  if (words[0] == "seat" || words[0] == "station") return SeatCommand(words) || OfferCommand(words);
  if (words[0] == "call") return CallCommand(words);
  if (words[0] == "node") return NodeCommand(words);
  if (words[0] == "show") return Show(words);
  if (words[0] == "wait") return words.Has("at");
  if (words[0] == "control") {
    const std::map<std::string, ControlMode> modes = {{"auto", ControlMode::kAuto},
                                                      {"open", ControlMode::kOpen},
                                                      {"closed", ControlMode::kClosed}};
    const auto mode = modes.find(words[1]);
    return mode != modes.end() && (Apply(ControlSet{mode->second}), true);
  }
  if (words[0] == "drain") return Apply(DrainSet{words[1] == "on"}), true;
  if (words[0] == "late-tick") {
    now_ = TimeOf(words.Get("to"));
    return Apply(Tick{}), true;
  }
  if (words[0] == "repeat") return Apply(last_node_event_), true;
  if (words[0] == "epoch") {
    // A gap without any router: nothing ticks until the new one begins.
    if (words.Has("to")) now_ = TimeOf(words.Get("to"));
    return Apply(EpochStarted{static_cast<uint64_t>(std::stoi(words[1]))}), true;
  }
  if (words[0] == "restore") {
    absl::StatusOr<Router> restored = Router::FromSnapshot(config_, router_->EncodeSnapshot());
    if (!restored.ok()) return Say("? " + std::string(restored.status().message())), true;
    *router_ = std::move(*restored);
    return true;
  }
  return false;
}

void Scenario::Advance(absl::Time until) {
  while (router_->next_deadline() <= until) {
    now_ = std::max(now_, router_->next_deadline());
    Print(router_->Step(now_, Tick{}));
  }
  now_ = until;
}

void Scenario::Apply(const Event& event) {
  if (const auto status = router_->Check(event); !status.ok()) {
    Say("refused: " + std::string(status.message()));
  }
  Print(router_->Step(now_, event));
}

bool Scenario::Send(const std::string& call, decltype(NodeEvent::what) what) {
  const std::string node = node_of_.contains(call) ? node_of_[call] : kNode;
  last_node_event_ = {{node, instances_[node]}, ++seqs_[node], std::move(what)};
  Apply(last_node_event_);
  return true;
}

void Scenario::Print(const std::vector<Action>& actions) {
  for (const Action& action : actions) {
    if (const auto* offer = std::get_if<MakeOffer>(&action)) {
      for (const auto& [name, request] : requests_) {
        if (request.call == offer->call) offers_[{name, offer->target.id}] = offer->offer;
      }
    }
    if (!IsTold(action)) Say(FormatAction(action));
  }
}

void Scenario::Say(const std::string& text) {
  output_.push_back(text[0] == '?' ? text : absl::StrCat(Clock(now_), " ", Readable(text)));
}

std::string Scenario::Clock(absl::Time t) const {
  const int64_t seconds = absl::ToInt64Seconds(t - start_);
  return absl::StrFormat("%02d:%02d", seconds / 60, seconds % 60);
}

std::string Scenario::Readable(std::string text) const {
  for (const auto& [name, request] : requests_) {
    text = absl::StrReplaceAll(text, {{FormatCallId(request.call), name}});
  }
  static const std::regex kTime(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00)");
  std::smatch match;
  while (std::regex_search(text, match, kTime)) {
    absl::Time t;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, match.str(), &t, &error)) return text;
    text = absl::StrCat(match.prefix().str(), Clock(t), match.suffix().str());
  }
  return text;
}

bool Scenario::SeatCommand(const Words& words) {
  const std::string& what = words[1];
  const std::string& seat = words[2];
  const bool known =
      router_->FindSeat(seat) && router_->FindSeat(seat)->state != SeatState::kSignedOut;
  if (what == "sign-in" || (what == "ready" && !known)) {
    Apply(SeatSignedIn{ProfileOf(words), what == "ready" || words.Has("ready"),
                       words.Span("heartbeat", absl::ZeroDuration())});
  } else if (what == "ready") {
    Apply(SeatReady{seat});
  } else if (what == "sign-out") {
    Apply(SeatSignedOut{seat});
  } else if (what == "not-ready") {
    Apply(SeatNotReady{seat, words[3]});
  } else if (what == "heartbeat") {
    Apply(SeatHeartbeat{seat});
  } else if (what == "extend-wrap-up") {
    Apply(WrapUpExtended{seat, words.Span("by", absl::ZeroDuration())});
  } else {
    return false;
  }
  return true;
}

bool Scenario::OfferCommand(const Words& words) {
  const std::string& what = words[1];
  const CallId call = IdOf(words[3]);
  const OfferId offer = offers_[{words[3], words[2]}];
  if (what == "answer") return Send(words[3], OfferAnswered{call, offer});
  if (what == "ring") return Send(words[3], OfferRinging{call, offer});
  const std::map<std::string, OfferFailure> failures = {{"decline", OfferFailure::kDeclined},
                                                        {"unreachable", OfferFailure::kUnreachable},
                                                        {"no-answer", OfferFailure::kNoAnswer},
                                                        {"fail", OfferFailure::kFailed}};
  const auto failure = failures.find(what);
  if (failure == failures.end()) return false;
  return Send(words[3], OfferFailed{call, offer, failure->second});
}

bool Scenario::CallCommand(const Words& words) {
  if (words[1] == "queued") return QueueCall(words);
  if (words[1] == "held") return Send(words[2], CallHeld{IdOf(words[2]), true});
  if (words[1] == "resumed") return Send(words[2], CallHeld{IdOf(words[2]), false});
  if (words[1] == "ended") return EndCall(words);
  return false;
}

bool Scenario::QueueCall(const Words& words) {
  const CallRequest request = RequestOf(words);
  requests_[words[2]] = request;
  node_of_[words[2]] = words.Get("node", kNode);
  return Send(words[2], CallQueued{request});
}

/// What the call service would report, from what the core itself knows; a call in the announcement
/// (never queued) has no request.
bool Scenario::EndCall(const Words& words) {
  if (!requests_.contains(words[2])) requests_[words[2]] = RequestOf(words);
  CallEnded ended{.request = requests_[words[2]]};
  ended.facts = {.end_time = now_, .cause = CauseOf(words.Get("cause", "caller_hung_up"))};
  if (const auto view = router_->FindCall(ended.request.call)) {
    ended.facts.request_time = view->request.request_time;
    ended.facts.answer_time = view->answer_time;
    ended.facts.ringing = view->state == CallState::kOffered;
    ended.answered_by = view->target;
  }
  return Send(words[2], ended);
}

bool Scenario::NodeCommand(const Words& words) {
  const std::string& name = words[2];
  if (words[1] == "detached") return Apply(NodeDetached{{name, instances_[name]}}), true;
  if (words[1] != "announced") return false;
  const uint64_t before = std::exchange(
      instances_[name],
      static_cast<uint64_t>(words.Number("instance", std::max<int>(1, instances_[name]))));
  if (before != instances_[name]) seqs_[name] = 0;
  NodeAnnounced event{.node = {name, instances_[name]}, .last_seq = seqs_[name]};
  for (const std::string& text : words.List("calls")) {
    event.calls.push_back(ReadLiveCall(text));
    node_of_[text.substr(0, text.find(':'))] = name;
  }
  for (const std::string& call : words.List("ended")) {
    CallEnded ended{.request = requests_[call]};
    ended.facts = {.request_time = ended.request.request_time,
                   .end_time = now_,
                   .cause = EndCause::kSystemFailure};
    event.ended.push_back(ended);
  }
  return Apply(event), true;
}

/// c1:queued, c1:offered:s1, c1:connected:s1 or c1:connected:s1@00:05 (answered then).
LiveCall Scenario::ReadLiveCall(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits(':', 2));
  LiveCall live;
  if (!requests_.contains(parts[0])) {
    requests_[parts[0]] = RequestOf(Words("call queued " + parts[0]));
  }
  live.request = requests_[parts[0]];
  if (parts.size() < 2 || parts[1] == "queued") return live;
  live.state = parts[1] == "offered" ? CallState::kOffered : CallState::kConnected;
  const std::pair<std::string, std::string> who =
      absl::StrSplit(parts.size() > 2 ? parts[2] : "", absl::MaxSplits('@', 1));
  const bool station = router_->FindStation(who.first, now_).has_value();
  live.target = Target{station ? TargetKind::kStation : TargetKind::kSeat, who.first};
  live.offer = offers_[{parts[0], who.first}];
  if (live.state == CallState::kConnected) {
    live.answer_time = who.second.empty() ? now_ : TimeOf(who.second);
  }
  return live;
}

bool Scenario::Show(const Words& words) {
  if (words[1] == "stats") {
    const AreaStats s = router_->StatsSince(start_, now_);
    Say(absl::StrFormat(
        "offered %d = answered %d + escalated %d + abandoned %d + failed %d + open %d; "
        "in target %d, not requested %d",
        s.offered, s.answered, s.escalated_answered, s.abandoned, s.failed, s.open,
        s.answered_in_target, s.not_requested));
  } else if (words[1] == "queue") {
    const auto q = router_->FindQueue(words[2], now_);
    if (!q) return false;
    Say(absl::StrFormat(
        "queue %s: %d waiting, longest %s, %d offered, %d connected; seats %d, ready %d", q->id,
        q->waiting, absl::FormatDuration(q->longest_wait), q->offered, q->connected,
        q->seats_signed_in, q->seats_ready));
  } else if (words[1] == "seat") {
    const auto s = router_->FindSeat(words[2]);
    if (!s) return false;
    Say(absl::StrCat(words[2], " is ", std::string(FormatSeatState(s->state)), " since ",
                     Clock(s->state_time), ", answered ", s->answered, ", talked ",
                     absl::FormatDuration(s->talk)));
  } else {
    return false;
  }
  return true;
}

SeatProfile Scenario::ProfileOf(const Words& words) const {
  SeatProfile profile{.seat = words[2],
                      .agent = words.Get("agent", "agent-" + words[2]),
                      .extension = "8" + words[2],
                      .queues = words.List("queues"),
                      .skills = words.Skills(),
                      .group = words.Get("group"),
                      .provider = words.Get("provider"),
                      .clearance = static_cast<uint32_t>(words.Number("clearance", 0)),
                      .suspended = words.Has("suspended")};
  if (!words.Has("queues")) {
    for (const QueueConfig& queue : config_.queues) profile.queues.push_back(queue.id);
  }
  return profile;
}

CallRequest Scenario::RequestOf(const Words& words) const {
  const absl::Time asked = words.Has("asked") ? TimeOf(words.Get("asked")) : now_;
  CallRequest request{.call = IdOf(words[2]),
                      .queue = words.Get("queue", config_.queues[0].id),
                      .skills = words.Skills(),
                      .has_priority = words.Has("priority"),
                      .arrive_time = asked,
                      .request_time = asked,
                      .entry = "direct",
                      .barred = words.List("barred"),
                      .clearance = static_cast<uint32_t>(words.Number("clearance", 0)),
                      .preferred_agent = words.Get("preferred")};
  if (request.has_priority) {
    request.priority = static_cast<Priority>(words.Get("priority").back() - '0');
  }
  return request;
}

absl::Time Scenario::TimeOf(const std::string& minutes_seconds) const {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(minutes_seconds, absl::MaxSplits(':', 1));
  return start_ + absl::Minutes(std::stoi(parts.first)) + absl::Seconds(std::stoi(parts.second));
}

}  // namespace hotline::router
