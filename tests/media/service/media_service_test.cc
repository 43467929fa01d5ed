// The media node as a call service sees it: over gRPC, with real RTP at the other end.
#include "services/media/service/media_service.h"

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "gtest/gtest.h"

#include "services/media/service/options.h"
#include "services/runtime/grpc_server.h"
#include "services/runtime/log.h"
#include "tests/media/rtp_peer.h"
#include "tests/media/service/control_client.h"
#include "tests/media/wav_file.h"
#include "tests/runtime/test_key.h"

namespace hotline::media {
namespace {

using Failed = v1::CommandFailed;

constexpr uint64_t kBoot = 7;

v1::ControlRequest AddLeg(const std::string& leg, const std::string& call = "c1",
                          uint32_t port = 0) {
  v1::ControlRequest request;
  request.mutable_add_leg()->set_leg_id(leg);
  request.mutable_add_leg()->set_call_id(call);
  request.mutable_add_leg()->set_local_port(port);
  return request;
}

v1::ControlRequest SetPeer(const std::string& leg, const RtpPeer& phone) {
  v1::ControlRequest request;
  request.mutable_set_peer()->set_leg_id(leg);
  auto* peer = request.mutable_set_peer()->mutable_peer();
  peer->set_address("127.0.0.1");
  peer->set_port(phone.address().port);
  peer->set_telephone_event_payload_type(101);
  peer->set_receives(true);
  peer->set_sends(true);
  return request;
}

v1::ControlRequest Play(const std::string& leg, const std::string& prompt) {
  v1::ControlRequest request;
  request.mutable_play()->set_leg_id(leg);
  request.mutable_play()->set_prompt(prompt);
  return request;
}

v1::ControlRequest SetRoute(const std::string& from, const std::string& to, uint32_t gain) {
  v1::ControlRequest request;
  request.mutable_set_route()->set_from_leg(from);
  request.mutable_set_route()->set_to_leg(to);
  request.mutable_set_route()->set_gain_percent(gain);
  return request;
}

v1::ControlRequest RemoveLeg(const std::string& leg) {
  v1::ControlRequest request;
  request.mutable_remove_leg()->set_leg_id(leg);
  return request;
}

class MediaServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "mediaXXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    ActAsSystem(TestKey(), "test");
    options_.prompts_dir = pattern;
    options_.rtp_address = "127.0.0.1";
    options_.grace = absl::Seconds(60);
    options_.engine.ports = {30000, 39998};
    StartNode();
  }

  void TearDown() override {
    StopNode();
    std::filesystem::remove_all(options_.prompts_dir);
  }

  void StartNode() {
    auto controller = Controller::Start(options_, kBoot);
    ASSERT_TRUE(controller.ok()) << controller.status();
    controller_ = *std::move(controller);
    strand_ = std::make_unique<QueueStrand>();
    service_ = std::make_unique<MediaService>(*strand_, *controller_, gate_, EngineMetrics());
    auto server = GrpcServer::Start({}, *strand_, {service_.get()}, "the media node");
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  void StopNode() {
    controller_->CloseAll(absl::UnavailableError("the media node stops"));
    server_.reset();
    service_.reset();
    strand_.reset();
    controller_.reset();
  }

  std::string address() const { return server_->address().ToString(); }

  // Returns the port of the new leg, 0 if there is none.
  static uint16_t Port(const std::optional<v1::ControlResponse>& answer) {
    if (!answer || !answer->has_leg_added()) return 0;
    EXPECT_EQ(answer->leg_added().address(), "127.0.0.1");
    return static_cast<uint16_t>(answer->leg_added().port());
  }

  static Failed::Reason ReasonOf(const std::optional<v1::ControlResponse>& answer) {
    EXPECT_TRUE(answer && answer->has_command_failed());
    if (!answer) return Failed::REASON_UNSPECIFIED;
    EXPECT_FALSE(answer->command_failed().message().empty());
    return answer->command_failed().reason();
  }

  // Asks for statistics until `legs` are left.
  static bool WaitLegs(ControlClient& client, uint32_t legs) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (client.Stats().legs() != legs) {
      if (std::chrono::steady_clock::now() > deadline) return false;
    }
    return true;
  }

  bool WaitLog(const std::string& message) const {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
      for (const std::string& line : log_.lines()) {
        if (line.find(message) != std::string::npos) return true;
      }
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
  }

  LogCapture log_;
  const Gate gate_{TestKey(), ""};
  MediaOptions options_;
  std::unique_ptr<Controller> controller_;
  std::unique_ptr<QueueStrand> strand_;
  std::unique_ptr<MediaService> service_;
  std::unique_ptr<GrpcServer> server_;
};

