#include "services/runtime/spool.h"

#include <signal.h>
#include <sys/resource.h>

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/runtime/temp_dir.h"

namespace hotline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr size_t kMagicBytes = 8;
constexpr size_t kHeaderBytes = 8;

class SpoolTest : public testing::Test {
 protected:
  /// Opens the file and returns what it holds; the spool is closed again.
  std::vector<std::string> Read() {
    std::vector<std::string> records;
    const auto spool = Open(&records);
    EXPECT_TRUE(spool.ok()) << spool.status();
    return records;
  }

  absl::StatusOr<Spool> Open(std::vector<std::string>* records = nullptr,
                             const SpoolOptions& options = {}) {
    return Spool::Open(file_, options, [records](std::string_view record) {
      if (records != nullptr) records->emplace_back(record);
    });
  }

  const TempDir dir_;
  const std::string file_ = dir_.File("calls.spool");
};

TEST_F(SpoolTest, RecordsComeBackInOrder) {
  const std::string binary("\0\xff\n", 3);
  {
    auto spool = Open();
    ASSERT_TRUE(spool.ok()) << spool.status();
    for (const std::string& record : {std::string("one"), std::string(), binary}) {
      ASSERT_TRUE(spool->Append(record).ok());
    }
    EXPECT_EQ(spool->record_count(), 3u);
    EXPECT_EQ(spool->size_bytes(), ReadFile(file_).size());
  }
  EXPECT_THAT(Read(), ElementsAre("one", "", binary));
}

TEST_F(SpoolTest, ATailTornAtAnyByteLosesOnlyTheLastRecord) {
  {
    auto spool = Open();
    ASSERT_TRUE(spool.ok()) << spool.status();
    ASSERT_TRUE(spool->Append("first").ok());
    ASSERT_TRUE(spool->Append("second").ok());
  }
  const std::string whole = ReadFile(file_);
  const size_t first_end = kMagicBytes + kHeaderBytes + 5;
  for (size_t size = 0; size < whole.size(); ++size) {
    WriteFile(file_, whole.substr(0, size));
    std::vector<std::string> records;
    auto spool = Open(&records);
    ASSERT_TRUE(spool.ok()) << size << ": " << spool.status();
    EXPECT_EQ(records.size(), size < first_end ? 0u : 1u) << size;
    const size_t kept = size < kMagicBytes ? 0 : size < first_end ? kMagicBytes : first_end;
    EXPECT_EQ(spool->dropped_bytes(), size - kept) << size;
    ASSERT_TRUE(spool->Append("next").ok()) << size;
    spool = absl::UnknownError("closed");
    EXPECT_EQ(Read().back(), "next") << size;
    EXPECT_EQ(Read().size(), records.size() + 1) << size;
  }
}

TEST_F(SpoolTest, ADamagedByteEndsTheReading) {
  {
    auto spool = Open();
    ASSERT_TRUE(spool.ok()) << spool.status();
    ASSERT_TRUE(spool->Append("first").ok());
    ASSERT_TRUE(spool->Append("second").ok());
  }
  const std::string whole = ReadFile(file_);
  const size_t first_end = kMagicBytes + kHeaderBytes + 5;
  for (size_t i = first_end; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    WriteFile(file_, damaged);
    EXPECT_THAT(Read(), ElementsAre("first")) << i;
  }
}

TEST_F(SpoolTest, ATailOfZerosIsNoRecord) {
  {
    auto spool = Open();
    ASSERT_TRUE(spool.ok()) << spool.status();
    ASSERT_TRUE(spool->Append("first").ok());
  }
  WriteFile(file_, ReadFile(file_) + std::string(4096, '\0'));
  EXPECT_THAT(Read(), ElementsAre("first"));
}

TEST_F(SpoolTest, AnotherFileIsNotTouched) {
  WriteFile(file_, "a letter to my lawyer");
  const auto spool = Open();
  EXPECT_EQ(spool.status().code(), absl::StatusCode::kDataLoss) << spool.status();
  EXPECT_EQ(ReadFile(file_), "a letter to my lawyer");
}

