#include "services/call/media/convert.h"

#include <string>
#include <utility>

namespace hotline::call {
namespace {

namespace v1 = media::v1;

void Fill(const RtpPeer& peer, v1::RtpPeer* out) {
  out->set_address(peer.address);
  out->set_port(peer.port);
  out->set_codec(peer.codec == Codec::kPcma ? v1::CODEC_PCMA : v1::CODEC_PCMU);
  out->set_telephone_event_payload_type(peer.digits_payload);
  out->set_receives(peer.receives);
  out->set_sends(peer.sends);
}

void Fill(const AddMediaLeg& a, v1::ControlRequest& out) {
  v1::AddLeg* add = out.mutable_add_leg();
  add->set_leg_id(FormatLegId(a.leg));
  add->set_call_id(FormatCallId(a.leg.call));
  add->set_local_port(a.local_port);
  if (a.peer.port != 0) Fill(a.peer, add->mutable_peer());
}

void Fill(const SetPeer& a, v1::ControlRequest& out) {
  out.mutable_set_peer()->set_leg_id(FormatLegId(a.leg));
  Fill(a.peer, out.mutable_set_peer()->mutable_peer());
}

void Fill(const PlayPrompt& a, v1::ControlRequest& out) {
  v1::Play* play = out.mutable_play();
  play->set_leg_id(FormatLegId(a.leg));
  play->set_prompt(a.prompt);
  play->set_loop(a.loop);
  play->set_interrupt(true);
}

void Fill(const StopPrompt& a, v1::ControlRequest& out) {
  out.mutable_stop_play()->set_leg_id(FormatLegId(a.leg));
}

void Fill(const SetRoute& a, v1::ControlRequest& out) {
  constexpr uint32_t kFullGainPercent = 100;
  v1::SetRoute* route = out.mutable_set_route();
  route->set_from_leg(FormatLegId(a.from));
  route->set_to_leg(FormatLegId(a.to));
  route->set_gain_percent(a.on ? kFullGainPercent : 0);
}

void Fill(const RemoveMediaLeg& a, v1::ControlRequest& out) {
  out.mutable_remove_leg()->set_leg_id(FormatLegId(a.leg));
}

absl::Duration ToDuration(const google::protobuf::Duration& d) {
  return absl::Seconds(d.seconds()) + absl::Nanoseconds(d.nanos());
}

/// Returns what `make` makes of the leg, if its id is one of ours.
template <class Body, class Make>
std::optional<Event> OfLeg(const Body& body, Make make) {
  const auto leg = ParseLegId(body.leg_id());
  if (!leg) return std::nullopt;
  return Event(make(*leg));
}

}  // namespace

v1::ControlRequest ToProto(const MediaAction& action) {
  v1::ControlRequest request;
  std::visit([&request](const auto& a) { Fill(a, request); }, action);
  return request;
}

MediaCommand KindOf(const MediaAction& action) {
  if (std::holds_alternative<AddMediaLeg>(action)) return MediaCommand::kAddLeg;
  if (std::holds_alternative<PlayPrompt>(action)) return MediaCommand::kPlay;
  return MediaCommand::kOther;
}

std::optional<Event> ToEvent(const v1::ControlResponse& response, MediaCommand failed) {
  switch (response.body_case()) {
    case v1::ControlResponse::kLegAdded: {
      const v1::LegAdded& added = response.leg_added();
      return OfLeg(added, [&](LegId leg) {
        return MediaLegAdded{leg, added.address(), static_cast<uint16_t>(added.port())};
      });
    }
    case v1::ControlResponse::kCommandFailed:
      return OfLeg(response.command_failed(), [&](LegId leg) { return MediaFailed{leg, failed}; });
    case v1::ControlResponse::kPlayFinished:
      return OfLeg(response.play_finished(), [&](LegId leg) {
        return PromptFinished{leg, response.play_finished().prompt()};
      });
    case v1::ControlResponse::kDigitReceived: {
      const std::string& digit = response.digit_received().digit();
      if (digit.empty()) return std::nullopt;
      return OfLeg(response.digit_received(), [&](LegId leg) {
        return DigitPressed{leg, digit[0]};
      });
    }
    case v1::ControlResponse::kRtpTimeout:
      return OfLeg(response.rtp_timeout(), [&](LegId leg) {
        return LineSilent{leg, ToDuration(response.rtp_timeout().silence())};
      });
    default:
      return std::nullopt;
  }
}

}  // namespace hotline::call
