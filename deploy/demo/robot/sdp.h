// The little SDP a robot phone speaks: one G.711 audio stream.
//
// Pure functions. Anything else in a description (video, ICE, …) is passed over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "deploy/demo/robot/tone.h"

namespace hotline::robot {

/// Who sends, seen from the describer.
enum class Direction { kSendRecv, kSendOnly, kRecvOnly, kInactive };

/// The audio stream of a session description.
struct AudioDescription {
  std::string address = "127.0.0.1";
  uint16_t port = 0;
  Codec codec = Codec::kPcma;  ///< the first G.711 variant of the m= line
  Direction direction = Direction::kSendRecv;
  int event_payload_type = 0;  ///< RFC 4733; 0 if not offered
};

/// Reads the first audio stream.
/// Returns: nothing if there is none that a G.711 phone could use.
std::optional<AudioDescription> ParseSdp(std::string_view text);

/// Writes a session description; `version` must grow with each change (RFC 3264 section 8).
std::string FormatSdp(const AudioDescription& audio, uint64_t version);

/// Returns the direction that answers `offered` (RFC 3264 section 6.1).
Direction Reversed(Direction offered);

}  // namespace hotline::robot
