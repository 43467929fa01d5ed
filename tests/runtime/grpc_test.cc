// gRPC server and client helpers against each other on loopback.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"

#include "services/runtime/grpc_client.h"
#include "services/runtime/grpc_server.h"
#include "services/runtime/listen_socket.h"
#include "services/runtime/local_socket.h"
#include "services/runtime/log.h"
#include "tests/runtime/temp_dir.h"

#include "hotline/router/v1/seat_service.grpc.pb.h"

namespace hotline {
namespace {

namespace v1 = router::v1;

constexpr absl::Duration kPlenty = absl::Seconds(20);
constexpr absl::Duration kShort = absl::Milliseconds(50);
const Endpoint kAnyPort = {"127.0.0.1", 0};

/// Heartbeat answers at once; SignOut only when the test says so.
class Seats : public v1::SeatService::Service {
 public:
  grpc::Status Heartbeat(grpc::ServerContext*, const v1::HeartbeatRequest*,
                         v1::HeartbeatResponse*) override {
    return grpc::Status::OK;
  }

  grpc::Status SignOut(grpc::ServerContext*, const v1::SignOutRequest*,
                       v1::SignOutResponse*) override {
    entered_.set_value();
    may_leave_.get_future().wait();
    return grpc::Status::OK;
  }

  void AwaitSignOut() { entered_.get_future().wait(); }

  void LetSignOutEnd() { may_leave_.set_value(); }

 private:
  std::promise<void> entered_;
  std::promise<void> may_leave_;
};

class GrpcTest : public testing::Test {
 protected:
  void Start(const GrpcLimits& limits = {}) {
    auto server = GrpcServer::Start(kAnyPort, {&seats_}, "the test", limits);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    Connect();
  }

  /// With a new connection.
  void Connect() {
    ChannelOptions options;
    options.max_message_bytes = 4 << 20;  // more than the server takes
    options.own_connection = true;
    channel_ = MakeChannel(server_->address(), options);
    stub_ = v1::SeatService::NewStub(channel_);
  }

  grpc::Status Heartbeat(const std::string& seat, absl::Duration timeout = kPlenty,
                         const std::string& metadata = "") {
    const auto context = MakeCallContext(timeout);
    if (!metadata.empty()) context->AddMetadata("x-note", metadata);
    v1::HeartbeatRequest request;
    request.set_seat_id(seat);
    v1::HeartbeatResponse response;
    return stub_->Heartbeat(context.get(), request, &response);
  }

  grpc::Status SignOut(absl::Duration timeout) {
    const auto context = MakeCallContext(timeout);
    v1::SignOutResponse response;
    return stub_->SignOut(context.get(), {}, &response);
  }

  /// Returns the state that grpc.health.v1.Health/Check answers, as its number: 1 is SERVING.
  int Health() {
    grpc::GenericStub stub(channel_);
    const auto context = MakeCallContext(kPlenty);
    const grpc::Slice nothing;  // HealthCheckRequest for service ""
    const grpc::ByteBuffer request(&nothing, 1);
    grpc::ByteBuffer response;
    grpc::CompletionQueue queue;
    const auto call =
        stub.PrepareUnaryCall(context.get(), "/grpc.health.v1.Health/Check", request, &queue);
    call->StartCall();
    grpc::Status status;
    call->Finish(&response, &status, this);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    EXPECT_TRUE(status.ok()) << status.error_message();
    grpc::Slice bytes;
    EXPECT_TRUE(response.DumpToSingleSlice(&bytes).ok());
    // Field 1, a varint below 128.
    return bytes.size() == 2 && bytes.begin()[0] == 8 ? bytes.begin()[1] : -1;
  }

