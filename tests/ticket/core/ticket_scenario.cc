#include "tests/ticket/core/ticket_scenario.h"

#include <algorithm>
#include <cmath>
#include <regex>

#include "absl/strings/match.h"
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
  static const std::regex pattern(R"((\d\d-\d\d )?\d\d:\d\d(:\d\d(\.\d+)?)? .*|\?.*)");
  return std::regex_match(line, pattern);
}

bool Says(const router::Words& words, const std::string& flag) {
  return std::find(words.positional.begin(), words.positional.end(), flag) !=
         words.positional.end();
}

/// "Sat 10-10 24:00"
std::string DueText(absl::Time due) {
  if (due == absl::InfiniteFuture()) return "never";
  const absl::CivilDay day = absl::ToCivilDay(due - absl::Nanoseconds(1), China());
  const absl::Time start = absl::FromCivil(day, China());
  const std::string text = absl::FormatTime("%a %m-%d ", start, China());
  if (due == absl::FromCivil(day + 1, China())) return text + "24:00";
  const bool whole = absl::ToCivilSecond(due, China()).second() == 0;
  return text + absl::FormatTime(whole ? "%H:%M" : "%H:%M:%E*S", due, China());
}

}  // namespace

WorkingCalendar Tc1() {
  CalendarRules rules;
  rules.holidays = {absl::CivilDay(2026, 9, 25)};
  for (int day = 1; day <= 7; ++day) rules.holidays.emplace_back(2026, 10, day);
  rules.make_up_days = {absl::CivilDay(2026, 9, 20), absl::CivilDay(2026, 10, 10)};
  return WorkingCalendar::Make(rules).value();
}

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
  if (!Configure(words) && !Dispatch(words)) output_.push_back("? cannot be read: " + line);
}

bool TicketScenario::Configure(const Words& words) {
  const std::string& what = words[0];
  if (what == "config") {
    policy_.draft_hold = words.Span("draft-hold", policy_.draft_hold);
    if (words.Has("evidence-for")) {
      policy_.evidence_for = {ParseCategory(words.Get("evidence-for"))};
    }
    if (words.Has("review-by-itself")) {
      policy_.reviewed_by_itself = {ParseCategory(words.Get("review-by-itself"))};
    }
  } else if (what == "unit") {
    units_[words[1]] = words.Get("path");
  } else if (what == "person") {
    Actor& person = people_[words[1]];
    person.org = words.Get("org");
    person.path = words.Get("path", units_[person.org]);
    person.employer = words.Get("employer");
    person.group = words.Get("group");
  } else if (what == "on") {
    const absl::CivilDay day = ParseDate(words[1]).value();
    Advance(absl::FromCivil(day, China()));
    day_ = day;
  } else if (what == "holiday") {
    // The government moves one: the calendar is another from now on.
    CalendarRules rules;
    for (absl::CivilDay day(2026, 9, 1); day < absl::CivilDay(2026, 11, 1); ++day) {
      const bool weekend = absl::GetWeekday(day) == absl::Weekday::saturday ||
                           absl::GetWeekday(day) == absl::Weekday::sunday;
      const bool worked = policy_.calendar.IsWorkingDay(day);
      if (worked && weekend) rules.make_up_days.push_back(day);
      if (!weekend && (!worked || day == ParseDate(words[1]).value()))
        rules.holidays.push_back(day);
    }
    policy_.calendar = WorkingCalendar::Make(rules).value();
  } else if (what == "down" || what == "up") {
    down_ = what == "down";
    if (!down_) Advance(now_);
  } else if (what == "wait") {
    return words.Has("at");
  } else {
    return false;
  }
  return true;
}

void TicketScenario::OpenFile(const Words& words) {
  const std::string& name = words[1];
  const int serial = static_cast<int>(files_.size()) + 1;
  files_.try_emplace(name, File{TicketLife(policy_), {}});
  std::vector<std::string> fields;
  const std::string place = words.Get("seat", words.Get("station"));
  Open open{FormatTicketNumber("990001", day_, serial),
            {words.Get("call"), words.Get("entry", "direct"), words.Get("queue"), place},
            words.Get("agent", place),
            ContentOf(words, fields)};
  if (words.Has("parent")) {
    const Ticket& parent = files_.at(words.Get("parent")).life.ticket();
    open.parent_no = parent.ticket_no;
    open.latest_due = FindClock(parent.clocks, ClockKind::kHandling)->due;
  }
  Step(name, words.Has("call") ? SystemActor() : ActorOf(words), open);
}

