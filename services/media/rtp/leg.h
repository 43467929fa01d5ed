// One RTP leg: what comes in is ordered, decoded and searched for digits; what its person hears is
// mixed from other legs and prompts, encoded and packed. Opens and waits for nothing: the shard
// reads and writes its sockets.
//
// Shard thread only, after construction. Never allocates in a tick.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "services/media/core/jitter_buffer.h"
#include "services/media/core/mixer.h"
#include "services/media/core/playlist.h"
#include "services/media/core/rtcp.h"
#include "services/media/core/rtp_packet.h"
#include "services/media/core/source_lock.h"
#include "services/media/core/telephone_event.h"
#include "services/media/rtp/concealer.h"
#include "services/media/rtp/engine_event.h"
#include "services/media/rtp/g711.h"
#include "services/media/rtp/inband_dtmf.h"
#include "services/media/rtp/port_pool.h"

namespace hotline::media {

/// The far end, as its SDP says.
struct LegPeer {
  UdpAddress signalled;
  Codec codec = Codec::kPcma;   ///< What we send; both are accepted.
  uint8_t telephone_event = 0;  ///< Payload type; 0: digits are heard in band.
  bool receives = true;         ///< False: we send nothing.
  bool sends = true;            ///< False: silence is no alarm.
};

/// Counts of a shard, added to by its legs.
struct LegCounts {
  uint64_t received = 0, sent = 0, lost = 0, late = 0, dropped = 0, refused = 0;
};

class Leg {
 public:
  /// Legs that one leg can hear at the same time.
  static constexpr size_t kMaxRoutes = 16;
  /// An RTP packet of one frame.
  using Packet = std::array<uint8_t, kRtpHeaderBytes + kFrameSamples>;

  struct Options {
    LegId id = 0;
    FrameCount rtp_timeout = 0;
    uint32_t ssrc = 0;       ///< Random, as the next two (RFC 3550 §5.1).
    uint32_t timestamp = 0;  ///< Of frame 0.
    uint16_t sequence = 0;   ///< Of the first packet.
    std::string cname;       ///< At most kMaxCname bytes.
  };

  Leg(Options options, PortPair ports);

  LegId id() const { return options_.id; }

  const PortPair& ports() const { return ports_; }

  // --- Commands.

  void SetPeer(const LegPeer& peer, FrameCount now);
  void Play(PromptPtr prompt, bool loop, bool interrupt, EventList& events);

  void StopPlay() { playlist_.Stop(); }

  /// Lets this leg hear `from`; gain 0 ends it. Beyond kMaxRoutes it has no effect.
  void Hear(const Leg* from, Gain gain);

  // --- A tick, in this order for all legs of a call.

  /// Takes a datagram that arrived at the RTP port.
  void Receive(UdpAddress source, std::span<const uint8_t> datagram, FrameCount now,
               LegCounts& counts, EventList& events);
  /// Decodes the frame that others hear in this tick.
  void Decode(FrameCount now, LegCounts& counts, EventList& events);
  /// Makes the packet that this leg's person hears.
  /// Returns: where to send it; nothing if the peer is unknown or does not receive.
  std::optional<UdpAddress> MakePacket(FrameCount now, Mixer& mixer, Packet& out,
                                       EventList& events);

  /// Makes an RTCP report; call it every kRtcpInterval.
  /// Returns: its length, and where to send it in `to`; 0 if the peer is unknown.
  size_t MakeReport(FrameCount now, uint64_t ntp_time, std::span<uint8_t, kMaxRtcpBytes> out,
                    UdpAddress& to);

  /// Position in the shard's list; the shard's own.
  size_t index = 0;

 private:
  struct Route {
    const Leg* from = nullptr;
    Gain gain = 0;
  };

  void TakePacket(const RtpPacket& packet, FrameCount now, LegCounts& counts, EventList& events);
  void HearDigits(EventList& events);
  void CheckSilence(FrameCount now, EventList& events);
  void WritePayload(Mixer& mixer, EventList& events, std::span<uint8_t, kFrameSamples> out);
  uint32_t TimestampAt(FrameCount now) const;

  const Options options_;
  const PortPair ports_;

  LegPeer peer_;
  SourceLock source_;
  JitterBuffer jitter_;
  Concealer concealer_;
  TelephoneEventDecoder events_;
  std::optional<InbandDtmf> tones_;  // only while the peer has no telephone events
  ReceptionStats reception_;
  FrameCount last_packet_ = 0;  // or since when packets are expected
  FrameCount told_silence_ = 0;  // the length of this silence when it was last told

  Frame heard_{};         // this tick's audio from the peer
  bool audible_ = false;  // heard_ is not silence

  std::array<Route, kMaxRoutes> routes_;
  size_t route_count_ = 0;
  Playlist playlist_;
  uint16_t sequence_;
  FrameCount last_sent_ = -2;  // never
  uint32_t sent_packets_ = 0, sent_bytes_ = 0, reported_packets_ = 0;
};

}  // namespace hotline::media
