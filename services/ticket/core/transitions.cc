#include "services/ticket/core/transitions.h"

#include <iterator>
#include <type_traits>

#include "services/ticket/core/rows.h"

namespace hotline::ticket {
namespace {

using namespace rows;  // NOLINT(google-build-using-namespace): the table is made of them

// ---- who ----

constexpr Role kCit = Role::kCitizen, kOpr = Role::kOperator, kExp = Role::kExpert,
               kDsp = Role::kCityDispatcher, kCds = Role::kCountyDispatcher,
               kStn = Role::kStationClerk, kVil = Role::kVillageContact, kUnt = Role::kHandlingUnit,
               kCbk = Role::kFollowUp, kSup = Role::kSupervisor, kX12345 = Role::kPartner12345,
               kOps3 = Role::kContractor, kSys = Role::kSystem;

/// Who may write, register and close what they answered: operators, experts, station clerks, and
/// who stands in for them.
constexpr Roles kAnswerers = {kOpr, kExp, kOps3, kStn, kSup};
constexpr Roles kOpeners = {kOpr, kExp, kOps3, kStn, kSup, kSys};
constexpr Roles kWriters = {kOpr, kExp, kOps3, kStn, kSup, kDsp, kCds};
constexpr Roles kClassifiers = {kOpr, kExp, kOps3, kStn, kSup, kDsp, kCds, kSys};
constexpr Roles kSystem = {kSys};
/// Who may work for the organisation that a ticket was dispatched to.
constexpr Roles kWorkers = {kStn, kUnt, kVil, kExp, kOpr, kCds};
constexpr Roles kSuppliers = {kCit, kOpr, kExp, kOps3, kStn, kX12345, kSup, kSys};
constexpr Roles kAnybody = {kCit, kOpr, kExp, kDsp,    kCds,  kStn, kVil,
                            kUnt, kCbk, kSup, kX12345, kOps3, kSys};

// ---- from where ----

constexpr State kNone = State::kNone, S00 = State::kDraft, S05 = State::kRegistered,
                S07 = State::kWaitInfo, S10 = State::kToDispatch, S20 = State::kDispatched,
                S25 = State::kReturnAsked, S27 = State::kRuling, S30 = State::kInProgress,
                S35 = State::kSuspended, S40 = State::kDoneReview, S50 = State::kToFollowUp,
                S55 = State::kRework, S60 = State::kClosed, S70 = State::kReferredOut,
                S80 = State::kArchived, kStays = State::kNone;

constexpr States kOpen = {S05, S07, S10, S20, S25, S27, S30, S35, S40, S50, S55};
constexpr States kLive = {S00, S05, S07, S10, S20, S25, S27, S30, S35, S40, S50, S55, S70};
constexpr States kAny = {S00, S05, S07, S10, S20, S25, S27, S30, S35, S40, S50, S55, S60, S70, S80};
constexpr States kWithUnit = {S20, S25, S27, S30, S35, S40, S50, S55};

// ---- by what ----

template <class T, size_t I = 0>
constexpr size_t IndexOf() {
  if constexpr (std::is_same_v<std::variant_alternative_t<I, Command>, T>) {
    return I;
  } else {
    return IndexOf<T, I + 1>();
  }
}

template <class T>
constexpr Trigger On() {
  return {IndexOf<T>(), Act::kNone};
}

constexpr Trigger By(Act act) {
  return {IndexOf<Do>(), act};
}

constexpr Trigger kTime = On<Tick>();

// ---- the table ----

constexpr Transition kTransitions[] = {
    // clang-format off
    {1,  kNone,      S00,    On<Open>(),             kOpeners,         WellWritten,      OpenDraft},
    {2,  S00,        S60,    On<CloseOnSpot>(),      kAnswerers,       MayClose,         CloseOnTheSpot},
    {3,  S00,        S05,    On<Register>(),         kOpeners,         MayRegister,      RegisterByHand},
    {3,  S00,        S05,    kTime,                  kSystem,          Always,           RegisterByItself, nullptr, DraftDeadline},

    // Row 4 also leads from S30: a unit may ask for material too, once (SC08, SC12).
    {4,  {S05, S30}, S07,    By(Act::kAskInfo),      {kDsp, kCds, kStn, kUnt, kExp, kOpr, kSup}, MayAskInfo, AskInfo},
    {4,  S07,        S30,    By(Act::kSupply),       kSuppliers,       NeedsText,        Supply, CameFromHandling},
    {4,  S07,        S05,    By(Act::kSupply),       kSuppliers,       NeedsText,        Supply},
    {5,  S05,        S60,    By(Act::kRefuse),       {kDsp, kSup},     MayConfirm,       Confirm},
    {6,  S05,        S60,    By(Act::kMerge),        {kDsp},           MayMerge,         Record},
    {6,  S60,        S05,    By(Act::kUnmerge),      {kDsp},           NeedsText,        WaitForDispatch, WasMerged},

    {7,  {S05, S10}, S20,    By(Act::kDispatch),     {kDsp, kCds, kStn, kSys}, MayDispatch, Dispatch},
    {8,  S20,        S30,    By(Act::kAccept),       kWorkers,         MayAccept,        Record},
    {9,  S20,        S30,    kTime,                  kSystem,          Always,           AcceptByItself, nullptr, AcceptDeadline},
    {10, {S20, S30}, S25,    By(Act::kAskReturn),    kWorkers,         MayReturn,        WaitForRuling},
    // The third return upheld would make a fourth hop: a ruling decides instead.
    {13, S25,        S27,    By(Act::kUpholdReturn), {kDsp, kCds},     MayDecideReturn,  WaitForRuling, ReturnsTooOften},
    {11, S25,        S10,    By(Act::kUpholdReturn), {kDsp, kCds},     MayDecideReturn,  WaitForDispatch},
    {12, S25,        S30,    By(Act::kRejectReturn), {kDsp, kCds},     MayDecideReturn,  Record},
    {13, S25,        S27,    By(Act::kContest),      {kCds},           MayContest,       WaitForRuling},
    {13, S30,        S27,    By(Act::kContest),      kWorkers,         MayContest,       WaitForRuling},
    {13, S27,        S30,    By(Act::kRule),         {kDsp, kSup},     MayRule,          Record},
    {13, S27,        S30,    kTime,                  kSystem,          Always,           BindFallback, nullptr, RulingDeadline},
    {11, {S10, S20, S30}, kStays, By(Act::kRecordFault), {kSup},       MayRecordFault,   RecordFault},

    {14, S30,        kStays, By(Act::kAddChild),     kWorkers,         MayShare,         Record},
    {14, kLive,      kStays, By(Act::kChildClosed),  kSystem,          NeedsOther,       Record},
    {14, S30,        kStays, By(Act::kAddCoHandler), kWorkers,         MayShare,         Record},
    {14, S30,        kStays, By(Act::kHandOver),     kWorkers,         MayShare,         Record},
    {15, S30,        S35,    By(Act::kSuspend),      {kSup},           MaySuspend,       Suspend},
    {15, S35,        S30,    By(Act::kResume),       {kStn, kUnt, kExp, kOpr, kSup, kSys}, MayResume, Resume},
    {15, S35,        S30,    kTime,                  kSystem,          Always,           ResumeByItself, nullptr, SuspensionDeadline},
    {16, S30,        kStays, By(Act::kExtend),       {kSup, kDsp},     MayExtend,        Extend},
    {17, S30,        S40,    By(Act::kSubmit),       kWorkers,         MaySubmit,        Submit},
    {18, S40,        S30,    By(Act::kRejectResult), {kCds, kDsp, kSup, kStn}, MayReview, SendBack},
    {19, S40,        S50,    By(Act::kPassResult),   {kCds, kDsp, kSup, kStn}, MayReview, PassResult},
    {19, S40,        S50,    kTime,                  kSystem,          Always,           PassByItself, nullptr, ReviewByItself},

    {20, S50,        S60,    By(Act::kSatisfied),    {kCbk},           MayFollowUp,      Record},
    {20, S50,        S60,    kTime,                  kSystem,          Always,           CloseByRating, nullptr, RatingDeadline},
    {21, S50,        S60,    By(Act::kUnreachable),  {kCbk},           MayGiveUp,        Record},
    {24, S50,        S60,    By(Act::kDissatisfied), {kCbk},           MayFollowUp,      CloseWithOrder, WasRedone},
    {22, S50,        S55,    By(Act::kDissatisfied), {kCbk},           MayFollowUp,      Rework},
    {23, S55,        S40,    By(Act::kSubmit),       kWorkers,         MaySubmit,        Submit},
    {25, S50,        S60,    By(Act::kUnreasonable), {kSup},           MayConfirm,       Confirm},

    {26, kOpen,      S70,    By(Act::kRefer),        {kDsp},           MayRefer,         Refer},
    {26, S70,        S60,    By(Act::kReceipt),      {kDsp, kX12345, kSys}, NeedsOther,  Record},
    {26, S70,        S10,    By(Act::kReferBack),    {kDsp, kX12345, kSys}, NeedsText,   WaitForDispatch},
    {27, S60,        S55,    By(Act::kReopen),       {kCit, kOpr, kStn, kSup}, MayReopen,        Rework, HasLead},
    {27, S60,        S05,    By(Act::kReopen),       {kCit, kOpr, kStn, kSup}, MayReopen,        WaitForDispatch},
    {28, S60,        S80,    kTime,                  kSystem,          Always,           Archive, nullptr, ArchiveDeadline},
    {29, kOpen,      S60,    By(Act::kWithdraw),     {kCit, kOpr, kExp, kStn}, MayWithdraw, Record},
    {29, S07,        S60,    kTime,                  kSystem,          Always,           WithdrawByItself, nullptr, WaitInfoDeadline},
    {30, kLive,      kStays, By(Act::kRaiseCrisis),  kAnybody,         NeedsText,        RaiseCrisis},

    // What moves nothing.
    {0,  {S00, S05, S07, S10}, kStays, On<Edit>(),   kWriters,         MayEdit,          Write},
    {0,  kLive,      kStays, On<Classify>(),         kClassifiers,     MayClassify,      Mark},
    {0,  kAny,       kStays, On<LinkCall>(),         kSystem,          Always,           Link},
    {0,  kAny,       kStays, On<NoteCaller>(),       kSystem,          Always,           SetCaller},
    {0,  kAny,       kStays, On<EndCall>(),          kSystem,          Always,           SetCallEnd},
    {0,  {S05, S30, S50}, kStays, By(Act::kPropose), {kDsp, kStn, kUnt, kExp, kOpr, kCds, kCbk}, MayPropose, Propose},
    {0,  {S05, S30, S50}, kStays, By(Act::kReject),  {kDsp, kSup},     MayConfirm,       Record},
    {0,  {S30, S55}, kStays, By(Act::kContact),      kWorkers,         MayContact,       Record},
    {0,  {S50, S55}, kStays, By(Act::kDoubtContact), {kCbk},           NeedsText,        Record},
    {0,  {S20, S30, S35, S40, S55}, kStays, By(Act::kEvidence), kWorkers, MayAddEvidence, AddEvidence},
    {0,  S50,        kStays, By(Act::kNoAnswer),     {kCbk},           MayFollowUp,      Record},
    {0,  {S50, S60}, kStays, By(Act::kRate),         {kCit, kSys},     MayRate,          Record},
    {0,  kWithUnit,  kStays, By(Act::kUrge),         {kSup, kDsp},     NeedsText,        Record},
    {0,  kWithUnit,  kStays, By(Act::kOrder),        {kSup},           MayOrder,         Order},
    {0,  {S20, S25, S27, S30, S35, S40, S50, S55, S60}, kStays, By(Act::kAnswerOrder), kWorkers, MayAnswerOrder, Record},
    {0,  {S00, S05, S10, S20, S25, S27, S30, S35, S40, S50, S55, S60, S70}, kStays, By(Act::kNote), kAnybody, NeedsText, AddNote},
    {0,  kAny,       kStays, By(Act::kUnmask),       {kOpr, kExp, kDsp, kCds, kStn, kUnt, kCbk, kSup}, NeedsText, Record},
    {0,  kLive,      kStays, By(Act::kRecompute),    kSystem,          Always,           Recompute},
    {0,  kLive,      kStays, kTime,                  kSystem,          Always,           Warn, nullptr, WarningDeadline},
    // clang-format on
};

}  // namespace

std::string_view NameOf(const Command& command) {
  static constexpr std::string_view kNames[] = {"open",     "link_call", "note_caller", "end_call",
                                                "edit",     "register",  "close",       "tick",
                                                "classify", "do"};
  static_assert(std::size(kNames) == std::variant_size_v<Command>);
  if (const auto* act = std::get_if<Do>(&command)) return FormatAct(act->act);
  return kNames[command.index()];
}

Trigger TriggerOf(const Command& command) {
  const auto* act = std::get_if<Do>(&command);
  return {command.index(), act == nullptr ? Act::kNone : act->act};
}

absl::Span<const Transition> Transitions() {
  return kTransitions;
}

bool IsGroupAlarm(const Policy& policy, const Ticket& ticket) {
  return ticket.marks.head_count >= policy.group_alert;
}

}  // namespace hotline::ticket
