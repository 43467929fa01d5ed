// Who may call what at the call service and at a media node.
#include <filesystem>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include <grpcpp/grpcpp.h>

#include "services/call/service/call_node.h"
#include "services/call/service/grpc_service.h"
#include "services/media/service/media_service.h"
#include "services/runtime/grpc_client.h"
#include "services/runtime/grpc_server.h"
#include "tests/access/any_call.h"
#include "tests/runtime/temp_dir.h"
#include "tests/runtime/test_key.h"

namespace hotline {
namespace {

TEST(CallAccessTest, NoMethodForgetsItsRule) {
  TempDir dir;
  Metrics metrics;
  call::CallOptions options;
  options.area = "test";
  options.node = "call-1";
  options.sip.listen = {"127.0.0.1", 0};
  options.sip.proxy = {"127.0.0.1", 9};
  options.routers = {{"127.0.0.1", 9}};
  options.media = {"127.0.0.1", 9};
  options.spool_dir = dir.path();
  options.core.numbers = {{.dialled = "12348", .queue = "general"}};
  const auto node = call::CallNode::Start(options, 1, absl::Now, metrics);
  ASSERT_TRUE(node.ok()) << node.status();
  const Gate gate(TestKey(), "test");
  const auto service = call::MakeCallService(**node, gate);
  const auto server = GrpcServer::Start({}, (*node)->strand(), {service.get()}, "the call service");
  ASSERT_TRUE(server.ok()) << server.status();
  ExpectRulesHold(MakeChannel((*server)->address(), {.own_connection = true}),
                  {"hotline.call.v1.CallService"});
}

TEST(MediaAccessTest, NoMethodForgetsItsRule) {
  TempDir dir;
  media::MediaOptions options;
  options.prompts_dir = dir.path();
  options.rtp_address = "127.0.0.1";
  options.engine.ports = {30000, 39998};
  const auto controller = media::Controller::Start(options, 1);
  ASSERT_TRUE(controller.ok()) << controller.status();
  const Gate gate(TestKey(), "test");
  QueueStrand strand;
  media::MediaService service(strand, **controller, gate, media::EngineMetrics());
  const auto server = GrpcServer::Start({}, strand, {&service}, "the media node");
  ASSERT_TRUE(server.ok()) << server.status();
  ExpectRulesHold(MakeChannel((*server)->address(), {.own_connection = true}),
                  {"hotline.media.v1.MediaService"});
}

}  // namespace
}  // namespace hotline
