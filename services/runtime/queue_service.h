// A gRPC service whose calls come to a QueueStrand: what generated services with reactors are, for
// a process whose one gRPC thread is its strand (queue_strand.h says why).
//
//   class Seats : public QueueService {
//    public:
//     Seats() { Answer(this, &Seats::SignIn); }
//     void SignIn(UnaryCall& call, const v1::SignInRequest& request, v1::SignInResponse& response)
//     {
//       …; call.Finish(grpc::Status::OK);  // now or later, from any thread
//     }
//   };
//
// Header with gRPC in it: include it in the .cc of a service.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include "services/runtime/server_call.h"

namespace hotline {

/// One question and one answer under way. Ends with Finish, from any thread, which every handler
/// owes; then it is gone.
class UnaryCall {
 public:
  virtual ~UnaryCall() = default;
  virtual grpc::ServerContext& context() = 0;
  /// Answers with the response if `status` is OK.
  virtual void Finish(const grpc::Status& status) = 0;
  void Finish(const absl::Status& status);
};

/// The server's end of a stream, also of one that only the server writes; then the request is its
/// first message. Send and Finish: from any thread; the others: the strand.
template <class Request, class Response>
class ServerStream : public ServerCall::Peer {
 public:
  /// The stream stands; Read() and Send() may begin.
  virtual void OnOpen() { Read(); }

  virtual void OnMessage(Request message) = 0;

  /// The client says no more, or is gone.
  void OnReadEnd() override { Finish(grpc::Status::OK); }

  void OnGone() override {}

  void Read() { call_->Read(); }

  /// Queues a message; a client that is more than the backlog behind is cut off. Returns false if
  /// it takes no more.
  bool Send(const Response& message) {
    grpc::ByteBuffer bytes;
    bool own = false;
    grpc::SerializationTraits<Response>::Serialize(message, &bytes, &own);
    return call_->Send(std::move(bytes));
  }

  /// Ends the stream after what is queued; only the first time counts.
  void Finish(const grpc::Status& status) { call_->Finish(status); }

 private:
  friend class QueueService;

  void OnBytes(grpc::ByteBuffer bytes) final {
    Request message;
    const auto status = grpc::SerializationTraits<Request>::Deserialize(&bytes, &message);
    if (!status.ok()) return Finish(status);
    OnMessage(std::move(message));
  }

  std::shared_ptr<ServerCall> call_;
};

class QueueService {
 public:
  using OnCall = std::function<void(ServerCall&)>;

  virtual ~QueueService() = default;
  QueueService() = default;
  QueueService(const QueueService&) = delete;
  QueueService& operator=(const QueueService&) = delete;

  /// By "/package.Service/Method". Must not change once a server has begun.
  const std::map<std::string, OnCall>& methods() const { return methods_; }

 protected:
  /// `handle` answers the method that takes a Request; `path` says which if that is not one of
  /// ours.
  template <class Self, class Request, class Response>
  void Answer(Self* self, void (Self::*handle)(UnaryCall&, const Request&, Response&),
              std::string path = PathOf(*Request::descriptor())) {
    methods_[std::move(path)] = [self, handle](ServerCall& call) {
      Question<Request, Response>::Ask(call, [self, handle](auto& question) {
        (self->*handle)(question, question.request, question.response);
      });
    };
  }

  /// `accept` makes the server's end of the stream whose messages are Requests, or refuses it. At
  /// most `backlog` messages wait to be written.
  template <class Self, class Request, class Response>
  void Accept(Self* self,
              absl::StatusOr<std::shared_ptr<ServerStream<Request, Response>>> (Self::*accept)(
                  grpc::ServerContext&),
              size_t backlog, std::string path = PathOf(*Request::descriptor())) {
    methods_[std::move(path)] = [self, accept, backlog](ServerCall& call) {
      const auto stream = (self->*accept)(call.context());
      if (!stream.ok()) return Refuse(call, stream.status());
      (*stream)->call_ = call.shared_from_this();
      call.Open(*stream, backlog, /*owed=*/false);
      (*stream)->OnOpen();
    };
  }

 private:
  template <class Request, class Response>
  class Question final : public UnaryCall, public ServerCall::Peer {
   public:
    using Handle = std::function<void(Question&)>;

    static void Ask(ServerCall& call, Handle handle) {
      auto question = std::make_shared<Question>();
      question->call_ = &call;
      question->handle_ = std::move(handle);
      call.Open(std::move(question), /*backlog=*/1, /*owed=*/true);
      call.Read();
    }

    using UnaryCall::Finish;

    grpc::ServerContext& context() override { return call_->context(); }

    void Finish(const grpc::Status& status) override {
      if (!status.ok()) return call_->Finish(status);
      grpc::ByteBuffer bytes;
      bool own = false;
      grpc::SerializationTraits<Response>::Serialize(response, &bytes, &own);
      call_->Finish(status, std::move(bytes));
    }

    void OnBytes(grpc::ByteBuffer bytes) override {
      const auto status = grpc::SerializationTraits<Request>::Deserialize(&bytes, &request);
      if (!status.ok()) return Finish(status);
      handle_(*this);
    }

    void OnReadEnd() override {
      Finish(grpc::Status(grpc::StatusCode::INTERNAL, "the call came without a request"));
    }

    void OnGone() override {}

    Request request;
    Response response;

   private:
    ServerCall* call_ = nullptr;  ///< which has this
    Handle handle_;
  };

  static std::string PathOf(const google::protobuf::Descriptor& request);
  static void Refuse(ServerCall& call, const absl::Status& why);

  std::map<std::string, OnCall> methods_;
};

}  // namespace hotline
