// Between the protocol's messages and the engine's types. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/media/rtp/engine.h"

#include "hotline/media/v1/media_service.pb.h"

namespace hotline::media {

/// Reads "192.0.2.1". Returns: host byte order; nothing if it is no dotted IPv4 address.
std::optional<uint32_t> ParseIpv4(const std::string& text);

/// Returns: INVALID_ARGUMENT if the address, port or payload type makes no sense.
absl::StatusOr<LegPeer> ToLegPeer(const v1::RtpPeer& peer);

/// Returns the reason for an error of the engine or the prompt store.
v1::CommandFailed::Reason ToReason(const absl::Status& status);

/// Returns the response that tells of `event` of the leg that its owner calls `leg_id`.
v1::ControlResponse ToResponse(const std::string& leg_id, const EngineEvent& event);

v1::GetStatsResponse ToResponse(const EngineStats& stats);

}  // namespace hotline::media
