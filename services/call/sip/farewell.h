// Goodbye after a crash: enough of a live dialog to send a BYE in it from another process, so that
// phones of a call service that died do not sit in silence until their session timers end.
//
// Lives on the Sofia thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/call/sip/sofia.h"

namespace hotline::call {

/// A dialog as seen from our side (RFC 3261 §12), each part as header text.
struct DialogState {
  std::string target;  ///< the peer's Contact: the request URI
  std::string local;   ///< with our tag
  std::string remote;  ///< with theirs
  std::string call_id;
  std::string routes;  ///< the route set, comma-separated, in the order of our requests
  friend bool operator==(const DialogState&, const DialogState&) = default;
};

/// The route set and target of a dialog that `invite` asks us to begin; the rest comes with the
/// ACK.
DialogState BeginDialog(const sip_t* invite);
/// Adds what the ACK of our 200 tells.
void ConfirmDialog(const sip_t* ack, DialogState& state);
/// The dialog that the 200 to our INVITE began.
DialogState DialogOf(const sip_t* response);

/// One line per part. Sofia has parsed the parts, so there is no line end in them.
std::string Encode(const DialogState& state);
/// Returns: nothing if Encode did not write `text`.
std::optional<DialogState> DecodeDialog(std::string_view text);

/// Sends BYEs outside of any handle, from a port of its own.
class FarewellAgent {
 public:
  /// `host`: where to bind, at any free port.
  FarewellAgent(su_root_t* root, const std::string& host);
  ~FarewellAgent();
  FarewellAgent(const FarewellAgent&) = delete;
  FarewellAgent& operator=(const FarewellAgent&) = delete;

  /// Sends a BYE; its answer does not matter.
  void SayGoodbye(const DialogState& state);

 private:
  nta_agent_t* agent_;
  nta_leg_t* leg_ = nullptr;
};

}  // namespace hotline::call
