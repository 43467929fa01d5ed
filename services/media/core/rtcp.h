// RTCP reports that we send (RFC 3550 §6.4, §6.5): a sender or receiver report and our CNAME.
//
// Enough for peers and SBCs that watch RTCP as a sign of life or for quality figures. What peers
// send is read off the socket and dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "services/media/core/frame.h"

namespace hotline::media {

/// How often a leg reports (Source: RFC 3550 §6.2, the minimum interval).
inline constexpr FrameCount kRtcpInterval = 5 * kFramesPerSecond;
/// The longest report written. Units: bytes.
inline constexpr size_t kMaxRtcpBytes = 128;
/// The longest CNAME written. Units: bytes.
inline constexpr size_t kMaxCname = 48;

/// What was received of one stream, for a report block.
class ReceptionStats {
 public:
  struct Block {
    uint32_t ssrc = 0;
    uint8_t fraction_lost = 0;  ///< Units: 1/256, since the last block.
    int32_t total_lost = 0;     ///< 24 bits, signed: duplicates make it negative.
    uint32_t highest_sequence = 0;
    uint32_t jitter = 0;  ///< Units: samples.
  };

  /// Begins a new stream with its first packet.
  void Start(uint32_t ssrc, uint16_t sequence);
  /// Counts a packet of the stream. `arrival` is local time in samples (sockets are read once a
  /// frame, so it is as coarse as a frame, and so is the jitter).
  void Count(uint16_t sequence, uint32_t timestamp, uint32_t arrival);
  /// Returns the block for the next report; nothing before the first packet.
  std::optional<Block> TakeBlock();

 private:
  uint32_t highest() const { return cycles_ + max_sequence_; }

  bool started_ = false;
  uint32_t ssrc_ = 0;
  uint16_t max_sequence_ = 0;
  uint32_t cycles_ = 0;  // 65536 per turn of the sequence number
  uint32_t base_ = 0;
  uint32_t received_ = 0;
  uint32_t expected_before_ = 0, received_before_ = 0;  // at the last block
  std::optional<uint32_t> transit_;
  uint32_t jitter_ = 0;  // in 1/16 samples (RFC 3550 A.8)
};

struct RtcpReport {
  uint32_t ssrc = 0;
  std::string_view cname;  ///< At most kMaxCname bytes.

  /// Sender part; left out (a receiver report) if nothing was sent since the last report.
  struct Sender {
    uint64_t ntp_time = 0;  ///< Units: 2^-32 s since 1900.
    uint32_t timestamp = 0;
    uint32_t packets = 0;
    uint32_t bytes = 0;  ///< Of payload.
  };

  std::optional<Sender> sender;
  std::optional<ReceptionStats::Block> block;
};

/// Writes a compound packet: SR or RR, then SDES with the CNAME.
/// Returns: its length in bytes.
size_t WriteRtcp(const RtcpReport& report, std::span<uint8_t, kMaxRtcpBytes> out);

}  // namespace hotline::media
