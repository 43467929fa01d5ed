// Services whose calls come to a QueueStrand, over real connections on loopback.
#include "services/runtime/queue_service.h"

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
#include <google/protobuf/wrappers.pb.h>

#include "services/runtime/grpc_client.h"
#include "services/runtime/grpc_server.h"
#include "services/runtime/queue_strand.h"

#include "hotline/router/v1/attach_service.grpc.pb.h"
#include "hotline/router/v1/seat_service.grpc.pb.h"

namespace hotline {
namespace {

namespace v1 = router::v1;

using google::protobuf::Int32Value;
using google::protobuf::StringValue;
using AttachEnd = ServerStream<v1::AttachRequest, v1::AttachResponse>;

constexpr absl::Duration kPlenty = absl::Seconds(20);
constexpr absl::Duration kShort = absl::Milliseconds(50);
constexpr size_t kBacklog = 100;

/// Heartbeat answers at once, SignIn from another thread; SignOut when the test says so.
class QueueSeats final : public QueueService {
 public:
  QueueSeats() {
    Answer(this, &QueueSeats::Heartbeat);
    Answer(this, &QueueSeats::SignIn);
    Answer(this, &QueueSeats::SignOut);
  }

  ~QueueSeats() override {
    if (other_.joinable()) other_.join();
  }

  UnaryCall& AwaitSignOut() { return *asked_.get_future().get(); }

 private:
  void Heartbeat(UnaryCall& call, const v1::HeartbeatRequest& request,
                 v1::HeartbeatResponse& response) {
    if (request.seat_id().empty()) return call.Finish(absl::InvalidArgumentError("which seat?"));
    response.mutable_seat()->set_seat_id(request.seat_id());
    call.Finish(grpc::Status::OK);
  }

  void SignIn(UnaryCall& call, const v1::SignInRequest&, v1::SignInResponse& response) {
    other_ = std::thread([&call, &response] {
      response.mutable_seat()->set_seat_id("other");
      call.Finish(grpc::Status::OK);
    });
  }

  void SignOut(UnaryCall& call, const v1::SignOutRequest&, v1::SignOutResponse&) {
    asked_.set_value(&call);
  }

  std::thread other_;
  std::promise<UnaryCall*> asked_;
};

/// Answers each message with `echoes` of its epoch, and says when it is gone.
class Echoes final : public AttachEnd {
 public:
  Echoes(int echoes, std::promise<void>& gone) : echoes_(echoes), gone_(gone) {}

  void OnMessage(v1::AttachRequest) override {
    for (int i = 0; i < echoes_; ++i) {
      v1::AttachResponse response;
      response.set_epoch(static_cast<uint64_t>(++sent_));
      if (!Send(response)) break;
    }
    Read();
  }

  void OnGone() override { gone_.set_value(); }

 private:
  const int echoes_;
  std::promise<void>& gone_;
  int sent_ = 0;
};

class QueueAttach final : public QueueService {
 public:
  explicit QueueAttach(int echoes) : echoes_(echoes) {
    Accept(this, &QueueAttach::Attach, kBacklog);
  }

  void AwaitGone() { gone_.get_future().wait(); }

  bool refuse = false;

 private:
  absl::StatusOr<std::shared_ptr<AttachEnd>> Attach(grpc::ServerContext&) {
    if (refuse) return absl::PermissionDeniedError("not you");
    return std::make_shared<Echoes>(echoes_, gone_);
  }

  const int echoes_;
  std::promise<void> gone_;
};

class QueueServiceTest : public testing::Test {
 protected:
  void Start(int echoes = 1, const GrpcLimits& limits = {}) {
    attach_ = std::make_unique<QueueAttach>(echoes);
    auto server =
        GrpcServer::Start({"127.0.0.1", 0}, strand_, {&seats_, attach_.get()}, "the test", limits);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ =
        MakeChannel(server_->address(), {.max_message_bytes = 4 << 20, .own_connection = true});
    stub_ = v1::SeatService::NewStub(channel_);
  }

  grpc::Status Heartbeat(const std::string& seat, v1::HeartbeatResponse& response) {
    v1::HeartbeatRequest request;
    request.set_seat_id(seat);
    return stub_->Heartbeat(MakeCallContext(kPlenty).get(), request, &response);
  }

