#include "tests/access/any_call.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include <grpcpp/generic/generic_stub.h>

#include "tests/runtime/test_key.h"

#include "hotline/call/v1/call_service.pb.h"
#include "hotline/console/v1/session_service.pb.h"
#include "hotline/console/v1/watch_service.pb.h"
#include "hotline/media/v1/media_service.pb.h"
#include "hotline/router/v1/area_service.pb.h"
#include "hotline/router/v1/attach_service.pb.h"
#include "hotline/router/v1/journal.pb.h"
#include "hotline/router/v1/seat_service.pb.h"
#include "hotline/ticket/v1/ticket_service.pb.h"

namespace hotline {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(20);

/// Blocks until the one operation under way is done.
bool Next(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  bool ok = false;
  return queue.Next(&tag, &ok) && ok;
}

void ExpectRefused(const grpc::Status& status, grpc::StatusCode code, const std::string& who) {
  EXPECT_EQ(status.error_code(), code) << who << ": " << status.error_message();
  EXPECT_FALSE(status.error_message().empty()) << who;
}

void ExpectRuleHolds(const std::shared_ptr<grpc::Channel>& channel,
                     const google::protobuf::MethodDescriptor& method) {
  SCOPED_TRACE(method.full_name());
  ExpectRefused(CallAnything(channel, method, ""), grpc::StatusCode::UNAUTHENTICATED, "a stranger");
  auto system = Somebody(access::v1::ROLE_SYSTEM);
  const AccessKey wrong_key(std::string(AccessKey::kBytes, 'x'));
  ExpectRefused(CallAnything(channel, method, SignIdentity(wrong_key, system)),
                grpc::StatusCode::UNAUTHENTICATED, "a forger");
  ExpectRefused(CallAnything(channel, method, "not a SignedIdentity"),
                grpc::StatusCode::UNAUTHENTICATED, "nonsense");
  system.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) - 1);
  ExpectRefused(CallAnything(channel, method, SignIdentity(TestKey(), system)),
                grpc::StatusCode::UNAUTHENTICATED, "somebody of yesterday");
  auto foreigner = Somebody(access::v1::ROLE_SUPERVISOR);
  foreigner.set_area("elsewhere");
  ExpectRefused(CallAnything(channel, method, SignIdentity(TestKey(), foreigner)),
                grpc::StatusCode::PERMISSION_DENIED, "a foreigner");
  for (const access::v1::Role role : AllRoles()) {
    const auto identity = Somebody(role);
    const auto status = CallAnything(channel, method, SignIdentity(TestKey(), identity));
    EXPECT_EQ(IsRefusedByRule(status), !Allows(RuleOf(method), identity))
        << access::v1::Role_Name(role) << ": " << status.error_code() << " "
        << status.error_message();
    EXPECT_NE(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_NE(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
    EXPECT_NE(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  }
}

}  // namespace

std::vector<access::v1::Role> AllRoles() {
  std::vector<access::v1::Role> roles;
  for (int i = 1; i < access::v1::Role_ARRAYSIZE; ++i) {
    if (access::v1::Role_IsValid(i)) roles.push_back(static_cast<access::v1::Role>(i));
  }
  return roles;
}

std::vector<std::string> AllServices() {
  // A static library gives only what somebody names.
  static const void* const kLinked[] = {
      access::v1::Rule::descriptor(),           call::v1::GetStatusRequest::descriptor(),
      console::v1::SignInRequest::descriptor(), console::v1::WatchConsoleRequest::descriptor(),
      media::v1::ControlRequest::descriptor(),  router::v1::SetDrainRequest::descriptor(),
      router::v1::AttachRequest::descriptor(),  router::v1::HeartbeatRequest::descriptor(),
      router::v1::JournalEvent::descriptor(),   ticket::v1::GetTicketRequest::descriptor()};
  std::vector<std::string> names;
  // The pool cannot list its files; the build knows them.
  for (const absl::string_view file : absl::StrSplit(HOTLINE_PROTO_FILES, ',')) {
    const auto* descriptor =
        google::protobuf::DescriptorPool::generated_pool()->FindFileByName(std::string(file));
    EXPECT_NE(descriptor, nullptr) << file << " is new: name one of its messages in kLinked";
    for (int s = 0; descriptor != nullptr && s < descriptor->service_count(); ++s) {
      names.push_back(descriptor->service(s)->full_name());
    }
  }
  EXPECT_NE(kLinked[0], nullptr);
  return names;
}

std::vector<const google::protobuf::MethodDescriptor*> AllMethods() {
  std::vector<const google::protobuf::MethodDescriptor*> methods;
  for (const std::string& name : AllServices()) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int m = 0; m < service->method_count(); ++m) methods.push_back(service->method(m));
  }
  return methods;
}

std::string PathOf(const google::protobuf::MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

access::v1::Identity Somebody(access::v1::Role role, const std::string& account) {
  access::v1::Identity identity;
  identity.set_account(account);
  identity.add_roles(role);
  identity.set_area("test");
  identity.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 60);
  return identity;
}

grpc::Status CallAnything(const std::shared_ptr<grpc::Channel>& channel,
                          const google::protobuf::MethodDescriptor& method,
                          const std::string& identity) {
  grpc::ClientContext context;
  if (!identity.empty()) context.AddMetadata(kIdentityKey, identity);
  context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(channel);
  const auto call = stub.PrepareCall(&context, PathOf(method), &queue);
  call->StartCall(nullptr);
  Next(queue);
  call->WriteLast(grpc::ByteBuffer(nullptr, 0), grpc::WriteOptions(), nullptr);
  Next(queue);
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  const bool answered = Next(queue);
  if (answered) context.TryCancel();
  grpc::Status status;
  call->Finish(&status, nullptr);
  Next(queue);
  queue.Shutdown();
  while (Next(queue)) {
  }
  return answered ? grpc::Status::OK : status;
}

bool IsRefusedByRule(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::PERMISSION_DENIED &&
         status.error_message().find(" may not call ") != std::string::npos;
}

void ExpectRulesHold(const std::shared_ptr<grpc::Channel>& channel,
                     const std::vector<std::string>& services) {
  size_t methods = 0;
  for (const std::string& name : services) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    ASSERT_NE(service, nullptr) << name;
    for (int m = 0; m < service->method_count(); ++m, ++methods) {
      ExpectRuleHolds(channel, *service->method(m));
    }
  }
  EXPECT_GT(methods, 0u);
}

}  // namespace hotline
