#include "deploy/demo/robot/sdp.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace hotline::robot {
namespace {

constexpr int kPcmaPayload = 8;
constexpr int kPcmuPayload = 0;
constexpr int kEventPayload = 101;

constexpr std::array<std::pair<Direction, const char*>, 4> kDirections = {{
    {Direction::kSendRecv, "sendrecv"},
    {Direction::kSendOnly, "sendonly"},
    {Direction::kRecvOnly, "recvonly"},
    {Direction::kInactive, "inactive"},
}};

// "audio 40000 RTP/AVP 8 0 101": the port and the first G.711 variant.
bool ParseMedia(absl::string_view value, AudioDescription& audio) {
  const std::vector<absl::string_view> words = absl::StrSplit(value, ' ', absl::SkipEmpty());
  int port = 0;
  if (words.size() < 4 || words[0] != "audio" || words[2] != "RTP/AVP") return false;
  if (!absl::SimpleAtoi(words[1], &port) || port < 0 || port > 65535) return false;
  audio.port = static_cast<uint16_t>(port);
  for (size_t i = 3; i < words.size(); ++i) {
    int payload = -1;
    if (!absl::SimpleAtoi(words[i], &payload)) continue;
    if (payload != kPcmaPayload && payload != kPcmuPayload) continue;
    audio.codec = payload == kPcmaPayload ? Codec::kPcma : Codec::kPcmu;
    return true;
  }
  return false;
}

// Attributes count for the session before the first m= line and for the audio stream after it.
void ParseAttribute(absl::string_view value, AudioDescription& audio) {
  for (const auto& [direction, name] : kDirections) {
    if (value == name) audio.direction = direction;
  }
  if (absl::ConsumePrefix(&value, "rtpmap:") && absl::StrContains(value, "telephone-event/8000")) {
    absl::SimpleAtoi(value.substr(0, value.find(' ')), &audio.event_payload_type);
  }
}

}  // namespace

std::optional<AudioDescription> ParseSdp(std::string_view text) {
  AudioDescription audio;
  bool found = false;
  for (absl::string_view line : absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    line = absl::StripSuffix(line, "\r");
    if (absl::ConsumePrefix(&line, "m=")) {
      if (found) break;  // a second stream
      if (!ParseMedia(line, audio)) return std::nullopt;
      found = true;
    } else if (absl::ConsumePrefix(&line, "c=IN IP4 ")) {
      audio.address = std::string(line.substr(0, line.find('/')));
    } else if (absl::ConsumePrefix(&line, "a=")) {
      ParseAttribute(line, audio);
    }
  }
  if (!found) return std::nullopt;
  return audio;
}

std::string FormatSdp(const AudioDescription& audio, uint64_t version) {
  const bool a_law = audio.codec == Codec::kPcma;
  const char* direction = "sendrecv";
  for (const auto& [value, name] : kDirections) {
    if (value == audio.direction) direction = name;
  }
  return absl::StrCat(
      "v=0\r\no=robot 1 ", version, " IN IP4 ", audio.address, "\r\ns=-\r\nc=IN IP4 ",
      audio.address, "\r\nt=0 0\r\nm=audio ", audio.port, " RTP/AVP ", a_law ? "8 0 " : "0 8 ",
      kEventPayload, "\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:", kEventPayload,
      " telephone-event/8000\r\na=fmtp:", kEventPayload, " 0-15\r\na=ptime:20\r\na=", direction,
      "\r\n");
}

Direction Reversed(Direction offered) {
  if (offered == Direction::kSendOnly) return Direction::kRecvOnly;
  if (offered == Direction::kRecvOnly) return Direction::kSendOnly;
  return offered;
}

}  // namespace hotline::robot
