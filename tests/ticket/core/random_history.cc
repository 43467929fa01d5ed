#include "tests/ticket/core/random_history.h"

#include "absl/strings/str_cat.h"

#include "tests/ticket/core/ticket_scenario.h"

namespace hotline::ticket {
namespace {

const std::vector<Unit>& Units() {
  static const std::vector<Unit> units = {{"x", "/city/x"},           {"stn-a", "/city/x/a"},
                                          {"stn-b", "/city/x/b"},     {"vil-a1", "/city/x/a/1"},
                                          {"stn-c", "/city/y/c"},     {"unt-la", "/city/la"},
                                          {"firm-f", "/city/firms/f"}};
  return units;
}

const std::vector<Role>& AllRoles() {
  static const std::vector<Role> roles = {
      Role::kCitizen,          Role::kOperator,     Role::kExpert,         Role::kCityDispatcher,
      Role::kCountyDispatcher, Role::kStationClerk, Role::kVillageContact, Role::kHandlingUnit,
      Role::kFollowUp,         Role::kSupervisor,   Role::kPartner12345,   Role::kContractor,
      Role::kAuditor,          Role::kSystem};
  return roles;
}

/// What leads on from a state.
const std::vector<Act>& ActsFrom(State state) {
  using enum Act;
  static const std::vector<Act> registered = {kDispatch, kDispatch, kAskInfo, kPropose,
                                              kRefuse,   kMerge,    kRefer,   kWithdraw};
  static const std::vector<Act> to_dispatch = {kDispatch, kDispatch, kDispatch, kRecordFault,
                                               kRefer};
  static const std::vector<Act> dispatched = {kAccept, kAccept, kAskReturn, kAskReturn, kWithdraw};
  static const std::vector<Act> asked = {kUpholdReturn, kRejectReturn, kContest};
  static const std::vector<Act> working = {
      kContact,      kContact,  kSubmit,      kSubmit,   kSubmit,    kPropose, kSuspend,
      kExtend,       kAddChild, kChildClosed, kHandOver, kAskReturn, kContest, kAskInfo,
      kAddCoHandler, kEvidence, kRecordFault, kOrder,    kReject};
  static const std::vector<Act> review = {kPassResult, kPassResult, kPassResult, kRejectResult};
  static const std::vector<Act> follow_up = {
      kSatisfied,    kNoAnswer,     kNoAnswer, kUnreachable,  kDissatisfied,
      kDissatisfied, kDoubtContact, kPropose,  kUnreasonable, kRate};
  static const std::vector<Act> closed = {kReopen, kUnmerge, kNote, kRate, kAnswerOrder};
  static const std::vector<Act> referred = {kReceipt, kReferBack};
  static const std::vector<Act> other = {kSupply, kResume, kRule, kNote, kRaiseCrisis};
  switch (state) {
    case State::kRegistered:
      return registered;
    case State::kToDispatch:
      return to_dispatch;
    case State::kDispatched:
      return dispatched;
    case State::kReturnAsked:
      return asked;
    case State::kInProgress:
    case State::kRework:
      return working;
    case State::kDoneReview:
      return review;
    case State::kToFollowUp:
      return follow_up;
    case State::kClosed:
      return closed;
    case State::kReferredOut:
      return referred;
    default:
      return other;
  }
}

bool IsTheLeads(Act act) {
  switch (act) {
    case Act::kAccept:
    case Act::kAskReturn:
    case Act::kContest:
    case Act::kAddChild:
    case Act::kAddCoHandler:
    case Act::kHandOver:
    case Act::kPropose:
    case Act::kContact:
    case Act::kEvidence:
    case Act::kSubmit:
    case Act::kResume:
    case Act::kAskInfo:
    case Act::kAnswerOrder:
      return true;
    default:
      return false;
  }
}

Role RoleFor(Act act) {
  switch (act) {
    case Act::kSatisfied:
    case Act::kNoAnswer:
    case Act::kUnreachable:
    case Act::kDissatisfied:
    case Act::kDoubtContact:
      return Role::kFollowUp;
    case Act::kSuspend:
    case Act::kExtend:
    case Act::kReject:
    case Act::kUnreasonable:
    case Act::kRecordFault:
    case Act::kOrder:
    case Act::kReopen:
      return Role::kSupervisor;
    case Act::kSupply:
    case Act::kWithdraw:
    case Act::kRate:
      return Role::kCitizen;
    case Act::kChildClosed:
    case Act::kRecompute:
      return Role::kSystem;
    default:
      return Role::kCityDispatcher;
  }
}

}  // namespace

Policy HistoryPolicy() {
  Policy policy;
  policy.calendar = Tc1();
  return policy;
}

Unit RandomHistory::AnyUnit() {
  return OneOf(Units());
}

Actor RandomHistory::AnyActor() {
  const Unit unit = AnyUnit();
  const Role role = OneOf(AllRoles());
  if (role == Role::kSystem) return SystemActor();
  return {absl::StrCat("p", static_cast<int>(role), "-", Below(3)),
          {role},
          unit.org,
          unit.path,
          Below(6) == 0 ? "firm-f" : "",
          Below(2) == 0 ? "g1" : "g2"};
}

Actor RandomHistory::FittingActor(Act act) {
  const Work& work = life_.ticket().work;
  if (IsTheLeads(act) && !work.lead.org.empty()) {
    const Role role = work.lead.org.starts_with("vil")   ? Role::kVillageContact
                      : work.lead.org.starts_with("stn") ? Role::kStationClerk
                                                         : Role::kHandlingUnit;
    return {absl::StrCat(work.lead.org, Below(2)), {role}, work.lead.org, work.lead.path};
  }
  if (act == Act::kPropose && life_.ticket().state == State::kToFollowUp) {
    return {absl::StrCat("cbk", Below(3)), {Role::kFollowUp}, "city", "/city", "", "g1"};
  }
  const Role role = RoleFor(act);
  if (role == Role::kSystem) return SystemActor();
  return {absl::StrCat("q", static_cast<int>(role), "-", Below(4)),
          {role},
          "city",
          "/city",
          "",
          Below(2) == 0 ? "g1" : "g2"};
}

Act RandomHistory::FittingAct() {
  return Below(5) == 0 ? static_cast<Act>(1 + Below(kActs - 1))
                       : OneOf(ActsFrom(life_.ticket().state));
}

Particulars RandomHistory::AnyParticulars(Act act) {
  Particulars with;
  static const std::vector<std::string> kProposals = {"refuse", "suspend", "extend",
                                                      "unreasonable"};
  static const std::vector<std::string> kReasons = {"same_matter", "appraisal", "court", "x"};
  static const std::vector<TimeLimit> kLimits = {{}, WorkingDays(1), WorkingDays(2), Hours(4)};
  with.what = act == Act::kPropose ? OneOf(kProposals) : Below(3) == 0 ? "voice" : "sms";
  if (act == Act::kPropose && life_.ticket().state == State::kToFollowUp) {
    with.what = "unreasonable";
  }
  with.reason = OneOf(kReasons);
  with.text = Below(8) == 0 ? "" : "理由";
  with.other = absl::StrCat("n", Below(3));
  if (act == Act::kAddChild) with.time = now_;
  with.unit = AnyUnit();
  with.fallback = Below(2) == 0 ? Units()[0] : Unit{};
  with.limit = OneOf(kLimits);
  with.yes = Below(6) != 0;
  with.number = 1 + Below(5);
  return with;
}

Command RandomHistory::AnyCommand(Actor& actor) {
  const Ticket& ticket = life_.ticket();
  const int64_t seen =
      Below(12) == 0 ? std::max<int64_t>(0, ticket.version - Below(4)) : ticket.version;
  if (ticket.state == State::kNone) {
    actor = SystemActor();
    return Open{"GD1", {.call_id = "", .entry = Below(4) == 0 ? "web" : "counter"}, "opr1", {}};
  }
  if (ticket.state == State::kDraft && Below(2) == 0) {
    actor = {"opr1", {Role::kOperator}};
    if (Below(2) == 0) return Register{seen};
    Content content;
    content.category = static_cast<Category>(Below(kCategories + 1));
    return Edit{seen, content, {"category"}};
  }
  if (Below(20) == 0) {
    Marks marks;
    marks.priority = static_cast<Priority>(1 + Below(3));
    marks.risk = Below(2) == 0;
    if (Below(3) == 0) marks.respondents = {"firm-f", "p2-1"};
    actor = {"opr1", {Role::kOperator}};
    return Classify{seen, marks, {"priority", "respondents", "risk"}};
  }
  if (ticket.state == State::kToFollowUp && Below(3) != 0) {
    const bool tried = ticket.work.attempts.size() >= 3 && Below(2) == 0;
    const Act act = tried ? Act::kUnreachable : Act::kNoAnswer;
    actor = FittingActor(act);
    now_ += absl::Hours(5);
    return Do{act, seen, AnyParticulars(act)};
  }
  if (Below(60) == 0) {
    actor = SystemActor();
    ChangeCalendar();
    return Do{Act::kRecompute, seen, {}};
  }
  if (ticket.work.proposal && Below(2) == 0) {
    const Act act = ticket.work.proposal->act;
    actor = FittingActor(act);
    return Do{act, seen, AnyParticulars(act)};
  }
  if (Below(60) == 0) {
    actor = {"opr1", {Role::kOperator}};
    Particulars with;
    with.text = "危险";
    return Do{Act::kRaiseCrisis, seen, with};
  }
  const Act act = FittingAct();
  actor = Below(5) == 0 ? AnyActor() : FittingActor(act);
  return Do{act, seen, AnyParticulars(act)};
}

void RandomHistory::ChangeCalendar() {
  CalendarRules rules;
  for (int i = 0; i < 4; ++i) rules.holidays.emplace_back(2026, 9 + i % 2, 15 + Below(3) + 4 * i);
  policy_.calendar = WorkingCalendar::Make(std::move(rules)).value();
}

void RandomHistory::PassTime() {
  const int kind = Below(20);
  now_ += kind == 0   ? absl::Hours(Below(Below(4) == 0 ? 24 * 20 : 72))
          : kind < 12 ? absl::Minutes(Below(90))
                      : absl::Seconds(Below(120));
}

void RandomHistory::Run(int steps, const std::function<void(const Taken&)>& told) {
  const auto take = [&](const Actor& actor, const Command& command) {
    const Ticket before = life_.ticket();
    const Decision decision = life_.Step(now_, actor, command);
    log_.insert(log_.end(), decision.events.begin(), decision.events.end());
    told({policy_, before, life_.ticket(), now_, actor, command, decision});
  };
  for (int i = 0; i < steps; ++i) {
    PassTime();
    // Now and then the timers come late.
    if (Below(4) != 0) take(SystemActor(), Tick{});
    Actor actor;
    const Command command = AnyCommand(actor);
    take(actor, command);
  }
}

}  // namespace hotline::ticket
