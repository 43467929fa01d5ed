// A server stream as the gateway passes it on: serialised messages, one at a time, as fast as the
// reader takes them.
//
// Lives on the loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent_console/gateway/connect/protocol.h"
#include "agent_console/gateway/http/message.h"

namespace google::protobuf {
class Descriptor;
}

namespace hotline::console {

class MessageStream {
 public:
  /// A message, or nothing when the stream is over; status() then says why.
  using Take = std::function<void(std::optional<std::string>)>;

  virtual ~MessageStream() = default;
  /// Calls `take` once; one call at a time. May call it before it returns.
  virtual void Next(Take take) = 0;
  /// The reader is gone. A Next() under way is answered with nothing. May be called again.
  virtual void Cancel() = 0;
  virtual RpcStatus status() const = 0;
};

/// Returns the body of a Connect stream: each message in an envelope, the status at the end.
std::shared_ptr<BodyStream> MakeConnectBody(std::shared_ptr<MessageStream> messages, Codec codec,
                                            const google::protobuf::Descriptor& type);

}  // namespace hotline::console
