// The live SIP dialogs: Sofia's callbacks become events, the core's actions become Sofia's calls.
//
// Lives on the Sofia thread. A handle is destroyed when Sofia says that its session is terminated,
// never before, except when the core forgets it.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/call/sip/farewell.h"
#include "services/call/sip/sip_endpoint.h"
#include "services/call/sip/sofia.h"

namespace hotline::call {

/// One dialog, ours as Sofia's handle magic.
struct SipLeg {
  LegId id;
  nua_handle_t* handle = nullptr;  ///< none while an INVITE waits to be sent again
  bool answered = false;           ///< a 200 to the first INVITE was sent or received
  bool acked = false;       ///< and its ACK; before that a UAS must not send BYE (RFC 3261 §15)
  bool bye_wanted = false;  ///< BYE as soon as the ACK is there
  bool offered_in_200 = false;  ///< the ACK brings the peer's answer
  bool peer_bye = false;
  bool peer_cancel = false;
  bool our_bye = false;
  int refused = 0;                     ///< final status of our first INVITE
  std::optional<InviteTarget> invite;  ///< ours
  int attempts = 0;                    ///< to bring it to the edge
  bool edge_away = false;              ///< the last one did not
  DialogState dialog;                  ///< of a caller, until the ACK
  bool update_pending = false;
  nua_saved_event_t update[1] = {{nullptr}};  ///< the UPDATE to be answered

  bool inbound() const { return id.index == kCallerLeg; }
};

class Dialogs {
 public:
  Dialogs(SipOptions options, Clock clock, SipOwner owner);

  /// Binds. Returns false if that failed.
  bool Open(su_root_t* root);
  /// Begins the goodbyes; calls `done` when they are over.
  void Shutdown(std::function<void()> done);
  /// Requires: the goodbyes are over.
  void Destroy();
  /// Gives up what Destroy() could not wait for: at the end of the process, with calls still up.
  void EndFarewells();
  void Do(const SipAction& action);
  void SayFarewell(const std::vector<std::string>& farewells);

  std::atomic<bool> draining = false;
  std::atomic<bool> full = false;
  std::atomic<uint64_t> invites = 0, overload = 0, refused_draining = 0, malformed = 0;

 private:
  static void OnEvent(nua_event_t event, int status, const char* phrase, nua_t* nua, Dialogs* self,
                      nua_handle_t* handle, SipLeg* leg, const sip_t* sip, tagi_t tags[]);
  void ShutdownIfEmpty();
  void OnInvite(nua_handle_t* handle, const sip_t* sip);
  void OnReinvite(SipLeg& leg, const sip_t* sip);
  void OnUpdate(SipLeg& leg, const sip_t* sip);
  void DropUpdate(SipLeg& leg);
  void OnResponse(SipLeg& leg, int status, const sip_t* sip);
  void OnAck(SipLeg& leg, const sip_t* sip);
  void OnOptions(nua_handle_t* handle, SipLeg* leg);
  /// The dialog is over: tells the core, once, and lets go of the handle.
  void Close(SipLeg& leg);
  void Refuse(nua_handle_t* handle, int status);
  CallId NewCallId();
  SipLeg* Find(LegId id);

  void Do(SipLeg& leg, const AnswerInvite& action);
  void Do(SipLeg& leg, const RejectInvite& action);
  void Do(SipLeg& leg, const CancelLeg& action);
  void Do(SipLeg& leg, const ByeLeg& action);
  void Do(SipLeg& leg, const AnswerReinvite& action);
  void Do(SipLeg& leg, const ForgetLeg& action);
  void Invite(const InviteTarget& action);
  void Send(SipLeg& leg);
  /// The edge is away: brings the INVITE there again in a moment. Returns false if it was tried
  /// often enough.
  bool SendAgain(SipLeg& leg);
  static void OnRetryTimer(su_root_magic_t*, su_timer_t*, Dialogs* self);

  const SipOptions options_;
  const Clock clock_;
  const SipOwner owner_;
  su_root_t* root_ = nullptr;
  nua_t* nua_ = nullptr;
  std::unique_ptr<FarewellAgent> farewell_;  ///< once it is needed
  std::function<void()> shut_down_;
  std::map<LegId, std::unique_ptr<SipLeg>> legs_;
  su_timer_t* retry_timer_ = nullptr;
  std::vector<LegId> retries_;  ///< to be sent when it fires; some may be gone
  uint32_t inbound_ = 0;        ///< legs_ with index kCallerLeg
  uint32_t call_counter_ = 0;
};

}  // namespace hotline::call
