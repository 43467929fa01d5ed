#include "services/ticket/core/steps.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_split.h"

#include "services/ticket/core/transitions.h"

namespace hotline::ticket {
namespace {

/// What a step asks for: fields in the order of a form, "!" behind those that must be there, and
/// the words to choose from. The guards of the rows have the last word.
struct Form {
  Act act = Act::kNone;
  std::string_view what;
  std::string_view inputs;
};

constexpr std::string_view kContactInputs = "what=voice|sms|visit|letter yes time text";
constexpr std::string_view kCallBackInputs = "what=voice|sms time text";

constexpr Form kForms[] = {
    {Act::kAskInfo, "", "text!"},
    {Act::kSupply, "", "text!"},
    {Act::kPropose, "refuse", "reason! text!"},
    {Act::kPropose, "suspend",
     "reason!=citizen_supplement|appraisal|audit|court|arbitration|mediation text! limit"},
    {Act::kPropose, "extend", "limit! text!"},
    {Act::kPropose, "unreasonable", "text!"},
    {Act::kReject, "", "text!"},
    {Act::kMerge, "", "other! reason!=same_matter|same_external text"},
    {Act::kUnmerge, "", "text!"},
    {Act::kDispatch, "", "unit! fallback limit text"},
    {Act::kAskReturn, "", "reason! text! unit!"},
    {Act::kUpholdReturn, "", "text!"},
    {Act::kRejectReturn, "", "text!"},
    {Act::kContest, "", "text!"},
    {Act::kRule, "", "unit! text!"},
    {Act::kRecordFault, "", "text!"},
    {Act::kAddChild, "", "other! unit! time text"},
    {Act::kAddCoHandler, "", "unit! text"},
    {Act::kHandOver, "", "unit! text"},
    {Act::kResume, "", "text"},
    {Act::kContact, "", kContactInputs},
    {Act::kDoubtContact, "", "text!"},
    {Act::kEvidence, "", "other! text"},
    {Act::kSubmit, "", "text!"},
    {Act::kRejectResult, "", "text!"},
    {Act::kPassResult, "", "text!"},
    {Act::kSatisfied, "", kCallBackInputs},
    {Act::kNoAnswer, "", kCallBackInputs},
    {Act::kUnreachable, "", "text"},
    {Act::kDissatisfied, "", "text! what=voice|sms time"},
    {Act::kRefer, "", "other! text!"},
    {Act::kReceipt, "", "other! text"},
    {Act::kReferBack, "", "text!"},
    {Act::kReopen, "", "text!"},
    {Act::kWithdraw, "", "yes! text"},
    {Act::kRaiseCrisis, "", "text!"},
    {Act::kRate, "", "other! number!"},
    {Act::kUrge, "", "text!"},
    {Act::kOrder, "", "text! limit"},
    {Act::kAnswerOrder, "", "number! text!"},
    {Act::kNote, "", "text!"},
    {Act::kUnmask, "", "text!"},
};

std::vector<StepInput> ReadInputs(std::string_view text) {
  std::vector<StepInput> inputs;
  for (const absl::string_view one :
       absl::StrSplit(absl::string_view(text.data(), text.size()), ' ', absl::SkipEmpty())) {
    const size_t equals = std::min(one.find('='), one.size());
    std::string_view field(one.data(), equals);
    const bool required = field.ends_with('!');
    if (required) field.remove_suffix(1);
    StepInput& input = inputs.emplace_back(StepInput{field, required, {}});
    if (equals == one.size()) continue;
    for (const absl::string_view choice : absl::StrSplit(one.substr(equals + 1), '|')) {
      input.choices.emplace_back(choice.data(), choice.size());
    }
  }
  return inputs;
}

std::vector<StepInput> InputsOf(Act act, std::string_view what) {
  for (const Form& form : kForms) {
    if (form.act == act && form.what == what) return ReadInputs(form.inputs);
  }
  return {};
}

/// What somebody might well fill in, so that a guard comes to what it says about the person.
Particulars Filled(const Ticket& ticket, std::string_view what,
                   const std::vector<StepInput>& inputs) {
  Particulars with{.what = std::string(what), .text = "-", .other = "-", .yes = true};
  for (const StepInput& input : inputs) {
    if (input.field != "reason") continue;
    with.reason = input.choices.empty() ? "-" : std::string(input.choices.front());
  }
  for (const SupervisionOrder& order : ticket.work.orders) {
    if (!order.answered) with.number = order.number;
  }
  return with;
}

/// Asks the row; `command` is one that somebody might give.
void Ask(const Transition& row, const Case& the_case, StepOffer& offer) {
  offer.allowed =
      row.who.Meets(the_case.actor.roles) && !IsRespondent(the_case.ticket.marks, the_case.actor);
  if (!offer.allowed) {
    offer.sentence = "this account's role may not do that";
    return;
  }
  const auto refusal = row.guard(the_case);
  if (!refusal) return;
  offer.allowed = refusal->reason == Refusal::Reason::kInvalid;
  const bool asked_for =
      offer.allowed && !refusal->problems.empty() &&
      std::all_of(refusal->problems.begin(), refusal->problems.end(), [&](const Problem& problem) {
        return std::any_of(offer.inputs.begin(), offer.inputs.end(),
                           [&](const StepInput& input) { return input.field == problem.field; });
      });
  if (!asked_for) offer.sentence = refusal->sentence;
}

/// The commands of people that a trigger stands for: one, but every proposal is one of its own.
std::vector<std::pair<std::string_view, Command>> CommandsOf(const Trigger& trigger,
                                                             const Ticket& ticket) {
  const int64_t seen = ticket.version;
  std::vector<std::pair<std::string_view, Command>> commands;
  const Command others[] = {Edit{seen, ticket.content, {}}, Classify{seen, ticket.marks, {}},
                            Register{seen}, CloseOnSpot{seen}};
  for (const Command& command : others) {
    if (TriggerOf(command) == trigger) commands.emplace_back("", command);
  }
  if (trigger.act == Act::kNone) return commands;
  std::vector<std::string_view> whats = {""};
  if (trigger.act == Act::kPropose) whats = {"refuse", "suspend", "extend", "unreasonable"};
  for (const std::string_view what : whats) {
    commands.emplace_back(what,
                          Do{trigger.act, seen, Filled(ticket, what, InputsOf(trigger.act, what))});
  }
  return commands;
}

/// Whether a ticket in this state can have it proposed at all.
bool HasProposal(State state, std::string_view what) {
  switch (state) {
    case State::kRegistered:
      return what == "refuse";
    case State::kInProgress:
      return what == "suspend" || what == "extend";
    case State::kToFollowUp:
      return what == "unreasonable";
    default:
      return false;
  }
}

}  // namespace

std::vector<StepOffer> StepsFrom(const Policy& policy, const Ticket& ticket, const Actor& actor,
                                 absl::Time now) {
  static constexpr Roles kPeople = {
      Role::kOperator,     Role::kExpert,         Role::kCityDispatcher, Role::kCountyDispatcher,
      Role::kStationClerk, Role::kVillageContact, Role::kHandlingUnit,   Role::kFollowUp,
      Role::kSupervisor,   Role::kPartner12345,   Role::kContractor};
  now = std::max(now, ticket.update_time);
  std::vector<StepOffer> offers;
  std::vector<Trigger> seen;
  for (const Transition& row : Transitions()) {
    if (row.deadline != nullptr || !row.from.Has(ticket.state) || !row.who.Meets(kPeople)) continue;
    if (std::find(seen.begin(), seen.end(), row.trigger) != seen.end()) continue;
    bool meant = false;
    for (const auto& [what, command] : CommandsOf(row.trigger, ticket)) {
      if (!what.empty() && !HasProposal(ticket.state, what)) continue;
      const State to = row.to == State::kNone ? ticket.state : row.to;
      const Case the_case{policy, ticket, actor, command, now, to};
      if (row.when != nullptr && !row.when(the_case)) continue;
      meant = true;
      StepOffer offer{.word = NameOf(command), .what = what, .to = to, .who = row.who};
      offer.inputs = InputsOf(row.trigger.act, what);
      Ask(row, the_case, offer);
      offers.push_back(std::move(offer));
    }
    if (meant) seen.push_back(row.trigger);
  }
  return offers;
}

}  // namespace hotline::ticket
