#include "services/ctl/probes.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include "hotline/call/v1/call_service.grpc.pb.h"

namespace hotline::ctl {
namespace {

using ::testing::HasSubstr;

/// A call service with gRPC health.
class FakeCallService : public call::v1::CallService::Service {
 public:
  FakeCallService() {
    grpc::EnableDefaultHealthCheckService(true);
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
  }

  grpc::Status GetStatus(grpc::ServerContext*, const call::v1::GetStatusRequest*,
                         call::v1::GetStatusResponse* response) override {
    response->set_node("call-1");
    return grpc::Status::OK;
  }

  void SetServing(bool serving) { server_->GetHealthCheckService()->SetServingStatus(serving); }

  const std::string& address() const { return address_; }

 private:
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

TEST(ProbesTest, SeesThatAProcessServes) {
  FakeCallService service;
  EXPECT_TRUE(AwaitServing(service.address(), absl::Seconds(10)).ok());
}

TEST(ProbesTest, SaysWhyAProcessDoesNotServe) {
  FakeCallService service;
  service.SetServing(false);
  const absl::Status status = AwaitServing(service.address(), absl::Milliseconds(300));
  EXPECT_THAT(std::string(status.message()), HasSubstr("it says that it is not serving"));
  const absl::Status nobody = AwaitServing("127.0.0.1:1", absl::Milliseconds(300));
  EXPECT_THAT(std::string(nobody.message()), HasSubstr("cannot connect"));
}

TEST(ProbesTest, AsksTheCallServiceForItsStateAndNamesItWhenItFails) {
  FakeCallService service;
  const auto status = AskCallService(service.address(), absl::Seconds(10));
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->node(), "call-1");
  const auto live = AskLiveCalls(service.address(), absl::Seconds(10));
  EXPECT_THAT(std::string(live.status().message()), HasSubstr("call service " + service.address()));
}

}  // namespace
}  // namespace hotline::ctl