TEST_F(SpoolTest, OnlyOneHasItOpen) {
  const auto first = Open();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(Open().status(), absl::FailedPreconditionError(file_ + ": in use by another process"));
}

TEST_F(SpoolTest, RewriteReplacesEverythingAndGoesOn) {
  {
    auto spool = Open();
    ASSERT_TRUE(spool.ok()) << spool.status();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(spool->Append("old").ok());
    ASSERT_TRUE(spool->Rewrite({"live"}).ok());
    EXPECT_EQ(spool->record_count(), 1u);
    EXPECT_EQ(spool->size_bytes(), ReadFile(file_).size());
    EXPECT_FALSE(Open().ok()) << "still locked";
    ASSERT_TRUE(spool->Append("new").ok());
  }
  EXPECT_THAT(Read(), ElementsAre("live", "new"));
}

TEST_F(SpoolTest, ADeathDuringRewriteLeavesTheOldRecords) {
  {
    auto spool = Open();
    ASSERT_TRUE(spool.ok()) << spool.status();
    ASSERT_TRUE(spool->Append("old").ok());
  }
  WriteFile(file_ + ".new", "HLSPOOL1 and half a rec");
  EXPECT_THAT(Read(), ElementsAre("old"));
  {
    auto spool = Open();
    ASSERT_TRUE(spool.ok()) << spool.status();
    ASSERT_TRUE(spool->Rewrite({}).ok());
  }
  EXPECT_THAT(Read(), IsEmpty());
}

TEST_F(SpoolTest, LimitsRefuseAndKeepWhatIsThere) {
  const SpoolOptions limits{.max_bytes = 60, .max_record_bytes = 20};
  {
    auto spool = Open(nullptr, limits);
    ASSERT_TRUE(spool.ok()) << spool.status();
    ASSERT_TRUE(spool->Append(std::string(20, 'a')).ok());
    EXPECT_EQ(spool->Append(std::string(21, 'b')).code(), absl::StatusCode::kResourceExhausted);
    ASSERT_TRUE(spool->Append(std::string(16, 'c')).ok()) << "exactly full";
    EXPECT_EQ(spool->Append("").code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(spool->Rewrite({std::string(20, 'd'), std::string(20, 'e')}).code(),
              absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(spool->Rewrite({std::string(21, 'f')}).code(), absl::StatusCode::kResourceExhausted);
  }
  EXPECT_THAT(Read(), ElementsAre(std::string(20, 'a'), std::string(16, 'c')));
}

TEST_F(SpoolTest, AFullDiskLosesOneRecordAndDamagesNone) {
  auto spool = Open();
  ASSERT_TRUE(spool.ok()) << spool.status();
  ASSERT_TRUE(spool->Append("before").ok());
  // The file size limit stands for the full disk: the write stops in the middle of the record.
  rlimit old = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto ignored = signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {.rlim_cur = spool->size_bytes() + 20, .rlim_max = old.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status refused = spool->Append(std::string(100, 'x'));
  setrlimit(RLIMIT_FSIZE, &old);
  signal(SIGXFSZ, ignored);
  EXPECT_FALSE(refused.ok());
  EXPECT_EQ(spool->size_bytes(), ReadFile(file_).size());
  ASSERT_TRUE(spool->Append("after").ok());
  spool = absl::UnknownError("closed");
  EXPECT_THAT(Read(), ElementsAre("before", "after"));
}

TEST_F(SpoolTest, SyncsEachRecordIfAsked) {
  auto spool = Open(nullptr, {.sync_every_append = true});
  ASSERT_TRUE(spool.ok()) << spool.status();
  EXPECT_TRUE(spool->Append("kept").ok());
  EXPECT_TRUE(spool->Sync().ok());
}

TEST_F(SpoolTest, MakesItsFolderAndSaysWhenItCannot) {
  const auto made = Spool::Open(dir_.File("router-1") + "/journal.spool", {}, [](auto) {});
  EXPECT_TRUE(made.ok()) << made.status();
  const auto missing = Spool::Open(dir_.File("a/b/journal.spool"), {}, [](auto) {});
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kUnavailable) << missing.status();
}

}  // namespace
}  // namespace hotline
