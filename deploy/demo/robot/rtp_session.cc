#include "deploy/demo/robot/rtp_session.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"

#include <arpa/inet.h>

namespace hotline::robot {
namespace {

constexpr size_t kHeaderBytes = 12;
constexpr size_t kMaxPacketBytes = 1500;
constexpr int kMaxReadsPerTick = 16;
constexpr int kPcmaPayload = 8;
constexpr int kPcmuPayload = 0;
constexpr std::string_view kDigits = "0123456789*#ABCD";
// RFC 4733 section 2.5: 100 ms of key, its last packet three times.
constexpr int kEventPackets = 5;
constexpr int kEventRepeats = 2;
constexpr uint8_t kEventVolume = 10;

void Put16(uint8_t* to, uint16_t value) {
  to[0] = static_cast<uint8_t>(value >> 8);
  to[1] = static_cast<uint8_t>(value);
}

void Put32(uint8_t* to, uint32_t value) {
  Put16(to, static_cast<uint16_t>(value >> 16));
  Put16(to + 2, static_cast<uint16_t>(value));
}

}  // namespace

absl::StatusOr<std::shared_ptr<RtpSession>> RtpSession::Open(std::vector<int> frequencies,
                                                             Ear::Listener listener) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return absl::ResourceExhaustedError("no socket for RTP: raise the open-file limit");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd, generic, length) != 0 || getsockname(fd, generic, &length) != 0) {
    close(fd);
    return absl::ResourceExhaustedError("no free UDP port on 127.0.0.1");
  }
  return std::shared_ptr<RtpSession>(
      new RtpSession(fd, ntohs(address.sin_port), std::move(frequencies), std::move(listener)));
}

RtpSession::RtpSession(int fd, uint16_t port, std::vector<int> frequencies, Ear::Listener listener)
    : fd_(fd), port_(port), ear_(std::move(frequencies), std::move(listener)), ssrc_(port) {}

RtpSession::~RtpSession() {
  close(fd_);
}

void RtpSession::SetPeer(const AudioDescription& audio) {
  const std::lock_guard lock(mutex_);
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(audio.port);
  const bool usable = audio.port != 0 &&
                      inet_pton(AF_INET, audio.address.c_str(), &peer.sin_addr) == 1 &&
                      peer.sin_addr.s_addr != 0;
  peer_ = usable ? std::optional(peer) : std::nullopt;
  event_payload_type_ = audio.event_payload_type;
  if (codec_ == audio.codec) return;
  codec_ = audio.codec;
  tone_ = ToneLoop(hz_, codec_);
}

void RtpSession::SetTone(int hz) {
  const std::lock_guard lock(mutex_);
  if (hz == hz_) return;
  hz_ = hz;
  tone_ = ToneLoop(hz, codec_);
}

void RtpSession::SetSending(bool sending) {
  const std::lock_guard lock(mutex_);
  sending_ = sending;
}

void RtpSession::SendDigit(char digit) {
  const std::lock_guard lock(mutex_);
  if (digits_.size() < kMaxDigits && kDigits.find(digit) != kDigits.npos) digits_.push_back(digit);
}

void RtpSession::Tick(Instant now) {
  Receive(now);
  const std::lock_guard lock(mutex_);
  timestamp_ += kPacketSamples;
  if (!peer_ || !sending_) return;
  if (!digits_.empty() && event_payload_type_ != 0) {
    SendEvent();
  } else {
    SendVoice();
  }
}

void RtpSession::Receive(Instant now) {
  std::array<uint8_t, kMaxPacketBytes> packet;
  for (int i = 0; i < kMaxReadsPerTick; ++i) {
    const ssize_t size = recv(fd_, packet.data(), packet.size(), 0);
    if (size < 0) break;
    const bool rtp = static_cast<size_t>(size) > kHeaderBytes && packet[0] >> 6 == 2;
    const int payload_type = packet[1] & 0x7f;
    if (!rtp || (payload_type != kPcmaPayload && payload_type != kPcmuPayload)) continue;
    ear_.Feed(std::span(packet.data() + kHeaderBytes, size - kHeaderBytes),
              payload_type == kPcmaPayload ? Codec::kPcma : Codec::kPcmu, now);
  }
  ear_.Tick(now);
}

void RtpSession::SendVoice() {
  Send(codec_ == Codec::kPcma ? kPcmaPayload : kPcmuPayload, false, timestamp_, tone_.Next());
}

void RtpSession::SendEvent() {
  if (event_packet_ == 0) event_timestamp_ = timestamp_;
  const bool end = event_packet_ + 1 >= kEventPackets;
  const int packets = std::min(event_packet_ + 1, kEventPackets);
  std::array<uint8_t, 4> event{};
  event[0] = static_cast<uint8_t>(kDigits.find(digits_.front()));
  event[1] = static_cast<uint8_t>((end ? 0x80 : 0) | kEventVolume);
  Put16(event.data() + 2, static_cast<uint16_t>(packets * kPacketSamples));
  Send(event_payload_type_, event_packet_ == 0, event_timestamp_, event);
  if (++event_packet_ < kEventPackets + kEventRepeats) return;
  event_packet_ = 0;
  digits_.erase(0, 1);
}

void RtpSession::Send(int payload_type, bool marker, uint32_t timestamp,
                      std::span<const uint8_t> payload) {
  std::array<uint8_t, kHeaderBytes + kPacketSamples> packet{};
  packet[0] = 0x80;
  packet[1] = static_cast<uint8_t>((marker ? 0x80 : 0) | payload_type);
  Put16(packet.data() + 2, sequence_++);
  Put32(packet.data() + 4, timestamp);
  Put32(packet.data() + 8, ssrc_);
  std::copy(payload.begin(), payload.end(), packet.begin() + kHeaderBytes);
  // A lost packet is a lost packet: the far end may have closed its port already.
  (void)sendto(fd_, packet.data(), kHeaderBytes + payload.size(), 0,
               reinterpret_cast<const sockaddr*>(&*peer_), sizeof *peer_);
}

}  // namespace hotline::robot
