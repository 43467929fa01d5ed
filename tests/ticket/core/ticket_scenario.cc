#include "tests/ticket/core/ticket_scenario.h"

#include <algorithm>
#include <regex>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "services/ticket/core/ticket_number.h"

namespace hotline::ticket {
namespace {

constexpr char kDivider[] = "----";

const absl::TimeZone& China() {
  static const absl::TimeZone zone = absl::FixedTimeZone(8 * 3600);
  return zone;
}

bool IsDecision(const std::string& line) {
  static const std::regex pattern(R"(\d\d:\d\d(:\d\d)? .*|\?.*)");
  return std::regex_match(line, pattern);
}

}  // namespace

std::string TicketScenario::Run(const std::string& text) {
  TicketScenario scenario;
  std::vector<std::string> out, head;
  bool in_head = true;
  for (const auto piece : absl::StrSplit(absl::StripSuffix(text, "\n"), '\n')) {
    const std::string line(piece);
    if (IsDecision(line)) continue;
    out.push_back(line);
    if (line == kDivider) {
      in_head = false;
      for (const std::string& command : head) scenario.Execute(command);
    } else if (in_head) {
      head.push_back(line);
    } else {
      scenario.Execute(line);
    }
    out.insert(out.end(), scenario.output_.begin(), scenario.output_.end());
    scenario.output_.clear();
  }
  return absl::StrJoin(out, "\n") + "\n";
}

void TicketScenario::Execute(const std::string& line) {
  if (line.empty() || line[0] == '#') return;
  const Words words(line);
  if (words.Has("at")) Advance(TimeOf(words.Get("at")));
  if (!Dispatch(words)) output_.push_back("? cannot be read: " + line);
}

bool TicketScenario::Dispatch(const Words& words) {
  const std::string& what = words[0];
  const std::string& name = words[1];
  if (what == "config") {
    policy_.draft_hold = words.Span("draft-hold", policy_.draft_hold);
    return true;
  }
  if (what == "wait") return words.Has("at");
  if (what == "open") {
    const int serial = static_cast<int>(files_.size()) + 1;
    files_.try_emplace(name, File{TicketLife(policy_), {}});
    std::vector<std::string> fields;
    const std::string place = words.Get("seat", words.Get("station"));
    Step(name, words.Has("call") ? SystemActor() : ActorOf(words),
         Open{FormatTicketNumber("990001", absl::CivilDay(2026, 9, 15), serial),
              {words.Get("call"), words.Get("entry", "direct"), words.Get("queue"), place},
              words.Get("agent", place),
              ContentOf(words, fields)});
    return true;
  }
  if (!files_.contains(name)) return false;
  const int64_t seen =
      words.Number("seen", static_cast<int>(files_.at(name).life.ticket().version));
  if (what == "show") return Show(name);
  if (what == "call-ended") return Step(name, SystemActor(), EndCall{now_}), true;
  if (what == "caller") return Step(name, SystemActor(), NoteCaller{words[2]}), true;
  if (what == "register") return Step(name, ActorOf(words), Register{seen}), true;
  if (what == "close") return Step(name, ActorOf(words), CloseOnSpot{seen}), true;
  if (what != "edit") return false;
  std::vector<std::string> fields;
  Content content = ContentOf(words, fields);
  Step(name, ActorOf(words), Edit{seen, std::move(content), std::move(fields)});
  return true;
}

void TicketScenario::Advance(absl::Time until) {
  for (;;) {
    const auto next = std::min_element(files_.begin(), files_.end(), [](auto& a, auto& b) {
      return a.second.life.next_deadline() < b.second.life.next_deadline();
    });
    if (next == files_.end() || next->second.life.next_deadline() > until) break;
    now_ = std::max(now_, next->second.life.next_deadline());
    Step(next->first, SystemActor(), Tick{});
  }
  now_ = until;
}

void TicketScenario::Step(const std::string& name, const Actor& actor, const Command& command) {
  File& file = files_.at(name);
  const Decision decision = file.life.Step(now_, actor, command);
  for (const Event& event : decision.events) {
    file.log.push_back(event);
    Say(absl::StrCat(name, " ", FormatEvent(event)));
  }
  if (!decision.refusal) {
    if (decision.events.empty()) Say(absl::StrCat(name, " nothing changes"));
    return;
  }
  Say(absl::StrCat(name, " refused: ", decision.refusal->sentence));
  if (!decision.refusal->fields.empty()) {
    Say(absl::StrCat(name, " differs in: ", absl::StrJoin(decision.refusal->fields, ", ")));
  }
}

bool TicketScenario::Show(const std::string& name) {
  const File& file = files_.at(name);
  const Ticket& ticket = file.life.ticket();
  std::string text = absl::StrCat(name, " is ", std::string(FormatState(ticket.state)));
  if (ticket.closure != Closure::kNone) {
    absl::StrAppend(&text, " (", std::string(FormatClosure(ticket.closure)), ")");
  }
  absl::StrAppend(&text, ", version ", ticket.version, ", first contact ", ticket.first_contact,
                  ", category ", std::string(FormatCategory(ticket.content.category)));
  if (!ticket.content.title.empty()) absl::StrAppend(&text, ", title ", ticket.content.title);
  if (!(Fold(file.log) == ticket)) absl::StrAppend(&text, "; its events say something else!");
  Say(text);
  const absl::Time deadline = file.life.next_deadline();
  if (deadline != absl::InfiniteFuture()) Say(absl::StrCat(name, " is due at ", Clock(deadline)));
  return true;
}

void TicketScenario::Say(const std::string& text) {
  output_.push_back(absl::StrCat(Clock(now_), " ", text));
}

/// opr1, exp1, stn1, sup1, vil1, aud1: the letters say the role.
Actor TicketScenario::ActorOf(const Words& words) const {
  const std::string account = words[2].empty() ? words.Get("agent") : words[2];
  static const std::map<std::string, Role> kRoles = {
      {"opr", Role::kOperator},       {"exp", Role::kExpert},  {"stn", Role::kStationClerk},
      {"sup", Role::kSupervisor},     {"aud", Role::kAuditor}, {"ops", Role::kContractor},
      {"vil", Role::kVillageContact}, {"sys", Role::kSystem}};
  const auto role = kRoles.find(account.substr(0, 3));
  return {account, {role == kRoles.end() ? Role::kNone : role->second}};
}

Content TicketScenario::ContentOf(const Words& words, std::vector<std::string>& fields) {
  Content content;
  for (const std::string& name : ContentFields()) {
    if (words.Has(name)) fields.push_back(name);
  }
  content.category = ParseCategory(words.Get("category"));
  content.title = words.Get("title");
  content.demand = words.Get("demand");
  content.answer = words.Get("answer");
  content.subcategory = words.Get("subcategory");
  content.citizen_name = words.Get("citizen_name");
  content.division = words.Get("division");
  content.language = words.Get("language");
  content.groups = words.List("groups");
  content.outcomes = words.List("outcomes");
  return content;
}

absl::Time TicketScenario::TimeOf(const std::string& text) const {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  const int seconds = parts.size() > 2 ? std::stoi(parts[2]) : 0;
  return absl::FromCivil(
      absl::CivilSecond(2026, 9, 15, std::stoi(parts[0]), std::stoi(parts[1]), seconds), China());
}

std::string TicketScenario::Clock(absl::Time time) const {
  return absl::FormatTime(absl::ToCivilSecond(time, China()).second() == 0 ? "%H:%M" : "%H:%M:%S",
                          time, China());
}

}  // namespace hotline::ticket
