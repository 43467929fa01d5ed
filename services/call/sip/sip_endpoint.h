// SIP for the call core: a Sofia-SIP user agent in a thread of its own.
//
//   INVITE, 180, 200, BYE … ──► SipSink (on the SIP thread)        SipAction ──► Submit (any
//   thread)
//
// Answers by itself what is no call: OPTIONS, unknown methods, malformed and oversized requests,
// overload. Every accepted dialog ends in exactly one LegClosed.
//
// Thread-safe, but for construction and destruction.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/base/phone_number.h"
#include "services/call/core/action.h"
#include "services/call/core/event.h"
#include "services/runtime/clock.h"
#include "services/runtime/endpoint.h"

namespace hotline::call {

struct SipOptions {
  Endpoint listen;                        ///< UDP and TCP; port 0: any free one
  Endpoint proxy;                         ///< every INVITE of ours goes there, over TCP
  std::string domain = "hotline.local";   ///< of the targets' addresses
  std::string own_user = "12348";         ///< who calls the targets
  std::vector<std::string> header_names;  ///< extension headers that placement rules look at
  uint32_t max_calls = 2000;              ///< callers at once; more get 503 with Retry-After
  uint32_t call_id_maker = 0;             ///< 10 bits that no other call service of the area has
  absl::Duration session_expires = absl::Minutes(30);  ///< RFC 4028
  /// RFC 4028's own minimum; Sofia's default refuses it.
  absl::Duration min_session_expires = absl::Seconds(90);
};

/// Longest Call-ID and tags; a longer one is answered 400 (fixed buffers elsewhere have broken).
inline constexpr size_t kMaxSipIdentifierBytes = 256;
/// Longest value of a header that placement looks at.
inline constexpr size_t kMaxSipHeaderValueBytes = 256;
inline constexpr size_t kMaxSipMessageBytes = 64 << 10;

/// What the endpoint tells, on the SIP thread; must not block.
struct SipOwner {
  std::function<void(Event)> on_event;
  /// A dialog is confirmed: `farewell` is what SayFarewell needs to end it from another process.
  std::function<void(LegId, std::string farewell)> on_dialog;
  /// Who calls, before the call's Invited. Beside the events: the core never knows numbers.
  std::function<void(CallId, const PhoneNumber&)> on_caller;
};

/// What an endpoint has counted.
struct SipCounts {
  uint64_t invites = 0;    ///< that began a dialog
  uint64_t overload = 0;   ///< INVITEs refused for max_calls
  uint64_t draining = 0;   ///< INVITEs refused for draining
  uint64_t malformed = 0;  ///< INVITEs refused for a limit or a body that is no SDP
};

class SipEndpoint {
 public:
  /// Binds and starts the thread.
  /// Returns: ALREADY_EXISTS if the port is in use, and so on (ListenTcp).
  static absl::StatusOr<std::unique_ptr<SipEndpoint>> Start(SipOptions options, Clock clock,
                                                            SipOwner owner);
  virtual ~SipEndpoint() = default;

  /// Where it listens, with the actual port.
  virtual Endpoint address() const = 0;
  /// Carries actions out, in order, on the SIP thread.
  virtual void Submit(std::vector<SipAction> actions) = 0;
  /// Sends BYE in dialogs of a process that died; see SipOwner::on_dialog.
  virtual void SayFarewell(std::vector<std::string> farewells) = 0;
  /// While it drains, OPTIONS and new INVITEs are answered 503.
  virtual void SetDraining(bool draining) = 0;
  /// Whether new calls are refused (503) because more could not be accounted for.
  virtual void SetFull(bool full) = 0;
  virtual SipCounts counts() const = 0;
  /// Ends: BYE to what is left, at most `limit` for the goodbyes. The owner is not called
  /// afterwards.
  virtual void Stop(absl::Duration limit) = 0;
};

}  // namespace hotline::call
