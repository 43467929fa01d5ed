#include "services/ticket/service/grpc_status.h"

#include "absl/strings/cord.h"
#include <google/protobuf/any.pb.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

namespace hotline::ticket {
namespace {

// google.rpc.Status: int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3.
// Debian ships neither the .proto nor its class.
constexpr int kCode = 1, kMessage = 2, kDetails = 3;

}  // namespace

std::string EncodeDetails(const absl::Status& status) {
  using google::protobuf::internal::WireFormatLite;
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    WireFormatLite::WriteInt32(kCode, static_cast<int>(status.code()), &out);
    WireFormatLite::WriteString(kMessage, std::string(status.message()), &out);
    status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
      google::protobuf::Any any;
      any.set_type_url(std::string(type_url));
      any.set_value(std::string(payload));
      WireFormatLite::WriteBytes(kDetails, any.SerializeAsString(), &out);
    });
  }
  return bytes;
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(status.code());
  bool has_details = false;
  status.ForEachPayload([&](absl::string_view, const absl::Cord&) { has_details = true; });
  if (!has_details) return {code, std::string(status.message())};
  return {code, std::string(status.message()), EncodeDetails(status)};
}

}  // namespace hotline::ticket
