// Calls any method by its name, with an empty request: what a stranger can do to a service.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include <grpcpp/grpcpp.h>

#include "services/runtime/access.h"

namespace hotline {

/// Every role there is, ROLE_SYSTEM included.
std::vector<access::v1::Role> AllRoles();

/// "hotline.router.v1.SeatService" and every other service that proto/ declares.
std::vector<std::string> AllServices();

/// All methods of our services in this program, by name.
std::vector<const google::protobuf::MethodDescriptor*> AllMethods();

/// "/hotline.router.v1.SeatService/SignIn"
std::string PathOf(const google::protobuf::MethodDescriptor& method);

/// Somebody of the area "test", for a minute.
access::v1::Identity Somebody(access::v1::Role role, const std::string& account = "zhang");

/// Calls `method` with an empty first message and ends the call after the first answer.
/// Returns OK if there was one. `identity` is what SignIdentity returned; empty: none is sent.
grpc::Status CallAnything(const std::shared_ptr<grpc::Channel>& channel,
                          const google::protobuf::MethodDescriptor& method,
                          const std::string& identity);

/// Returns whether `status` says that the method's rule refuses the caller.
bool IsRefusedByRule(const grpc::Status& status);

/// Expects of each of `methods` at `channel`: strangers, forgers, people of another area and those
/// whose roles are not in the rule are refused, all others are not.
void ExpectRulesHold(const std::shared_ptr<grpc::Channel>& channel,
                     const std::vector<std::string>& services);

}  // namespace hotline
