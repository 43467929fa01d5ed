#include "services/media/core/playlist.h"

#include "gtest/gtest.h"

namespace hotline::media {
namespace {

PromptPtr MakePrompt(std::string name, size_t samples, int16_t value) {
  return std::make_shared<Prompt>(Prompt{std::move(name), std::vector<int16_t>(samples, value)});
}

class PlaylistTest : public testing::Test {
 protected:
  Frame Pull() {
    Mixer mixer;
    mixer.Clear();
    Playlist::Finished finished;
    playlist_.Advance(mixer, finished);
    for (size_t i = 0; i < finished.count; ++i) ended_ += finished.prompts[i]->name + " ";
    Frame out;
    mixer.Store(out);
    return out;
  }

  Playlist playlist_;
  std::string ended_;
};

TEST_F(PlaylistTest, PlaysOneAfterTheOtherWithoutAGap) {
  ASSERT_TRUE(playlist_.Play(MakePrompt("a", 100, 1), false, false));
  ASSERT_TRUE(playlist_.Play(MakePrompt("b", 100, 2), false, false));
  const Frame first = Pull();
  EXPECT_EQ(first[99], 1);
  EXPECT_EQ(first[100], 2);
  EXPECT_EQ(ended_, "a ");
  const Frame second = Pull();
  EXPECT_EQ(second[39], 2);
  EXPECT_EQ(second[40], 0);
  EXPECT_EQ(ended_, "a b ");
  EXPECT_FALSE(playlist_.playing());
}

TEST_F(PlaylistTest, ALoopGoesOnWithoutASeamOrAnEnd) {
  ASSERT_TRUE(playlist_.Play(MakePrompt("music", 50, 3), true, false));
  for (int i = 0; i < 100; ++i) {
    const Frame frame = Pull();
    ASSERT_EQ(std::count(frame.begin(), frame.end(), 3), 160);
  }
  EXPECT_EQ(ended_, "");
}

TEST_F(PlaylistTest, ALoopGivesWayToWhatWaits) {
  ASSERT_TRUE(playlist_.Play(MakePrompt("music", 100, 3), true, false));
  ASSERT_TRUE(playlist_.Play(MakePrompt("notice", 200, 4), false, false));
  const Frame frame = Pull();
  EXPECT_EQ(frame[99], 3);
  EXPECT_EQ(frame[100], 4);
  EXPECT_EQ(ended_, "");
}

TEST_F(PlaylistTest, InterruptDropsAllElse) {
  ASSERT_TRUE(playlist_.Play(MakePrompt("music", 500, 3), true, false));
  ASSERT_TRUE(playlist_.Play(MakePrompt("b", 500, 2), false, false));
  Pull();
  ASSERT_TRUE(playlist_.Play(MakePrompt("busy", 320, 5), false, true));
  EXPECT_EQ(Pull()[0], 5);
  Pull();
  EXPECT_FALSE(playlist_.playing());
  EXPECT_EQ(ended_, "busy ");
}

TEST_F(PlaylistTest, StopIsSilentAtOnce) {
  ASSERT_TRUE(playlist_.Play(MakePrompt("a", 500, 1), false, false));
  Pull();
  playlist_.Stop();
  EXPECT_EQ(Pull()[0], 0);
  ASSERT_TRUE(playlist_.Play(MakePrompt("b", 160, 2), false, false));
  EXPECT_EQ(Pull()[0], 2) << "the next starts at its beginning";
  EXPECT_EQ(ended_, "b ");
}

TEST_F(PlaylistTest, AFullQueueRefuses) {
  for (size_t i = 0; i < Playlist::kMaxPrompts; ++i) {
    ASSERT_TRUE(playlist_.Play(MakePrompt("p", 1, 1), false, false));
  }
  EXPECT_FALSE(playlist_.Play(MakePrompt("p", 1, 1), false, false));
  Pull();
  EXPECT_EQ(ended_.size(), 2 * Playlist::kMaxPrompts) << "all may end in one frame";
  EXPECT_TRUE(playlist_.Play(MakePrompt("p", 1, 1), false, false));
}

}  // namespace
}  // namespace hotline::media
