// Who controls which leg: carries out the commands of the call services and brings them the events
// of their legs. Knows streams only as Outlets, so it has no gRPC in it.
//
//   node ──Hello──► controlled ──stream breaks──► orphaned ──grace──► legs removed
//                        ▲─────────same instance─────┘
//   A Hello of another instance removes the legs of the one before.
//
// Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/media/rtp/engine.h"
#include "services/media/rtp/prompt_store.h"
#include "services/media/service/options.h"

#include "hotline/media/v1/media_service.pb.h"

namespace hotline::media {

/// The way back to one call service. Its methods must not call the controller.
class Outlet {
 public:
  virtual ~Outlet() = default;
  /// Queues a response. Thread-safe, never waits; after Close it does nothing.
  virtual void Send(v1::ControlResponse response) = 0;
  /// Ends the stream after what is queued.
  virtual void Close(absl::Status status) = 0;
};

class Controller {
 public:
  /// Limits on names that clients choose. Units: bytes.
  static constexpr size_t kMaxIdBytes = 64;
  /// Call services that one media node knows, orphaned ones included.
  static constexpr size_t kMaxNodes = 256;
  /// Events kept for a call service whose stream is broken; more are dropped.
  static constexpr size_t kMaxMissed = 1024;

  /// Starts the engine. `boot` tells this process from its predecessors.
  static absl::StatusOr<std::unique_ptr<Controller>> Start(const MediaOptions& options,
                                                           uint64_t boot);

  /// Carries out a command of `outlet`, or a batch of them, and sends the answers there. A stream
  /// that does not begin with Hello is closed.
  void Handle(const std::shared_ptr<Outlet>& outlet, const v1::ControlRequest& request);
  /// The stream of `outlet` is over. From `now` its legs have the grace.
  void Forget(const Outlet* outlet, absl::Time now);

  /// Removes legs whose grace is over.
  /// Returns: when to call again, or InfiniteFuture.
  absl::Time RemoveOrphans(absl::Time now);
  /// Ends all streams: the process stops.
  void CloseAll(const absl::Status& status);

  EngineStats stats() const { return engine_->stats(); }

 private:
  struct OwnedLeg {
    LegId id = 0;
    std::string call;
    uint16_t port = 0;
  };

  struct Node {
    uint64_t instance = 0;
    std::shared_ptr<Outlet> outlet;  // null while orphaned
    absl::Time remove_at = absl::InfiniteFuture();
    std::map<std::string, OwnedLeg> legs;
    std::vector<v1::ControlResponse> missed;  // events while orphaned, told after Welcome
  };

  struct Owner {
    std::string node;
    std::string leg_id;
  };

  Controller(const MediaOptions& options, uint64_t boot);

  void OnEvent(const EngineEvent& event);

  // All require mutex_. Those that answer return nothing where no answer is due.
  Node* NodeOf(const Outlet* outlet);
  void Greet(const std::shared_ptr<Outlet>& outlet, const v1::ControlRequest& request);
  /// Carries out one command of a controlled node and answers.
  void Carry(const std::string& name, Node& node, const v1::ControlRequest& request);
  absl::Status Carry(const std::string& name, Node& node, const v1::ControlRequest& request,
                     v1::ControlResponse& response);
  absl::Status AddLeg(const std::string& name, Node& node, const v1::AddLeg& command,
                      v1::LegAdded& added);
  absl::Status Play(const Node& node, const v1::Play& command, v1::ControlResponse& response);
  absl::Status SetRoute(const Node& node, const v1::SetRoute& command);
  void RemoveLeg(Node& node, const std::string& leg_id);
  void RemoveLegs(Node& node);

  const std::string rtp_address_;
  const absl::Duration grace_;
  const uint64_t boot_;
  PromptStore prompts_;

  std::mutex mutex_;
  std::map<std::string, Node> nodes_;
  std::unordered_map<const Outlet*, std::string> streams_;  // node names
  std::unordered_map<LegId, Owner> owners_;

  std::unique_ptr<Engine> engine_;  // last: its events use all of the above
};

}  // namespace hotline::media
