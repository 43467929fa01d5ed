// Turns packets that come early, late, twice, swapped or not at all into an even flow of G.711
// bytes.
//
// Slots are indexed by sequence number. Playing starts when 60 ms are buffered. Two clocks never
// agree: a sender that is slower makes the buffer run dry, which adds delay; one that is faster
// fills it, and a packet is dropped when the buffer never came near its start level for two
// seconds.
//
// Packets that carry no audio (digits, comfort noise) take sequence numbers too: they stand for a
// frame of silence while the buffer is below its start level, and are skipped otherwise. They are
// no losses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "services/media/core/frame.h"

namespace hotline::media {

class JitterBuffer {
 public:
  /// Packets held; with 20 ms each, 640 ms.
  static constexpr size_t kSlots = 32;
  /// The longest packet taken: 60 ms. Units: bytes, which are samples in G.711.
  static constexpr size_t kMaxPayload = 3 * kFrameSamples;
  /// Playing starts with so much in the buffer.
  static constexpr size_t kStartLevel = 3 * kFrameSamples;
  /// More than this is cut at once, down to the start level: a burst after a stall of the network.
  static constexpr size_t kHighWater = 12 * kFrameSamples;
  /// How long the buffer must stay fuller than needed before a packet is dropped. Units: frames.
  static constexpr int kDriftWindow = 100;
  /// After so long without audio the flow starts anew, with the start level.
  static constexpr size_t kStopAfter = 10 * kFrameSamples;
  /// So many late packets in a row mean that the sender jumped back: follow it.
  static constexpr int kMaxLateRun = 10;
  /// A jump ahead by more is a new numbering, not a loss (Source: RFC 3550 A.1, MAX_DROPOUT).
  static constexpr int kMaxDropout = 3000;

  struct Counts {
    uint64_t lost = 0;     ///< Missing when they were due.
    uint64_t late = 0;     ///< Came after they were due, or a second time.
    uint64_t dropped = 0;  ///< Came, but were cut to shorten the delay.
  };

  enum class Kind {
    kAudio,    ///< `payload` is to be played.
    kLost,     ///< Conceal it.
    kSilence,  ///< Nothing is being sent.
  };

  struct Piece {
    Kind kind = Kind::kSilence;
    size_t samples = 0;
    uint8_t payload_type = 0;          ///< Of kAudio.
    std::span<const uint8_t> payload;  ///< Of kAudio; valid until the next call.
  };

  /// Takes an audio packet. Requires: payload has 1 to kMaxPayload bytes.
  void PutAudio(uint16_t sequence, uint8_t payload_type, std::span<const uint8_t> payload);
  /// Takes the place of a packet without audio.
  void PutSilent(uint16_t sequence);

  /// Corrects the delay; call once per 20 ms, before the calls of Next for that frame.
  void BeginFrame();
  /// Gives the next 1 to `want` samples. Call until the frame is full.
  /// Requires: want > 0.
  Piece Next(size_t want);

  /// Forgets what is buffered: a new stream begins. Counts stay.
  void Reset();

  /// Returns what happened since the last call.
  Counts TakeCounts();

  /// Units: samples waiting to be played.
  size_t buffered() const { return buffered_; }

 private:
  struct Slot {
    bool full = false;
    uint8_t payload_type = 0;
    uint16_t sequence = 0;
    uint16_t size = 0;  // 0: no audio
  };

  /// One frame's bytes of every slot.
  using Plane = std::array<std::array<uint8_t, kFrameSamples>, kSlots>;

  Slot* Place(uint16_t sequence);
  Slot* PlaceBehind(uint16_t sequence, int ahead);
  void RestartAt(uint16_t sequence, int ahead);
  Piece Wait(size_t want);
  Piece TakeCurrent(size_t want);
  Piece TakeLost(size_t want);
  Piece RunDry(size_t want);
  void StepOver(Slot& slot);
  void DropPacket();

  Slot& slot_at(uint16_t sequence) { return slots_[sequence % kSlots]; }

  std::array<Slot, kSlots> slots_;
  /// The payloads, cut into frames. Nearly all packets are of 20 ms: their legs never touch the
  /// memory of the other planes, which is two thirds of all that a leg has.
  std::array<Plane, kMaxPayload / kFrameSamples> planes_;
  bool anchored_ = false;  // next_ means something
  bool running_ = false;   // the start level was reached; implies anchored_
  uint16_t next_ = 0;      // sequence number due next
  uint16_t newest_ = 0;    // highest sequence number in the buffer, while queued_ > 0
  size_t queued_ = 0;      // full slots
  size_t buffered_ = 0;    // audio in full slots and the rest of the current packet
  // The rest of the packet being played, in the planes of a slot already freed.
  size_t current_slot_ = 0, current_at_ = 0, current_end_ = 0;
  uint8_t current_type_ = 0;
  size_t packet_samples_ = kFrameSamples;  // of the last audio packet: how long a lost one was
  size_t lost_left_ = 0;                   // rest of a lost packet
  size_t dry_ = 0;  // samples filled in since the buffer ran dry, or waited for a start
  int late_run_ = 0;
  int window_ = 0;            // frames of the current drift window
  size_t window_lowest_ = 0;  // least seen buffered in it
  Counts counts_;
};

}  // namespace hotline::media
