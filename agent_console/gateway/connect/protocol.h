// The Connect protocol (https://connectrpc.com/docs/protocol) as far as a browser needs it: unary
// calls by POST or GET, server streams; codecs proto and json; errors with details.
//
// Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "agent_console/gateway/http/message.h"

namespace google::protobuf {
class MethodDescriptor;
}

namespace hotline::console {

enum class Codec { kProto, kJson };

/// How a call ended.
struct RpcStatus {
  absl::StatusCode code = absl::StatusCode::kOk;
  std::string message;
  std::string details;  ///< a serialised google.rpc.Status, or empty
  std::string reason;   ///< what programs can read, or empty; sent as trailer "hotline-reason"

  RpcStatus() = default;

  RpcStatus(const absl::Status& status)  // NOLINT(google-explicit-constructor): the same thing
      : code(status.code()), message(status.message()) {}

  bool ok() const { return code == absl::StatusCode::kOk; }
};

/// A call as it came in.
struct ConnectCall {
  Codec codec = Codec::kProto;
  std::string message;  ///< in the codec, without envelope
  absl::Duration timeout = absl::InfiniteDuration();
};

/// Bytes of an envelope's head: flags and length.
inline constexpr size_t kEnvelopeBytes = 5;
/// The flag of the last message, which says how the stream ended.
inline constexpr char kEndStreamFlag = 2;

/// Reads a request for `method`; on failure returns the response to send: 405, 415 or an error
/// body.
std::optional<HttpResponse> ReadConnectCall(const HttpRequest& request,
                                            const google::protobuf::MethodDescriptor& method,
                                            ConnectCall& call);

/// "application/json", or "application/connect+json" of a stream.
std::string_view ContentType(Codec codec, bool streaming);

/// "permission_denied", and the HTTP status that goes with it.
std::string_view CodeName(absl::StatusCode code);
int HttpStatus(absl::StatusCode code);

/// {"code":"aborted","message":"…","details":[{"type":"…","value":"base64"}]}
std::string ErrorJson(const RpcStatus& status);

/// The response to a unary call that failed.
HttpResponse ErrorResponse(const RpcStatus& status);
/// The response to a unary call that went well; `message` is in the codec.
HttpResponse UnaryResponse(Codec codec, std::string message);

/// A message of a stream, and its last one.
std::string Envelope(char flags, std::string_view message);
std::string EndOfStream(const RpcStatus& status);

}  // namespace hotline::console
