// Messages from JSON to bytes and back, by the descriptors linked into this program.
//
// Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "agent_console/gateway/connect/protocol.h"

namespace google::protobuf {
class Descriptor;
}

namespace hotline::console {

/// Reads JSON; an empty text is an empty message, unknown fields are passed over.
/// Returns: INVALID_ARGUMENT with a sentence that says what is wrong.
absl::StatusOr<std::string> JsonToBytes(const google::protobuf::Descriptor& type,
                                        const std::string& json);

/// Returns: INTERNAL if `bytes` are no message of that type.
absl::StatusOr<std::string> BytesToJson(const google::protobuf::Descriptor& type,
                                        const std::string& bytes);

/// The response to a unary call that brought `bytes`, in the codec it was asked for.
HttpResponse ToUnaryResponse(const google::protobuf::Descriptor& type, Codec codec,
                             const std::string& bytes);

}  // namespace hotline::console
