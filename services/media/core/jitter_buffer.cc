#include "services/media/core/jitter_buffer.h"

#include <algorithm>
#include <cstring>

#include "services/base/check.h"

namespace hotline::media {
namespace {

// The slot of the packet being played is free but still read: the window is one slot shorter.
constexpr int kWindow = JitterBuffer::kSlots - 1;

int Distance(uint16_t from, uint16_t to) {
  return static_cast<int16_t>(to - from);
}

}  // namespace

void JitterBuffer::PutAudio(uint16_t sequence, uint8_t payload_type,
                            std::span<const uint8_t> payload) {
  HOTLINE_CHECK(!payload.empty() && payload.size() <= kMaxPayload, "the caller checks the size");
  Slot* slot = Place(sequence);
  if (!slot) return;
  slot->payload_type = payload_type;
  slot->size = static_cast<uint16_t>(payload.size());
  for (size_t at = 0; at < payload.size(); at += kFrameSamples) {
    std::memcpy(planes_[at / kFrameSamples][sequence % kSlots].data(), payload.data() + at,
                std::min(size_t{kFrameSamples}, payload.size() - at));
  }
  packet_samples_ = payload.size();
  buffered_ += payload.size();
  if (!running_ && buffered_ >= kStartLevel) {
    running_ = true;
    window_ = 0;
    dry_ = 0;
  }
}

void JitterBuffer::PutSilent(uint16_t sequence) {
  if (Slot* slot = Place(sequence)) slot->size = 0;
}

// Returns the slot for a packet, marked full, or nothing if the packet has no place.
JitterBuffer::Slot* JitterBuffer::Place(uint16_t sequence) {
  if (!anchored_) {
    anchored_ = true;
    next_ = sequence;
  }
  const int ahead = Distance(next_, sequence);
  if (ahead < 0) return PlaceBehind(sequence, ahead);
  late_run_ = 0;
  if (ahead >= kWindow) RestartAt(sequence, ahead);
  Slot& slot = slot_at(sequence);
  if (slot.full) {
    ++counts_.late;  // a duplicate
    return nullptr;
  }
  if (queued_ == 0 || Distance(newest_, sequence) > 0) newest_ = sequence;
  slot.full = true;
  slot.sequence = sequence;
  ++queued_;
  return &slot;
}

// A packet before the one that is due: the first two came swapped, or it is late, or the sender
// numbers anew.
JitterBuffer::Slot* JitterBuffer::PlaceBehind(uint16_t sequence, int ahead) {
  if (!running_ && queued_ > 0 && Distance(sequence, newest_) < kWindow) {
    next_ = sequence;
    return Place(sequence);
  }
  ++counts_.late;
  if (++late_run_ < kMaxLateRun) return nullptr;
  RestartAt(sequence, ahead);
  return Place(sequence);
}

void JitterBuffer::RestartAt(uint16_t sequence, int ahead) {
  const auto queued = static_cast<int>(queued_);
  if (ahead > queued && ahead <= kMaxDropout) {
    counts_.lost += static_cast<uint64_t>(ahead - queued);
  }
  counts_.dropped += queued_;
  Reset();
  anchored_ = true;
  next_ = sequence;
}

void JitterBuffer::Reset() {
  for (Slot& slot : slots_) slot.full = false;
  current_at_ = current_end_ = 0;
  anchored_ = running_ = false;
  queued_ = buffered_ = lost_left_ = dry_ = 0;
  late_run_ = window_ = 0;
}

void JitterBuffer::BeginFrame() {
  if (!running_) return;
  if (buffered_ > kHighWater) {
    while (buffered_ > kStartLevel && queued_ > 0) DropPacket();
    window_ = 0;
  }
  window_lowest_ = window_ == 0 ? buffered_ : std::min(window_lowest_, buffered_);
  if (++window_ < kDriftWindow) return;
  window_ = 0;
  // One packet is in hand when a frame begins; a second one above the start level is never needed.
  if (window_lowest_ > kStartLevel + packet_samples_) DropPacket();
}

// Leaves out the packet that is due.
void JitterBuffer::DropPacket() {
  Slot& slot = slot_at(next_);
  if (slot.full) {
    buffered_ -= slot.size;
    ++counts_.dropped;
    StepOver(slot);
  } else {
    ++counts_.lost;
    ++next_;
  }
}

void JitterBuffer::StepOver(Slot& slot) {
  slot.full = false;
  --queued_;
  ++next_;
}

JitterBuffer::Piece JitterBuffer::Next(size_t want) {
  if (!running_) return Wait(want);
  if (current_at_ < current_end_) return TakeCurrent(want);
  if (lost_left_ > 0) return TakeLost(want);
  while (queued_ > 0) {
    Slot& slot = slot_at(next_);
    if (!slot.full) {
      ++counts_.lost;
      ++next_;
      // Filled in already while the buffer was dry: filling it in again would only add delay.
      if (dry_ >= packet_samples_) {
        dry_ -= packet_samples_;
        continue;
      }
      lost_left_ = packet_samples_;
      return TakeLost(want);
    }
    StepOver(slot);
    if (slot.size > 0) {
      current_slot_ = slot.sequence % kSlots;
      current_at_ = 0;
      current_end_ = slot.size;
      current_type_ = slot.payload_type;
      dry_ = 0;
      return TakeCurrent(want);
    }
    if (buffered_ < kStartLevel) return {.kind = Kind::kSilence, .samples = want};
  }
  return RunDry(want);
}

// A beginning that never reaches the start level is forgotten, not played when the next one comes.
JitterBuffer::Piece JitterBuffer::Wait(size_t want) {
  if (queued_ > 0 && (dry_ += want) >= kStopAfter) {
    counts_.dropped += queued_;
    Reset();
  }
  return {.kind = Kind::kSilence, .samples = want};
}

JitterBuffer::Piece JitterBuffer::TakeCurrent(size_t want) {
  const size_t at = current_at_ % kFrameSamples;
  const size_t n = std::min({want, current_end_ - current_at_, kFrameSamples - at});
  const auto& frame = planes_[current_at_ / kFrameSamples][current_slot_];
  const Piece piece{.kind = Kind::kAudio,
                    .samples = n,
                    .payload_type = current_type_,
                    .payload = std::span(frame).subspan(at, n)};
  current_at_ += n;
  buffered_ -= n;
  return piece;
}

JitterBuffer::Piece JitterBuffer::TakeLost(size_t want) {
  const size_t n = std::min(want, lost_left_);
  lost_left_ -= n;
  return {.kind = Kind::kLost, .samples = n};
}

JitterBuffer::Piece JitterBuffer::RunDry(size_t want) {
  dry_ += want;
  if (dry_ >= kStopAfter) Reset();
  return {.kind = Kind::kLost, .samples = want};
}

JitterBuffer::Counts JitterBuffer::TakeCounts() {
  const Counts counts = counts_;
  counts_ = {};
  return counts;
}

}  // namespace hotline::media
