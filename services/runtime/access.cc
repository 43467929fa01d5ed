#include "services/runtime/access.h"

#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include <grpcpp/client_context.h>
#include <grpcpp/server_context.h>

namespace hotline {
namespace {

using access::v1::Identity;

/// Expiry is checked in whole seconds; what a minute means does not depend on them.
absl::Time ExpiryOf(const Identity& identity) {
  return absl::FromUnixSeconds(identity.expire_time().seconds());
}

/// What this process says of itself.
struct SystemIdentity {
  std::mutex mutex;
  std::optional<AccessKey> key;
  std::string name;
  std::string text;  ///< signed
  absl::Time renew_time;
};

SystemIdentity& TheSystem() {
  static SystemIdentity system;
  return system;
}

}  // namespace

std::string SignIdentity(const AccessKey& key, const Identity& identity) {
  access::v1::SignedIdentity out;
  out.set_identity(identity.SerializeAsString());
  out.set_mac(key.Sign(out.identity()));
  return out.SerializeAsString();
}

const access::v1::Rule& RuleOf(const google::protobuf::MethodDescriptor& method) {
  return method.options().GetExtension(access::v1::rule);
}

const google::protobuf::MethodDescriptor* MethodOf(const google::protobuf::Descriptor& request) {
  const google::protobuf::FileDescriptor& file = *request.file();
  for (int s = 0; s < file.service_count(); ++s) {
    const google::protobuf::ServiceDescriptor& service = *file.service(s);
    for (int m = 0; m < service.method_count(); ++m) {
      if (service.method(m)->input_type() == &request) return service.method(m);
    }
  }
  return nullptr;
}

bool Has(const Identity& identity, access::v1::Role role) {
  for (const int has : identity.roles()) {
    if (has == role) return true;
  }
  return false;
}

bool Allows(const access::v1::Rule& rule, const Identity& identity) {
  if (rule.anyone()) return true;
  for (const int role : rule.roles()) {
    if (Has(identity, static_cast<access::v1::Role>(role))) return true;
  }
  return false;
}

Gate::Gate(const AccessKey& key, std::string area, Clock clock)
    : key_(key), area_(std::move(area)), clock_(std::move(clock)) {}

absl::StatusOr<Identity> Gate::Identify(std::string_view signed_identity) const {
  access::v1::SignedIdentity signature;
  Identity identity;
  const bool read =
      signed_identity.size() <= kMaxIdentityBytes &&
      signature.ParseFromArray(signed_identity.data(), static_cast<int>(signed_identity.size()));
  if (!read || !key_.Verifies(signature.identity(), signature.mac()) ||
      !identity.ParseFromString(signature.identity())) {
    return absl::UnauthenticatedError(
        "the caller's identity is not signed with this hotline's key: do both processes use the "
        "same access.key_file?");
  }
  if (clock_() >= ExpiryOf(identity)) {
    return absl::UnauthenticatedError(
        "the caller's identity has expired; if it was made just now, two clocks differ");
  }
  return identity;
}

absl::StatusOr<Identity> Gate::Check(const grpc::ServerContextBase& context,
                                     const google::protobuf::Message& request) const {
  return Check(context, *request.GetDescriptor());
}

absl::StatusOr<Identity> Gate::Check(const grpc::ServerContextBase& context,
                                     const google::protobuf::Descriptor& request) const {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(kIdentityKey);
  if (found == metadata.end()) {
    return absl::UnauthenticatedError("the call does not say who calls (hotline-identity-bin)");
  }
  auto identity = Identify({found->second.data(), found->second.size()});
  if (!identity.ok()) return identity;
  const bool system = Has(*identity, access::v1::ROLE_SYSTEM);
  if (!system && identity->area() != area_) {
    return absl::PermissionDeniedError(
        absl::StrCat(identity->account(), " belongs to another area"));
  }
  const auto* method = MethodOf(request);
  if (method == nullptr || !Allows(RuleOf(*method), *identity)) {
    return absl::PermissionDeniedError(
        absl::StrCat(identity->account(), " may not call ",
                     method == nullptr ? request.full_name() : method->full_name(),
                     ": none of its roles is among those that may"));
  }
  return identity;
}

void ActAsSystem(const AccessKey& key, std::string name) {
  SystemIdentity& system = TheSystem();
  const std::lock_guard lock(system.mutex);
  system.key = key;
  system.name = std::move(name);
  system.renew_time = absl::InfinitePast();
}

void AddSystemIdentity(grpc::ClientContext& context) {
  SystemIdentity& system = TheSystem();
  const std::lock_guard lock(system.mutex);
  if (!system.key) return;
  const absl::Time now = absl::Now();
  if (now >= system.renew_time) {
    Identity identity;
    identity.set_account(system.name);
    identity.add_roles(access::v1::ROLE_SYSTEM);
    identity.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(now + kSystemIdentityLife));
    system.text = SignIdentity(*system.key, identity);
    system.renew_time = now + kSystemIdentityLife / 2;
  }
  context.AddMetadata(kIdentityKey, system.text);
}

}  // namespace hotline
