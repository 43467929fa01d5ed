#include "services/media/rtp/engine_stats.h"

#include <bit>
#include <type_traits>

namespace hotline::media {
namespace {

using Words = std::array<uint64_t, sizeof(EngineStats) / sizeof(uint64_t)>;
static_assert(std::is_trivially_copyable_v<EngineStats>, "all members are 64-bit counters");

}  // namespace

void EngineStats::Add(const EngineStats& other) {
  auto mine = std::bit_cast<Words>(*this);
  const auto theirs = std::bit_cast<Words>(other);
  for (size_t i = 0; i < mine.size(); ++i) mine[i] += theirs[i];
  *this = std::bit_cast<EngineStats>(mine);
}

// Counters of one tick may be seen mixed with those of the next: nobody compares them that closely.
void SharedStats::Publish(const EngineStats& stats) {
  const auto words = std::bit_cast<Words>(stats);
  for (size_t i = 0; i < kWords; ++i) words_[i].store(words[i], std::memory_order_relaxed);
}

EngineStats SharedStats::Read() const {
  Words words;
  for (size_t i = 0; i < kWords; ++i) words[i] = words_[i].load(std::memory_order_relaxed);
  return std::bit_cast<EngineStats>(words);
}

}  // namespace hotline::media
