// What the call core decided. The shell hands each action to its adapter, in order.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "services/call/core/sdp.h"
#include "services/call/core/types.h"

namespace hotline::call {

// ---- to SIP ----

/// Refuse a caller's INVITE with a final status.
struct RejectInvite {
  CallId call;
  int status = 503;
  friend bool operator==(const RejectInvite&, const RejectInvite&) = default;
};

/// 200 to a caller's INVITE.
struct AnswerInvite {
  CallId call;
  std::string sdp;
  friend bool operator==(const AnswerInvite&, const AnswerInvite&) = default;
};

/// INVITE to a target's phone.
struct InviteTarget {
  LegId leg;
  std::string extension;
  std::string sdp;
  friend bool operator==(const InviteTarget&, const InviteTarget&) = default;
};

/// CANCEL our INVITE. If a 200 crosses it, the core hears of it and says ByeLeg.
struct CancelLeg {
  LegId leg;
  friend bool operator==(const CancelLeg&, const CancelLeg&) = default;
};

/// BYE.
struct ByeLeg {
  LegId leg;
  friend bool operator==(const ByeLeg&, const ByeLeg&) = default;
};

/// Answer to Reinvited.
struct AnswerReinvite {
  LegId leg;
  int status = 200;
  std::string sdp;
  friend bool operator==(const AnswerReinvite&, const AnswerReinvite&) = default;
};

/// The dialog did not end in time: drop it without further words.
struct ForgetLeg {
  LegId leg;
  friend bool operator==(const ForgetLeg&, const ForgetLeg&) = default;
};

using SipAction = std::variant<RejectInvite, AnswerInvite, InviteTarget, CancelLeg, ByeLeg,
                               AnswerReinvite, ForgetLeg>;

// ---- to the media node ----

/// Where a leg's far end is and what it wants.
struct RtpPeer {
  std::string address;
  uint16_t port = 0;
  Codec codec = Codec::kPcma;  ///< what we send
  uint8_t digits_payload = 0;
  bool receives = true;
  bool sends = true;
  friend bool operator==(const RtpPeer&, const RtpPeer&) = default;
};

struct AddMediaLeg {
  LegId leg;
  uint16_t local_port = 0;  ///< wanted port after a restart; 0: any
  RtpPeer peer;             ///< port 0: not known yet
  friend bool operator==(const AddMediaLeg&, const AddMediaLeg&) = default;
};

struct SetPeer {
  LegId leg;
  RtpPeer peer;
  friend bool operator==(const SetPeer&, const SetPeer&) = default;
};

/// Plays instead of what plays.
struct PlayPrompt {
  LegId leg;
  std::string prompt;
  bool loop = false;
  friend bool operator==(const PlayPrompt&, const PlayPrompt&) = default;
};

struct StopPrompt {
  LegId leg;
  friend bool operator==(const StopPrompt&, const StopPrompt&) = default;
};

/// Lets `to` hear `from`, or no more.
struct SetRoute {
  LegId from;
  LegId to;
  bool on = true;
  friend bool operator==(const SetRoute&, const SetRoute&) = default;
};

struct RemoveMediaLeg {
  LegId leg;
  friend bool operator==(const RemoveMediaLeg&, const RemoveMediaLeg&) = default;
};

using MediaAction =
    std::variant<AddMediaLeg, SetPeer, PlayPrompt, StopPrompt, SetRoute, RemoveMediaLeg>;

// ---- to the router ----

struct ReportQueued {
  CallRequest request;
  friend bool operator==(const ReportQueued&, const ReportQueued&) = default;
};

struct ReportRinging {
  CallId call;
  OfferId offer;
  friend bool operator==(const ReportRinging&, const ReportRinging&) = default;
};

struct ReportAnswered {
  CallId call;
  OfferId offer;
  friend bool operator==(const ReportAnswered&, const ReportAnswered&) = default;
};

struct ReportOfferFailed {
  CallId call;
  OfferId offer;
  LegEnd why = LegEnd::kFailed;  ///< not kCompleted; kCancelled: never rung, no fault of theirs
  friend bool operator==(const ReportOfferFailed&, const ReportOfferFailed&) = default;
};

struct ReportHeld {
  CallId call;
  bool held = false;
  friend bool operator==(const ReportHeld&, const ReportHeld&) = default;
};

/// Exactly once per call. The shell puts the record on disk before it sends it.
struct ReportEnded {
  CallRecord record;
  friend bool operator==(const ReportEnded&, const ReportEnded&) = default;
};

using Report = std::variant<ReportQueued, ReportRinging, ReportAnswered, ReportOfferFailed,
                            ReportHeld, ReportEnded>;

using Action = std::variant<SipAction, MediaAction, Report>;

/// One line for tests and logs, for example "sip: bye C1-0"; never personal data.
std::string FormatAction(const Action& action);

}  // namespace hotline::call
