#include "services/media/rtp/prompt_store.h"

#include <fcntl.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"

#include "services/runtime/log.h"
#include "tests/media/wav_file.h"

namespace hotline::media {
namespace {

class PromptStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "promptsXXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    store_ = std::make_unique<PromptStore>(directory_);
  }

  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string PathOf(const std::string& name) const { return directory_ + "/" + name + ".wav"; }

  void Write(const std::string& name, const std::vector<int16_t>& samples, int rate = 8000,
             int channels = 1) {
    WriteWav(PathOf(name), samples, rate, channels);
  }

  // As if it were written `seconds` later: file times may be coarser than a test.
  void Touch(const std::string& name, time_t seconds) {
    const timespec times[2] = {{0, UTIME_OMIT}, {1'700'000'000 + seconds, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, PathOf(name).c_str(), times, 0), 0);
  }

  std::string directory_;
  std::unique_ptr<PromptStore> store_;
};

TEST_F(PromptStoreTest, ReadsOnceAndShares) {
  Write("notice", {1, -2, 3});
  const auto first = store_->Get("notice"), second = store_->Get("notice");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ((*first)->samples, (std::vector<int16_t>{1, -2, 3}));
  EXPECT_EQ((*first)->name, "notice");
  EXPECT_EQ(*first, *second);
}

TEST_F(PromptStoreTest, ReadsAChangedFileAgain) {
  Write("notice", {1});
  Touch("notice", 0);
  const auto first = store_->Get("notice");
  Write("notice", {2});
  Touch("notice", 1);
  const auto second = store_->Get("notice");
  ASSERT_TRUE(second.ok());
  EXPECT_EQ((*second)->samples[0], 2);
  EXPECT_EQ((*first)->samples[0], 1) << "those who play it play it to the end";
}

TEST_F(PromptStoreTest, ABrokenChangeLeavesTheOldOneInUse) {
  LogCapture log;
  Write("notice", {1});
  Touch("notice", 0);
  ASSERT_TRUE(store_->Get("notice").ok());
  std::ofstream(PathOf("notice")) << "not a WAV file";
  Touch("notice", 1);
  const auto prompt = store_->Get("notice");
  ASSERT_TRUE(prompt.ok());
  EXPECT_EQ((*prompt)->samples[0], 1);
  EXPECT_EQ(log.lines().size(), 1u);
}

TEST_F(PromptStoreTest, SaysHowToRepairTheWrongFormat) {
  Write("stereo", {1, 2}, 44100, 2);
  const auto status = store_->Get("stereo").status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_NE(status.message().find("44100 Hz and 2 channels"), absl::string_view::npos) << status;
  EXPECT_NE(status.message().find("sox"), absl::string_view::npos);
}

TEST_F(PromptStoreTest, RefusesWhatIsNotThereOrEmptyOrNoName) {
  EXPECT_TRUE(absl::IsNotFound(store_->Get("nothing").status()));
  Write("empty", {});
  EXPECT_TRUE(absl::IsInvalidArgument(store_->Get("empty").status()));
  for (const char* name : {"", "../notice", "a/b", "Notice", "notice.wav"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(store_->Get(name).status())) << name;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(store_->Get(std::string(65, 'a')).status()));
}

TEST_F(PromptStoreTest, AFileThatGoesIsGone) {
  Write("notice", {1});
  ASSERT_TRUE(store_->Get("notice").ok());
  std::filesystem::remove(PathOf("notice"));
  EXPECT_TRUE(absl::IsNotFound(store_->Get("notice").status()));
}

}  // namespace
}  // namespace hotline::media
