#include "services/call/service/caller_memory.h"

#include "gtest/gtest.h"

namespace hotline::call {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'789'434'120);
const PhoneNumber kNumber = *PhoneNumber::Parse("13812341234");

TEST(CallerMemoryTest, ALiveCallIsKnownHoweverLongItTakes) {
  CallerMemory memory;
  memory.Note(CallId{1}, kNumber);
  EXPECT_EQ(memory.Find(CallId{1}, kNow + absl::Hours(5)), kNumber);
  EXPECT_EQ(memory.Find(CallId{2}, kNow), std::nullopt);
}

TEST(CallerMemoryTest, AnEndedOneForTenMinutes) {
  CallerMemory memory;
  memory.Note(CallId{1}, kNumber);
  memory.NoteEnd(CallId{1}, kNow);
  EXPECT_EQ(memory.Find(CallId{1}, kNow + absl::Minutes(10) - absl::Seconds(1)), kNumber);
  EXPECT_EQ(memory.Find(CallId{1}, kNow + absl::Minutes(10)), std::nullopt);
  EXPECT_EQ(memory.size(), 0u);
}

TEST(CallerMemoryTest, OnlySoManyEndedOnesAreKept) {
  CallerMemory memory;
  for (uint64_t i = 1; i <= CallerMemory::kMostEnded + 5; ++i) {
    memory.Note(CallId{i}, kNumber);
    memory.NoteEnd(CallId{i}, kNow);
  }
  EXPECT_EQ(memory.size(), CallerMemory::kMostEnded);
  EXPECT_EQ(memory.Find(CallId{5}, kNow), std::nullopt);
  EXPECT_EQ(memory.Find(CallId{6}, kNow), kNumber);
}

TEST(CallerMemoryTest, WhatCameToNothingIsForgotten) {
  CallerMemory memory;
  memory.Note(CallId{1}, kNumber);
  memory.Forget(CallId{1});
  memory.NoteEnd(CallId{1}, kNow);
  EXPECT_EQ(memory.Find(CallId{1}, kNow), std::nullopt);
}

}  // namespace
}  // namespace hotline::call
