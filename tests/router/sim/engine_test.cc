// The simulator against Erlang A, against itself, and on a small recorded day.
#include "router/sim/world/engine.h"

#include <cmath>

#include <gtest/gtest.h>

#include "router/core/queueing/erlang.h"
#include "router/sim/world/random.h"
#include "router/sim/world/replay.h"

namespace hotline::sim {
namespace {

constexpr double kHandleTime = 434.6;
constexpr double kPatience = 409;

/// A day of Poisson arrivals onto `seats`, at `load` times their capacity.
Day PoissonDay(uint64_t seed, int seats, double load, double length) {
  Day day{.types = {"any"}};
  const double rate = load * seats / kHandleTime;
  double time = 0;
  for (uint64_t i = 0;; ++i) {
    time += Random(seed, Stream::kArrival, i).Exponential(1 / rate);
    if (time >= length) break;
    day.calls.push_back({.time = time,
                         .patience = Random(seed, Stream::kPatience, i).Exponential(kPatience),
                         .service = Random(seed, Stream::kService, i).Exponential(kHandleTime)});
  }
  for (int i = 0; i < seats; ++i) {
    day.sessions.push_back({"s" + std::to_string(i), 0, 3 * length, {0}});
  }
  return day;
}

double ConnectRate(const DayRun& run, size_t from) {
  double answered = 0;
  for (size_t i = from; i < run.calls.size(); ++i) answered += run.calls[i].answered ? 1 : 0;
  return answered / static_cast<double>(run.calls.size() - from);
}

TEST(Engine, ConnectsAsManyAsErlangASays) {
  constexpr int kSeats = 14;
  constexpr int kDays = 8;
  double sum = 0;
  double squares = 0;
  for (int seed = 1; seed <= kDays; ++seed) {
    const Day day = PoissonDay(seed, kSeats, 1.0, 50'000);
    const double rate = ConnectRate(RunDay(day, {.area = PlainArea()}), 200);  // warmed up
    sum += rate;
    squares += rate * rate;
  }
  const double mean = sum / kDays;
  const double error = std::sqrt((squares / kDays - mean * mean) / (kDays - 1));
  const double exact =
      router::queueing::ErlangA({kSeats, kSeats / kHandleTime, 1 / kHandleTime}, 1 / kPatience, 15)
          .connect_rate;
  EXPECT_NEAR(mean, exact, 3 * error) << "standard error " << error;
}

TEST(Engine, TheSameDayGivesTheSameRun) {
  const Day day = PoissonDay(7, 5, 1.2, 20'000);
  const DayRun a = RunDay(day, {.area = PlainArea()});
  const DayRun b = RunDay(day, {.area = PlainArea()});
  ASSERT_EQ(a.calls.size(), b.calls.size());
  for (size_t i = 0; i < a.calls.size(); ++i) {
    EXPECT_EQ(a.calls[i].answered, b.calls[i].answered);
    EXPECT_EQ(a.calls[i].wait, b.calls[i].wait);
  }
}

TEST(Engine, NobodyWaitsLongerThanPatienceAndSeatsServeOnlyTheirSkills) {
  Day day{.types = {"labour", "family"}};
  day.sessions.push_back({"s1", 0, 1000, {0}});
  day.calls = {{.time = 10, .type = 0, .patience = 5, .service = 100},
               {.time = 20, .type = 1, .patience = 30, .service = 100},
               {.time = 30, .type = 0, .patience = 200, .service = 50, .wrap_up = 10},
               {.time = 40, .type = 0, .patience = 60, .service = 50}};
  const DayRun run = RunDay(day, {.area = PlainArea()});
  EXPECT_TRUE(run.calls[0].answered);
  EXPECT_FALSE(run.calls[1].answered);
  EXPECT_EQ(run.calls[1].wait, 30);
  EXPECT_TRUE(run.calls[2].answered);
  EXPECT_EQ(run.calls[2].wait, 80);
  EXPECT_FALSE(run.calls[3].answered);
  EXPECT_EQ(run.seat_busy[0], 160);
}

TEST(Engine, ALostSeatHandsItsCallerBackWithTheRestOfTalkAndPatience) {
  Day day{.types = {"any"}};
  day.sessions = {{"s1", 0, 50, {0}, Leaving::kHandBack}, {"s2", 80, 1000, {0}}};
  day.calls = {{.time = 10, .patience = 100, .service = 60}};
  DayRun run = RunDay(day, {.area = PlainArea()});
  EXPECT_TRUE(run.calls[0].answered);
  EXPECT_EQ(run.calls[0].returned, 1);
  EXPECT_EQ(run.calls[0].wait, 30);
  EXPECT_EQ(run.seat_busy, (std::vector<double>{40, 20}));

  day.calls[0].patience = 25;
  run = RunDay(day, {.area = PlainArea()});
  EXPECT_FALSE(run.calls[0].answered);
  EXPECT_EQ(run.calls[0].wait, 25);
}

TEST(Engine, WhoGivesUpCallsAgain) {
  Day day{.types = {"any"}};
  day.sessions = {{"s1", 100, 1000, {0}}};
  day.calls = {{.time = 10, .patience = 20, .service = 5, .again = 1},
               {.time = 90, .patience = 20, .service = 5, .again = 2},
               {.time = 90, .patience = 20, .service = 5}};
  day.repeated = 2;
  const DayRun run = RunDay(day, {.area = PlainArea()});
  EXPECT_FALSE(run.calls[0].answered);
  EXPECT_TRUE(run.calls[1].answered);
  EXPECT_EQ(run.calls[1].time, 120);
  EXPECT_FALSE(run.calls[2].called);
}

TEST(Engine, ALostHangUpCostsNothingASilentLineCostsTheSeatAMoment) {
  Day day{.types = {"any"}};
  day.sessions = {{"s1", 100, 1000, {0}}};
  day.silent_time = 12;
  day.calls = {{.time = 10, .patience = 20, .service = 500, .hang_up = HangUp::kLost},
               {.time = 11, .patience = 20, .service = 500, .hang_up = HangUp::kSilent},
               {.time = 20, .patience = 500, .service = 5}};
  const DayRun run = RunDay(day, {.area = PlainArea()});
  EXPECT_FALSE(run.calls[0].answered);
  EXPECT_FALSE(run.calls[1].answered);
  EXPECT_TRUE(run.calls[2].answered);
  EXPECT_EQ(run.calls[2].wait, 92);
}

TEST(Engine, AClockThatJumpsLosesNobody) {
  Day day = PoissonDay(11, 3, 0.9, 20'000);
  const DayRun steady = RunDay(day, {.area = PlainArea()});
  day.clock_jumps = {{5000, 3600}, {9000, -7200}, {12'000, 3600}};
  const DayRun jumpy = RunDay(day, {.area = PlainArea()});
  for (size_t i = 0; i < day.calls.size(); ++i) {
    EXPECT_EQ(steady.calls[i].answered, jumpy.calls[i].answered) << i;
    EXPECT_EQ(steady.calls[i].wait, jumpy.calls[i].wait) << i;
  }
}

TEST(Replay, KeepsWhatWasSeenAndDrawsTheRest) {
  CallLog log;
  for (int i = 0; i < 100; ++i) {
    log.calls.push_back(
        {"01", 10.0 * i, "PS", false, i % 2 == 0, 20.0 + i, i % 2 == 0 ? 60.0 + i : 0});
  }
  log.sessions.push_back({"01", "s1", 0, 5000, {"PS"}});
  log.wrap_ups = {5};
  const auto days = ReplayDays(log, 3);
  ASSERT_EQ(days.size(), 1u);
  const auto again = ReplayDays(log, 3);
  for (size_t i = 0; i < 100; ++i) {
    const DayCall& call = days[0].calls[i];
    EXPECT_EQ(call.patience, again[0].calls[i].patience);
    EXPECT_EQ(call.wrap_up, 5);
    if (i % 2 == 0) {
      EXPECT_EQ(call.service, 60.0 + static_cast<double>(i));
      EXPECT_GE(call.patience, 20.0 + static_cast<double>(i));  // it waited so long and was served
    } else {
      EXPECT_EQ(call.patience, 20.0 + static_cast<double>(i));
      EXPECT_GE(call.service, 60);  // drawn from the served
    }
  }
}

}  // namespace
}  // namespace hotline::sim
