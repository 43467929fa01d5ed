// Digits sent as RTP events (RFC 4733), one per key press.
//
// A key press arrives as many packets with one timestamp: updates while the key is down and three
// copies of the end. Any one of them is enough, so a digit is told at the first that arrives.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "services/media/core/frame.h"

namespace hotline::media {

class TelephoneEventDecoder {
 public:
  /// After so long without an event packet the next is a new key press, whatever its timestamp:
  /// some senders restart their clock or never move it.
  static constexpr FrameCount kForgetAfter = 5 * kFramesPerSecond;

  /// Takes the payload of one event packet.
  /// Returns: the digit (0-9 * # A-D) if this is the first packet of a key press; nothing for
  /// repeats, late packets of earlier events, events that are no digits (flash, modem tones) and
  /// short payloads.
  std::optional<char> Decode(std::span<const uint8_t> payload, uint32_t timestamp, FrameCount now);

  /// Forgets the last event: a new stream (SSRC) begins.
  void Reset() { last_.reset(); }

 private:
  struct Event {
    uint8_t code = 0;
    uint32_t timestamp = 0;
    uint16_t duration = 0;  // units: samples
    FrameCount seen = 0;
  };

  bool Continues(const Event& event) const;

  std::optional<Event> last_;
};

}  // namespace hotline::media
