#include "router/service/router_server.h"

#include <array>
#include <utility>

#include "router/service/area_service.h"
#include "router/service/attach_service.h"
#include "router/service/seat_service.h"
#include "services/runtime/access.h"
#include "services/runtime/grpc_server.h"
#include "services/runtime/queue_service.h"
#include "services/runtime/queue_strand.h"

namespace hotline::router {
namespace {

/// Long enough for a Redis that answers at all.
constexpr absl::Duration kLeavePatience = absl::Seconds(3);
/// For answers under way; streams are cut after it.
constexpr absl::Duration kDrainGrace = absl::Milliseconds(500);

class Server final : public RouterServer {
 public:
  Server(RouterServerOptions options, Metrics& metrics)
      : gate_(options.access_key, options.strand.area.id),
        strand_(std::move(options.strand), metrics),
        services_{MakeAttachService(strand_, gate_),
                  MakeSeatService(strand_, gate_, std::move(options.seats)),
                  MakeAreaService(strand_, gate_)} {}

  ~Server() override {
    if (server_) server_->Drain(absl::ZeroDuration());
    strand_.Stop();
  }

  absl::Status Start(const Endpoint& listen) {
    std::vector<QueueService*> services;
    for (auto& service : services_) services.push_back(service.get());
    auto server = GrpcServer::Start(listen, queue_, services, "the router");
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    server_->SetServing(false);
    return strand_.Start([this] { server_->SetServing(true); });
  }

  const Endpoint& address() const override { return server_->address(); }

  Strand& strand() override { return strand_; }

  void Drain() override {
    server_->SetServing(false);
    strand_.Leave(kLeavePatience);
    server_->Drain(kDrainGrace);  // the strand still answers
    strand_.Stop();
  }

 private:
  const Gate gate_;
  Strand strand_;
  QueueStrand queue_;  ///< reads what comes; the strand writes its answers itself
  std::array<std::unique_ptr<QueueService>, 3> services_;
  std::unique_ptr<GrpcServer> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RouterServer>> RouterServer::Start(RouterServerOptions options,
                                                                  Metrics& metrics) {
  const Endpoint listen = options.listen;
  options.strand.seats = options.seats;
  auto server = std::make_unique<Server>(std::move(options), metrics);
  if (const auto status = server->Start(listen); !status.ok()) return status;
  return server;
}

}  // namespace hotline::router
