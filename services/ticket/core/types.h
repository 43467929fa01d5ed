// The words of a ticket's life: where it is, what it is about, who may do what. Values only.
//
// The numbers are those of hotline/ticket/v1 and hotline/access/v1; service/convert checks it.
#pragma once

#include <cstdint>
#include <initializer_list>
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
  friend bool operator==(const Actor&, const Actor&) = default;
};

inline constexpr std::string_view kSystemAccount = "system";

/// The hotline itself: timers, the follower of calls.
Actor SystemActor();

std::string_view FormatState(State state);           ///< "draft" …
std::string_view FormatClosure(Closure closure);     ///< "on_spot" …
std::string_view FormatCategory(Category category);  ///< "advice" …
/// Returns kNone for a word that FormatCategory does not write.
Category ParseCategory(std::string_view text);

}  // namespace hotline::ticket
