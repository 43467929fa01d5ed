#include "services/media/core/playlist.h"

#include <algorithm>
#include <span>
#include <utility>

#include "services/base/check.h"

namespace hotline::media {

bool Playlist::Play(PromptPtr prompt, bool loop, bool interrupt) {
  HOTLINE_CHECK(prompt && !prompt->samples.empty(), "an empty prompt would never end a frame");
  if (interrupt) Stop();
  if (count_ == kMaxPrompts) return false;
  queue_[(head_ + count_) % kMaxPrompts] = {std::move(prompt), loop};
  ++count_;
  return true;
}

void Playlist::Stop() {
  while (count_ > 0) PopFront();
}

void Playlist::PopFront() {
  front().prompt.reset();
  head_ = (head_ + 1) % kMaxPrompts;
  --count_;
  position_ = 0;
}

void Playlist::Advance(Mixer& mixer, Finished& finished) {
  size_t filled = 0;
  // A short looping prompt repeats within a frame; each round adds at least one sample.
  while (filled < kFrameSamples && count_ > 0) {
    const std::span<const int16_t> samples = front().prompt->samples;
    const size_t n = std::min(kFrameSamples - filled, samples.size() - position_);
    mixer.Add(samples.subspan(position_, n), kUnityGain, filled);
    filled += n;
    position_ += n;
    if (position_ < samples.size()) continue;
    if (front().loop && count_ == 1) {
      position_ = 0;
      continue;
    }
    if (!front().loop) finished.prompts[finished.count++] = front().prompt;
    PopFront();
  }
}

}  // namespace hotline::media
