// Whose packets a leg accepts: the defence against RTP bleed and injection.
//
// Only the address that the SDP named may send. Its port is learned from the first packet (NAT
// moves ports), and for a short window the port that the SDP named may still take over; then both
// are locked until the SDP changes. Within the source, one stream (SSRC) is heard at a time.
//
//   nowhere ──SetSignalled──► waiting ──packet──► learning ──500 ms or exact match──► locked
#pragma once

#include <cstdint>
#include <optional>

#include "services/media/core/frame.h"
#include "services/media/core/udp_address.h"

namespace hotline::media {

class SourceLock {
 public:
  enum class Verdict {
    kRefuse,     ///< From someone else: count it and drop it.
    kProbation,  ///< From the peer, but of a stream not yet believed: drop it.
    kAccept,     ///< Of the stream that is heard.
    kNewStream,  ///< Accept; what was buffered belongs to another stream.
  };

  /// How long after the first packet the signalled port may still replace the learned one.
  static constexpr FrameCount kLearnWindow = kFramesPerSecond / 2;
  /// A new SSRC is believed at its second packet in order, at most so far apart (RFC 3550 A.1 asks
  /// for two in sequence; here some loss is forgiven).
  static constexpr int kMaxProbationGap = 16;

  /// Sets what the SDP says. Forgets what was learned if that changed.
  void SetSignalled(UdpAddress signalled);

  /// Judges a packet of `source`.
  Verdict Admit(UdpAddress source, uint32_t ssrc, uint16_t sequence, FrameCount now);

  /// Returns where to send: to the learned source (symmetric RTP, RFC 4961), else as signalled;
  /// nothing if the peer cannot be reached.
  std::optional<UdpAddress> destination() const;

  bool locked() const { return locked_; }

 private:
  bool AdmitSource(UdpAddress source, FrameCount now);
  Verdict AdmitStream(uint32_t ssrc, uint16_t sequence);

  struct Stream {
    uint32_t ssrc = 0;
    uint16_t sequence = 0;
  };

  UdpAddress signalled_;
  std::optional<UdpAddress> learned_;
  FrameCount learned_at_ = 0;
  bool locked_ = false;  // implies learned_
  std::optional<uint32_t> ssrc_;
  std::optional<Stream> candidate_;
};

}  // namespace hotline::media
