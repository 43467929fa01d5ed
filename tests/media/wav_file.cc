#include "tests/media/wav_file.h"

#include <sndfile.h>

#include <cmath>
#include <numbers>

#include "services/base/check.h"
#include "services/media/core/frame.h"
#include "tests/media/rtp_peer.h"

namespace hotline::media {

std::vector<int16_t> MakeTone(double frequency, size_t samples) {
  std::vector<int16_t> tone(samples);
  for (size_t i = 0; i < samples; ++i) {
    tone[i] = static_cast<int16_t>(kToneLevel * std::sin(2 * std::numbers::pi * frequency *
                                                         static_cast<double>(i) / kSampleRate));
  }
  return tone;
}

void WriteWav(const std::string& path, const std::vector<int16_t>& samples, int rate,
              int channels) {
  SF_INFO info{};
  info.samplerate = rate;
  info.channels = channels;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  HOTLINE_CHECK(file != nullptr, "the test's directory can be written");
  sf_write_short(file, samples.data(), static_cast<sf_count_t>(samples.size()));
  sf_close(file);
}

}  // namespace hotline::media
