// The words of a ticket's life: where it is, what it is about, who may do what. Values only.
//
// The numbers are those of hotline/ticket/v1 and hotline/access/v1; service/convert checks it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::ticket {

/// Where a ticket is: S00 … S90 of the domain model, plus one.
enum class State : uint8_t {
  kNone = 0,
  kDraft = 1,
  kRegistered = 6,
  kWaitInfo = 8,
  kToDispatch = 11,
  kDispatched = 21,
  kReturnAsked = 26,
  kRuling = 28,
  kInProgress = 31,
  kSuspended = 36,
  kDoneReview = 41,
  kToFollowUp = 51,
  kRework = 56,
  kClosed = 61,
  kReferredOut = 71,
  kArchived = 81,
  kVoid = 91,
};

/// How a ticket ended.
enum class Closure : uint8_t {
  kNone = 0,
  kOnSpot = 1,
  kHandled = 2,
  kReferredOut = 3,
  kNotAccepted = 4,
  kWithdrawn = 5,
  kMerged = 6,
  kUnreachable = 7,
  kUnreasonable = 8,
};

/// The six main categories (R069).
enum class Category : uint8_t {
  kNone = 0,
  kAdvice = 1,
  kService = 2,
  kMediation = 3,
  kPublicity = 4,
  kLegalAid = 5,
  kComplaint = 6,
};
inline constexpr int kCategories = 6;

/// What somebody is to the hotline.
enum class Role : uint8_t {
  kNone = 0,
  kCitizen = 1,
  kOperator = 2,
  kExpert = 3,
  kCityDispatcher = 4,
  kCountyDispatcher = 5,
  kStationClerk = 6,
  kVillageContact = 7,
  kHandlingUnit = 8,
  kFollowUp = 9,
  kSupervisor = 10,
  kPartner12345 = 11,
  kContractor = 12,
  kAuditor = 13,
  kSystem = 14,
};

/// How urgent a ticket is. Its numbers are those of the domain model: P0 first.
enum class Priority : uint8_t {
  kCrisis = 0,
  kUrgent = 1,
  kGreen = 2,
  kNormal = 3,
};
inline constexpr int kPriorities = 4;

/// Who may read it beside those who work on it.
enum class Secrecy : uint8_t {
  kOrdinary = 0,
  kConfidential = 1,  ///< the citizen asked for it
  kStrict = 2,        ///< crisis, complaints about people of the hotline
};

/// What kind of work it is: decides how long handling may take (section 3.6).
enum class Matter : uint8_t {
  kNone = 0,  ///< by its category
  kConsult = 1,
  kHelp = 2,  ///< help, mediation, referral
  kSuggestion = 3,
  kLawyerComplaint = 4,
  kWageArrears = 5,  ///< legal aid for wages: the same day
  kLegalAid = 6,
  kComplex = 7,
  kWebConsult = 8,  ///< the six-hour rule
};
inline constexpr int kMatters = 9;

/// A set of states.
class States {
 public:
  constexpr States() = default;

  // NOLINTNEXTLINE(google-explicit-constructor): a row that leads from one state names it alone.
  constexpr States(State state) { Add(state); }

  constexpr States(std::initializer_list<State> states) {
    for (const State state : states) Add(state);
  }

  constexpr bool Has(State state) const { return (Bit(state) & bits_) != Bits{0, 0}; }

  friend constexpr bool operator==(const States&, const States&) = default;

 private:
  /// States go up to 91.
  struct Bits {
    uint64_t low = 0, high = 0;

    constexpr Bits operator&(Bits o) const { return {low & o.low, high & o.high}; }

    friend constexpr bool operator==(const Bits&, const Bits&) = default;
  };

  static constexpr Bits Bit(State state) {
    const auto i = static_cast<unsigned>(state);
    return i < 64 ? Bits{uint64_t{1} << i, 0} : Bits{0, uint64_t{1} << (i - 64)};
  }

  constexpr void Add(State state) {
    bits_ = {bits_.low | Bit(state).low, bits_.high | Bit(state).high};
  }

  Bits bits_;
};

/// A set of roles.
class Roles {
 public:
  constexpr Roles() = default;

  constexpr Roles(std::initializer_list<Role> roles) {
    for (const Role role : roles) bits_ |= 1U << static_cast<unsigned>(role);
  }

  constexpr void Add(Role role) { bits_ |= 1U << static_cast<unsigned>(role); }

  /// Whether the two have a role in common.
  constexpr bool Meets(Roles other) const { return (bits_ & other.bits_) != 0; }

  friend bool operator==(const Roles&, const Roles&) = default;

 private:
  uint32_t bits_ = 0;
};

/// Who does something: an account, or "system" for the hotline's own processes.
struct Actor {
  std::string account;
  Roles roles;
  std::string org;       ///< where it works; empty: not known
  std::string path;      ///< of the org in the tree, "/city/county/station"; empty: not known
  std::string employer;  ///< of contractors and lawyers
  std::string group;     ///< of supervisors: who checks whom
  friend bool operator==(const Actor&, const Actor&) = default;
};

inline constexpr std::string_view kSystemAccount = "system";

/// The hotline itself: timers, the follower of calls.
Actor SystemActor();

std::string_view FormatState(State state);           ///< "draft" …
std::string_view FormatClosure(Closure closure);     ///< "on_spot" …
std::string_view FormatCategory(Category category);  ///< "advice" …
std::string_view FormatMatter(Matter matter);        ///< "consult" …
std::string_view FormatSecrecy(Secrecy secrecy);     ///< "ordinary" …
std::string FormatPriority(Priority priority);       ///< "P0" …
/// Return nothing for a word that the three above do not write.
std::optional<Matter> ParseMatter(std::string_view text);
std::optional<Secrecy> ParseSecrecy(std::string_view text);
std::optional<Priority> ParsePriority(std::string_view text);
/// Returns kNone for a word that FormatCategory does not write.
Category ParseCategory(std::string_view text);

}  // namespace hotline::ticket
