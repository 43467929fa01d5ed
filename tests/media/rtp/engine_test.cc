// The engine with real sockets and real time: what is said at one end is heard at the right ones.
#include "services/media/rtp/engine.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <random>
#include <string>

#include "gtest/gtest.h"

#include "tests/media/rtp_peer.h"
#include "tests/media/wav_file.h"

namespace hotline::media {
namespace {

constexpr uint8_t kEvents = 101;
constexpr double kHeard = kToneLevel / 2, kNotHeard = kToneLevel / 50;

PromptPtr MakeTonePrompt(double frequency, absl::Duration length) {
  const auto samples = static_cast<size_t>(absl::ToDoubleSeconds(length) * kSampleRate);
  return std::make_shared<Prompt>(Prompt{"tone", MakeTone(frequency, samples)});
}

class EngineTest : public testing::Test {
 protected:
  void SetUp() override { StartEngine({}); }

  void StartEngine(EngineOptions options) {
    // Other tests run at the same time: a range of their own would collide, a wide one does not.
    options.ports = {30000, 39998};
    engine_.reset();
    auto engine = Engine::Start(options, [this](const EngineEvent& event) { Note(event); });
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }

  struct Party {
    std::unique_ptr<RtpPeer> phone;
    Engine::AddedLeg leg;
  };

  // A phone with its leg, talking.
  Party Join(std::vector<double> tones, Codec codec = Codec::kPcma, uint8_t events = kEvents) {
    Party party{std::make_unique<RtpPeer>(codec, std::move(tones)), {}};
    auto leg = engine_->AddLeg("call", 0);
    EXPECT_TRUE(leg.ok()) << leg.status();
    party.leg = *leg;
    EXPECT_TRUE(engine_->SetPeer(leg->id, PeerOf(party, codec, events)).ok());
    party.phone->Start(leg->port);
    return party;
  }

  static LegPeer PeerOf(const Party& party, Codec codec = Codec::kPcma, uint8_t events = kEvents) {
    return {.signalled = party.phone->address(), .codec = codec, .telephone_event = events};
  }

  void Route(const Party& from, const Party& to, uint32_t percent = 100) {
    ASSERT_TRUE(engine_->SetRoute(from.leg.id, to.leg.id, percent).ok());
  }

  void Bridge(const Party& a, const Party& b) {
    Route(a, b);
    Route(b, a);
  }

  static void ExpectHears(const Party& party, std::vector<double> tones) {
    const auto samples = party.phone->Listen();
    ASSERT_FALSE(samples.empty());
    for (const double tone : {300.0, 600.0, 1000.0, 1500.0}) {
      const double level = LevelOf(samples, tone);
      if (std::find(tones.begin(), tones.end(), tone) != tones.end()) {
        EXPECT_GT(level, kHeard) << tone << " Hz";
      } else {
        EXPECT_LT(level, kNotHeard) << tone << " Hz";
      }
    }
  }

  void Note(const EngineEvent& event) {
    std::lock_guard lock(mutex_);
    if (const auto* digit = std::get_if<DigitHeard>(&event.what)) digits_ += digit->digit;
    if (std::holds_alternative<PromptFinished>(event.what)) ++finished_;
    if (const auto* silence = std::get_if<RtpSilence>(&event.what)) {
      silent_.emplace_back(event.leg, silence->silence);
    }
    changed_.notify_all();
  }