  Seats seats_;
  std::unique_ptr<GrpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::SeatService::Stub> stub_;
};

TEST_F(GrpcTest, ServesOnTheActualPortAndSaysItIsHealthy) {
  Start();
  ASSERT_NE(server_->address().port, 0);
  EXPECT_TRUE(Heartbeat("s1").ok());
  EXPECT_EQ(Health(), 1);
  server_->SetServing(false);
  EXPECT_EQ(Health(), 2);
  EXPECT_TRUE(Heartbeat("s1").ok()) << "health is advice";
}

TEST_F(GrpcTest, AnOversizeMessageIsRefusedAndTheServerGoesOn) {
  Start();
  const GrpcLimits limits;
  EXPECT_TRUE(Heartbeat(std::string(limits.max_message_bytes - 100, 's')).ok());
  EXPECT_EQ(Heartbeat(std::string(limits.max_message_bytes + 1, 's')).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(Heartbeat("s1").ok());
}

TEST_F(GrpcTest, OversizeMetadataIsRefusedAndOtherClientsGoOn) {
  Start();
  EXPECT_TRUE(Heartbeat("s1", kPlenty, std::string(4'000, 'm')).ok());
  EXPECT_EQ(Heartbeat("s1", kPlenty, std::string(10'000, 'm')).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  // gRPC 1.51 as a rule closes the offender's connection as well.
  Connect();
  EXPECT_TRUE(Heartbeat("s1").ok());
}

TEST_F(GrpcTest, StreamsOverTheLimitWait) {
  Start({.max_streams_per_connection = 1});
  ASSERT_TRUE(Heartbeat("s1").ok());  // the client knows the limit from now on
  std::thread first([this] { EXPECT_TRUE(SignOut(kPlenty).ok()); });
  seats_.AwaitSignOut();
  EXPECT_EQ(Heartbeat("s1", kShort).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  seats_.LetSignOutEnd();
  first.join();
  EXPECT_TRUE(Heartbeat("s1").ok());
}

TEST_F(GrpcTest, ACallEndsAtItsDeadline) {
  Start();
  EXPECT_EQ(SignOut(kShort).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  seats_.LetSignOutEnd();
}

TEST_F(GrpcTest, DrainLetsARunningCallFinish) {
  Start();
  std::thread caller([this] { EXPECT_TRUE(SignOut(kPlenty).ok()); });
  seats_.AwaitSignOut();
  std::thread drain([this] { server_->Drain(kPlenty); });
  // New calls are refused as soon as the drain has begun; until then they are served.
  while (Heartbeat("s1").ok()) {
  }
  seats_.LetSignOutEnd();
  drain.join();
  caller.join();
}

TEST_F(GrpcTest, DrainCancelsWhatIsThereAfterItsGrace) {
  Start();
  std::thread caller([this] {
    const grpc::Status status = SignOut(kPlenty);
    EXPECT_FALSE(status.ok());
    seats_.LetSignOutEnd();  // the handler itself ends only now
  });
  seats_.AwaitSignOut();
  server_->Drain(kShort);
  caller.join();
}

TEST(GrpcServerTest, APortInUseIsSaidInASentence) {
  const LogCapture capture;
  Seats seats;
  const auto first = GrpcServer::Start(kAnyPort, {&seats}, "the router");
  ASSERT_TRUE(first.ok()) << first.status();
  const Endpoint taken = (*first)->address();
  Seats others;
  EXPECT_EQ(GrpcServer::Start(taken, {&others}, "the router").status(),
            absl::AlreadyExistsError("the router cannot listen on " + taken.ToString() +
                                     ": the port is in use by another process"));
  // What gRPC itself has to say comes as a log line of ours.
  for (const auto& line : capture.lines()) {
    EXPECT_THAT(line, testing::StartsWith("{\"ts\":")) << line;
  }
}

TEST(GrpcServerTest, AnAddressOfAnotherHostIsSaidInASentence) {
  const LogCapture capture;
  Seats seats;
  EXPECT_EQ(GrpcServer::Start({"192.0.2.1", 0}, {&seats}, "the router").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(GrpcClientTest, AnAbsentServerIsUnavailableBeforeTheDeadline) {
  Endpoint closed;
  {
    Seats seats;
    const auto server = GrpcServer::Start(kAnyPort, {&seats}, "the test");
    ASSERT_TRUE(server.ok()) << server.status();
    closed = (*server)->address();
  }
  const auto stub = v1::SeatService::NewStub(MakeChannel(closed));
  const auto context = MakeCallContext(kPlenty);
  v1::HeartbeatResponse response;
  EXPECT_EQ(stub->Heartbeat(context.get(), {}, &response).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

/// A folder for sockets, forgotten at the end.
class LocalSocketTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(UseSocketDir(dir_.path()).ok()); }

  void TearDown() override { EXPECT_TRUE(UseSocketDir("").ok()); }

  static Endpoint FreePort() {
    const auto socket = ListenTcp(kAnyPort, "the test");
    if (!socket.ok()) return {};
    close(socket->fd);
    return socket->address;
  }

  /// As a process does that dies without a word.
  static void LeaveSocket(const std::string& path) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    close(fd);
  }

  /// Returns how the answering server was reached: "unix:…" or "ipv4:…".
  static std::string PeerOf(const Endpoint& server) {
    const auto stub = v1::SeatService::NewStub(MakeChannel(server, {.own_connection = true}));
    const auto context = MakeCallContext(kPlenty);
    v1::HeartbeatResponse response;
    const grpc::Status status = stub->Heartbeat(context.get(), {}, &response);
    return status.ok() ? context->peer() : status.error_message();
  }

  TempDir dir_;
  Seats seats_;
};

TEST_F(LocalSocketTest, WhoHasTheFolderTakesTheSocketAndOthersThePort) {
  const auto server = GrpcServer::Start(FreePort(), {&seats_}, "the test");
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_THAT(PeerOf((*server)->address()), testing::StartsWith("unix:"));
  ASSERT_TRUE(UseSocketDir("").ok());
  EXPECT_THAT(PeerOf((*server)->address()), testing::StartsWith("ipv4:"));
}

TEST_F(LocalSocketTest, ASocketThatAKilledServerLeftIsReplaced) {
  const Endpoint port = FreePort();
  LeaveSocket(dir_.File("grpc-" + std::to_string(port.port) + ".sock"));
  const auto server = GrpcServer::Start(port, {&seats_}, "the test");
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_THAT(PeerOf(port), testing::StartsWith("unix:"));
}

TEST_F(LocalSocketTest, WhoCannotHaveThePortLeavesTheOthersSocketAlone) {
  const auto first = GrpcServer::Start(FreePort(), {&seats_}, "the first");
  ASSERT_TRUE(first.ok()) << first.status();
  const LogCapture capture;
  EXPECT_FALSE(GrpcServer::Start((*first)->address(), {&seats_}, "the second").ok());
  EXPECT_THAT(PeerOf((*first)->address()), testing::StartsWith("unix:"));
}

TEST_F(LocalSocketTest, AFolderThatOthersMayEnterIsRefused) {
  ASSERT_EQ(chmod(dir_.path().c_str(), 0750), 0);
  EXPECT_THAT(UseSocketDir(dir_.path()).message(), testing::HasSubstr("chmod 700"));
  EXPECT_THAT(UseSocketDir(dir_.path() + "/none/at/all").message(), testing::HasSubstr("be made"));
  EXPECT_TRUE(UseSocketDir(dir_.path() + "/new").ok());
  EXPECT_EQ(LocalSocketOf({"127.0.0.1", 7101}), "unix:" + dir_.path() + "/new/grpc-7101.sock");
}

TEST_F(LocalSocketTest, AFolderWithTooLongANameIsAMistakeInTheConfiguration) {
  const std::string longest = "/" + std::string(90, 'x');
  for (const auto& [dir, right] : std::vector<std::pair<std::string, bool>>{
           {longest, true}, {longest + "x", false}, {"var/run", false}}) {
    auto file = ConfigFile::Parse("host: {socket_dir: " + dir + "}");
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(ReadSocketDir(file->Section("host")), right ? dir : "");
    EXPECT_EQ(file->status().ok(), right);
  }
}

TEST_F(LocalSocketTest, OnlyLoopbackPortsThatAreKnownHaveOne) {
  EXPECT_EQ(LocalSocketOf({"127.0.0.1", 7101}), "unix:" + dir_.path() + "/grpc-7101.sock");
  EXPECT_EQ(LocalSocketOf({"localhost", 7101}), LocalSocketOf({"127.0.0.1", 7101}));
  EXPECT_EQ(LocalSocketOf({"127.0.0.1", 0}), "");
  EXPECT_EQ(LocalSocketOf({"192.0.2.1", 7101}), "");
  EXPECT_EQ(LocalSocketOf({"127.0.0.2", 7101}), "") << "another server may have the port there";
  // Who listens for other hosts too is asked for by this host's processes at 127.0.0.1.
  EXPECT_EQ(LocalSocketOf({"0.0.0.0", 7101}), LocalSocketOf({"127.0.0.1", 7101}));
  EXPECT_EQ(LocalSocketOf({"::", 7101}), LocalSocketOf({"127.0.0.1", 7101}));
}

}  // namespace
}  // namespace hotline
