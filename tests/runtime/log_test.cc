#include "services/runtime/log.h"

#include <cmath>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/base/ids.h"
#include "services/base/phone_number.h"

namespace hotline {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

const absl::Time kTime = absl::FromUnixMillis(1'767'225'600'004);

std::string Json(std::string_view text) {
  std::string json;
  AppendJsonString(text, json);
  return json;
}

TEST(LogLineTest, FieldsKeepTheirTypes) {
  const PhoneNumber caller = PhoneNumber::Parse("13812341234").value();
  EXPECT_EQ(FormatLogLine(kTime, LogLevel::kInfo, "call queued",
                          {{"call", CallId{33}},
                           {"caller", caller},
                           {"wait", absl::Milliseconds(1500)},
                           {"arrived", kTime},
                           {"count", -3},
                           {"bytes", uint64_t{18446744073709551615u}},
                           {"rate", 0.25},
                           {"new", true},
                           {"queue", "general"},
                           {"error", absl::NotFoundError("no seat s9")}}),
            R"({"ts":"2026-01-01T00:00:00.004Z","level":"info","msg":"call queued",)"
            R"("call":"0000000000011","caller":"138****1234","wait":"1.5s",)"
            R"("arrived":"2026-01-01T00:00:00.004Z","count":-3,"bytes":18446744073709551615,)"
            R"("rate":0.25,"new":true,"queue":"general","error":"NOT_FOUND: no seat s9"})");
}

TEST(LogLineTest, NumbersThatJsonDoesNotKnowAreText) {
  EXPECT_THAT(FormatLogLine(kTime, LogLevel::kWarn, "m", {{"x", std::nan("")}, {"y", INFINITY}}),
              HasSubstr(R"("x":"nan","y":"inf")"));
}

TEST(LogLineTest, EscapesWhatWouldBreakTheLineOrTheTerminal) {
  EXPECT_EQ(Json("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(Json("1\n2\r3\t4"), R"("1\n2\r3\t4")");
  EXPECT_EQ(Json(std::string_view("\0\x1b[2J\x7f", 6)), R"("\u0000\u001b[2J\u007f")");
  EXPECT_EQ(Json("\u009b2J"), R"("\u009b2J")") << "C1: an escape of one byte to some terminals";
  EXPECT_EQ(Json("\u202egnp.exe\u2028"), R"("\u202egnp.exe\u2028")");
  EXPECT_EQ(Json("法律热线 ☎ 😀"), "\"法律热线 ☎ 😀\"");
}

TEST(LogLineTest, BytesThatAreNoUtf8AreReplaced) {
  EXPECT_EQ(Json("a\xff\xfe z"), "\"a\ufffd\ufffd z\"");
  EXPECT_EQ(Json("\xe6\xb3"), "\"\ufffd\ufffd\"") << "cut in the middle";
  EXPECT_EQ(Json("\xc0\xaf"), "\"\ufffd\ufffd\"") << "overlong";
  EXPECT_EQ(Json("\xe0\x80\xaf"), "\"\ufffd\ufffd\ufffd\"") << "overlong";
  EXPECT_EQ(Json("\xed\xa0\x80"), "\"\ufffd\ufffd\ufffd\"") << "a surrogate";
  EXPECT_EQ(Json("\xf4\x90\x80\x80"), "\"\ufffd\ufffd\ufffd\ufffd\"") << "above U+10FFFF";
}

TEST(LogLineTest, EveryPairOfBytesGivesOneLineOfPlainCharacters) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string json = Json(std::string{static_cast<char>(a), static_cast<char>(b)});
      for (const char c : json) {
        ASSERT_GE(static_cast<unsigned char>(c), 0x20) << a << " " << b;
        ASSERT_NE(c, 0x7f) << a << " " << b;
      }
    }
  }
}

TEST(LogLineTest, ALongTextIsCutBetweenCharacters) {
  std::string text(kMaxLogTextBytes - 1, 'x');
  text += "热线";
  const std::string line = FormatLogLine(kTime, LogLevel::kError, "m", {{"text", text}});
  EXPECT_THAT(line, testing::EndsWith("xxx…\"}"));
}

TEST(LogTest, WritesFromTheSetLevelUp) {
  const LogCapture capture;
  LogDebug("not seen");
  LogInfo("seen", {{"n", 1}});
  SetLogLevel(LogLevel::kError);
  LogWarn("not seen");
  LogError("seen too");
  SetLogLevel(LogLevel::kInfo);
  const auto lines = capture.lines();
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0], HasSubstr(R"("level":"info","msg":"seen","n":1})"));
  EXPECT_THAT(lines[1], HasSubstr(R"("level":"error","msg":"seen too"})"));
}

TEST(LogTest, LinesOfSeveralThreadsStayWhole) {
  constexpr int kThreads = 4;
  constexpr int kLines = 200;
  const LogCapture capture;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < kLines; ++i) LogInfo("line", {{"i", i}});
    });
  }
  for (auto& thread : threads) thread.join();
  const auto lines = capture.lines();
  EXPECT_THAT(lines, SizeIs(kThreads * kLines));
  for (const auto& line : lines) EXPECT_THAT(line, testing::MatchesRegex("\\{.*\"i\":[0-9]+\\}"));
}

}  // namespace
}  // namespace hotline
