// A journal becomes callers and seats again, and a recording survives the disk.
#include "router/sim/world/recording.h"

#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "router/sim/journal/journal_file.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::sim {
namespace {

using testing::ElementsAre;

constexpr double kEightOClock = 8 * 3600;
const absl::Time kMidnight = absl::FromCivil(absl::CivilDay(2026, 11, 23), absl::UTCTimeZone());

class RecordingTest : public testing::Test {
 protected:
  static router::AreaConfig Area() {
    router::AreaConfig area;
    area.id = "test";
    area.utc_offset = absl::ZeroDuration();
    area.queues.push_back({.id = "labour", .wrap_up = absl::Seconds(10)});
    area.queues.push_back({.id = "family"});
    return area;
  }

  static absl::Time At(double second) { return kMidnight + absl::Seconds(kEightOClock + second); }

  void Take(double second, const router::Event& event) { recording_.Take(At(second), event); }

  template <class What>
  void Tell(double second, What what) {
    Take(second, router::NodeEvent{{"call", 1}, ++seq_, std::move(what)});
  }

  static router::CallRequest Request(uint64_t id, double second) {
    return {.call = CallId{id},
            .queue = "labour",
            .arrive_time = At(second),
            .request_time = At(second)};
  }

  void End(double second, uint64_t id, double asked, double answered) {
    router::CallEnded ended{.request = Request(id, asked)};
    ended.facts = {.request_time = At(asked), .end_time = At(second)};
    if (answered > 0) ended.facts.answer_time = At(answered);
    Tell(second, ended);
  }

  Recording recording_ = *Recording::Begin(Area(), "");
  uint64_t seq_ = 0;
};

TEST_F(RecordingTest, TellsCallsSeatsAndWrapUps) {
  Take(0, router::NodeAnnounced{.node = {"call", 1}});
  Take(10, router::SeatSignedIn{.profile = {.seat = "s1", .queues = {"labour"}}, .ready = true});
  Tell(20, router::CallQueued{Request(1, 20)});
  Tell(25, router::OfferAnswered{CallId{1}, OfferId{1}});
  Tell(30, router::CallQueued{Request(2, 30)});
  End(50, 2, 30, 0);
  End(100, 1, 20, 25);
  Take(106, router::SeatReady{"s1"});
  Take(200, router::SeatNotReady{"s1", "break"});
  Take(300, router::SeatReady{"s1"});
  Take(400, router::Tick{});

  const CallLog log = recording_.Finish();
  ASSERT_EQ(log.calls.size(), 2u);
  EXPECT_EQ(log.calls[0].day, "2026-11-23");
  EXPECT_EQ(log.calls[0].time, kEightOClock + 30);
  EXPECT_EQ(log.calls[0].type, "labour");
  EXPECT_FALSE(log.calls[0].served);
  EXPECT_EQ(log.calls[0].wait, 20);
  EXPECT_TRUE(log.calls[1].served);
  EXPECT_EQ(log.calls[1].wait, 5);
  EXPECT_EQ(log.calls[1].service, 75);
  EXPECT_THAT(log.wrap_ups, ElementsAre(6));
  ASSERT_EQ(log.sessions.size(), 2u);
  EXPECT_EQ(log.sessions[0].start, kEightOClock + 10);
  EXPECT_EQ(log.sessions[0].end, kEightOClock + 200);
  EXPECT_THAT(log.sessions[0].types, ElementsAre("labour"));
  EXPECT_EQ(log.sessions[1].start, kEightOClock + 300);
  EXPECT_EQ(log.sessions[1].end, kEightOClock + 400);
}

TEST_F(RecordingTest, AStayOverMidnightIsTwo) {
  Take(50'000,
       router::SeatSignedIn{.profile = {.seat = "s1", .queues = {"labour"}}, .ready = true});
  Take(90'000, router::SeatSignedOut{"s1"});
  const CallLog log = recording_.Finish();
  ASSERT_EQ(log.sessions.size(), 2u);
  EXPECT_EQ(log.sessions[0].end, 86'400);
  EXPECT_EQ(log.sessions[1].day, "2026-11-24");
  EXPECT_EQ(log.sessions[1].start, 0);
  EXPECT_EQ(log.sessions[1].end, kEightOClock + 90'000 - 86'400);
}

TEST(JournalFile, GoesOnWhereItEndedAndRefusesAGap) {
  const TempDir dir;
  const std::string path = dir.File("day.journal");
  {
    auto file = JournalFile::Open(path);
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_TRUE(file->empty());
    EXPECT_TRUE(file->AddSnapshot(7, "state").ok());
    EXPECT_TRUE(file->AddEntry(6, "old").ok());  // in the snapshot already
    EXPECT_TRUE(file->AddEntry(8, "eight").ok());
  }
  {
    auto file = JournalFile::Open(path);
    ASSERT_TRUE(file.ok());
    EXPECT_FALSE(file->empty());
    EXPECT_EQ(file->last_seq(), 8u);
    EXPECT_EQ(file->AddEntry(10, "ten").code(), absl::StatusCode::kDataLoss);
    EXPECT_TRUE(file->AddEntry(9, "nine").ok());
  }
  std::vector<std::string> read;
  const auto note = [&](std::string_view bytes) {
    read.emplace_back(bytes);
    return absl::OkStatus();
  };
  ASSERT_TRUE(ReadJournalFile(path, note, note).ok());
  EXPECT_THAT(read, ElementsAre("state", "eight", "nine"));
  EXPECT_EQ(ReadJournalFile(dir.File("none"), note, note).code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace hotline::sim
