// The little of SDP that a telephone call needs: one G.711 audio stream with RFC 4733 digits.
//
// Source: RFC 4566 (syntax), RFC 3264 (offer and answer). Pure functions on bounded text; what
// comes from the network is hostile until it went through here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace hotline::call {

inline constexpr size_t kMaxSdpBytes = 8192;
inline constexpr size_t kMaxSdpMediaLines = 8;

enum class Codec : uint8_t { kPcma = 8, kPcmu = 0 };  ///< the static payload types

/// What the writer of a description wants to do with audio.
enum class Direction : uint8_t { kSendRecv, kSendOnly, kRecvOnly, kInactive };

/// One "m=" line. The audio stream in use is the one `Sdp::audio_line` points at.
struct SdpMediaLine {
  std::string media;     ///< "audio", "video" …
  std::string protocol;  ///< "RTP/AVP" …
  std::string format;    ///< the first format, to refuse the line with
  friend bool operator==(const SdpMediaLine&, const SdpMediaLine&) = default;
};

/// A peer's description, reduced to what we use.
struct Sdp {
  std::vector<SdpMediaLine> lines;
  bool usable = false;    ///< there is an IPv4 audio stream with G.711; else answer 488
  size_t audio_line = 0;  ///< index into `lines`
  std::string address;    ///< dotted IPv4; "0.0.0.0" is hold the old way
  uint16_t port = 0;
  std::vector<Codec> codecs;   ///< in the peer's order
  uint8_t digits_payload = 0;  ///< RFC 4733 payload type, 0 if none
  Direction direction = Direction::kSendRecv;
  friend bool operator==(const Sdp&, const Sdp&) = default;
};

/// Reads a description.
/// Returns: INVALID_ARGUMENT if it is too long or breaks the syntax in a line that matters.
absl::StatusOr<Sdp> ParseSdp(std::string_view text);

/// Our end of a stream.
struct LocalAudio {
  std::string address;
  uint16_t port = 0;
  uint64_t session = 0;  ///< the "o=" session id, constant in a dialog
  uint32_t version = 1;  ///< grows by one when the description changes
  friend bool operator==(const LocalAudio&, const LocalAudio&) = default;
};

/// Returns an offer of both G.711 variants and digits, sendrecv.
std::string FormatOffer(const LocalAudio& local);

/// Returns the answer to `offer`: the codecs both have, every other stream refused, the direction
/// mirrored (RFC 3264 §6.1).
/// Requires: offer.usable.
std::string FormatAnswer(const LocalAudio& local, const Sdp& offer);

}  // namespace hotline::call
