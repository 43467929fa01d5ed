// A live journal is recorded from Redis and asked what another policy would have done: the program
// hotline-sim against a real router.
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/router/service/router_fixture.h"

namespace hotline::router {
namespace {

using testing::HasSubstr;

/// The fixture's area, as hotline-sim reads it.
constexpr char kArea[] = R"(
area:
  id: test
  queues:
    - {id: general, skills: {general: 1}, answer_timeout: 20s, wrap_up: 0s, no_seat_wait: 60s}
  seats:
    - {id: s1, extension: "8001", queues: [general], skills: {general: 3}}
  numbers:
    - {dialled: "12348", queue: general, entry: direct}
router:
  name: router-1
  listen: "127.0.0.1:0"
  metrics: "127.0.0.1:0"
)";

struct Ran {
  int code = -1;
  std::string output;
};

class WhatIfTest : public RouterTest {
 protected:
  void SetUp() override {
    WriteFile(dir_.File("area.yaml"), absl::StrCat(kArea, "  redis: \"", redis_.address(),
                                                   "\"\n  spool_dir: ", dir_.File("spool"), "\n"));
  }

  Ran Sim(const std::string& words) {
    const std::string command = absl::StrCat(HOTLINE_SIM_BINARY, " ", words, " --config ",
                                             dir_.File("area.yaml"), " 2>&1 </dev/null");
    Ran ran;
    FILE* pipe = popen(command.c_str(), "re");
    if (pipe == nullptr) return ran;
    std::array<char, 4096> buffer;
    while (const size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
      ran.output.append(buffer.data(), got);
    }
    const int status = pclose(pipe);
    if (WIFEXITED(status)) ran.code = WEXITSTATUS(status);
    return ran;
  }

  void TalkTo(const std::string& seat_name, int calls_count) {
    RouterClient client(router_->address());
    FakeCallService calls({router_->address()}, "test", "call-1", ++instance_);
    ASSERT_TRUE(calls.WaitUntilServed());
    ASSERT_TRUE(client.SignIn(seat_name).ok());
    for (int i = 0; i < calls_count; ++i) {
      const std::string call = calls.Queue("general");
      const auto offer = calls.WaitForOffer(call);
      ASSERT_TRUE(offer);
      calls.Answer(call, offer->offer_id());
      const std::string waits = calls.Queue("general");
      ASSERT_TRUE(calls.WaitUntilAcked());
      calls.HangUp(waits);
      calls.HangUp(call);
      ASSERT_TRUE(calls.WaitUntilAcked());
    }
  }

  std::unique_ptr<RouterServer> router_ = StartActive("router-1");
  uint64_t instance_ = 0;
};

TEST_F(WhatIfTest, ARecordedJournalIsReplayedUnderAnotherPolicy) {
  const std::string file = dir_.File("day.journal");
  TalkTo("s1", 3);
  const Ran first = Sim("record --out " + file);
  ASSERT_EQ(first.code, 0) << first.output;
  // It goes on where it ended.
  TalkTo("s2", 2);
  const Ran second = Sim("record --out " + file);
  ASSERT_EQ(second.code, 0) << second.output;
  EXPECT_NE(first.output, second.output);

  const Ran text = Sim("what-if --policy priorities --reps 2 --journal " + file);
  ASSERT_EQ(text.code, 0) << text.output;
  EXPECT_THAT(text.output, HasSubstr("as recorded"));
  EXPECT_THAT(text.output, HasSubstr("priorities"));
  const Ran json = Sim("--journal " + file + " --policy priorities --reps 1 --json");
  ASSERT_EQ(json.code, 0) << json.output;
  EXPECT_THAT(json.output, HasSubstr("\"difference_to_baseline\""));
  EXPECT_THAT(json.output, HasSubstr("\"offered\": 10"));
}

TEST_F(WhatIfTest, WhatCannotBeReadIsTold) {
  const Ran none = Sim("what-if --policy priorities --journal " + dir_.File("none"));
  EXPECT_NE(none.code, 0);
  EXPECT_THAT(none.output, HasSubstr("there is no such file"));
  const std::string file = dir_.File("empty.journal");
  ASSERT_EQ(Sim("record --out " + file).code, 0);
  const Ran empty = Sim("what-if --policy priorities --journal " + file);
  EXPECT_NE(empty.code, 0);
  EXPECT_THAT(empty.output, HasSubstr("no call asked for a person"));
  EXPECT_NE(Sim("what-if --policy nonsense --journal " + file).code, 0);
}

}  // namespace
}  // namespace hotline::router
