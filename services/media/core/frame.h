// The units of the media plane: 8 kHz mono audio in frames of 20 ms, and time counted in such
// frames.
//
// Everything in media/core takes time as a FrameCount, so that tests step through hours at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace hotline::media {

/// Samples per second of G.711 (Source: RFC 3551 §4.5.14).
inline constexpr int kSampleRate = 8000;
/// Samples of one frame: 20 ms, the default packet time of G.711 (Source: RFC 3551 §4.5, table 1).
inline constexpr size_t kFrameSamples = 160;
/// Frames per second.
inline constexpr int64_t kFramesPerSecond = kSampleRate / kFrameSamples;
/// How long a frame lasts.
inline constexpr absl::Duration kFrameTime = absl::Milliseconds(20);

/// 20 ms of linear 16-bit audio.
using Frame = std::array<int16_t, kFrameSamples>;

/// A moment, in frames since the engine started.
using FrameCount = int64_t;

/// Returns the frames in `time`, rounded down.
inline FrameCount ToFrames(absl::Duration time) {
  return time / kFrameTime;
}

}  // namespace hotline::media
