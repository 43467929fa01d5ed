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

namespace hotline::router {
namespace {

constexpr std::string_view kDivider = "----";

bool IsAnswer(const std::string& line) {
  static const std::regex kAnswer(R"(^(\d\d+:\d\d |\?).*)");
  return std::regex_match(line, kAnswer);
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

void Scenario::Start() {
  // A Monday, 09:00 in China.
  start_ = now_ = absl::FromCivil(absl::CivilMinute(2026, 3, 2, 1, 0), absl::UTCTimeZone());
  for (const std::string& problem : Validate(config_)) Say("? " + problem);
  router_ = std::make_unique<Router>(config_);
  if (!learned_.classes().empty()) {
    const auto taught = router_->Teach(WriteLearned(learned_, WaitEstimator()));
    if (!taught.ok()) Say("? " + std::string(taught.message()));
  }
  instances_[kScenarioNode] = 1;
  Print(router_->Step(now_, NodeAnnounced{.node = {kScenarioNode, 1}, .calls_back = true}));
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
  if (words[0] == "call-back") return CallbackCommand(words);
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
  std::string node = node_of_.contains(call) ? node_of_[call] : kScenarioNode;
  // A call-back may have been taken over by another call service.
  const auto known = requests_.find(call);
  if (known != requests_.end()) {
    const auto view = router_->FindCall(known->second.call);
    if (view && view->callback && !view->node.name.empty()) node = view->node.name;
  }
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

absl::Time Scenario::TimeOf(const std::string& minutes_seconds) const {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(minutes_seconds, absl::MaxSplits(':', 1));
  return start_ + absl::Minutes(std::stoi(parts.first)) + absl::Seconds(std::stoi(parts.second));
}

}  // namespace hotline::router