TEST_F(MediaServiceTest, ACallFromNoticeToTalk) {
  WriteWav(options_.prompts_dir + "/notice.wav", MakeTone(1000, 4000));
  RtpPeer caller(Codec::kPcma, {300}), agent(Codec::kPcmu, {600});
  ControlClient client(address());
  const auto welcome = client.Greet("call-1", 1);
  ASSERT_TRUE(welcome);
  EXPECT_EQ(welcome->boot(), kBoot);
  EXPECT_EQ(welcome->leg_ids_size(), 0);

  const uint16_t caller_port = Port(client.Ask(AddLeg("caller")));
  ASSERT_NE(caller_port, 0);
  client.Send(SetPeer("caller", caller));
  caller.Start(caller_port);
  client.Send(Play("caller", "notice"));
  auto event = client.NextEvent();
  ASSERT_TRUE(event && event->has_play_finished());
  EXPECT_EQ(event->play_finished().leg_id(), "caller");
  EXPECT_EQ(event->play_finished().prompt(), "notice");

  caller.PressKey(11);
  event = client.NextEvent();
  ASSERT_TRUE(event && event->has_digit_received());
  EXPECT_EQ(event->digit_received().digit(), "#");

  const uint16_t agent_port = Port(client.Ask(AddLeg("agent")));
  ASSERT_NE(agent_port, 0);
  auto peer = SetPeer("agent", agent);
  peer.mutable_set_peer()->mutable_peer()->set_codec(v1::CODEC_PCMU);
  client.Send(peer);
  agent.Start(agent_port);
  client.Send(SetRoute("caller", "agent", 100));
  client.Send(SetRoute("agent", "caller", 100));
  EXPECT_GT(LevelOf(caller.Listen(), 600), kToneLevel / 2);
  EXPECT_GT(LevelOf(agent.Listen(), 300), kToneLevel / 2);

  client.Send(RemoveLeg("agent"));
  client.Send(RemoveLeg("agent"));
  client.Send(RemoveLeg("caller"));
  EXPECT_TRUE(WaitLegs(client, 0));
  EXPECT_GT(client.Stats().received_packets(), 30u);
}

TEST_F(MediaServiceTest, ABatchIsCarriedOutInOrderAndAnsweredByCommand) {
  ControlClient client(address());
  ASSERT_TRUE(client.Greet("call-1", 1));
  v1::ControlRequest message;
  uint64_t id = 100;
  for (const auto& command : {AddLeg("caller"), Play("nobody", "notice"), AddLeg("agent"),
                              SetRoute("caller", "agent", 100), message}) {
    *message.mutable_batch()->add_commands() = command;
    message.mutable_batch()->mutable_commands()->rbegin()->set_command_id(id++);
  }
  message.mutable_batch()->mutable_commands()->rbegin()->mutable_batch();  // a batch in a batch
  client.Send(message);
  const auto expect = [&](uint64_t command) {
    return client.AnswerTo(command).value_or(v1::ControlResponse());
  };
  EXPECT_EQ(expect(100).leg_added().leg_id(), "caller");
  EXPECT_EQ(expect(101).command_failed().reason(), v1::CommandFailed::REASON_UNKNOWN_LEG);
  EXPECT_EQ(expect(102).leg_added().leg_id(), "agent");
  EXPECT_TRUE(expect(104).has_command_failed());
  EXPECT_TRUE(WaitLegs(client, 2));
}

TEST_F(MediaServiceTest, FailuresSayWhy) {
  ControlClient client(address());
  ASSERT_TRUE(client.Greet("call-1", 1));
  const uint16_t port = Port(client.Ask(AddLeg("a")));
  ASSERT_NE(port, 0);
  EXPECT_EQ(ReasonOf(client.Ask(AddLeg("b", "c1", port))), Failed::REASON_NO_PORT);
  EXPECT_EQ(ReasonOf(client.Ask(AddLeg("b", "c1", port + 1u))), Failed::REASON_INVALID);
  EXPECT_EQ(ReasonOf(client.Ask(AddLeg("b", "c1", 70000))), Failed::REASON_INVALID);
  EXPECT_EQ(ReasonOf(client.Ask(AddLeg(""))), Failed::REASON_INVALID);
  EXPECT_EQ(ReasonOf(client.Ask(AddLeg(std::string(65, 'x')))), Failed::REASON_INVALID);
  EXPECT_EQ(ReasonOf(client.Ask(AddLeg("a", "another call"))), Failed::REASON_INVALID);
  EXPECT_EQ(Port(client.Ask(AddLeg("a"))), port) << "a repeated command answers as before";
  EXPECT_EQ(ReasonOf(client.Ask(Play("nobody", "notice"))), Failed::REASON_UNKNOWN_LEG);
  EXPECT_EQ(ReasonOf(client.Ask(Play("a", "nothing"))), Failed::REASON_UNKNOWN_PROMPT);
  EXPECT_EQ(ReasonOf(client.Ask(Play("a", "../etc"))), Failed::REASON_UNKNOWN_PROMPT);
  EXPECT_EQ(ReasonOf(client.Ask(SetRoute("a", "nobody", 100))), Failed::REASON_UNKNOWN_LEG);
  ASSERT_NE(Port(client.Ask(AddLeg("other", "c2"))), 0);
  EXPECT_EQ(ReasonOf(client.Ask(SetRoute("a", "other", 100))), Failed::REASON_INVALID);
  v1::ControlRequest peer;
  peer.mutable_set_peer()->set_leg_id("a");
  peer.mutable_set_peer()->mutable_peer()->set_address("example.org");
  EXPECT_EQ(ReasonOf(client.Ask(peer)), Failed::REASON_INVALID);
  peer.mutable_set_peer()->mutable_peer()->set_address("127.0.0.1");
  peer.mutable_set_peer()->mutable_peer()->set_telephone_event_payload_type(8);
  EXPECT_EQ(ReasonOf(client.Ask(peer)), Failed::REASON_INVALID);
  EXPECT_EQ(ReasonOf(client.Ask(v1::ControlRequest())), Failed::REASON_INVALID);
}