  template <class Condition>
  bool WaitFor(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, condition);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string digits_;
  int finished_ = 0;
  std::vector<std::pair<LegId, absl::Duration>> silent_;
  std::unique_ptr<Engine> engine_;  // last: its events use all of the above
};

TEST_F(EngineTest, TwoPeopleHearEachOther) {
  Party caller = Join({300}), agent = Join({600});
  Bridge(caller, agent);
  ExpectHears(caller, {600});
  ExpectHears(agent, {300});
  const auto stats = engine_->stats();
  EXPECT_EQ(stats.legs, 2u);
  EXPECT_EQ(stats.packets.refused, 0u);
  EXPECT_GT(stats.packets.received, 40u);
}

TEST_F(EngineTest, NobodyHearsAnybodyUnasked) {
  Party caller = Join({300}), agent = Join({600});
  ExpectHears(caller, {});
  ExpectHears(agent, {});
}

TEST_F(EngineTest, AlawAndUlawUnderstandEachOther) {
  Party alaw = Join({300}, Codec::kPcma), ulaw = Join({600}, Codec::kPcmu);
  Bridge(alaw, ulaw);
  ExpectHears(alaw, {600});
  ExpectHears(ulaw, {300});
  EXPECT_EQ(alaw.phone->last_payload_type(), kPayloadPcma);
  EXPECT_EQ(ulaw.phone->last_payload_type(), kPayloadPcmu);
}

TEST_F(EngineTest, UlawOnBothSides) {
  Party a = Join({300}, Codec::kPcmu), b = Join({600}, Codec::kPcmu);
  Bridge(a, b);
  ExpectHears(a, {600});
  ExpectHears(b, {300});
}

TEST_F(EngineTest, MusicToOneLegOnly) {
  Party caller = Join({300}), agent = Join({600});
  ASSERT_TRUE(
      engine_->Play(caller.leg.id, MakeTonePrompt(1000, absl::Seconds(1)), true, false).ok());
  ExpectHears(caller, {1000});
  ExpectHears(agent, {});
  ASSERT_TRUE(engine_->StopPlay(caller.leg.id).ok());
  ExpectHears(caller, {});
  EXPECT_EQ(finished_, 0) << "a loop never ends by itself";
}

TEST_F(EngineTest, APromptTellsItsEnd) {
  Party caller = Join({300});
  ASSERT_TRUE(
      engine_->Play(caller.leg.id, MakeTonePrompt(1000, absl::Milliseconds(200)), false, false)
          .ok());
  EXPECT_TRUE(WaitFor([&] { return finished_ == 1; }));
}

TEST_F(EngineTest, MonitorWhisperAndBarge) {
  Party caller = Join({300}), agent = Join({600}), supervisor = Join({1500});
  Bridge(caller, agent);
  Route(caller, supervisor);
  Route(agent, supervisor);
  ExpectHears(supervisor, {300, 600});
  ExpectHears(caller, {600});
  ExpectHears(agent, {300});
  Route(supervisor, agent);  // whisper
  ExpectHears(agent, {300, 1500});
  ExpectHears(caller, {600});
  Route(supervisor, caller);  // barge
  ExpectHears(caller, {600, 1500});
  Route(supervisor, caller, 0);
  Route(supervisor, agent, 0);
  ExpectHears(caller, {600});
  ExpectHears(agent, {300});
}

TEST_F(EngineTest, GainMakesSofterAndLouder) {
  Party caller = Join({300}), agent = Join({600});
  Route(agent, caller, 50);
  EXPECT_NEAR(LevelOf(caller.phone->Listen(), 600), kToneLevel * 0.5, kToneLevel * 0.15);
  Route(agent, caller, 200);
  EXPECT_NEAR(LevelOf(caller.phone->Listen(), 600), kToneLevel * 2, kToneLevel * 0.5);
}

TEST_F(EngineTest, KeysAreHeardOnceAndAreNoLosses) {
  Party caller = Join({300});
  ASSERT_TRUE(caller.phone->WaitSent(10));
  for (const uint8_t key : {1, 2, 2, 11, 0}) caller.phone->PressKey(key);
  EXPECT_TRUE(WaitFor([&] { return digits_.size() >= 5; }));
  ASSERT_TRUE(caller.phone->WaitSent(20));
  EXPECT_EQ(digits_, "122#0");
  EXPECT_EQ(engine_->stats().packets.lost, 0u);
}

TEST_F(EngineTest, KeysAreHeardInBandWithoutTelephoneEvents) {
  Party caller = Join({}, Codec::kPcma, 0);
  const std::vector<std::vector<double>> keys = {{697, 1336}, {770, 1209}, {941, 1477}};  // 2 4 #
  for (const auto& key : keys) {
    caller.phone->SetTones(key);
    ASSERT_TRUE(caller.phone->WaitSent(8));
    caller.phone->SetTones({});
    ASSERT_TRUE(caller.phone->WaitSent(8));
  }
  EXPECT_TRUE(WaitFor([&] { return digits_.size() >= 3; }));
  EXPECT_EQ(digits_, "24#");
}

TEST_F(EngineTest, APeerOnHoldIsSentNothing) {
  Party caller = Join({300}), agent = Join({600});
  Bridge(caller, agent);
  ExpectHears(caller, {600});
  LegPeer hold = PeerOf(caller);
  hold.receives = false;
  ASSERT_TRUE(engine_->SetPeer(caller.leg.id, hold).ok());
  ASSERT_TRUE(agent.phone->WaitSent(5));
  const uint64_t before = caller.phone->received();
  ExpectHears(agent, {300});  // the other way goes on
  EXPECT_EQ(caller.phone->received(), before);
  ASSERT_TRUE(engine_->SetPeer(caller.leg.id, PeerOf(caller)).ok());
  ExpectHears(caller, {600});
}

TEST_F(EngineTest, SilenceIsToldOfWhoShouldSend) {
  StartEngine({.rtp_timeout = absl::Milliseconds(400)});
  Party talker = Join({300}), mute = Join({600}), listener = Join({600});
  mute.phone->StopSending();
  LegPeer only_receives = PeerOf(listener);
  only_receives.sends = false;
  ASSERT_TRUE(engine_->SetPeer(listener.leg.id, only_receives).ok());
  listener.phone->StopSending();
  ASSERT_TRUE(WaitFor([&] { return !silent_.empty(); }));
  ASSERT_TRUE(talker.phone->WaitSent(50));
  const std::lock_guard lock(mutex_);
  for (const auto& [leg, silence] : silent_) EXPECT_EQ(leg, mute.leg.id);
  EXPECT_GE(silent_[0].second, absl::Milliseconds(400));
}

TEST_F(EngineTest, AForeignSprayIsRefusedAndNeverHeard) {
  Party caller = Join({300}), agent = Join({600});
  Bridge(caller, agent);
  ExpectHears(agent, {300});
  RtpPeer stranger(Codec::kPcma, {1500});
  stranger.Start(caller.leg.port);
  ExpectHears(agent, {300});
  EXPECT_EQ(stranger.received(), 0u) << "nothing leaks to it";
  EXPECT_GE(engine_->stats().packets.refused, 15u);
}

TEST_F(EngineTest, GarbageIsRefusedAndTheTalkGoesOn) {
  Party caller = Join({300}), agent = Join({600});
  Bridge(caller, agent);
  ASSERT_TRUE(caller.phone->WaitSent(5));
  const UdpSocket attacker;
  std::mt19937 random(12348);
  for (int i = 0; i < 3000; ++i) {
    std::vector<uint8_t> bytes(random() % 1400);
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<uint8_t>(random()); });
    attacker.Send(static_cast<uint16_t>(caller.leg.port + i % 2), bytes);  // RTP and RTCP
  }
  ExpectHears(agent, {300});
  ExpectHears(caller, {600});
}

