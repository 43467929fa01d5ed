// The commands of a scenario: what seats, stations, callers and call services do, and what to show.
#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "tests/router/core/scenario.h"

namespace hotline::router {
namespace {

CallId IdOf(const std::string& call) {
  return CallId{call.size() < 2 ? 0 : static_cast<uint64_t>(std::stoull(call.substr(1)))};
}

EndCause CauseOf(const std::string& text) {
  for (int i = 1; i <= static_cast<int>(EndCause::kRestricted); ++i) {
    if (FormatEndCause(static_cast<EndCause>(i)) == text) return static_cast<EndCause>(i);
  }
  return EndCause::kCallerHungUp;
}

}  // namespace

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
  if (words[1] == "back") return AskCallback(words);
  if (words[1] == "held") return Send(words[2], CallHeld{IdOf(words[2]), true});
  if (words[1] == "resumed") return Send(words[2], CallHeld{IdOf(words[2]), false});
  if (words[1] == "ended") return EndCall(words);
  return false;
}

/// "call back c1 as=b11": the caller of c1 accepts to be called back.
bool Scenario::AskCallback(const Words& words) {
  const std::string name = words.Get("as");
  CallRequest& request = requests_[name] = requests_[words[2]];
  request.call = IdOf(name);
  node_of_[name] = node_of_[words[2]];
  return Send(words[2], CallbackAsked{{.callback = IdOf(name),
                                       .origin = IdOf(words[2]),
                                       .matter = words.Get("matter", name),
                                       .contact = "sealed",
                                       .voice = !words.Has("text"),
                                       .any_hour = words.Has("any-hour")}});
}

/// What becomes of a call-back: its caller answers or not, or it is cancelled.
bool Scenario::CallbackCommand(const Words& words) {
  const CallId call = IdOf(words[2]);
  if (words[1] == "cancel") return Apply(CallbackCancelled{call}), true;
  if (words[1] == "answer") return Send(words[2], CallerAnswered{call});
  if (words[1] != "fail") return false;
  return Send(words[2], CallerFailed{call, OfferFailure::kNoAnswer});
}

bool Scenario::QueueCall(const Words& words) {
  const CallRequest request = RequestOf(words);
  requests_[words[2]] = request;
  node_of_[words[2]] = words.Get("node", kScenarioNode);
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
  NodeAnnounced event{.node = {name, instances_[name]},
                      .last_seq = seqs_[name],
                      .calls_back = !words.Has("cannot-dial")};
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
  live.state = parts[1] == "offered"    ? CallState::kOffered
               : parts[1] == "dialling" ? CallState::kDialling
                                        : CallState::kConnected;
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

/// Every decision at its own time, then who could take the call as they stand.
bool Scenario::Why(const Words& words) {
  const auto why = router_->Explain(IdOf(words[2]));
  if (!why) return false;
  const auto rows = [&](const Candidates& candidates) {
    for (const Candidate& row : candidates.rows) Say("  " + FormatCandidate(row));
    if (candidates.left_off > 0) Say(absl::StrCat("  and ", candidates.left_off, " more"));
  };
  for (const Decision& decision : why->decisions) {
    Say(absl::StrCat("  ", Clock(decision.time), " ", FormatDecision(decision)));
    if (decision.candidates) rows(*decision.candidates);
  }
  if (!why->candidates) return true;
  Say("now:");
  rows(*why->candidates);
  return true;
}

bool Scenario::Show(const Words& words) {
  if (words[1] == "why") return Why(words);
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

}  // namespace hotline::router
