// Who calls, and whether he may. Each call carries an Identity, signed with the hotline's key, in
// the metadata `hotline-identity-bin`; each handler asks the Gate first. The rule it applies stands
// at the method in its .proto; a method without one is refused to everybody.
//
//   const auto caller = gate_.Check(*context, *request);
//   if (!caller.ok()) return Refuse(context, caller.status());
//
// Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/runtime/access_key.h"
#include "services/runtime/clock.h"

#include "hotline/access/v1/access.pb.h"

namespace google::protobuf {
class Descriptor;
class Message;
class MethodDescriptor;
}  // namespace google::protobuf

namespace grpc {
class ClientContext;
class ServerContextBase;
}  // namespace grpc

namespace hotline {

/// The metadata that carries a SignedIdentity.
inline constexpr char kIdentityKey[] = "hotline-identity-bin";
/// A longer one is nobody's.
inline constexpr size_t kMaxIdentityBytes = 4096;
/// How long a process's word about itself holds; clocks of two hosts may differ by half of it.
inline constexpr absl::Duration kSystemIdentityLife = absl::Minutes(10);

/// Returns the value of kIdentityKey for `identity`.
std::string SignIdentity(const AccessKey& key, const access::v1::Identity& identity);

/// Returns the rule of a method; empty if it has none.
const access::v1::Rule& RuleOf(const google::protobuf::MethodDescriptor& method);

/// Returns the method that takes `request`, which every one of ours has for itself; nullptr if
/// there is none.
const google::protobuf::MethodDescriptor* MethodOf(const google::protobuf::Descriptor& request);

/// Returns whether somebody with these roles may call the method.
bool Allows(const access::v1::Rule& rule, const access::v1::Identity& identity);

/// Returns whether `identity` has the role.
bool Has(const access::v1::Identity& identity, access::v1::Role role);

class Gate {
 public:
  /// `area`: whose people may pass. Processes of the hotline belong to no area and pass everywhere.
  Gate(const AccessKey& key, std::string area, Clock clock = absl::Now);

  /// Returns who calls the method that `request` belongs to. UNAUTHENTICATED: nobody the key
  /// vouches for; PERMISSION_DENIED: the rule or the area says no.
  absl::StatusOr<access::v1::Identity> Check(const grpc::ServerContextBase& context,
                                             const google::protobuf::Message& request) const;
  /// The same for a stream, whose first message has not been read yet.
  absl::StatusOr<access::v1::Identity> Check(const grpc::ServerContextBase& context,
                                             const google::protobuf::Descriptor& request) const;

 private:
  absl::StatusOr<access::v1::Identity> Identify(std::string_view signed_identity) const;

  const AccessKey key_;
  const std::string area_;
  const Clock clock_;
};

/// From now on, all contexts of grpc_client.h say that a process of the hotline calls: `name`.
void ActAsSystem(const AccessKey& key, std::string name);

/// Puts what ActAsSystem said into `context`; nothing before it. For grpc_client.cc.
void AddSystemIdentity(grpc::ClientContext& context);

}  // namespace hotline
