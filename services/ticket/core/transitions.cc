#include "services/ticket/core/transitions.h"

#include <algorithm>
#include <type_traits>

#include "absl/strings/str_cat.h"

namespace hotline::ticket {
namespace {

using Reason = Refusal::Reason;

// ---- who ----

/// Who may write, register and close what they answered: operators, experts, station clerks, and
/// who stands in for them.
constexpr Roles kAnswerers = {Role::kOperator, Role::kExpert, Role::kContractor,
                              Role::kStationClerk, Role::kSupervisor};
constexpr Roles kSystem = {Role::kSystem};
constexpr Roles kAnswerersAndSystem = {Role::kOperator,     Role::kExpert,     Role::kContractor,
                                       Role::kStationClerk, Role::kSupervisor, Role::kSystem};

// ---- guards ----

std::optional<Refusal> Invalid(std::vector<Problem> problems) {
  if (problems.empty()) return std::nullopt;
  std::string sentence;
  for (const Problem& problem : problems) {
    absl::StrAppend(&sentence, sentence.empty() ? "" : "; ", problem.sentence);
  }
  return Refusal{Reason::kInvalid, std::move(sentence), std::move(problems), {}};
}

/// Nobody's work is overwritten: what stands must be what the person saw.
std::optional<Refusal> CheckVersion(const Ticket& ticket, int64_t seen, int64_t oldest_good,
                                    std::vector<std::string> differing) {
  if (seen < 1 || seen > ticket.version) {
    return Invalid(
        {{"version", Problem::Code::kMalformed,
          absl::StrCat("version must be one that the ticket had: 1 to ", ticket.version), 0}});
  }
  if (seen >= oldest_good) return std::nullopt;
  return Refusal{Reason::kConflict,
                 absl::StrCat("somebody else changed the ticket: it is at version ", ticket.version,
                              ", you looked at ", seen),
                 {},
                 std::move(differing)};
}

std::optional<Refusal> Always(const Case&) {
  return std::nullopt;
}

std::optional<Refusal> WellWritten(const Case& c) {
  return Invalid(CheckContent(std::get<Open>(c.command).content));
}

/// What the ticket's content would become.
Content After(const Edit& edit, const Content& before) {
  if (edit.fields.empty()) return edit.content;
  Content after = before;
  CopyFields(edit.content, edit.fields, after);
  return after;
}

std::optional<Refusal> MayEdit(const Case& c) {
  const auto& edit = std::get<Edit>(c.command);
  auto problems = CheckFieldNames(edit.fields);
  const Content after = After(edit, c.ticket.content);
  for (Problem& problem : CheckContent(after)) problems.push_back(std::move(problem));
  if (auto refusal = Invalid(std::move(problems))) return refusal;
  auto differing = DifferingFields(after, c.ticket.content);
  if (differing.empty()) return std::nullopt;  // both wrote the same
  return CheckVersion(c.ticket, edit.seen_version, c.ticket.content_version, std::move(differing));
}

int64_t LastTouched(const Ticket& ticket) {
  return std::max(ticket.content_version, ticket.state_version);
}

std::optional<Refusal> MayRegister(const Case& c) {
  return CheckVersion(c.ticket, std::get<Register>(c.command).seen_version, LastTouched(c.ticket),
                      {});
}

std::optional<Refusal> MayClose(const Case& c) {
  if (auto refusal = CheckVersion(c.ticket, std::get<CloseOnSpot>(c.command).seen_version,
                                  LastTouched(c.ticket), {})) {
    return refusal;
  }
  return Invalid(MissingForClosing(c.ticket.content));
}

// ---- effects ----

std::optional<EventBody> OpenDraft(const Case& c) {
  const auto& open = std::get<Open>(c.command);
  return Opened{open.ticket_no, open.origin, open.first_contact, open.content};
}

std::optional<EventBody> Link(const Case& c) {
  Origin known = std::get<LinkCall>(c.command).origin;
  known.call_id = c.ticket.origin.call_id;
  if (known == c.ticket.origin) return std::nullopt;
  return CallLinked{std::move(known)};
}

std::optional<EventBody> SetCaller(const Case& c) {
  const auto& caller = std::get<NoteCaller>(c.command);
  if (caller.masked == c.ticket.caller_masked) return std::nullopt;
  return CallerNoted{caller.masked};
}

std::optional<EventBody> SetCallEnd(const Case& c) {
  if (c.ticket.call_end_time) return std::nullopt;
  return CallEnded{std::get<EndCall>(c.command).end_time};
}

std::optional<EventBody> Write(const Case& c) {
  const auto& edit = std::get<Edit>(c.command);
  auto fields = DifferingFields(c.ticket.content, After(edit, c.ticket.content));
  if (fields.empty()) return std::nullopt;
  Content changed;
  CopyFields(edit.content, fields, changed);
  return Edited{std::move(fields), std::move(changed)};
}

std::optional<EventBody> RegisterByHand(const Case&) {
  return Registered{.automatic = false};
}

std::optional<EventBody> RegisterByItself(const Case&) {
  return Registered{.automatic = true};
}

std::optional<EventBody> CloseOnTheSpot(const Case&) {
  return Closed{Closure::kOnSpot};
}

// ---- the table ----

template <class T, size_t I = 0>
constexpr size_t On() {
  if constexpr (std::is_same_v<std::variant_alternative_t<I, Command>, T>) {
    return I;
  } else {
    return On<T, I + 1>();
  }
}

constexpr State kNone = State::kNone, kDraft = State::kDraft, kRegistered = State::kRegistered,
                kClosed = State::kClosed;

constexpr Transition kTransitions[] = {
    // clang-format off
    {1, kNone,       kDraft,      On<Open>(),        kAnswerersAndSystem, WellWritten, OpenDraft},
    {2, kDraft,      kClosed,     On<CloseOnSpot>(), kAnswerers,          MayClose,    CloseOnTheSpot},
    {3, kDraft,      kRegistered, On<Register>(),    kAnswerersAndSystem, MayRegister, RegisterByHand},
    {3, kDraft,      kRegistered, On<Tick>(),        kSystem,             Always,      RegisterByItself, DraftDeadline},

    {0, kDraft,      kDraft,      On<Edit>(),        kAnswerers,          MayEdit,     Write},
    {0, kRegistered, kRegistered, On<Edit>(),        kAnswerers,          MayEdit,     Write},
    // The call's facts come when they come; also after the ticket has gone on.
    {0, kDraft,      kDraft,      On<LinkCall>(),    kSystem,             Always,      Link},
    {0, kRegistered, kRegistered, On<LinkCall>(),    kSystem,             Always,      Link},
    {0, kClosed,     kClosed,     On<LinkCall>(),    kSystem,             Always,      Link},
    {0, kDraft,      kDraft,      On<NoteCaller>(),  kSystem,             Always,      SetCaller},
    {0, kRegistered, kRegistered, On<NoteCaller>(),  kSystem,             Always,      SetCaller},
    {0, kClosed,     kClosed,     On<NoteCaller>(),  kSystem,             Always,      SetCaller},
    {0, kDraft,      kDraft,      On<EndCall>(),     kSystem,             Always,      SetCallEnd},
    {0, kRegistered, kRegistered, On<EndCall>(),     kSystem,             Always,      SetCallEnd},
    {0, kClosed,     kClosed,     On<EndCall>(),     kSystem,             Always,      SetCallEnd},
    // clang-format on
};

}  // namespace

std::string_view NameOf(const Command& command) {
  static constexpr std::string_view kNames[] = {"open", "link_call", "note_caller", "end_call",
                                                "edit", "register",  "close",       "tick"};
  static_assert(std::size(kNames) == std::variant_size_v<Command>);
  return kNames[command.index()];
}

absl::Span<const Transition> Transitions() {
  return kTransitions;
}

absl::Time DraftDeadline(const Policy& policy, const Ticket& ticket) {
  if (ticket.origin.call_id.empty()) return ticket.update_time + policy.draft_hold;
  if (!ticket.call_end_time) return absl::InfiniteFuture();
  return *ticket.call_end_time + policy.draft_hold;
}

}  // namespace hotline::ticket
