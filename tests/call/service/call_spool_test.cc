#include "services/call/service/call_spool.h"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <future>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::call {
namespace {

using router::v1::CallRecord;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kA[] = "00000000000AA";
constexpr char kB[] = "00000000000BB";

CallRecord Record(const std::string& call, bool answered = false) {
  CallRecord record;
  record.mutable_request()->set_call_id(call);
  if (answered) record.mutable_answer_time()->set_seconds(1);
  return record;
}

class CallSpoolTest : public testing::Test {
 protected:
  CallSpoolTest() {
    std::string folder = testing::TempDir() + "call-spool-XXXXXX";
    folder_ = mkdtemp(folder.data());
    Reopen();
  }

  ~CallSpoolTest() override {
    spool_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// As after a crash: what was written is there, nothing was said goodbye to.
  CallSpool::Leftovers Reopen() {
    spool_.reset();
    CallSpool::Leftovers leftovers;
    auto spool = CallSpool::Open(folder_ + "/calls.spool", leftovers);
    EXPECT_TRUE(spool.ok()) << spool.status();
    if (spool.ok()) spool_ = *std::move(spool);
    return leftovers;
  }

  void End(const std::string& call) {
    std::promise<void> done;
    spool_->NoteEnded(Record(call), [&] { done.set_value(); });
    done.get_future().wait();
  }

  std::string folder_;
  std::unique_ptr<CallSpool> spool_;
};

TEST_F(CallSpoolTest, CallsThatLivedHaveDiedAndTheirDialogsCanBeEnded) {
  spool_->NoteLive(Record(kA));
  spool_->NoteDialog(kA, "caller's dialog");
  spool_->NoteLive(Record(kA, true));
  spool_->NoteDialog(kA, "seat's dialog");
  const auto leftovers = Reopen();
  ASSERT_EQ(leftovers.died.size(), 1u);
  EXPECT_TRUE(leftovers.died[0].has_answer_time());
  EXPECT_THAT(leftovers.farewells, ElementsAre("caller's dialog", "seat's dialog"));
}

TEST_F(CallSpoolTest, RecordsStayUntilTheyAreAcknowledged) {
  spool_->NoteLive(Record(kA));
  spool_->NoteDialog(kA, "dialog");
  End(kA);
  End(kB);
  spool_->NoteAcknowledged(kB);
  auto leftovers = Reopen();
  ASSERT_EQ(leftovers.ended.size(), 1u);
  EXPECT_EQ(leftovers.ended[0].request().call_id(), kA);
  EXPECT_THAT(leftovers.died, IsEmpty());
  EXPECT_THAT(leftovers.farewells, IsEmpty());
  spool_->NoteAcknowledged(kA);
  EXPECT_THAT(Reopen().ended, IsEmpty());
}

/// No file of this process may grow beyond `bytes` while it lives: what a full disk does.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }

  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(CallSpoolTest, WhatADiskCouldNotTakeIsWrittenWhenItCan) {
  spool_->NoteLive(Record(kA));
  {
    const FullDisk full(32);  // room for the beginning of a record
    End(kA);
    spool_->NoteLive(Record(kB));
    End("00000000000CC");  // the disk is still full when this is done
  }
  const auto leftovers = Reopen();
  ASSERT_EQ(leftovers.ended.size(), 2u);
  ASSERT_EQ(leftovers.died.size(), 1u);
  EXPECT_EQ(leftovers.died[0].request().call_id(), kB);
}

TEST_F(CallSpoolTest, HistoryGoesWithTheLastCall) {
  const std::string file = folder_ + "/calls.spool";
  for (int i = 0; i < 40; ++i) {
    End(kA);
    spool_->NoteAcknowledged(kA);
  }
  Reopen();
  spool_.reset();
  EXPECT_LT(std::filesystem::file_size(file), 1000u);
}

TEST_F(CallSpoolTest, TwoProcessesNeverShareAFile) {
  CallSpool::Leftovers leftovers;
  EXPECT_EQ(CallSpool::Open(folder_ + "/calls.spool", leftovers).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace hotline::call
