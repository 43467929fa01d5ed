// Hides lost packets: repeats the last pitch period and fades it out within 50 ms (spandsp's plc, a
// relative of ITU-T G.711 appendix I). One per leg, shard thread only; never allocates.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace hotline::media {

class Concealer {
 public:
  Concealer();
  ~Concealer();

  /// Takes samples that came; blends their start with what was made up before.
  void Hear(std::span<int16_t> samples);
  /// Makes up samples that are missing.
  void Fill(std::span<int16_t> samples);

 private:
  struct State;  // keeps spandsp's macros out of our headers
  std::unique_ptr<State> state_;
};

}  // namespace hotline::media
