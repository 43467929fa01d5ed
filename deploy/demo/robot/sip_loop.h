// The robots' SIP: one Sofia-SIP agent on its own thread, with closures and timers for it.
//
// Post(), After() and Cancel() from any thread; everything under "SIP thread" only from closures,
// timers and SipPeer callbacks, which all run there. The agent binds a free port on 127.0.0.1 for
// UDP and TCP.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "deploy/demo/robot/instant.h"

namespace hotline::robot {

enum class SipTransport { kUdp, kTcp };

struct SipOptions {
  std::string proxy;  ///< host:port that requests go through; empty: straight to their URI
  SipTransport transport = SipTransport::kUdp;
  std::string domain = "hotline.local";
};

/// A registration or dialog of the agent; opaque outside sip_loop.cc.
struct SipHandle;

/// What happened to a registration or dialog.
struct SipEvent {
  enum class Kind {
    kRegistered,      ///< REGISTER: 200
    kRegisterFailed,  ///< REGISTER: any other final answer, see status
    kUnregistered,    ///< the binding is gone
    kProgress,        ///< our INVITE: 101 … 199
    kAccepted,        ///< our INVITE: 200, with the far end's description; acknowledged already
    kReofferRefused,  ///< our re-INVITE: a final answer above 299
    kConfirmed,       ///< their INVITE: our 200 was acknowledged
    kReoffered,       ///< their re-INVITE: answer it with Accept()
    kCancelled,       ///< their CANCEL
    kBye,             ///< their BYE
    kTerminated,      ///< the dialog is over; the handle is gone after this
  };
  Kind kind;
  int status = 0;
  std::string sdp;
};

/// Receives the events of its handle.
class SipPeer {
 public:
  virtual ~SipPeer() = default;
  virtual void OnSip(const SipEvent& event) = 0;
};

/// A new INVITE.
struct Invitation {
  SipHandle* handle = nullptr;
  std::string user;     ///< user part of the request URI: which phone
  std::string from;     ///< user part of From
  std::string call_id;  ///< header Call-ID
  std::string sdp;
  Instant time;
};

/// An INVITE to send.
struct InviteOptions {
  std::string to;    ///< "12348", or a whole SIP URI
  std::string from;  ///< user part
  std::vector<std::pair<std::string, std::string>> headers;
  std::string sdp;
};

class SipLoop {
 public:
  using TimerId = uint64_t;
  /// Decides who takes an INVITE: its peer, or null after it was refused.
  using OnInvite = std::function<std::shared_ptr<SipPeer>(const Invitation&)>;

  SipLoop(SipOptions options, OnInvite on_invite);
  /// Ends what is left (BYE, un-REGISTER) for kShutdownTime at most.
  ~SipLoop();
  SipLoop(const SipLoop&) = delete;
  SipLoop& operator=(const SipLoop&) = delete;

  uint16_t port() const;
  const SipOptions& options() const;

  void Post(std::function<void()> closure);
  TimerId After(absl::Duration delay, std::function<void()> closure);
  void Cancel(TimerId timer);

  // SIP thread ------------------------------------------------------------------------------------
  SipHandle* Register(std::shared_ptr<SipPeer> peer, const std::string& user,
                      const std::string& password);
  void Unregister(SipHandle* handle);
  /// Drops a registration that failed; no more events of it.
  void Forget(SipHandle* handle);
  SipHandle* Invite(std::shared_ptr<SipPeer> peer, const InviteOptions& options);
  void Ring(SipHandle* handle);
  /// Answers an INVITE or re-INVITE with 200.
  void Accept(SipHandle* handle, const std::string& sdp);
  /// Answers an INVITE with `status` (300 … 699).
  void Refuse(SipHandle* handle, int status);
  /// Offers again inside the dialog.
  void Reoffer(SipHandle* handle, const std::string& sdp);
  void Bye(SipHandle* handle);
  void CancelInvite(SipHandle* handle);

  static constexpr absl::Duration kShutdownTime = absl::Seconds(5);
  static constexpr absl::Duration kRegisterExpiry = absl::Seconds(120);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hotline::robot
