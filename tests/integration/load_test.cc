// A crowd from SIPp onto twenty seats: every call has one outcome, no seat two calls, and all books
// agree. The long run of it is tests/bench/crowd.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "tests/integration/hotline_fixture.h"
#include "tests/stack/ledger.h"
#include "tests/stack/sipp.h"

namespace hotline::test {
namespace {

constexpr int kCalls = 100;
constexpr int kCallsPerSecond = 10;

class LoadTest : public HotlineTest {};

TEST_F(LoadTest, EveryCallEndsOnceAndAllBooksAgree) {
  const auto agents = StaffLoadQueue();
  ASSERT_TRUE(watch().Wait(kLong, [](const demo::AreaView& view) {
    return view.CountSeats(router::v1::Seat::STATE_READY) == kLoadSeats;
  }));
  const SippResult sipp = RunSipp(stack(), {.scenario = "waiting_caller.xml",
                                            .number = kLoadNumber,
                                            .calls = kCalls,
                                            .per_second = kCallsPerSecond});
  EXPECT_EQ(sipp.exit_code, 0) << sipp.output;
  EXPECT_EQ(sipp.successful, kCalls) << sipp.output;

  EXPECT_TRUE(watch().Wait(kLong, [](const demo::AreaView& view) {
    return view.ended.size() == kCalls && view.calls.empty() && view.stats.open() == 0;
  }));
  std::vector<Account> accounts;
  EXPECT_TRUE(Eventually(kSoon, [&] {
    auto read = ReadAccounts(stack(), client());
    if (read.ok()) accounts = *std::move(read);
    return read.ok() && Disagreement(accounts).empty();
  })) << Disagreement(accounts);
  ASSERT_FALSE(accounts.empty());
  EXPECT_EQ(accounts.front().second.offered, kCalls);
  EXPECT_EQ(accounts.front().second.failed, 0U);
  EXPECT_GT(accounts.front().second.answered, kCalls / 2U);
}

}  // namespace
}  // namespace hotline::test
