#include "deploy/demo/robot/tone.h"

#include <cmath>
#include <numbers>
#include <utility>

// spandsp's headers want <cmath> and each other in this order.
// clang-format off
#include <spandsp/telephony.h>
#include <spandsp/bit_operations.h>
#include <spandsp/g711.h>
// clang-format on

#include "services/base/check.h"

namespace hotline::robot {
namespace {

// -12 dBov: two tones mixed at full gain do not clip.
constexpr double kAmplitude = 8192;
// Quieter than -38 dBov is no tone but what coding leaves over.
constexpr float kLeastAmplitude = 400;
// All named tones together, and one of them, as shares of the window's energy.
constexpr float kTonalShare = 0.8F;
constexpr float kOneShare = 0.1F;

int16_t Decode(uint8_t sample, Codec codec) {
  return codec == Codec::kPcma ? alaw_to_linear(sample) : ulaw_to_linear(sample);
}

}  // namespace

ToneLoop::ToneLoop(int hz, Codec codec) {
  HOTLINE_CHECK(hz >= 0 && hz < kSampleRate / 2 && hz % 10 == 0, "tones are multiples of 10 Hz");
  for (int i = 0; i < kWindowSamples; ++i) {
    const double angle = 2 * std::numbers::pi * hz * i / kSampleRate;
    const int linear = static_cast<int>(std::lround(kAmplitude * std::sin(angle)));
    samples_[i] = codec == Codec::kPcma ? linear_to_alaw(linear) : linear_to_ulaw(linear);
  }
}

std::span<const uint8_t, kPacketSamples> ToneLoop::Next() {
  const int start = std::exchange(position_, (position_ + kPacketSamples) % kWindowSamples);
  return std::span<const uint8_t, kPacketSamples>(samples_.data() + start, kPacketSamples);
}

ToneMeter::ToneMeter(std::vector<int> frequencies) : frequencies_(std::move(frequencies)) {
  HOTLINE_CHECK(frequencies_.size() <= kMaxTones, "too many tones for one meter");
  for (const int hz : frequencies_) {
    coefficients_.push_back(
        static_cast<float>(2 * std::cos(2 * std::numbers::pi * hz / kSampleRate)));
  }
}

std::optional<ToneSet> ToneMeter::Add(std::span<const uint8_t> payload, Codec codec) {
  std::optional<ToneSet> heard;
  for (const uint8_t sample : payload) {
    window_[filled_++] = Decode(sample, codec);
    if (filled_ == kWindowSamples) {
      heard = Measure();
      filled_ = 0;
    }
  }
  return heard;
}

ToneSet ToneMeter::BitOf(int hz) const {
  for (size_t i = 0; i < frequencies_.size(); ++i) {
    if (frequencies_[i] == hz) return ToneSet{1} << i;
  }
  return 0;
}

// Goertzel's recurrence, once per tone.
ToneSet ToneMeter::Measure() const {
  float total = 0;
  for (const float sample : window_) total += sample * sample;
  total /= kWindowSamples;
  if (total < kLeastAmplitude * kLeastAmplitude / 2) return 0;

  std::array<float, kMaxTones> power{};
  float tonal = 0;
  for (size_t i = 0; i < coefficients_.size(); ++i) {
    float s1 = 0;
    float s2 = 0;
    for (const float sample : window_) {
      const float s0 = sample + coefficients_[i] * s1 - s2;
      s2 = s1;
      s1 = s0;
    }
    const float magnitude2 = s1 * s1 + s2 * s2 - coefficients_[i] * s1 * s2;
    power[i] = 2 * magnitude2 / (float{kWindowSamples} * kWindowSamples);
    tonal += power[i];
  }
  if (tonal < kTonalShare * total) return 0;
  ToneSet heard = 0;
  for (size_t i = 0; i < coefficients_.size(); ++i) {
    const bool loud = power[i] >= kLeastAmplitude * kLeastAmplitude / 2;
    if (loud && power[i] >= kOneShare * total) heard |= ToneSet{1} << i;
  }
  return heard;
}

}  // namespace hotline::robot
