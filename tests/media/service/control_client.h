// A call service for tests: one Control stream, its responses by kind.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <grpcpp/grpcpp.h>

#include "services/runtime/grpc_client.h"

#include "hotline/media/v1/media_service.grpc.pb.h"

namespace hotline::media {

class ControlClient {
 public:
  explicit ControlClient(const std::string& address);
  ~ControlClient();

  /// Sends a command. Returns: its id.
  uint64_t Send(v1::ControlRequest request);
  /// Sends Hello and returns the Welcome.
  std::optional<v1::Welcome> Greet(const std::string& node, uint64_t instance);
  /// Sends a command and returns its answer; nothing if none comes.
  std::optional<v1::ControlResponse> Ask(v1::ControlRequest request);
  /// Returns the answer to a command that was sent; nothing if none comes.
  std::optional<v1::ControlResponse> AnswerTo(uint64_t command_id);
  /// Returns the next event; nothing if none comes.
  std::optional<v1::ControlResponse> NextEvent();

  /// Breaks the stream without a word.
  void Break();
  /// Waits until the server ends the stream. Returns: how.
  grpc::Status WaitEnd();

  v1::GetStatsResponse Stats();

 private:
  void Run();
  template <class Wanted>
  std::optional<v1::ControlResponse> Next(Wanted wanted);

  std::unique_ptr<v1::MediaService::Stub> stub_;
  const std::unique_ptr<grpc::ClientContext> context_ = MakeStreamContext();
  std::unique_ptr<grpc::ClientReaderWriter<v1::ControlRequest, v1::ControlResponse>> stream_;
  uint64_t next_id_ = 1;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<v1::ControlResponse> responses_;
  std::optional<grpc::Status> end_;
  std::thread reader_;
};

}  // namespace hotline::media
