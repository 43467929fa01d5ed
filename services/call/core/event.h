// All that can happen to calls: what SIP, the media node and the router say.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"

#include "services/call/core/placement.h"
#include "services/call/core/types.h"

namespace hotline::call {

// ---- SIP ----

/// A new caller's INVITE. `call` is new.
struct Invited {
  CallId call;
  std::string dialled;          ///< user part of the request URI
  std::vector<Header> headers;  ///< those that placement rules look at
  std::string sdp;              ///< empty: we make the offer
  friend bool operator==(const Invited&, const Invited&) = default;
};

/// 180 or 183 from a target.
struct Rang {
  LegId leg;
  friend bool operator==(const Rang&, const Rang&) = default;
};

/// 200 from a target; the adapter has sent the ACK.
struct Answered {
  LegId leg;
  std::string sdp;
  friend bool operator==(const Answered&, const Answered&) = default;
};

/// The ACK of a 200 in which we made the offer, with the peer's answer.
struct Acked {
  LegId leg;
  std::string sdp;  ///< empty if there was none
  friend bool operator==(const Acked&, const Acked&) = default;
};

/// An INVITE or UPDATE inside a dialog. Must be answered with AnswerReinvite.
struct Reinvited {
  LegId leg;
  std::string sdp;  ///< empty: we make the offer
  friend bool operator==(const Reinvited&, const Reinvited&) = default;
};

enum class Closure : uint8_t {
  kBye,      ///< the peer's BYE, or the answer to ours
  kCancel,   ///< the caller's CANCEL
  kRefused,  ///< a final status of 300 or more to our INVITE
  kLost,     ///< no ACK, session timer, broken transport
  kUnsent,   ///< our INVITE never left: the edge is away
};

/// The dialog is over. Comes exactly once for each dialog, also for those that we closed.
struct LegClosed {
  LegId leg;
  Closure how = Closure::kBye;
  int status = 0;  ///< with kRefused
  friend bool operator==(const LegClosed&, const LegClosed&) = default;
};

// ---- media ----

/// The media node is there (again). `alive`: legs that survived, sorted.
struct MediaUp {
  std::vector<LegId> alive;
  friend bool operator==(const MediaUp&, const MediaUp&) = default;
};

/// The stream to the media node broke.
struct MediaDown {
  friend bool operator==(const MediaDown&, const MediaDown&) = default;
};

/// A leg has its port.
struct MediaLegAdded {
  LegId leg;
  std::string address;
  uint16_t port = 0;
  friend bool operator==(const MediaLegAdded&, const MediaLegAdded&) = default;
};
enum class MediaCommand : uint8_t { kAddLeg, kPlay, kOther };

/// A command failed.
struct MediaFailed {
  LegId leg;
  MediaCommand command = MediaCommand::kOther;
  friend bool operator==(const MediaFailed&, const MediaFailed&) = default;
};

/// A prompt that does not loop played to its end.
struct PromptFinished {
  LegId leg;
  std::string prompt;
  friend bool operator==(const PromptFinished&, const PromptFinished&) = default;
};

/// A key was pressed. There is no menu (GB/T 33358 wants a person at once): nothing follows.
struct DigitPressed {
  LegId leg;
  char digit = '0';
  friend bool operator==(const DigitPressed&, const DigitPressed&) = default;
};

/// No RTP from a leg that should send.
struct LineSilent {
  LegId leg;
  absl::Duration silence;
  friend bool operator==(const LineSilent&, const LineSilent&) = default;
};

// ---- router ----

/// Ring `target` for `call`.
struct Offered {
  CallId call;
  OfferId offer;
  Target target;
  std::string extension;
  absl::Time expire_time;
  friend bool operator==(const Offered&, const Offered&) = default;
};

/// Stop ringing.
struct Withdrawn {
  CallId call;
  OfferId offer;
  LegEnd why = LegEnd::kCancelled;  ///< kNoAnswer or kCancelled
  friend bool operator==(const Withdrawn&, const Withdrawn&) = default;
};

/// No place for this call: tell the caller and hang up.
struct Released {
  CallId call;
  EndCause cause = EndCause::kQueueTimeout;
  friend bool operator==(const Released&, const Released&) = default;
};

/// The process ends: every call that still lives ends now.
struct Stopping {
  friend bool operator==(const Stopping&, const Stopping&) = default;
};

/// A deadline is due.
struct Tick {
  friend bool operator==(const Tick&, const Tick&) = default;
};

using Event = std::variant<Invited, Rang, Answered, Acked, Reinvited, LegClosed, MediaUp, MediaDown,
                           MediaLegAdded, MediaFailed, PromptFinished, DigitPressed, LineSilent,
                           Offered, Withdrawn, Released, Stopping, Tick>;

/// One line for tests and logs; never personal data.
std::string FormatEvent(const Event& event);

}  // namespace hotline::call
