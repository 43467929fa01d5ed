#include "services/media/rtp/leg.h"

#include <algorithm>
#include <utility>

namespace hotline::media {

Leg::Leg(Options options, PortPair ports)
    : options_(std::move(options)), ports_(std::move(ports)), sequence_(options_.sequence) {}

void Leg::SetPeer(const LegPeer& peer, FrameCount now) {
  // The clock of silence starts when packets may first be expected, not again with every SDP.
  const bool expected = peer_.sends && peer_.signalled.reachable();
  if (!expected || peer.signalled != peer_.signalled) {
    last_packet_ = now;
    told_silence_ = 0;
  }
  peer_ = peer;
  source_.SetSignalled(peer.signalled);
  if (peer.telephone_event != 0) {
    tones_.reset();
  } else if (!tones_) {
    tones_.emplace();
  }
}

void Leg::Play(PromptPtr prompt, bool loop, bool interrupt, EventList& events) {
  if (!playlist_.Play(prompt, loop, interrupt)) {
    events.Add({id(), PromptFinished{std::move(prompt)}});
  }
}

void Leg::Hear(const Leg* from, Gain gain) {
  const auto end = routes_.begin() + static_cast<std::ptrdiff_t>(route_count_);
  const auto route = std::find_if(routes_.begin(), end, [&](auto& r) { return r.from == from; });
  if (gain == 0) {
    if (route != end) *route = routes_[--route_count_];
  } else if (route != end) {
    route->gain = gain;
  } else if (route_count_ < kMaxRoutes) {
    routes_[route_count_++] = {from, gain};
  }
}

void Leg::Receive(UdpAddress source, std::span<const uint8_t> datagram, FrameCount now,
                  LegCounts& counts, EventList& events) {
  const auto packet = ParseRtp(datagram);
  if (!packet) {
    ++counts.refused;
    return;
  }
  const RtpHeader& header = packet->header;
  switch (source_.Admit(source, header.ssrc, header.sequence, now)) {
    case SourceLock::Verdict::kRefuse:
      ++counts.refused;
      return;
    case SourceLock::Verdict::kProbation:
      return;
    case SourceLock::Verdict::kNewStream:
      jitter_.Reset();
      events_.Reset();
      reception_.Start(header.ssrc, header.sequence);
      break;
    case SourceLock::Verdict::kAccept:
      break;
  }
  last_packet_ = now;
  told_silence_ = 0;
  reception_.Count(header.sequence, header.timestamp, TimestampAt(now));
  TakePacket(*packet, now, counts, events);
}

void Leg::TakePacket(const RtpPacket& packet, FrameCount now, LegCounts& counts,
                     EventList& events) {
  const uint8_t type = packet.header.payload_type;
  if (type == kPayloadPcma || type == kPayloadPcmu) {
    if (packet.payload.empty() || packet.payload.size() > JitterBuffer::kMaxPayload) {
      ++counts.refused;
      return;
    }
    jitter_.PutAudio(packet.header.sequence, type, packet.payload);
  } else {
    // Digits, comfort noise and what we do not know take a sequence number but carry no audio.
    jitter_.PutSilent(packet.header.sequence);
    if (type == peer_.telephone_event && type != 0) {
      const auto digit = events_.Decode(packet.payload, packet.header.timestamp, now);
      if (digit) events.Add({id(), DigitHeard{*digit}});
    }
  }
  ++counts.received;
}

void Leg::Decode(FrameCount now, LegCounts& counts, EventList& events) {
  jitter_.BeginFrame();
  audible_ = false;
  for (size_t filled = 0; filled < kFrameSamples;) {
    const JitterBuffer::Piece piece = jitter_.Next(kFrameSamples - filled);
    const auto samples = std::span(heard_).subspan(filled, piece.samples);
    filled += piece.samples;
    switch (piece.kind) {
      case JitterBuffer::Kind::kAudio:
        DecodeG711(CodecOf(piece.payload_type), piece.payload, samples);
        concealer_.Hear(samples);
        audible_ = true;
        break;
      case JitterBuffer::Kind::kLost:
        concealer_.Fill(samples);
        audible_ = true;
        break;
      case JitterBuffer::Kind::kSilence:
        std::fill(samples.begin(), samples.end(), int16_t{0});
        break;
    }
  }
  const JitterBuffer::Counts jitter = jitter_.TakeCounts();
  counts.lost += jitter.lost;
  counts.late += jitter.late;
  counts.dropped += jitter.dropped;
  if (tones_ && audible_) HearDigits(events);
  CheckSilence(now, events);
}

void Leg::HearDigits(EventList& events) {
  for (const char digit : tones_->Hear(heard_)) events.Add({id(), DigitHeard{digit}});
}

void Leg::CheckSilence(FrameCount now, EventList& events) {
  if (!peer_.sends || !peer_.signalled.reachable()) return;
  const FrameCount silence = now - last_packet_;
  if (silence < told_silence_ + options_.rtp_timeout) return;
  told_silence_ = silence;
  events.Add({id(), RtpSilence{silence * kFrameTime}});
}

uint32_t Leg::TimestampAt(FrameCount now) const {
  return options_.timestamp + static_cast<uint32_t>(now) * uint32_t{kFrameSamples};
}

std::optional<UdpAddress> Leg::MakePacket(FrameCount now, Mixer& mixer, Packet& out,
                                          EventList& events) {
  const std::span payload = std::span(out).last<kFrameSamples>();
  const auto to = source_.destination();
  if (!to || !peer_.receives) {
    // Prompts go on in time, so that a caller on hold does not hear an old notice afterwards.
    if (playlist_.playing()) WritePayload(mixer, events, payload);
    return std::nullopt;
  }
  WritePayload(mixer, events, payload);
  // The timestamp follows the clock, also over pauses and skipped ticks; the marker tells of them
  // (RFC 3551 §4.1).
  WriteRtpHeader({.payload_type = PayloadTypeOf(peer_.codec),
                  .marker = last_sent_ != now - 1,
                  .sequence = sequence_++,
                  .timestamp = TimestampAt(now),
                  .ssrc = options_.ssrc},
                 std::span(out).first<kRtpHeaderBytes>());
  last_sent_ = now;
  ++sent_packets_;
  sent_bytes_ += kFrameSamples;
  return to;
}

// What this leg's person hears in this tick, encoded.
void Leg::WritePayload(Mixer& mixer, EventList& events, std::span<uint8_t, kFrameSamples> out) {
  mixer.Clear();
  for (size_t i = 0; i < route_count_; ++i) {
    if (routes_[i].from->audible_) mixer.Add(routes_[i].from->heard_, routes_[i].gain);
  }
  if (playlist_.playing()) {
    Playlist::Finished finished;
    playlist_.Advance(mixer, finished);
    for (size_t i = 0; i < finished.count; ++i) {
      events.Add({id(), PromptFinished{std::move(finished.prompts[i])}});
    }
  }
  if (!mixer.used()) {
    std::fill(out.begin(), out.end(), SilenceOf(peer_.codec));
    return;
  }
  Frame frame;
  mixer.Store(frame);
  EncodeG711(peer_.codec, frame, out);
}

size_t Leg::MakeReport(FrameCount now, uint64_t ntp_time, std::span<uint8_t, kMaxRtcpBytes> out,
                       UdpAddress& to) {
  const auto destination = source_.destination();
  if (!destination || destination->port == 0xFFFF) return 0;
  to = {destination->address, static_cast<uint16_t>(destination->port + 1)};
  RtcpReport report{.ssrc = options_.ssrc, .cname = options_.cname};
  report.block = reception_.TakeBlock();
  if (sent_packets_ != reported_packets_) {
    report.sender = RtcpReport::Sender{.ntp_time = ntp_time,
                                       .timestamp = TimestampAt(now),
                                       .packets = sent_packets_,
                                       .bytes = sent_bytes_};
    reported_packets_ = sent_packets_;
  }
  return WriteRtcp(report, out);
}

}  // namespace hotline::media
