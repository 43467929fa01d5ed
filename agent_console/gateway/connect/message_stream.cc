#include "agent_console/gateway/connect/message_stream.h"

#include <utility>

#include "agent_console/gateway/connect/transcode.h"

namespace hotline::console {
namespace {

class ConnectBody final : public BodyStream, public std::enable_shared_from_this<ConnectBody> {
 public:
  ConnectBody(std::shared_ptr<MessageStream> messages, Codec codec,
              const google::protobuf::Descriptor& type)
      : messages_(std::move(messages)), codec_(codec), type_(type) {}

  void Next(Take take) override {
    if (ended_) return take(std::nullopt);
    messages_->Next([self = shared_from_this(), take = std::move(take)](
                        std::optional<std::string> message) { self->Pass(message, take); });
  }

  void Cancel() override { messages_->Cancel(); }

 private:
  void Pass(const std::optional<std::string>& message, const Take& take) {
    if (!message) return End(messages_->status(), take);
    if (codec_ == Codec::kProto) return take(Envelope(0, *message));
    const auto json = BytesToJson(type_, *message);
    if (json.ok()) return take(Envelope(0, *json));
    messages_->Cancel();
    End(json.status(), take);
  }

  void End(const RpcStatus& status, const Take& take) {
    ended_ = true;
    take(EndOfStream(status));
  }

  const std::shared_ptr<MessageStream> messages_;
  const Codec codec_;
  const google::protobuf::Descriptor& type_;
  bool ended_ = false;
};

}  // namespace

std::shared_ptr<BodyStream> MakeConnectBody(std::shared_ptr<MessageStream> messages, Codec codec,
                                            const google::protobuf::Descriptor& type) {
  return std::make_shared<ConnectBody>(std::move(messages), codec, type);
}

}  // namespace hotline::console