TEST_F(EngineTest, ANewSsrcFromThePeerIsFollowed) {
  Party caller = Join({300}), agent = Join({600});
  Bridge(caller, agent);
  ExpectHears(agent, {300});
  caller.phone->ChangeSsrc();
  ExpectHears(agent, {300});
  EXPECT_EQ(engine_->stats().packets.refused, 0u);
}

TEST_F(EngineTest, ALegThatGoesTakesItsRoutesAlong) {
  Party caller = Join({300}), agent = Join({600});
  Bridge(caller, agent);
  ExpectHears(caller, {600});
  engine_->RemoveLeg(agent.leg.id);
  ExpectHears(caller, {});
  EXPECT_EQ(engine_->stats().legs, 1u);
  EXPECT_TRUE(absl::IsNotFound(engine_->SetRoute(agent.leg.id, caller.leg.id, 100)));
}

TEST_F(EngineTest, APortCanBeWantedAgain) {
  const auto first = engine_->AddLeg("call", 0);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->port % 2, 0);
  EXPECT_TRUE(absl::IsAlreadyExists(engine_->AddLeg("call", first->port).status()));
  engine_->RemoveLeg(first->id);
  const auto second = engine_->AddLeg("call", first->port);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->port, first->port);
  StartEngine({});  // as after a restart of the process
  const auto third = engine_->AddLeg("call", first->port);
  ASSERT_TRUE(third.ok()) << third.status();
  EXPECT_EQ(third->port, first->port);
}

TEST_F(EngineTest, RefusesWhatCannotBe) {
  StartEngine({.max_legs = 2});
  const auto a = engine_->AddLeg("call", 0), b = engine_->AddLeg("other call", 0);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_TRUE(absl::IsResourceExhausted(engine_->AddLeg("call", 0).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->SetRoute(a->id, b->id, 100)));
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->SetRoute(a->id, a->id, 100)));
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->SetRoute(a->id, b->id, 201)));
  EXPECT_TRUE(absl::IsNotFound(engine_->SetPeer(99, {})));
  engine_->RemoveLeg(99);
}

TEST_F(EngineTest, CommandsFromManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      const std::string call = "call" + std::to_string(t);
      const PromptPtr prompt = MakeTonePrompt(1000, absl::Milliseconds(30));
      for (int i = 0; i < 50; ++i) {
        const auto a = engine_->AddLeg(call, 0), b = engine_->AddLeg(call, 0);
        ASSERT_TRUE(a.ok() && b.ok());
        EXPECT_TRUE(engine_->SetPeer(a->id, {.signalled = {0x7F000001, 9}}).ok());
        EXPECT_TRUE(engine_->SetRoute(a->id, b->id, 100).ok());
        EXPECT_TRUE(engine_->Play(b->id, prompt, false, false).ok());
        engine_->stats();
        engine_->RemoveLeg(a->id);
        engine_->RemoveLeg(b->id);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  Party caller = Join({300});
  ExpectHears(caller, {});  // all that was posted before has been carried out
  EXPECT_EQ(engine_->stats().legs, 1u);
}

}  // namespace
}  // namespace hotline::media
