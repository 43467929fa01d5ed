// WAV files for tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hotline::media {

/// Returns `samples` samples of a tone at kToneLevel. Units: Hz.
std::vector<int16_t> MakeTone(double frequency, size_t samples);

/// Writes 16-bit samples.
void WriteWav(const std::string& path, const std::vector<int16_t>& samples, int rate = 8000,
              int channels = 1);

}  // namespace hotline::media