bool TicketScenario::Dispatch(const Words& words) {
  const std::string& what = words[0];
  const std::string& name = words[1];
  if (what == "open") return OpenFile(words), true;
  if (!files_.contains(name)) return false;
  const int64_t seen =
      words.Number("seen", static_cast<int>(files_.at(name).life.ticket().version));
  if (what == "show") return Show(name);
  if (what == "call-ended") return Step(name, SystemActor(), EndCall{now_}), true;
  if (what == "caller") return Step(name, SystemActor(), NoteCaller{words[2]}), true;
  if (what == "register") return Step(name, ActorOf(words), Register{seen}), true;
  if (what == "close") return Step(name, ActorOf(words), CloseOnSpot{seen}), true;
  std::vector<std::string> fields;
  if (what == "classify") {
    Marks marks = MarksOf(words, fields);
    return Step(name, ActorOf(words), Classify{seen, std::move(marks), std::move(fields)}), true;
  }
  if (what != "edit") return DoAct(words);
  Content content = ContentOf(words, fields);
  Step(name, ActorOf(words), Edit{seen, std::move(content), std::move(fields)});
  return true;
}

/// Every other word is an act, with what belongs to it.
bool TicketScenario::DoAct(const Words& words) {
  const Act act = ParseAct(words[0]);
  if (act == Act::kNone) return false;
  const std::string& name = words[1];
  Particulars with;
  with.what = words.Get("what");
  with.reason = words.Get("reason");
  with.text = words.Get("text");
  with.other = words.Get("other");
  if (files_.contains(with.other)) with.other = files_.at(with.other).life.ticket().ticket_no;
  if (words.Has("unit")) with.unit = UnitOf(words.Get("unit"));
  if (words.Has("fallback")) with.fallback = UnitOf(words.Get("fallback"));
  with.rules = words.List("rules");
  if (words.Has("limit")) with.limit = ParseTimeLimit(words.Get("limit")).value();
  if (words.Has("time")) with.time = TimeOf(words.Get("time"));
  with.yes = Says(words, "yes") || (words.Has("unit") && !Says(words, "inactive"));
  with.number = words.Number("number", 0);
  const int64_t seen =
      words.Number("seen", static_cast<int>(files_.at(name).life.ticket().version));
  Step(name, ActorOf(words), Do{act, seen, std::move(with)});
  return true;
}

