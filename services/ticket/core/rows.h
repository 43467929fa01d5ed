// Guards, effects and deadlines of the table's rows. Only transitions.cc and rows_*.cc use it.
//
// A guard returns why not; an effect returns the event and its deadlines. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/ticket/core/transitions.h"

namespace hotline::ticket::rows {

using MaybeRefusal = std::optional<Refusal>;

// ---- what all share (rows_shared.cc) ----

const Particulars& With(const Case& c);
/// Refusals.
MaybeRefusal Invalid(std::vector<Problem> problems);
MaybeRefusal Missing(std::string_view field, std::string sentence);
MaybeRefusal NotNow(std::string sentence);      ///< the state forbids it
MaybeRefusal NotAllowed(std::string sentence);  ///< this person may not
/// Nobody's work is overwritten: what stands must be what the person saw.
MaybeRefusal CheckVersion(const Ticket& ticket, int64_t seen, int64_t oldest_good,
                          std::vector<std::string> differing);
MaybeRefusal CheckSeen(const Case& c);  ///< of a Do
/// The actor works for the organisation that answers for the ticket.
bool IsLead(const Case& c);
MaybeRefusal LeadOnly(const Case& c);
/// The actor has not handled it, ruled on it or called back: those three are three people (I6).
MaybeRefusal NotHandled(const Case& c, bool rules);
MaybeRefusal NotJudged(const Case& c);
/// A unit that may get the ticket: known, active, no respondent, and none that gave it back.
MaybeRefusal CheckUnit(const Case& c);
/// Dispatchers of counties and clerks: only below their own place in the tree.
MaybeRefusal InOwnSubtree(const Case& c, const std::string& path);

/// The event of a Do, as it was asked.
Outcome Record(const Case& c);
Outcome Record(const Case& c, Particulars with, std::vector<ClockSet> clocks = {});
/// The event of what time does.
Outcome ByItself(const Case& c, Act act, std::vector<ClockSet> clocks = {});
/// A new clock from `start`; nothing if the policy has no limit for it.
void StartClock(const Case& c, ClockKind kind, absl::Time start, std::vector<ClockSet>& clocks);
Matter MatterOf(const Ticket& ticket);
Priority PriorityOf(const Ticket& ticket);
/// When a clock is over, whatever a part's whole allows; InfiniteFuture if it does not run.
absl::Time ClockDue(const Ticket& ticket, ClockKind kind);
/// The clocks that stood still go on.
std::vector<ClockSet> GoOn(const Case& c);
/// Running clocks under another priority: only ever earlier.
std::vector<ClockSet> Hurry(const Case& c, Priority priority);
MaybeRefusal Always(const Case& c);
MaybeRefusal Seen(const Case& c);  ///< only the version counts

// ---- rows 1 to 3, edits, facts of the call (rows_opening.cc) ----

MaybeRefusal WellWritten(const Case& c);
MaybeRefusal MayEdit(const Case& c);
MaybeRefusal MayRegister(const Case& c);
MaybeRefusal MayClose(const Case& c);
MaybeRefusal MayClassify(const Case& c);
Outcome OpenDraft(const Case& c);
Outcome Link(const Case& c);
Outcome SetCaller(const Case& c);
Outcome SetCallEnd(const Case& c);
Outcome Write(const Case& c);
Outcome RegisterByHand(const Case& c);
Outcome RegisterByItself(const Case& c);
Outcome CloseOnTheSpot(const Case& c);
Outcome Mark(const Case& c);

// ---- rows 4 to 14 (rows_dispatch.cc) ----

MaybeRefusal MayAskInfo(const Case& c);
MaybeRefusal MayPropose(const Case& c);
MaybeRefusal MayConfirm(const Case& c);
MaybeRefusal MayMerge(const Case& c);
MaybeRefusal MayDispatch(const Case& c);
MaybeRefusal MayAccept(const Case& c);
MaybeRefusal MayReturn(const Case& c);
MaybeRefusal MayDecideReturn(const Case& c);
MaybeRefusal MayContest(const Case& c);
MaybeRefusal MayRule(const Case& c);
MaybeRefusal MayRecordFault(const Case& c);
MaybeRefusal MayShare(const Case& c);
bool CameFromHandling(const Case& c);
bool WasMerged(const Case& c);
bool ReturnsTooOften(const Case& c);
Outcome AskInfo(const Case& c);
Outcome Supply(const Case& c);
Outcome Propose(const Case& c);
Outcome Confirm(const Case& c);
Outcome Dispatch(const Case& c);
Outcome AcceptByItself(const Case& c);
Outcome WaitForDispatch(const Case& c);
Outcome WaitForRuling(const Case& c);
Outcome BindFallback(const Case& c);
Outcome RecordFault(const Case& c);
Outcome WithdrawByItself(const Case& c);
absl::Time AcceptDeadline(const Policy& policy, const Ticket& ticket);
absl::Time RulingDeadline(const Policy& policy, const Ticket& ticket);
absl::Time WaitInfoDeadline(const Policy& policy, const Ticket& ticket);

// ---- rows 15 to 19 and 23, and what is noted meanwhile (rows_handling.cc) ----

MaybeRefusal MaySuspend(const Case& c);
MaybeRefusal MayResume(const Case& c);
MaybeRefusal MayExtend(const Case& c);
MaybeRefusal MaySubmit(const Case& c);
MaybeRefusal MayReview(const Case& c);
MaybeRefusal MayContact(const Case& c);
MaybeRefusal MayAddEvidence(const Case& c);
MaybeRefusal NeedsText(const Case& c);
MaybeRefusal NeedsOther(const Case& c);
Outcome Suspend(const Case& c);
Outcome Resume(const Case& c);
Outcome ResumeByItself(const Case& c);
Outcome Extend(const Case& c);
Outcome Submit(const Case& c);
Outcome SendBack(const Case& c);
Outcome PassResult(const Case& c);
Outcome PassByItself(const Case& c);
Outcome AddEvidence(const Case& c);
Outcome AddNote(const Case& c);
Outcome Warn(const Case& c);
Outcome Recompute(const Case& c);
absl::Time SuspensionDeadline(const Policy& policy, const Ticket& ticket);
absl::Time ReviewByItself(const Policy& policy, const Ticket& ticket);
absl::Time WarningDeadline(const Policy& policy, const Ticket& ticket);

// ---- rows 20 to 30 (rows_ending.cc) ----

MaybeRefusal MayFollowUp(const Case& c);
MaybeRefusal MayGiveUp(const Case& c);
MaybeRefusal MayRefer(const Case& c);
MaybeRefusal MayReopen(const Case& c);
MaybeRefusal MayWithdraw(const Case& c);
MaybeRefusal MayOrder(const Case& c);
MaybeRefusal MayAnswerOrder(const Case& c);
MaybeRefusal MayRate(const Case& c);
bool WasRedone(const Case& c);
bool HasLead(const Case& c);
Outcome Rework(const Case& c);
Outcome CloseWithOrder(const Case& c);
Outcome CloseByRating(const Case& c);
Outcome Refer(const Case& c);
Outcome Archive(const Case& c);
Outcome RaiseCrisis(const Case& c);
Outcome Order(const Case& c);
absl::Time RatingDeadline(const Policy& policy, const Ticket& ticket);
absl::Time ArchiveDeadline(const Policy& policy, const Ticket& ticket);

}  // namespace hotline::ticket::rows