  QueueStrand strand_;
  QueueSeats seats_;
  std::unique_ptr<QueueAttach> attach_;
  std::unique_ptr<GrpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::SeatService::Stub> stub_;
};

TEST_F(QueueServiceTest, AQuestionIsAnsweredOrRefused) {
  Start();
  v1::HeartbeatResponse response;
  EXPECT_TRUE(Heartbeat("s1", response).ok());
  EXPECT_EQ(response.seat().seat_id(), "s1");
  const grpc::Status refused = Heartbeat("", response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refused.error_message(), "which seat?");
}

TEST_F(QueueServiceTest, AnAnswerMayComeFromAnotherThread) {
  Start();
  v1::SignInResponse response;
  EXPECT_TRUE(stub_->SignIn(MakeCallContext(kPlenty).get(), {}, &response).ok());
  EXPECT_EQ(response.seat().seat_id(), "other");
}

TEST_F(QueueServiceTest, AMethodThatNobodyServesIsUnimplemented) {
  Start();
  v1::SetReadyResponse response;
  EXPECT_EQ(stub_->SetReady(MakeCallContext(kPlenty).get(), {}, &response).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(QueueServiceTest, AMessageOverTheLimitIsRefused) {
  Start(1, {.max_message_bytes = 10'000});
  v1::HeartbeatResponse response;
  EXPECT_EQ(Heartbeat(std::string(20'000, 's'), response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(Heartbeat("s1", response).ok());
}

TEST_F(QueueServiceTest, AClientThatGivesUpLeavesTheAnswerOwed) {
  Start();
  v1::SignOutResponse response;
  EXPECT_EQ(stub_->SignOut(MakeCallContext(kShort).get(), {}, &response).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  seats_.AwaitSignOut().Finish(grpc::Status::OK);  // nobody hears it
  v1::HeartbeatResponse alive;
  EXPECT_TRUE(Heartbeat("s1", alive).ok());
}

TEST_F(QueueServiceTest, ADrainWaitsForAnswersUnderWay) {
  Start();
  auto signed_out = std::async(std::launch::async, [this] {
    v1::SignOutResponse response;
    return stub_->SignOut(MakeCallContext(kPlenty).get(), {}, &response);
  });
  UnaryCall& call = seats_.AwaitSignOut();
  auto drained = std::async(std::launch::async, [this] { server_->Drain(kPlenty); });
  EXPECT_EQ(drained.wait_for(absl::ToChronoMilliseconds(kShort)), std::future_status::timeout);
  call.Finish(grpc::Status::OK);
  EXPECT_TRUE(signed_out.get().ok());
  drained.get();
}

TEST_F(QueueServiceTest, ADrainCutsStreamsAfterItsGrace) {
  Start();
  const auto stub = v1::AttachService::NewStub(channel_);
  const auto context = MakeStreamContext();
  const auto stream = stub->Attach(context.get());
  v1::AttachResponse response;
  ASSERT_TRUE(stream->Write({}) && stream->Read(&response));
  server_->Drain(kShort);
  attach_->AwaitGone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_FALSE(stream->Finish().ok());
}

TEST_F(QueueServiceTest, AStreamKeepsOrderAndEndsWithItsClient) {
  constexpr int kMessages = 50, kEchoes = 7;
  Start(kEchoes);
  const auto stub = v1::AttachService::NewStub(channel_);
  const auto context = MakeStreamContext();
  const auto stream = stub->Attach(context.get());
  v1::AttachResponse response;
  for (int i = 0; i < kMessages; ++i) {
    ASSERT_TRUE(stream->Write({}));
    for (int n = 1; n <= kEchoes; ++n) {
      ASSERT_TRUE(stream->Read(&response));
      ASSERT_EQ(response.epoch(), static_cast<uint64_t>(i * kEchoes + n));
    }
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
  attach_->AwaitGone();
}

TEST_F(QueueServiceTest, AStreamWhoseClientVanishesIsGone) {
  Start();
  const auto stub = v1::AttachService::NewStub(channel_);
  const auto context = MakeStreamContext();
  const auto stream = stub->Attach(context.get());
  v1::AttachResponse response;
  ASSERT_TRUE(stream->Write({}) && stream->Read(&response));
  context->TryCancel();
  attach_->AwaitGone();
  stream->Finish();
}

TEST_F(QueueServiceTest, AReaderThatFallsBehindIsCutOff) {
  Start(10 * kBacklog);
  const auto stub = v1::AttachService::NewStub(channel_);
  const auto context = MakeStreamContext();
  const auto stream = stub->Attach(context.get());
  ASSERT_TRUE(stream->Write({}));
  v1::AttachResponse response;
  size_t read = 0;
  while (stream->Read(&response)) ++read;
  EXPECT_LE(read, kBacklog + 1);
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(QueueServiceTest, ARefusedStreamSaysWhy) {
  Start();
  attach_->refuse = true;
  const auto stub = v1::AttachService::NewStub(channel_);
  const auto context = MakeStreamContext();
  const auto stream = stub->Attach(context.get());
  v1::AttachResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_message(), "not you");
}

TEST_F(QueueServiceTest, HealthIsToldAndWatched) {
  Start();
  const auto check = [this](const std::string& service, Int32Value& state) {
    grpc::TemplatedGenericStub<StringValue, Int32Value> stub(channel_);
    const auto context = MakeCallContext(kPlenty);
    StringValue request;
    request.set_value(service);
    grpc::CompletionQueue queue;
    const auto call =
        stub.PrepareUnaryCall(context.get(), "/grpc.health.v1.Health/Check", request, &queue);
    call->StartCall();
    grpc::Status status;
    call->Finish(&state, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return status.error_code();
  };
  Int32Value state;
  EXPECT_EQ(check("", state), grpc::StatusCode::OK);
  EXPECT_EQ(state.value(), 1);
  EXPECT_EQ(check("no.such.Service", state), grpc::StatusCode::NOT_FOUND);

  grpc::TemplatedGenericStub<StringValue, Int32Value> stub(channel_);
  const auto context = MakeCallContext(kPlenty);
  grpc::CompletionQueue queue;
  const auto watch = stub.PrepareCall(context.get(), "/grpc.health.v1.Health/Watch", &queue);
  const auto await = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  watch->StartCall(nullptr);
  ASSERT_TRUE(await());
  watch->WriteLast({}, {}, nullptr);
  ASSERT_TRUE(await());
  watch->Read(&state, nullptr);
  ASSERT_TRUE(await());
  EXPECT_EQ(state.value(), 1);
  server_->SetServing(false);
  watch->Read(&state, nullptr);
  ASSERT_TRUE(await());
  EXPECT_EQ(state.value(), 2);
  context->TryCancel();
  grpc::Status status;
  watch->Finish(&status, nullptr);
  await();
}

TEST_F(QueueServiceTest, ManyClientsAtOnce) {
  constexpr int kClients = 8, kEach = 200;
  Start();
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([this] {
      for (int n = 0; n < kEach; ++n) {
        v1::HeartbeatResponse response;
        EXPECT_TRUE(Heartbeat("s1", response).ok());
      }
    });
  }
  for (std::thread& client : clients) client.join();
}

}  // namespace
}  // namespace hotline
