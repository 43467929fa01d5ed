#include "services/media/service/controller.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "services/media/service/convert.h"
#include "services/runtime/log.h"

namespace hotline::media {
namespace {

// Adds which leg a failure is about.
void SetFailure(const std::string& leg_id, const absl::Status& status,
                v1::ControlResponse& response) {
  auto* failed = response.mutable_command_failed();
  failed->set_leg_id(leg_id);
  if (failed->reason() == v1::CommandFailed::REASON_UNSPECIFIED) {
    failed->set_reason(ToReason(status));
  }
  failed->set_message(std::string(status.message()));
}

const std::string& LegOf(const v1::ControlRequest& request) {
  switch (request.body_case()) {
    case v1::ControlRequest::kAddLeg:
      return request.add_leg().leg_id();
    case v1::ControlRequest::kSetPeer:
      return request.set_peer().leg_id();
    case v1::ControlRequest::kPlay:
      return request.play().leg_id();
    case v1::ControlRequest::kStopPlay:
      return request.stop_play().leg_id();
    case v1::ControlRequest::kSetRoute:
      return request.set_route().to_leg();
    default:
      return request.remove_leg().leg_id();
  }
}

template <class Legs>
absl::StatusOr<LegId> FindLeg(const Legs& legs, const std::string& leg_id) {
  const auto found = legs.find(leg_id);
  if (found == legs.end()) {
    return absl::NotFoundError(absl::StrCat("there is no leg \"", leg_id, "\""));
  }
  return found->second.id;
}

}  // namespace

Controller::Controller(const MediaOptions& options, uint64_t boot)
    : rtp_address_(options.rtp_address),
      grace_(options.grace),
      boot_(boot),
      prompts_(options.prompts_dir) {}

absl::StatusOr<std::unique_ptr<Controller>> Controller::Start(const MediaOptions& options,
                                                              uint64_t boot) {
  std::unique_ptr<Controller> controller(new Controller(options, boot));
  auto engine = Engine::Start(
      options.engine, [c = controller.get()](const EngineEvent& event) { c->OnEvent(event); });
  if (!engine.ok()) return engine.status();
  controller->engine_ = *std::move(engine);
  return controller;
}

void Controller::Handle(const std::shared_ptr<Outlet>& outlet, const v1::ControlRequest& request) {
  std::lock_guard lock(mutex_);
  Node* node = NodeOf(outlet.get());
  if (!node) {
    Greet(outlet, request);
    return;
  }
  const std::string& name = streams_[outlet.get()];
  if (!request.has_batch()) return Carry(name, *node, request);
  for (const v1::ControlRequest& command : request.batch().commands()) Carry(name, *node, command);
}

void Controller::Carry(const std::string& name, Node& node, const v1::ControlRequest& request) {
  v1::ControlResponse response;
  const absl::Status status = Carry(name, node, request, response);
  if (!status.ok()) SetFailure(LegOf(request), status, response);
  if (response.body_case() == v1::ControlResponse::BODY_NOT_SET) return;
  response.set_command_id(request.command_id());
  node.outlet->Send(std::move(response));
}

Controller::Node* Controller::NodeOf(const Outlet* outlet) {
  const auto stream = streams_.find(outlet);
  if (stream == streams_.end()) return nullptr;
  const auto node = nodes_.find(stream->second);
  // A stream that a newer one has replaced controls nothing any more.
  return node != nodes_.end() && node->second.outlet.get() == outlet ? &node->second : nullptr;
}

void Controller::Greet(const std::shared_ptr<Outlet>& outlet, const v1::ControlRequest& request) {
  const std::string& name = request.hello().node();
  if (!request.has_hello() || name.empty() || name.size() > kMaxIdBytes) {
    outlet->Close(absl::InvalidArgumentError(
        "a control stream begins with Hello and a node name of 1 to 64 bytes"));
    return;
  }
  if (!nodes_.contains(name) && nodes_.size() >= kMaxNodes) {
    outlet->Close(absl::ResourceExhaustedError("too many call services at this media node"));
    return;
  }
  Node& node = nodes_[name];
  if (node.outlet) {
    streams_.erase(node.outlet.get());
    node.outlet->Close(absl::AbortedError("another stream of this node took over"));
  }
  if (node.instance != request.hello().instance()) RemoveLegs(node);
  node.instance = request.hello().instance();
  node.outlet = outlet;
  node.remove_at = absl::InfiniteFuture();
  streams_[outlet.get()] = name;

  v1::ControlResponse response;
  response.set_command_id(request.command_id());
  response.mutable_welcome()->set_boot(boot_);
  for (const auto& [leg_id, leg] : node.legs) response.mutable_welcome()->add_leg_ids(leg_id);
  LogInfo("call service connected",
          {{"node", name}, {"instance", node.instance}, {"legs", node.legs.size()}});
  outlet->Send(std::move(response));
  for (v1::ControlResponse& event : node.missed) outlet->Send(std::move(event));
  node.missed.clear();
}

absl::Status Controller::Carry(const std::string& name, Node& node,
                               const v1::ControlRequest& request, v1::ControlResponse& response) {
  switch (request.body_case()) {
    case v1::ControlRequest::kAddLeg: {
      v1::LegAdded added;
      const absl::Status status = AddLeg(name, node, request.add_leg(), added);
      if (status.ok()) *response.mutable_leg_added() = added;
      return status;
    }
    case v1::ControlRequest::kSetPeer: {
      const auto leg = FindLeg(node.legs, request.set_peer().leg_id());
      if (!leg.ok()) return leg.status();
      const auto peer = ToLegPeer(request.set_peer().peer());
      return peer.ok() ? engine_->SetPeer(*leg, *peer) : peer.status();
    }
    case v1::ControlRequest::kPlay:
      return Play(node, request.play(), response);
    case v1::ControlRequest::kStopPlay: {
      const auto leg = FindLeg(node.legs, request.stop_play().leg_id());
      return leg.ok() ? engine_->StopPlay(*leg) : leg.status();
    }
    case v1::ControlRequest::kSetRoute:
      return SetRoute(node, request.set_route());
    case v1::ControlRequest::kRemoveLeg:
      RemoveLeg(node, request.remove_leg().leg_id());
      return absl::OkStatus();
    default:
      return absl::InvalidArgumentError(
          "after the first Hello a command is one of the others, and a batch holds no batch");
  }
}

absl::Status Controller::AddLeg(const std::string& name, Node& node, const v1::AddLeg& command,
                                v1::LegAdded& added) {
  const std::string& id = command.leg_id();
  if (id.empty() || id.size() > kMaxIdBytes || command.call_id().size() > kMaxIdBytes) {
    return absl::InvalidArgumentError("leg_id has 1 to 64 bytes, call_id up to 64");
  }
  if (command.local_port() > 65535) {
    return absl::InvalidArgumentError(absl::StrCat("port ", command.local_port(), " is no port"));
  }
  absl::StatusOr<LegPeer> peer = LegPeer{};
  if (command.has_peer()) peer = ToLegPeer(command.peer());
  if (!peer.ok()) return peer.status();

  const auto known = node.legs.find(id);
  if (known == node.legs.end()) {
    // Calls of different nodes may have the same id; only legs of one node can hear each other.
    const auto leg = engine_->AddLeg(absl::StrCat(name, "/", command.call_id()),
                                     static_cast<uint16_t>(command.local_port()));
    if (!leg.ok()) return leg.status();
    node.legs[id] = {leg->id, command.call_id(), leg->port};
    owners_[leg->id] = {name, id};
  } else if (known->second.call != command.call_id()) {
    return absl::InvalidArgumentError(absl::StrCat("leg \"", id, "\" is of another call"));
  }
  // A repeated AddLeg (its answer was lost with a stream) answers as the first did.
  const OwnedLeg& leg = node.legs[id];
  added.set_leg_id(id);
  added.set_address(rtp_address_);
  added.set_port(leg.port);
  return command.has_peer() ? engine_->SetPeer(leg.id, *peer) : absl::OkStatus();
}

absl::Status Controller::Play(const Node& node, const v1::Play& command,
                              v1::ControlResponse& response) {
  const auto leg = FindLeg(node.legs, command.leg_id());
  if (!leg.ok()) return leg.status();
  auto prompt = prompts_.Get(command.prompt());
  if (!prompt.ok()) {
    response.mutable_command_failed()->set_reason(v1::CommandFailed::REASON_UNKNOWN_PROMPT);
    LogError("prompt cannot be played", {{"prompt", command.prompt()}, {"error", prompt.status()}});
    return prompt.status();
  }
  return engine_->Play(*leg, *std::move(prompt), command.loop(), command.interrupt());
}

absl::Status Controller::SetRoute(const Node& node, const v1::SetRoute& command) {
  const auto from = FindLeg(node.legs, command.from_leg());
  if (!from.ok()) return from.status();
  const auto to = FindLeg(node.legs, command.to_leg());
  if (!to.ok()) return to.status();
  return engine_->SetRoute(*from, *to, command.gain_percent());
}

void Controller::RemoveLeg(Node& node, const std::string& leg_id) {
  const auto found = node.legs.find(leg_id);
  if (found == node.legs.end()) return;
  engine_->RemoveLeg(found->second.id);
  owners_.erase(found->second.id);
  node.legs.erase(found);
}

void Controller::RemoveLegs(Node& node) {
  while (!node.legs.empty()) RemoveLeg(node, std::string(node.legs.begin()->first));
  node.missed.clear();
}

void Controller::Forget(const Outlet* outlet, absl::Time now) {
  std::lock_guard lock(mutex_);
  if (Node* node = NodeOf(outlet)) {
    node->outlet.reset();
    node->remove_at = now + grace_;
    LogWarn("call service gone",
            {{"node", streams_[outlet]}, {"legs", node->legs.size()}, {"grace", grace_}});
  }
  streams_.erase(outlet);
}

absl::Time Controller::RemoveOrphans(absl::Time now) {
  std::lock_guard lock(mutex_);
  absl::Time next = absl::InfiniteFuture();
  for (auto node = nodes_.begin(); node != nodes_.end();) {
    if (node->second.remove_at > now) {
      next = std::min(next, node->second.remove_at);
      ++node;
      continue;
    }
    LogWarn("orphaned legs removed", {{"node", node->first}, {"legs", node->second.legs.size()}});
    RemoveLegs(node->second);
    node = nodes_.erase(node);
  }
  return next;
}

void Controller::CloseAll(const absl::Status& status) {
  std::lock_guard lock(mutex_);
  for (auto& [name, node] : nodes_) {
    if (node.outlet) node.outlet->Close(status);
  }
}

void Controller::OnEvent(const EngineEvent& event) {
  std::lock_guard lock(mutex_);
  const auto owner = owners_.find(event.leg);
  if (owner == owners_.end()) return;  // removed while the event was on its way
  Node& node = nodes_[owner->second.node];
  if (node.outlet) {
    node.outlet->Send(ToResponse(owner->second.leg_id, event));
  } else if (node.missed.size() < kMaxMissed) {
    node.missed.push_back(ToResponse(owner->second.leg_id, event));
  }
}

}  // namespace hotline::media
