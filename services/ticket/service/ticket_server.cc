#include "services/ticket/service/ticket_server.h"

#include <optional>
#include <utility>

#include "grpcpp/impl/codegen/service_type.h"

#include "services/directory/follow/directory_follower.h"
#include "services/runtime/grpc_server.h"
#include "services/runtime/number_vault.h"
#include "services/runtime/proto_time.h"
#include "services/runtime/work_pool.h"
#include "services/ticket/calls/call_follower.h"
#include "services/ticket/calls/caller_asker.h"
#include "services/ticket/service/courier.h"
#include "services/ticket/service/desk.h"
#include "services/ticket/service/exchange_service.h"
#include "services/ticket/service/ticket_metrics.h"
#include "services/ticket/service/timekeeper.h"
#include "services/ticket/service/watch_hub.h"

namespace hotline::ticket {
namespace {

class Server final : public TicketServer {
 public:
  Server(const TicketOptions& options, std::unique_ptr<TicketStore> store,
         std::unique_ptr<NumberVault> vault, const Gate& gate, const Clock& clock, Metrics& metrics)
      : metrics_(metrics),
        counted_(metrics),
        store_(std::move(store)),
        vault_(std::move(vault)),
        desk_(options.desk, *store_, *vault_, clock,
              [this](const v1::Ticket& ticket) { OnChange(ticket); }),
        pool_("ticket-work", options.threads),
        service_(MakeTicketService({desk_, pool_, hub_, counted_, gate})),
        exchange_(MakeExchangeService({desk_, pool_, hub_, counted_, gate})) {}

  ~Server() override {
    // From the outside in: no requests, then nobody who writes by himself, then what they use.
    if (server_) server_->Drain(absl::ZeroDuration());
    follower_.reset();
    asker_.reset();
    directory_.reset();
    pool_.Stop();
    timekeeper_.reset();
    courier_.reset();
  }

  absl::Status Open(const TicketOptions& options, const Clock& clock) {
    if (options.partner) {
      courier_.emplace(CourierOptions{.partner = *options.partner,
                                      .source = options.desk.exchange.source,
                                      .alarm_after = options.desk.exchange.alarm_after,
                                      .patience = options.partner_patience},
                       *store_, clock, metrics_);
    }
    // Then the timekeeper: a change that is made wakes both.
    timekeeper_.emplace(
        desk_, clock, [this](int64_t drafts) { counted_.drafts.Set(static_cast<double>(drafts)); });
    auto server =
        GrpcServer::Start(options.listen, {service_.get(), exchange_.get()}, "the ticket service");
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    if (options.directory) {
      directory_.emplace(
          directory::DirectoryFollowerOptions{
              .directory = *options.directory, .file = options.directory_copy, .tables = {}},
          metrics_, [this](const directory::FollowedDirectory& now) {
            desk_.SetDirectory(now.revision, now.directory);
          });
    }
    asker_.emplace(options.call, desk_);
    follower_.emplace(options.routers, desk_, clock, Watch());
    return absl::OkStatus();
  }

  const Endpoint& address() const override { return server_->address(); }

  void Drain(absl::Duration grace) override {
    server_->SetServing(false);
    server_->Drain(grace);
  }

 private:
  FollowerWatch Watch() {
    return {
        .following = [this](bool on) { counted_.following.Set(on ? 1 : 0); },
        .lag =
            [this](absl::Duration lag) { counted_.follow_lag.Observe(absl::ToDoubleSeconds(lag)); },
        .caught_up = [this](size_t calls) { counted_.caught_up.Add(static_cast<double>(calls)); },
        .connected = [this] { asker_->Look(); },
    };
  }

  void OnChange(const v1::Ticket& ticket) {
    counted_.changes.Add();
    if (ticket.has_register_due_time()) timekeeper_->Expect(FromProto(ticket.register_due_time()));
    if (courier_ && !ticket.marks().external_no().empty()) courier_->Wake();
    hub_.Tell(ticket);
  }

  Metrics& metrics_;
  TicketMetrics counted_;
  const std::unique_ptr<TicketStore> store_;
  const std::unique_ptr<NumberVault> vault_;
  WatchHub hub_;
  TicketDesk desk_;
  WorkPool pool_;
  std::optional<Timekeeper> timekeeper_;
  const std::unique_ptr<grpc::Service> service_;
  const std::unique_ptr<grpc::Service> exchange_;
  std::optional<Courier> courier_;
  std::unique_ptr<GrpcServer> server_;
  std::optional<CallerAsker> asker_;
  std::optional<directory::DirectoryFollower> directory_;
  std::optional<CallFollower> follower_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<TicketServer>> TicketServer::Start(const TicketOptions& options,
                                                                  const Gate& gate, Clock clock,
                                                                  Metrics& metrics) {
  auto vault = NumberVault::Open(options.key_file);
  if (!vault.ok()) return vault.status();
  auto store = TicketStore::Open(options.store);
  if (!store.ok()) return store.status();
  auto server =
      std::make_unique<Server>(options, *std::move(store), *std::move(vault), gate, clock, metrics);
  if (auto status = server->Open(options, clock); !status.ok()) return status;
  return server;
}

}  // namespace hotline::ticket