void TicketScenario::Advance(absl::Time until) {
  while (!down_) {
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
    SayClocks(name, event);
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

void TicketScenario::SayClocks(const std::string& name, const Event& event) {
  for (const ClockSet& set : event.clocks) {
    std::string why;
    if (set.move.why != Why::kStart) {
      why = absl::StrCat(" (", std::string(FormatWhy(set.move.why)), ")");
    }
    Say(absl::StrCat(name, "   ", std::string(FormatClockKind(set.kind)), " ",
                     FormatTimeLimit(set.limit), " until ", DueText(set.due), why));
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
  ShowWork(name, ticket);
  const absl::Time deadline = file.life.next_deadline();
  if (deadline != absl::InfiniteFuture()) Say(absl::StrCat(name, " is due at ", Clock(deadline)));
  return true;
}

void TicketScenario::ShowWork(const std::string& name, const Ticket& ticket) {
  const Work& work = ticket.work;
  std::vector<std::string> hops;
  for (const Hop& hop : work.hops) {
    std::string text = hop.unit.org;
    if (hop.until) absl::StrAppend(&text, " for ", absl::FormatDuration(*hop.until - hop.since));
    hops.push_back(std::move(text));
  }
  if (!hops.empty()) Say(absl::StrCat(name, "   lay at ", absl::StrJoin(hops, ", then ")));
  for (const ClockKind kind : {ClockKind::kHandling, ClockKind::kWebReply}) {
    const TicketClock* clock = FindClock(ticket.clocks, kind);
    if (clock == nullptr) continue;
    std::string text = absl::StrCat(name, "   ", std::string(FormatClockKind(kind)), " until ",
                                    DueText(clock->due));
    for (const absl::Time due : clock->earlier_dues) absl::StrAppend(&text, ", was ", DueText(due));
    if (clock->done) {
      absl::StrAppend(&text, clock->late(now_) ? "; late" : "; on time");
    } else if (clock->stopped) {
      absl::StrAppend(&text, "; stands still");
    }
    Say(text);
  }
  for (const SupervisionOrder& order : work.orders) {
    Say(absl::StrCat(name, "   order ", order.number, " by ", order.issued_by, " until ",
                     DueText(order.due), order.answered ? ", answered" : ""));
  }
  if (work.level != Stage::kNone) {
    Say(absl::StrCat(name, "   highest warning ", std::string(FormatStage(work.level))));
  }
  if (IsGroupAlarm(policy_, ticket)) {
    Say(absl::StrCat(name, "   group event ", ticket.marks.group_event, " of ",
                     ticket.marks.head_count, ": a supervisor is told"));
  }
}

void TicketScenario::Say(const std::string& text) {
  output_.push_back(absl::StrCat(Clock(now_), " ", text));
}

/// opr1, exp1, stn1, sup1, vil1, aud1: the letters say the role.
Actor TicketScenario::ActorOf(const Words& words) const {
  const std::string account = words[2].empty() ? words.Get("agent") : words[2];
  static const std::map<std::string, Role> kRoles = {
      {"opr", Role::kOperator},       {"exp", Role::kExpert},
      {"stn", Role::kStationClerk},   {"sup", Role::kSupervisor},
      {"aud", Role::kAuditor},        {"ops", Role::kContractor},
      {"vil", Role::kVillageContact}, {"sys", Role::kSystem},
      {"dsp", Role::kCityDispatcher}, {"cds", Role::kCountyDispatcher},
      {"unt", Role::kHandlingUnit},   {"cbk", Role::kFollowUp},
      {"cit", Role::kCitizen},        {"x12", Role::kPartner12345}};
  const auto role = kRoles.find(account.substr(0, 3));
  const auto known = people_.find(account);
  Actor actor = known == people_.end() ? Actor{} : known->second;
  actor.account = account;
  actor.roles = {role == kRoles.end() ? Role::kNone : role->second};
  return actor;
}

Unit TicketScenario::UnitOf(const std::string& org) const {
  const auto path = units_.find(org);
  return {org, path == units_.end() ? "" : path->second};
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

Marks TicketScenario::MarksOf(const Words& words, std::vector<std::string>& fields) {
  Marks marks;
  for (const std::string& name : MarkFields()) {
    if (words.Has(name)) fields.push_back(name);
  }
  marks.priority = ParsePriority(words.Get("priority")).value_or(Priority::kNormal);
  marks.secrecy = ParseSecrecy(words.Get("secrecy")).value_or(Secrecy::kOrdinary);
  marks.matter = ParseMatter(words.Get("matter")).value_or(Matter::kNone);
  marks.risk = words.Get("risk") == "yes";
  marks.no_voice = words.Get("no_voice") == "yes";
  marks.respondents = words.List("respondents");
  marks.external_source = words.Get("external_source");
  marks.external_no = words.Get("external_no");
  marks.case_code = words.Get("case_code");
  marks.group_event = words.Get("group_event");
  marks.head_count = words.Number("head_count", 0);
  return marks;
}

absl::Time TicketScenario::TimeOf(const std::string& text) const {
  const std::pair<std::string, std::string> parts =
      absl::StrContains(text, ' ')
          ? std::pair<std::string, std::string>(absl::StrSplit(text, absl::MaxSplits(' ', 1)))
          : std::pair<std::string, std::string>(absl::FormatCivilTime(day_).substr(5), text);
  const auto day = ParseDate(absl::StrCat("2026-", parts.first));
  const std::vector<std::string> clock = absl::StrSplit(parts.second, ':');
  const double seconds = clock.size() > 2 ? std::stod(clock[2]) : 0;
  return absl::FromCivil(day.value(), China()) + absl::Hours(std::stoi(clock[0])) +
         absl::Minutes(std::stoi(clock[1])) + absl::Milliseconds(std::round(seconds * 1000));
}

std::string TicketScenario::Clock(absl::Time time) const {
  const std::string day =
      absl::ToCivilDay(time, China()) == day_ ? "" : absl::FormatTime("%m-%d ", time, China());
  const bool whole = time == absl::FromCivil(absl::ToCivilMinute(time, China()), China());
  return day + absl::FormatTime(whole ? "%H:%M" : "%H:%M:%E*S", time, China());
}

}  // namespace hotline::ticket
