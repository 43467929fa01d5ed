// Random phones, media nodes and routers: whatever they do and in whatever order, each call ends in
// exactly one record, every media leg that was added is removed, every dialog is closed.
#include <iterator>
#include <random>

#include "gtest/gtest.h"

#include "services/call/core/calls.h"
#include "tests/call/core/world.h"

namespace hotline::call {
namespace {

constexpr int kSeeds = 300;
constexpr int kSteps = 400;
constexpr int kCallsPerSeed = 6;

class RandomWorld : public World {
 public:
  explicit RandomWorld(uint64_t seed) : random_(seed) {}

  void StepOnce() {
    switch (Pick(14)) {
      case 0:
        if (next_call_ <= kCallsPerSeed) Invite({next_call_++}, Pick(4) == 0 ? "" : kPhoneSdp);
        return;
      case 1:
      case 2:
        return AddSomeMedia();
      case 3:
      case 4:
      case 5:
        return MoveSomePhone();
      case 6:
        Do(PromptFinished{{AnyCall(), 0}, prompts_[Pick(4)]});
        return;
      case 7:
      case 8:
        Offer(AnyCall(), Pick(3) == 0 ? next_offer_ : ++next_offer_);
        return;
      case 9:
        if (Pick(3) == 0) Do(Withdrawn{AnyCall(), {next_offer_ - Pick(2)}, LegEnd::kNoAnswer});
        return;
      case 10:
        if (Pick(6) == 0) Do(Released{AnyCall(), EndCause::kNoAgent});
        return;
      case 11:
        Wait(absl::Milliseconds(Pick(Pick(10) == 0 ? 30'000 : 500)));
        return;
      case 12:
        if (Pick(8) == 0) {
          Do(MediaDown{});
          if (Pick(2) == 0) Wait(absl::Seconds(Pick(30)));
          Do(MediaUp{});
        }
        return;
      case 13:
        if (Pick(10) == 0) {
          const bool add = Pick(2) == 0;
          Do(MediaFailed{{AnyCall(), Pick(3)}, add ? MediaCommand::kAddLeg : MediaCommand::kPlay});
        }
        return;
    }
  }

  /// Callers who are still there hang up; then everything closes by itself.
  void Finish() {
    for (const auto& [leg, phone] : std::map(phones)) {
      if (leg.index == 0) Do(LegClosed{leg, Closure::kLost});
    }
    CloseAll();
    Wait(absl::Minutes(5));
  }

  uint64_t calls_made() const { return next_call_ - 1; }

 private:
  uint32_t Pick(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

  CallId AnyCall() { return {1 + Pick(kCallsPerSeed)}; }

  void AddSomeMedia() {
    if (media.empty()) return;
    AddMedia(*std::next(media.begin(), Pick(static_cast<uint32_t>(media.size()))));
  }

  void MoveSomePhone() {
    if (phones.empty()) return;
    const auto [leg, phone] =
        *std::next(phones.begin(), Pick(static_cast<uint32_t>(phones.size())));
    switch (phone) {
      case Phone::kCalling:
        if (leg.index == 0) {
          if (Pick(10) == 0) Do(LegClosed{leg, Closure::kCancel});
        } else if (Pick(3) == 0) {
          Do(LegClosed{leg, Closure::kRefused, statuses_[Pick(4)]});
        } else if (Pick(2) == 0) {
          Do(Answered{leg, Pick(8) == 0 ? "" : kPhoneSdp});
        } else {
          Do(Rang{leg});
        }
        return;
      case Phone::kUp:
        switch (Pick(6)) {
          case 0:
            Do(LegClosed{leg, Pick(4) == 0 ? Closure::kLost : Closure::kBye});
            return;
          case 1:
            Do(Reinvited{leg, HoldSdp("sendonly")});
            return;
          case 2:
            Do(Reinvited{leg, Pick(2) == 0 ? "" : kPhoneSdp});
            return;
          case 3:
            Do(LineSilent{leg, absl::Seconds(Pick(35))});
            return;
          default:
            Do(Acked{leg, kPhoneSdp});
            return;
        }
      case Phone::kCancelled:
        if (Pick(3) == 0)
          Do(Answered{leg, kPhoneSdp});
        else
          Do(LegClosed{leg, Closure::kRefused, 487});
        return;
      case Phone::kClosing:
        Do(LegClosed{leg, Closure::kBye});
        return;
      case Phone::kRung:
        return;
    }
  }

  static constexpr const char* prompts_[] = {"notice", "music", "no_agent", "busy"};
  static constexpr int statuses_[] = {480, 486, 503, 408};
  std::mt19937_64 random_;
  uint64_t next_call_ = 1;
  uint64_t next_offer_ = 1;
};

TEST(CallsProperty, EveryCallEndsOnceAndLeavesNothingBehind) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomWorld w(seed);
    for (int i = 0; i < kSteps; ++i) w.StepOnce();
    w.Finish();
    EXPECT_EQ(w.ended.size(), w.calls_made());
    for (const auto& [call, records] : w.ended) EXPECT_EQ(records.size(), 1u);
    EXPECT_TRUE(w.phones.empty());
    EXPECT_TRUE(w.media.empty());
    EXPECT_EQ(w.calls.size(), 0u);
    EXPECT_EQ(w.calls.live_count(), 0u);
    EXPECT_EQ(w.calls.next_deadline(), absl::InfiniteFuture());
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace hotline::call
