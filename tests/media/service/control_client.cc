#include "tests/media/service/control_client.h"

#include <algorithm>
#include <utility>

#include "tests/media/rtp_peer.h"

namespace hotline::media {

ControlClient::ControlClient(const std::string& address) {
  grpc::ChannelArguments arguments;
  // Each client is a process of its own, with a connection of its own.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  stub_ = v1::MediaService::NewStub(
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  stream_ = stub_->Control(context_.get());
  reader_ = std::thread(&ControlClient::Run, this);
}

ControlClient::~ControlClient() {
  context_->TryCancel();
  reader_.join();
}

void ControlClient::Run() {
  v1::ControlResponse response;
  while (stream_->Read(&response)) {
    std::lock_guard lock(mutex_);
    responses_.push_back(response);
    changed_.notify_all();
  }
  const grpc::Status status = stream_->Finish();
  std::lock_guard lock(mutex_);
  end_ = status;
  changed_.notify_all();
}

uint64_t ControlClient::Send(v1::ControlRequest request) {
  request.set_command_id(next_id_++);
  stream_->Write(request);
  return request.command_id();
}

std::optional<v1::Welcome> ControlClient::Greet(const std::string& node, uint64_t instance) {
  v1::ControlRequest request;
  request.mutable_hello()->set_node(node);
  request.mutable_hello()->set_instance(instance);
  const auto answer = Ask(std::move(request));
  if (!answer || !answer->has_welcome()) return std::nullopt;
  return answer->welcome();
}

template <class Wanted>
std::optional<v1::ControlResponse> ControlClient::Next(Wanted wanted) {
  std::unique_lock lock(mutex_);
  auto found = responses_.end();
  changed_.wait_for(lock, kPatience, [&] {
    found = std::find_if(responses_.begin(), responses_.end(), wanted);
    return found != responses_.end() || end_;
  });
  if (found == responses_.end()) return std::nullopt;
  v1::ControlResponse response = *found;
  responses_.erase(found);
  return response;
}

std::optional<v1::ControlResponse> ControlClient::Ask(v1::ControlRequest request) {
  return AnswerTo(Send(std::move(request)));
}

std::optional<v1::ControlResponse> ControlClient::AnswerTo(uint64_t command_id) {
  return Next([command_id](const auto& response) { return response.command_id() == command_id; });
}

std::optional<v1::ControlResponse> ControlClient::NextEvent() {
  return Next([](const auto& response) { return response.command_id() == 0; });
}

void ControlClient::Break() {
  context_->TryCancel();
  WaitEnd();
}

grpc::Status ControlClient::WaitEnd() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kPatience, [&] { return end_.has_value(); });
  return end_.value_or(grpc::Status(grpc::StatusCode::UNKNOWN, "the stream did not end"));
}

v1::GetStatsResponse ControlClient::Stats() {
  v1::GetStatsResponse response;
  stub_->GetStats(MakeCallContext(absl::FromChrono(kPatience)).get(), {}, &response);
  return response;
}

}  // namespace hotline::media