TEST_F(MediaServiceTest, AStreamBeginsWithHello) {
  ControlClient client(address());
  client.Send(AddLeg("a"));
  EXPECT_EQ(client.WaitEnd().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(client.Stats().legs(), 0u);
}

TEST_F(MediaServiceTest, LegsSurviveABrokenStreamOfTheSameInstance) {
  WriteWav(options_.prompts_dir + "/notice.wav", MakeTone(1000, 800));
  RtpPeer caller(Codec::kPcma, {300});
  uint16_t port = 0;
  {
    ControlClient client(address());
    ASSERT_TRUE(client.Greet("call-1", 1));
    port = Port(client.Ask(AddLeg("a")));
    client.Send(SetPeer("a", caller));
    caller.Start(port);
    ASSERT_TRUE(WaitLegs(client, 1));
    client.Break();
  }
  ASSERT_TRUE(WaitLog("call service gone"));
  caller.PressKey(5);  // while nobody listens
  ControlClient client(address());
  const auto welcome = client.Greet("call-1", 1);
  ASSERT_TRUE(welcome);
  ASSERT_EQ(welcome->leg_ids_size(), 1);
  EXPECT_EQ(welcome->leg_ids(0), "a");
  const auto event = client.NextEvent();
  ASSERT_TRUE(event && event->has_digit_received());
  EXPECT_EQ(event->digit_received().digit(), "5");
  EXPECT_EQ(Port(client.Ask(AddLeg("a"))), port);
}

TEST_F(MediaServiceTest, AnotherInstanceFindsACleanTable) {
  ControlClient old(address()), other(address()), fresh(address());
  ASSERT_TRUE(old.Greet("call-1", 1));
  ASSERT_TRUE(other.Greet("call-2", 1));
  const uint16_t port = Port(old.Ask(AddLeg("a")));
  ASSERT_NE(Port(other.Ask(AddLeg("a"))), 0) << "names are each node's own";
  const auto welcome = fresh.Greet("call-1", 2);
  ASSERT_TRUE(welcome);
  EXPECT_EQ(welcome->leg_ids_size(), 0);
  EXPECT_EQ(old.WaitEnd().error_code(), grpc::StatusCode::ABORTED);
  EXPECT_TRUE(WaitLegs(fresh, 1));
  EXPECT_EQ(Port(fresh.Ask(AddLeg("b", "c1", port))), port) << "its ports are free at once";
}

TEST_F(MediaServiceTest, OrphanedLegsGoAfterTheGrace) {
  StopNode();
  options_.grace = absl::Milliseconds(100);
  StartNode();
  ControlClient client(address()), watcher(address());
  ASSERT_TRUE(client.Greet("call-1", 1));
  ASSERT_NE(Port(client.Ask(AddLeg("a"))), 0);
  ASSERT_TRUE(WaitLegs(watcher, 1));
  client.Break();
  EXPECT_TRUE(WaitLegs(watcher, 0));
}

TEST_F(MediaServiceTest, AfterARestartLegsComeBackOnTheirPorts) {
  uint16_t port = 0;
  {
    ControlClient client(address());
    ASSERT_TRUE(client.Greet("call-1", 1));
    port = Port(client.Ask(AddLeg("a")));
    StopNode();
    EXPECT_EQ(client.WaitEnd().error_code(), grpc::StatusCode::UNAVAILABLE);
  }
  StartNode();
  ControlClient client(address());
  const auto welcome = client.Greet("call-1", 1);
  ASSERT_TRUE(welcome);
  EXPECT_EQ(welcome->leg_ids_size(), 0);
  EXPECT_EQ(Port(client.Ask(AddLeg("a", "c1", port))), port);
}

}  // namespace
}  // namespace hotline::media
