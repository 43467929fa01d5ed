#include "tests/media/rtp_peer.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "services/base/check.h"

#include <netinet/in.h>

namespace hotline::media {
namespace {

constexpr uint32_t kLoopback = 0x7F000001;
constexpr uint8_t kEventType = 101;
constexpr int kEventUpdates = 5, kEventEnds = 3;
constexpr size_t kLatencyFrames = 15, kRecordedFrames = 15;
constexpr std::chrono::milliseconds kPeriod{20};

}  // namespace

double LevelOf(std::span<const int16_t> samples, double frequency) {
  if (samples.empty()) return 0;
  const double step = 2 * std::numbers::pi * frequency / kSampleRate;
  double real = 0, imaginary = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    real += samples[i] * std::cos(step * static_cast<double>(i));
    imaginary += samples[i] * std::sin(step * static_cast<double>(i));
  }
  return 2 * std::hypot(real, imaginary) / static_cast<double>(samples.size());
}

UdpSocket::UdpSocket(uint16_t port) : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(kLoopback);
  where.sin_port = htons(port);
  socklen_t size = sizeof where;
  HOTLINE_CHECK(bind(fd_.get(), reinterpret_cast<sockaddr*>(&where), size) == 0, "bind");
  getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&where), &size);
  address_ = {kLoopback, ntohs(where.sin_port)};
}

void UdpSocket::Send(uint16_t port, std::span<const uint8_t> bytes) const {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(kLoopback);
  to.sin_port = htons(port);
  sendto(fd_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
}

RtpPeer::RtpPeer(Codec codec, std::vector<double> tones)
    : codec_(codec), tones_(std::move(tones)), thread_(&RtpPeer::Run, this) {}

RtpPeer::~RtpPeer() {
  stopping_ = true;
  thread_.join();
}

void RtpPeer::Start(uint16_t port) {
  target_ = port;
}

void RtpPeer::SetTones(std::vector<double> tones) {
  std::lock_guard lock(mutex_);
  tones_ = std::move(tones);
}

void RtpPeer::ChangeSsrc() {
  std::lock_guard lock(mutex_);
  ++ssrc_;
  sequence_ = static_cast<uint16_t>(sequence_ + 12345);
  timestamp_ += 0x12345678;
}

void RtpPeer::PressKey(uint8_t event) {
  std::unique_lock lock(mutex_);
  event_ = event;
  event_packets_ = kEventUpdates + kEventEnds;
  event_timestamp_ = timestamp_;
  changed_.wait_for(lock, kPatience, [this] { return event_packets_ == 0; });
}

bool RtpPeer::WaitSent(uint64_t count) {
  std::unique_lock lock(mutex_);
  const uint64_t goal = sent_ + count;
  return changed_.wait_for(lock, kPatience, [&] { return sent_ >= goal; });
}

std::vector<int16_t> RtpPeer::Listen() {
  std::unique_lock lock(mutex_);
  heard_.clear();
  const size_t goal = (kLatencyFrames + kRecordedFrames) * kFrameSamples;
  changed_.wait_for(lock, kPatience, [&] { return heard_.size() >= goal; });
  const size_t skip = std::min(heard_.size(), kLatencyFrames * kFrameSamples);
  return {heard_.begin() + static_cast<std::ptrdiff_t>(skip), heard_.end()};
}

void RtpPeer::Run() {
  auto next = std::chrono::steady_clock::now();
  while (!stopping_) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= next) {
      next += kPeriod;
      if (target_ != 0 && sending_) SendFrame();
      continue;
    }
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(next - now);
    const timespec timeout{0, left.count()};
    pollfd readable{.fd = socket_.fd(), .events = POLLIN};
    if (ppoll(&readable, 1, &timeout, nullptr) > 0) Receive();
  }
}

void RtpPeer::SendFrame() {
  std::lock_guard lock(mutex_);
  std::vector<uint8_t> packet(kRtpHeaderBytes);
  RtpHeader header{.payload_type = PayloadTypeOf(codec_),
                   .sequence = sequence_++,
                   .timestamp = timestamp_,
                   .ssrc = ssrc_};
  if (event_packets_ > 0) {
    const bool end = --event_packets_ < kEventEnds;
    const auto duration = static_cast<uint16_t>(
        160 * std::min(kEventUpdates, kEventUpdates + kEventEnds - event_packets_));
    header.payload_type = kEventType;
    header.timestamp = event_timestamp_;
    packet.insert(packet.end(),
                  {event_, static_cast<uint8_t>(end ? 0x8A : 0x0A),
                   static_cast<uint8_t>(duration >> 8), static_cast<uint8_t>(duration)});
  } else {
    Frame frame;
    for (size_t i = 0; i < kFrameSamples; ++i) {
      double sum = 0;
      for (const double tone : tones_) {
        sum += std::sin(2 * std::numbers::pi * tone * (timestamp_ + static_cast<double>(i)) /
                        kSampleRate);
      }
      frame[i] = static_cast<int16_t>(kToneLevel * sum);
    }
    packet.resize(kRtpHeaderBytes + kFrameSamples);
    EncodeG711(codec_, frame, std::span(packet).last<kFrameSamples>());
  }
  WriteRtpHeader(header, std::span(packet).first<kRtpHeaderBytes>());
  timestamp_ += kFrameSamples;
  socket_.Send(target_, packet);
  ++sent_;
  changed_.notify_all();
}

void RtpPeer::Receive() {
  std::array<uint8_t, 2048> bytes;
  for (;;) {
    const ssize_t n = recv(socket_.fd(), bytes.data(), bytes.size(), 0);
    if (n <= 0) return;
    const auto packet = ParseRtp(std::span(bytes).first(static_cast<size_t>(n)));
    if (!packet || packet->payload.size() != kFrameSamples) continue;
    ++received_;
    last_payload_type_ = packet->header.payload_type;
    std::lock_guard lock(mutex_);
    const size_t before = heard_.size();
    heard_.resize(before + kFrameSamples);
    DecodeG711(CodecOf(packet->header.payload_type), packet->payload,
               std::span(heard_).subspan(before));
    changed_.notify_all();
  }
}

}  // namespace hotline::media
