#include "services/call/service/options.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::call {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kArea[] = R"(
area:
  id: demo
  answer_target: 15s
  queues:
    - {id: general, max_wait: 10m}
  numbers:
    - {dialled: "12345", header: {name: X-Transfer-From, value: "12345"}, queue: general, entry: transfer_12345, priority: P2}
    - {dialled: "12348", queue: general}
    - {dialled: "12346", header: {name: X-Respondent, value: firm-a}, queue: general, barred: [firm-a], clearance: 2}
)";

constexpr char kCall[] = R"(
call: {node: call-1, listen: "127.0.0.1:0", metrics: "127.0.0.1:0", sip_listen: "127.0.0.1:5080",
       sip_proxy: "127.0.0.1:5060", routers: ["127.0.0.1:1", "127.0.0.1:2"], media: "127.0.0.1:3",
       spool_dir: /tmp/x, music: none, rtp_timeout: 45s}
)";

TEST(CallOptions, ReadsItsSectionAndTheNumbers) {
  auto file = ConfigFile::Parse(std::string(kArea) + kCall);
  ASSERT_TRUE(file.ok());
  const CallOptions options = ReadCallOptions(*file);
  ASSERT_TRUE(file->status().ok()) << file->status();
  EXPECT_EQ(options.area, "demo");
  EXPECT_EQ(options.routers.size(), 2u);
  EXPECT_EQ(options.core.notice, "notice");
  EXPECT_EQ(options.core.music, "");
  EXPECT_EQ(options.core.rtp_timeout, absl::Seconds(45));
  ASSERT_EQ(options.core.numbers.size(), 3u);
  EXPECT_EQ(options.core.numbers[0].priority, Priority::kP2);
  EXPECT_EQ(options.core.numbers[0].entry, "transfer_12345");
  EXPECT_EQ(options.core.numbers[1].priority, std::nullopt);
  EXPECT_EQ(options.core.numbers[1].clearance, 0u);
  EXPECT_THAT(options.core.numbers[2].barred, ElementsAre("firm-a"));
  EXPECT_EQ(options.core.numbers[2].clearance, 2u);
  EXPECT_THAT(options.sip.header_names, ElementsAre("X-Transfer-From", "X-Respondent"));
}

TEST(CallOptions, TellsEveryMistakeAtOnce) {
  auto file = ConfigFile::Parse(R"(
area: {id: demo, queues: [{id: general}], numbers: [{dialled: "1", queue: nowhere, priority: P9, barred: [xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx]}]}
call: {node: call-1, sip_listen: "127.0.0.1:99999", routers: [], max_calls: 0}
)");
  ASSERT_TRUE(file.ok());
  ReadCallOptions(*file);
  const std::string problems(file->status().message());
  EXPECT_THAT(problems, HasSubstr("there is no queue \"nowhere\""));
  EXPECT_THAT(problems, HasSubstr("area.numbers[0].priority"));
  EXPECT_THAT(problems, HasSubstr("area.numbers[0].barred"));
  EXPECT_THAT(problems, HasSubstr("call.sip_listen"));
  EXPECT_THAT(problems, HasSubstr("call.routers"));
  EXPECT_THAT(problems, HasSubstr("call.max_calls"));
  EXPECT_THAT(problems, HasSubstr("call.media"));
}

}  // namespace
}  // namespace hotline::call
