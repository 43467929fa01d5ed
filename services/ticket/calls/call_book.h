// What the follower of calls writes to: the book in which every answered call has one ticket.
//
// Implemented by service/desk; blocking, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/base/phone_number.h"

namespace hotline::ticket {

/// A call that a seat or station has answered.
struct AnsweredCall {
  std::string call_id;
  std::string entry;
  std::string queue;
  std::string place;  ///< seat or station
  std::string agent;  ///< account at the seat; empty if not known
};

/// All of it can be said twice, and in any order; a second ticket never comes of it.
class CallBook {
 public:
  virtual ~CallBook() = default;

  /// The call talks: it has a draft from now on.
  virtual absl::Status Connected(const AnsweredCall& call) = 0;
  /// The call is over; also for one of which nothing was known.
  virtual absl::Status Ended(const AnsweredCall& call, absl::Time end_time) = 0;
  /// The call is no more, and nobody knows since when.
  virtual absl::Status Gone(const std::string& call_id) = 0;
  /// Which of these ended, answered calls have no ticket, or one that does not know of the end.
  virtual absl::StatusOr<std::vector<std::string>> Missing(
      const std::vector<std::string>& ended_call_ids) = 0;
  /// Calls whose tickets know of no end.
  virtual absl::StatusOr<std::vector<std::string>> OpenCalls() = 0;
  /// Calls whose caller's number nobody has told yet, newest first; a limited number of them.
  virtual absl::StatusOr<std::vector<std::string>> PendingCallers() = 0;
  /// The caller's number; none: nobody will ever know it.
  virtual absl::Status SetCaller(const std::string& call_id,
                                 const std::optional<PhoneNumber>& number) = 0;
};

}  // namespace hotline::ticket
