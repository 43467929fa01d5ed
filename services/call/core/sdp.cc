#include "services/call/core/sdp.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "absl/status/status.h"

namespace hotline::call {
namespace {

constexpr size_t kMaxLines = 256;
constexpr size_t kMaxFormats = 32;
constexpr size_t kMaxToken = 64;
constexpr int kFirstDynamicPayload = 96;
constexpr int kLastPayload = 127;

/// Cuts the next word off `rest`; words are separated by single or more spaces.
std::string_view NextWord(std::string_view& rest) {
  const size_t start = std::min(rest.find_first_not_of(' '), rest.size());
  rest.remove_prefix(start);
  const size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

std::optional<int> ParseNumber(std::string_view text, int max) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > max) {
    return std::nullopt;
  }
  return value;
}

/// A token of RFC 4566 (and the "/" of a protocol), so that it may be repeated in our answer.
bool IsToken(std::string_view text) {
  if (text.empty() || text.size() > kMaxToken) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-./^_`{|}~").find(c) != std::string_view::npos;
  });
}

bool IsIpv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    const size_t dot = part < 3 ? text.find('.') : text.size();
    if (dot == text.npos || dot == 0 || dot > 3 || !ParseNumber(text.substr(0, dot), 255)) {
      return false;
    }
    text.remove_prefix(part < 3 ? dot + 1 : dot);
  }
  return text.empty();
}

/// One "m=" section while it is read.
struct Section {
  SdpMediaLine line;
  int port = 0;
  std::vector<int> payloads;
  std::string address;  ///< empty: the session's; not IPv4: cannot be used
  std::optional<Direction> direction;
  int digits_payload = 0;
  std::vector<int> renamed;  ///< static payload types that rtpmap gives to another codec
};

std::optional<Direction> ParseDirection(std::string_view attribute) {
  if (attribute == "sendrecv") return Direction::kSendRecv;
  if (attribute == "sendonly") return Direction::kSendOnly;
  if (attribute == "recvonly") return Direction::kRecvOnly;
  if (attribute == "inactive") return Direction::kInactive;
  return std::nullopt;
}

bool StartsWithNoCase(std::string_view text, std::string_view lower_prefix) {
  return text.size() >= lower_prefix.size() &&
         std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(), [](char p, char c) {
           return p == (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
         });
}

/// "rtpmap:<payload> <name>/<rate>"
void ReadRtpmap(std::string_view value, Section& section) {
  const auto payload = ParseNumber(NextWord(value), kLastPayload);
  if (!payload) return;
  const std::string_view name = NextWord(value);
  if (StartsWithNoCase(name, "telephone-event/8000") && *payload >= kFirstDynamicPayload) {
    if (section.digits_payload == 0) section.digits_payload = *payload;
  } else if ((*payload == 8 && !StartsWithNoCase(name, "pcma/8000")) ||
             (*payload == 0 && !StartsWithNoCase(name, "pcmu/8000"))) {
    section.renamed.push_back(*payload);
  }
}

absl::Status BadLine(std::string_view what) {
  return absl::InvalidArgumentError("SDP: bad " + std::string(what));
}

class Reader {
 public:
  absl::Status ReadLine(std::string_view line) {
    if (line.size() < 2 || line[1] != '=') return BadLine("line");
    const std::string_view value = line.substr(2);
    switch (line[0]) {
      case 'v':
        return value == "0" ? absl::OkStatus() : BadLine("version");
      case 'c':
        return ReadConnection(value);
      case 'm':
        return ReadMedia(value);
      case 'a':
        ReadAttribute(value);
        return absl::OkStatus();
      default:
        return absl::OkStatus();  // nothing we use
    }
  }

  Sdp Finish() && {
    Sdp sdp;
    for (size_t i = 0; i < sections_.size(); ++i) {
      if (!sdp.usable && Use(sections_[i], sdp)) sdp.audio_line = i;
      sdp.lines.push_back(std::move(sections_[i].line));
    }
    return sdp;
  }

 private:
  absl::Status ReadConnection(std::string_view value) {
    const std::string_view net = NextWord(value);
    const std::string_view type = NextWord(value);
    std::string_view address = NextWord(value);
    if (net != "IN" || address.empty()) return BadLine("connection");
    address = address.substr(0, address.find('/'));  // multicast TTL
    // IPv6 and host names are legal, but we cannot send there: "-" is an address nobody has.
    (sections_.empty() ? address_ : sections_.back().address) =
        type == "IP4" && IsIpv4(address) ? std::string(address) : "-";
    return absl::OkStatus();
  }

  absl::Status ReadMedia(std::string_view value) {
    if (sections_.size() == kMaxSdpMediaLines) return BadLine("number of media lines");
    Section section;
    const std::string_view media = NextWord(value);
    std::string_view port_text = NextWord(value);
    port_text = port_text.substr(0, port_text.find('/'));
    const auto port = ParseNumber(port_text, 65535);
    const std::string_view protocol = NextWord(value);
    if (!IsToken(media) || !port || !IsToken(protocol)) return BadLine("media line");
    section.port = *port;
    std::string_view format = NextWord(value);
    if (!IsToken(format)) return BadLine("media format");
    section.line = {std::string(media), std::string(protocol), std::string(format)};
    for (; !format.empty() && section.payloads.size() < kMaxFormats; format = NextWord(value)) {
      if (const auto payload = ParseNumber(format, kLastPayload)) {
        section.payloads.push_back(*payload);
      }
    }
    sections_.push_back(std::move(section));
    return absl::OkStatus();
  }

  void ReadAttribute(std::string_view value) {
    if (const auto direction = ParseDirection(value)) {
      (sections_.empty() ? direction_ : sections_.back().direction) = direction;
    } else if (value.substr(0, 7) == "rtpmap:" && !sections_.empty()) {
      ReadRtpmap(value.substr(7), sections_.back());
    }
  }

  /// Fills `sdp` from `section` if that is a stream we can use.
  bool Use(const Section& section, Sdp& sdp) const {
    if (section.line.media != "audio" || section.port == 0) return false;
    if (section.line.protocol != "RTP/AVP") return false;
    const std::string& address = section.address.empty() ? address_ : section.address;
    if (address.empty() || address == "-") return false;
    const auto has = [](const std::vector<int>& list, int payload) {
      return std::find(list.begin(), list.end(), payload) != list.end();
    };
    for (const int payload : section.payloads) {
      if ((payload != 0 && payload != 8) || has(section.renamed, payload)) continue;
      const auto codec = static_cast<Codec>(payload);
      if (std::find(sdp.codecs.begin(), sdp.codecs.end(), codec) == sdp.codecs.end()) {
        sdp.codecs.push_back(codec);
      }
    }
    if (sdp.codecs.empty()) return false;
    sdp.usable = true;
    sdp.address = address;
    sdp.port = static_cast<uint16_t>(section.port);
    if (has(section.payloads, section.digits_payload)) {
      sdp.digits_payload = static_cast<uint8_t>(section.digits_payload);
    }
    sdp.direction = section.direction.value_or(direction_.value_or(Direction::kSendRecv));
    return true;
  }

  std::string address_;
  std::optional<Direction> direction_;
  std::vector<Section> sections_;
};

std::string_view Mirrored(const Sdp& offer) {
  // With "0.0.0.0" the peer wants to hear nothing, whatever its attribute says (RFC 3264 §8.4).
  const bool muted = offer.address == "0.0.0.0";
  switch (offer.direction) {
    case Direction::kSendRecv:
      return muted ? "recvonly" : "sendrecv";
    case Direction::kSendOnly:
      return "recvonly";
    case Direction::kRecvOnly:
      return muted ? "inactive" : "sendonly";
    case Direction::kInactive:
      return "inactive";
  }
  return "sendrecv";
}

std::string Head(const LocalAudio& local) {
  return "v=0\r\no=- " + std::to_string(local.session) + ' ' + std::to_string(local.version) +
         " IN IP4 " + local.address + "\r\ns=-\r\nc=IN IP4 " + local.address + "\r\nt=0 0\r\n";
}

/// The "m=" line and attributes of our audio. `digits_payload` 0: none.
std::string Audio(const LocalAudio& local, const std::vector<Codec>& codecs, int digits_payload,
                  std::string_view direction) {
  std::string line = "m=audio " + std::to_string(local.port) + " RTP/AVP";
  std::string maps;
  for (const Codec codec : codecs) {
    const std::string payload = std::to_string(static_cast<int>(codec));
    line += ' ' + payload;
    maps += "a=rtpmap:" + payload + (codec == Codec::kPcma ? " PCMA/8000\r\n" : " PCMU/8000\r\n");
  }
  if (digits_payload != 0) {
    const std::string payload = std::to_string(digits_payload);
    line += ' ' + payload;
    maps += "a=rtpmap:" + payload + " telephone-event/8000\r\na=fmtp:" + payload + " 0-15\r\n";
  }
  return line + "\r\n" + maps + "a=ptime:20\r\na=" + std::string(direction) + "\r\n";
}

}  // namespace

absl::StatusOr<Sdp> ParseSdp(std::string_view text) {
  if (text.size() > kMaxSdpBytes) return BadLine("size");
  if (text.substr(0, 2) != "v=") return BadLine("start");
  Reader reader;
  for (size_t lines = 0; !text.empty(); ++lines) {
    if (lines == kMaxLines) return BadLine("number of lines");
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) continue;
    if (const absl::Status status = reader.ReadLine(line); !status.ok()) return status;
  }
  return std::move(reader).Finish();
}

std::string FormatOffer(const LocalAudio& local) {
  constexpr int kDigitsPayload = 101;  // the number everybody uses
  return Head(local) + Audio(local, {Codec::kPcma, Codec::kPcmu}, kDigitsPayload, "sendrecv");
}

std::string FormatAnswer(const LocalAudio& local, const Sdp& offer) {
  std::string text = Head(local);
  for (size_t i = 0; i < offer.lines.size(); ++i) {
    if (i == offer.audio_line) {
      text += Audio(local, offer.codecs, offer.digits_payload, Mirrored(offer));
    } else {
      const SdpMediaLine& line = offer.lines[i];
      text += "m=" + line.media + " 0 " + line.protocol + ' ' + line.format + "\r\n";
    }
  }
  return text;
}

}  // namespace hotline::call
