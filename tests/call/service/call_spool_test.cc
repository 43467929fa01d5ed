#include "services/call/service/call_spool.h"

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

TEST_F(CallSpoolTest, TwoProcessesNeverShareAFile) {
  CallSpool::Leftovers leftovers;
  EXPECT_EQ(CallSpool::Open(folder_ + "/calls.spool", leftovers).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace hotline::call
