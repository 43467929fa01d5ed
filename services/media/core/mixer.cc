#include "services/media/core/mixer.h"

#include <algorithm>
#include <limits>

#include "services/base/check.h"

namespace hotline::media {

static_assert(int64_t{kMaxSources} * 32768 * kMaxGainPercent / 100 <
                  std::numeric_limits<int32_t>::max(),
              "the sum of all sources fits");

void Mixer::Add(std::span<const int16_t> samples, Gain gain, size_t offset) {
  HOTLINE_CHECK(offset + samples.size() <= kFrameSamples, "a frame holds 160 samples");
  used_ = true;
  int32_t* sum = sum_.data() + offset;
  if (gain == kUnityGain) {
    for (size_t i = 0; i < samples.size(); ++i) sum[i] += samples[i];
  } else {
    for (size_t i = 0; i < samples.size(); ++i) sum[i] += samples[i] * gain / kUnityGain;
  }
}

void Mixer::Store(Frame& out) const {
  constexpr int32_t kLow = std::numeric_limits<int16_t>::min();
  constexpr int32_t kHigh = std::numeric_limits<int16_t>::max();
  for (size_t i = 0; i < kFrameSamples; ++i) {
    out[i] = static_cast<int16_t>(std::clamp(sum_[i], kLow, kHigh));
  }
}

}  // namespace hotline::media
