// What the media node should be doing for one call: legs, ports, far ends, prompts, who hears whom.
//
// The plan is the truth, commands are its changes. While the node is away only the plan changes;
// when it is back, Replay() asks for everything again, on the same local ports, so that the talk
// goes on and SIP never hears of it. Pure; owned by a Call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/call/core/action.h"
#include "services/call/core/sdp.h"

namespace hotline::call {

/// Where commands go.
struct MediaOut {
  bool up = true;  ///< false: the node is away, commands are dropped
  std::vector<Action>* actions = nullptr;
};

/// Returns what the media node must know of a far end that described itself so.
RtpPeer ToPeer(const Sdp& sdp);

class MediaPlan {
 public:
  explicit MediaPlan(CallId call) : call_(call) {}

  /// A leg's own address, for the SDP.
  struct Address {
    std::string host;
    uint16_t port = 0;
    friend bool operator==(const Address&, const Address&) = default;
  };

  /// Asks for a leg. `peer.port` 0: the far end is not known yet.
  void Add(uint32_t leg, const RtpPeer& peer, MediaOut out);
  /// Notes that a leg has its port.
  /// Returns false if the plan has no such leg (removed meanwhile) or the leg had to move to
  /// another address, so that its SDP is no longer true.
  bool NoteAdded(uint32_t leg, const Address& address);
  /// Does nothing if the far end is unchanged.
  void SetPeer(uint32_t leg, const RtpPeer& peer, MediaOut out);
  /// Plays instead of what plays. An empty `prompt` stops.
  void Play(uint32_t leg, const std::string& prompt, bool loop, MediaOut out);
  /// Lets two legs hear each other, or no more.
  void Link(uint32_t a, uint32_t b, MediaOut out);
  void Unlink(MediaOut out);
  /// Removing a leg that is not there does nothing.
  void Remove(uint32_t leg, MediaOut out);
  void RemoveAll(MediaOut out);
  /// Asks for the whole plan again after the node was away. `alive` is sorted: legs it still has.
  void Replay(const std::vector<LegId>& alive, MediaOut out) const;

  /// Null until the leg has its port.
  const Address* address(uint32_t leg) const;

  bool has(uint32_t leg) const { return Find(leg) != nullptr; }

 private:
  struct Slot {
    uint32_t leg = 0;
    Address address;  ///< port 0 until added
    RtpPeer peer;
    std::string prompt;  ///< empty: silence
    bool loop = false;
  };

  Slot* Find(uint32_t leg);
  const Slot* Find(uint32_t leg) const;
  void Route(bool on, MediaOut out) const;

  CallId call_;
  std::vector<Slot> slots_;  ///< two at most times: the caller and who rings or talks
  /// Invariant: both are in slots_.
  std::optional<std::pair<uint32_t, uint32_t>> link_;
};

}  // namespace hotline::call
