#include "services/call/core/media_plan.h"

#include <algorithm>

#include "services/base/check.h"

namespace hotline::call {
namespace {

void Emit(MediaOut out, MediaAction action) {
  if (out.up) out.actions->emplace_back(std::move(action));
}

}  // namespace

RtpPeer ToPeer(const Sdp& sdp) {
  if (!sdp.usable) return {};
  const bool muted = sdp.address == "0.0.0.0";
  return {
      .address = sdp.address,
      .port = sdp.port,
      .codec = sdp.codecs.front(),
      .digits_payload = sdp.digits_payload,
      .receives = !muted &&
                  (sdp.direction == Direction::kSendRecv || sdp.direction == Direction::kRecvOnly),
      .sends = !muted &&
               (sdp.direction == Direction::kSendRecv || sdp.direction == Direction::kSendOnly),
  };
}

MediaPlan::Slot* MediaPlan::Find(uint32_t leg) {
  return const_cast<Slot*>(std::as_const(*this).Find(leg));
}

const MediaPlan::Slot* MediaPlan::Find(uint32_t leg) const {
  const auto it = std::find_if(slots_.begin(), slots_.end(),
                               [leg](const Slot& slot) { return slot.leg == leg; });
  return it == slots_.end() ? nullptr : &*it;
}

void MediaPlan::Add(uint32_t leg, const RtpPeer& peer, MediaOut out) {
  HOTLINE_CHECK(!Find(leg), "a leg is added once");
  slots_.push_back({.leg = leg, .peer = peer});
  Emit(out, AddMediaLeg{.leg = {call_, leg}, .local_port = 0, .peer = peer});
}

bool MediaPlan::NoteAdded(uint32_t leg, const Address& address) {
  Slot* slot = Find(leg);
  if (!slot) return false;
  if (slot->address.port != 0 && slot->address != address) return false;
  slot->address = address;
  return true;
}

void MediaPlan::SetPeer(uint32_t leg, const RtpPeer& peer, MediaOut out) {
  Slot* slot = Find(leg);
  if (!slot || slot->peer == peer) return;
  slot->peer = peer;
  Emit(out, call::SetPeer{.leg = {call_, leg}, .peer = peer});
}

void MediaPlan::Play(uint32_t leg, const std::string& prompt, bool loop, MediaOut out) {
  Slot* slot = Find(leg);
  if (!slot) return;
  // Music that plays already must not start anew.
  if (slot->prompt == prompt && (prompt.empty() || (loop && slot->loop))) return;
  slot->prompt = prompt;
  slot->loop = loop;
  if (prompt.empty()) {
    Emit(out, StopPrompt{{call_, leg}});
  } else {
    Emit(out, PlayPrompt{{call_, leg}, prompt, loop});
  }
}

void MediaPlan::Route(bool on, MediaOut out) const {
  const LegId a{call_, link_->first}, b{call_, link_->second};
  Emit(out, SetRoute{.from = a, .to = b, .on = on});
  Emit(out, SetRoute{.from = b, .to = a, .on = on});
}

void MediaPlan::Link(uint32_t a, uint32_t b, MediaOut out) {
  if (link_) return;
  HOTLINE_CHECK(Find(a) && Find(b), "only legs of the plan are linked");
  link_ = {a, b};
  Route(true, out);
}

void MediaPlan::Unlink(MediaOut out) {
  if (!link_) return;
  Route(false, out);
  link_.reset();
}

void MediaPlan::Remove(uint32_t leg, MediaOut out) {
  if (!Find(leg)) return;
  // The node removes a leg's routes with it.
  if (link_ && (link_->first == leg || link_->second == leg)) link_.reset();
  std::erase_if(slots_, [leg](const Slot& slot) { return slot.leg == leg; });
  Emit(out, RemoveMediaLeg{{call_, leg}});
}

void MediaPlan::RemoveAll(MediaOut out) {
  while (!slots_.empty()) Remove(slots_.back().leg, out);
}

void MediaPlan::Replay(const std::vector<LegId>& alive, MediaOut out) const {
  for (const Slot& slot : slots_) {
    const LegId leg{call_, slot.leg};
    const bool survived = std::binary_search(alive.begin(), alive.end(), leg);
    if (survived && slot.address.port != 0) {
      if (slot.peer.port != 0) Emit(out, call::SetPeer{leg, slot.peer});
      if (slot.prompt.empty()) Emit(out, StopPrompt{leg});
    } else {
      if (survived) Emit(out, RemoveMediaLeg{leg});  // its answer was lost, and with it the port
      Emit(out, AddMediaLeg{leg, slot.address.port, slot.peer});
    }
    if (!slot.prompt.empty()) Emit(out, PlayPrompt{leg, slot.prompt, slot.loop});
  }
  if (link_) {
    Route(true, out);
  } else if (slots_.size() == 2) {
    // The command that parted them may have been lost.
    const LegId a{call_, slots_[0].leg}, b{call_, slots_[1].leg};
    Emit(out, SetRoute{a, b, false});
    Emit(out, SetRoute{b, a, false});
  }
}

const MediaPlan::Address* MediaPlan::address(uint32_t leg) const {
  const Slot* slot = Find(leg);
  return slot && slot->address.port != 0 ? &slot->address : nullptr;
}

}  // namespace hotline::call
