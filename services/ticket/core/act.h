// What people and time do to a ticket beside writing in it: one word each, with what belongs to it.
//
// The rows of transitions.cc say who may do what and when; the words stand in the log for ever.
// Pure values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "services/base/time_limit.h"
#include "services/ticket/core/types.h"

namespace hotline::ticket {

/// The numbers are stored: never change one.
enum class Act : uint8_t {
  kNone = 0,
  kAskInfo = 1,          ///< row 4: one notice of everything that is missing
  kSupply = 2,           ///< row 4: the citizen's answer
  kPropose = 3,          ///< `what`: refuse, suspend, extend or unreasonable; another decides
  kReject = 4,           ///< what was proposed is not done
  kRefuse = 5,           ///< row 5
  kMerge = 6,            ///< row 6, `other`: the ticket that goes on
  kUnmerge = 7,          ///< row 6 taken back
  kDispatch = 8,         ///< row 7
  kAccept = 9,           ///< row 8
  kAcceptByItself = 10,  ///< row 9
  kAskReturn = 11,       ///< row 10
  kUpholdReturn = 12,    ///< row 11
  kRejectReturn = 13,    ///< row 12
  kContest = 14,         ///< row 13
  kRule = 15,            ///< row 13, `unit`: who is bound
  kRecordFault = 16,     ///< row 11: the dispatcher erred, the handling clock starts again
  kAddChild = 17,        ///< row 14
  kChildClosed = 18,     ///< row 14
  kAddCoHandler = 19,    ///< row 14
  kHandOver = 20,        ///< row 14
  kSuspend = 21,         ///< row 15
  kResume = 22,          ///< row 15
  kExtend = 23,          ///< row 16
  kContact = 24,         ///< with the citizen; `yes`: reached
  kDoubtContact = 25,    ///< the latest contact record is wrong
  kEvidence = 26,        ///< `other`: its SHA-256
  kSubmit = 27,          ///< rows 17 and 23
  kRejectResult = 28,    ///< row 18
  kPassResult = 29,      ///< row 19
  kSatisfied = 30,       ///< row 20
  kNoAnswer = 31,        ///< an attempt at the follow-up
  kUnreachable = 32,     ///< row 21
  kDissatisfied = 33,    ///< row 22, or row 24 after a rework
  kUnreasonable = 34,    ///< row 25
  kRefer = 35,           ///< row 26
  kReceipt = 36,         ///< row 26, `other`: its number
  kReferBack = 37,       ///< row 26
  kReopen = 38,          ///< row 27
  kArchive = 39,         ///< row 28
  kWithdraw = 40,        ///< row 29
  kRaiseCrisis = 41,     ///< row 30
  kRate = 42,            ///< `other`: the service event, `number`: 1 to 5
  kUrge = 43,
  kOrder = 44,        ///< supervision order
  kAnswerOrder = 45,  ///< `number`: which
  kNote = 46,         ///< what came later: `other` is the message it came with
  kRecompute = 47,    ///< the calendar has changed
  kUnmask = 48,       ///< somebody was shown the caller's number, `text`: why
};
inline constexpr int kActs = 49;

/// An organisation of the directory that handles tickets.
struct Unit {
  std::string org;
  std::string path;  ///< "/city/county/station"
  friend bool operator==(const Unit&, const Unit&) = default;
};

/// What belongs to an act; each act says in its row's guard what it needs.
struct Particulars {
  std::string what;                ///< the channel; the act that is proposed
  std::string reason;              ///< a word from a list
  std::string text;                ///< in people's words
  std::string other;               ///< another thing's number
  Unit unit;                       ///< who is meant
  Unit fallback;                   ///< dispatch: who takes it if a ruling comes to nothing
  std::vector<std::string> rules;  ///< dispatch: the rules that chose, and what they saw
  TimeLimit limit;                 ///< asked for, or shorter than the rule
  std::optional<absl::Time> time;  ///< when it really was; when it was due
  bool yes = false;
  bool late = false;  ///< it came later than it was due
  int number = 0;
  friend bool operator==(const Particulars&, const Particulars&) = default;
};

/// "dispatch", "accept" … as commands and logs say it.
std::string_view FormatAct(Act act);
/// Returns kNone for a word that FormatAct does not write.
Act ParseAct(std::string_view text);

/// Whether `path` lies in the tree below `root`, or is it. Nothing lies below an unknown root.
bool IsWithin(std::string_view path, std::string_view root);

}  // namespace hotline::ticket
