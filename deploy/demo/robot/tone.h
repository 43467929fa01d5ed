// Tones that robots speak and recognise: an encoded loop to send, a meter to listen with.
//
// Pure values, no threads. Frequencies are whole multiples of 10 Hz, so that 100 ms hold whole
// periods: a loop repeats without a click, and the tones of one meter do not leak into each other.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace hotline::robot {

/// What a payload is made of.
enum class Codec { kPcma, kPcmu };

inline constexpr int kSampleRate = 8000;
/// Samples in one RTP packet of 20 ms.
inline constexpr int kPacketSamples = 160;
/// Samples in one listening window of 100 ms.
inline constexpr int kWindowSamples = 800;
/// Named frequencies of one meter, at most.
inline constexpr int kMaxTones = 32;

/// The set of a meter's tones that sound: bit i is tone i.
using ToneSet = uint32_t;

/// 100 ms of one encoded tone, or of silence.
class ToneLoop {
 public:
  /// Requires: `hz` is a multiple of 10 below 4,000; 0 is silence.
  ToneLoop(int hz, Codec codec);

  /// The next 20 ms.
  std::span<const uint8_t, kPacketSamples> Next();

 private:
  std::array<uint8_t, kWindowSamples> samples_;
  int position_ = 0;
};

/// Tells which of its tones sound in each window of 100 ms.
///
/// A tone counts as heard when the named tones together hold most of the window's energy (music and
/// speech spread theirs) and this one holds a fair share of it, so mixed tones are all heard.
class ToneMeter {
 public:
  /// Requires: at most kMaxTones frequencies, each a multiple of 10 below 4,000.
  explicit ToneMeter(std::vector<int> frequencies);

  /// Adds a packet's samples.
  /// Returns: the tones of the window that these samples completed, nothing if none did.
  std::optional<ToneSet> Add(std::span<const uint8_t> payload, Codec codec);

  /// Returns the bit of `hz`, 0 if the meter does not know it.
  ToneSet BitOf(int hz) const;

  const std::vector<int>& frequencies() const { return frequencies_; }

 private:
  ToneSet Measure() const;

  std::vector<int> frequencies_;
  std::vector<float> coefficients_;  // 2 cos(2 pi f / rate), one per frequency
  std::array<float, kWindowSamples> window_;
  int filled_ = 0;
};

}  // namespace hotline::robot
