// The strand's tasks, timers and alarm; streams over it are in call_node_test.
#include "services/runtime/queue_strand.h"

#include <future>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline {
namespace {

using testing::ElementsAre;

TEST(QueueStrandTest, TasksRunInTheOrderOfPostingOnOneThread) {
  QueueStrand strand;
  std::vector<int> order;
  std::thread::id first, second;
  strand.Post([&] {
    first = std::this_thread::get_id();
    strand.Post([&] { order.push_back(3); });
    order.push_back(1);
  });
  strand.Post([&] { order.push_back(2); });
  strand.Run([] {});  // behind it comes what the first task posted
  strand.Run([&] { second = std::this_thread::get_id(); });
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
  EXPECT_EQ(first, second);
  EXPECT_NE(first, std::this_thread::get_id());
}

TEST(QueueStrandTest, ManyPostersLoseNothing) {
  constexpr int kThreads = 4, kEach = 2000;
  QueueStrand strand;
  int count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kEach; ++n) strand.Post([&] { ++count; });
    });
  }
  for (std::thread& thread : threads) thread.join();
  strand.Run([&] { EXPECT_EQ(count, kThreads * kEach); });
}

TEST(QueueStrandTest, DelayedTasksRunInTheOrderOfTheirTimes) {
  QueueStrand strand;
  std::promise<void> done;
  std::vector<int> order;
  strand.PostAfter(absl::Milliseconds(20), [&] {
    order.push_back(2);
    done.set_value();
  });
  strand.PostAfter(absl::Milliseconds(5), [&] { order.push_back(1); });
  strand.PostAfter(absl::Hours(1), [&] { order.push_back(3); });
  done.get_future().wait();
  strand.Run([&] { EXPECT_THAT(order, ElementsAre(1, 2)); });
}

TEST(QueueStrandTest, AnAlarmRingsOnceAtItsLastTime) {
  QueueStrand strand;
  int rung = 0;
  std::promise<void> done;
  QueueStrand::Alarm alarm(strand, [&] {
    ++rung;
    done.set_value();
  });
  strand.Run([&] {
    alarm.Set(absl::ZeroDuration());  // would ring twice if both held
    alarm.Set(absl::Milliseconds(5));
  });
  done.get_future().wait();
  strand.Run([&] {
    EXPECT_EQ(rung, 1);
    alarm.Set(absl::Hours(1));
    alarm.Clear();
  });
}

TEST(QueueStrandTest, WhatWaitsAtTheEndIsDropped) {
  bool ran = false;
  {
    QueueStrand strand;
    strand.PostAfter(absl::Hours(1), [&] { ran = true; });
    strand.Stop();
    strand.Post([&] { ran = true; });
  }
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace hotline
