#include "services/media/service/convert.h"

#include "absl/strings/str_cat.h"

#include "services/media/core/rtp_packet.h"

#include <arpa/inet.h>

namespace hotline::media {
namespace {

constexpr uint32_t kMaxPort = 65535;
constexpr uint32_t kMaxPayloadType = 127;

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

}  // namespace

std::optional<uint32_t> ParseIpv4(const std::string& text) {
  in_addr address{};
  if (inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

absl::StatusOr<LegPeer> ToLegPeer(const v1::RtpPeer& peer) {
  const auto address = ParseIpv4(peer.address());
  if (!address) {
    return absl::InvalidArgumentError(
        absl::StrCat("peer.address \"", peer.address(), "\" is no IPv4 address"));
  }
  if (peer.port() > kMaxPort) {
    return absl::InvalidArgumentError(absl::StrCat("peer.port ", peer.port(), " is above 65535"));
  }
  const uint32_t event = peer.telephone_event_payload_type();
  // Dynamic types are 96 to 127, but RFC 3551 §6 lets a sender that needs more take unassigned
  // ones.
  if (event > kMaxPayloadType || event == kPayloadPcma || event == kPayloadComfortNoise) {
    return absl::InvalidArgumentError(
        absl::StrCat("peer.telephone_event_payload_type ", event, " cannot be that of events"));
  }
  return LegPeer{.signalled = {*address, static_cast<uint16_t>(peer.port())},
                 .codec = peer.codec() == v1::CODEC_PCMU ? Codec::kPcmu : Codec::kPcma,
                 .telephone_event = static_cast<uint8_t>(event),
                 .receives = peer.receives(),
                 .sends = peer.sends()};
}

v1::CommandFailed::Reason ToReason(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return v1::CommandFailed::REASON_UNKNOWN_LEG;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kUnavailable:
      return v1::CommandFailed::REASON_NO_PORT;
    case absl::StatusCode::kResourceExhausted:
      return v1::CommandFailed::REASON_FULL;
    case absl::StatusCode::kInvalidArgument:
      return v1::CommandFailed::REASON_INVALID;
    default:
      return v1::CommandFailed::REASON_UNSPECIFIED;
  }
}

v1::ControlResponse ToResponse(const std::string& leg_id, const EngineEvent& event) {
  v1::ControlResponse response;
  std::visit(Overloaded{[&](const DigitHeard& digit) {
                          auto* out = response.mutable_digit_received();
                          out->set_leg_id(leg_id);
                          out->set_digit(std::string(1, digit.digit));
                        },
                        [&](const PromptFinished& finished) {
                          auto* out = response.mutable_play_finished();
                          out->set_leg_id(leg_id);
                          out->set_prompt(finished.prompt->name);
                        },
                        [&](const RtpSilence& silence) {
                          auto* out = response.mutable_rtp_timeout();
                          out->set_leg_id(leg_id);
                          const auto ms = absl::ToInt64Milliseconds(silence.silence);
                          out->mutable_silence()->set_seconds(ms / 1000);
                          out->mutable_silence()->set_nanos(static_cast<int>(ms % 1000) * 1000000);
                        }},
             event.what);
  return response;
}

v1::GetStatsResponse ToResponse(const EngineStats& stats) {
  v1::GetStatsResponse response;
  response.set_legs(static_cast<uint32_t>(stats.legs));
  response.set_received_packets(stats.packets.received);
  response.set_sent_packets(stats.packets.sent);
  response.set_lost_packets(stats.packets.lost);
  response.set_late_packets(stats.packets.late);
  response.set_refused_packets(stats.packets.refused);
  response.set_overruns(stats.overruns);
  return response;
}

}  // namespace hotline::media
