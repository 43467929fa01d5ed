#include "services/media/core/mixer.h"

#include <algorithm>

#include "gtest/gtest.h"

namespace hotline::media {
namespace {

Frame Level(int16_t value) {
  Frame frame;
  frame.fill(value);
  return frame;
}

int16_t Mixed(std::initializer_list<std::pair<int16_t, uint32_t>> sources) {
  Mixer mixer;
  mixer.Clear();
  for (auto [level, percent] : sources) mixer.Add(Level(level), GainFromPercent(percent));
  Frame out;
  mixer.Store(out);
  EXPECT_TRUE(std::all_of(out.begin(), out.end(), [&](int16_t s) { return s == out[0]; }));
  return out[0];
}

TEST(Mixer, AddsWithGain) {
  EXPECT_EQ(Mixed({}), 0);
  EXPECT_EQ(Mixed({{1000, 100}}), 1000);
  EXPECT_EQ(Mixed({{1000, 100}, {-300, 100}}), 700);
  EXPECT_EQ(Mixed({{1000, 50}}), 500);
  EXPECT_EQ(Mixed({{1000, 200}}), 2000);
  EXPECT_EQ(Mixed({{-1000, 25}}), -250);
}

TEST(Mixer, SaturatesInsteadOfWrapping) {
  EXPECT_EQ(Mixed({{30000, 100}, {30000, 100}}), 32767);
  EXPECT_EQ(Mixed({{-30000, 200}}), -32768);
}

TEST(Mixer, CutsOnlyTheSum) {
  EXPECT_EQ(Mixed({{30000, 200}, {-30000, 200}, {5, 100}}), 5) << "order must not matter";
}

TEST(Mixer, TheMostSourcesAtFullScaleFit) {
  Mixer mixer;
  mixer.Clear();
  for (size_t i = 0; i < kMaxSources; ++i) mixer.Add(Level(-32768), GainFromPercent(200));
  Frame out;
  mixer.Store(out);
  EXPECT_EQ(out[0], -32768);
}

TEST(Mixer, AddsPartsOfAFrame) {
  Mixer mixer;
  mixer.Clear();
  EXPECT_FALSE(mixer.used());
  const Frame source = Level(7);
  mixer.Add(std::span(source).first(10), kUnityGain, 150);
  EXPECT_TRUE(mixer.used());
  Frame out;
  mixer.Store(out);
  EXPECT_EQ(out[149], 0);
  EXPECT_EQ(out[150], 7);
  EXPECT_EQ(out[159], 7);
}

}  // namespace
}  // namespace hotline::media
