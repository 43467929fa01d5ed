#include "services/directory/service/directory_server.h"

#include <utility>

#include "grpcpp/impl/codegen/service_type.h"

#include "services/directory/service/directory_book.h"
#include "services/directory/service/directory_metrics.h"
#include "services/directory/service/directory_service.h"
#include "services/directory/service/watch_hub.h"
#include "services/runtime/access.h"
#include "services/runtime/grpc_server.h"
#include "services/runtime/work_pool.h"

namespace hotline::directory {
namespace {

class Server final : public DirectoryServer {
 public:
  Server(const DirectoryOptions& options, std::unique_ptr<DirectoryStore> store,
         std::unique_ptr<DirectoryBook> book, const Gate& gate, Metrics& metrics)
      : counted_(metrics),
        store_(std::move(store)),
        book_(std::move(book)),
        hub_(*book_),
        pool_("dir-work", options.threads),
        service_(MakeDirectoryService({*book_, pool_, hub_, counted_, gate})) {
    book_->set_on_change([this](const DirectoryChange& change) {
      Count();
      hub_.Tell(change);
    });
    Count();
  }

  ~Server() override {
    if (server_) server_->Drain(absl::ZeroDuration());
    pool_.Stop();
  }

  absl::Status Listen(const Endpoint& listen) {
    auto server = GrpcServer::Start(listen, {service_.get()}, "the directory service");
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    return absl::OkStatus();
  }

  const Endpoint& address() const override { return server_->address(); }

  void Drain(absl::Duration grace) override {
    server_->SetServing(false);
    server_->Drain(grace);
  }

 private:
  void Count() {
    const auto snapshot = book_->current();
    counted_.revision.Set(static_cast<double>(snapshot->revision));
    counted_.nodes.Set(static_cast<double>(snapshot->directory.nodes.size()));
  }

  DirectoryMetrics counted_;
  const std::unique_ptr<DirectoryStore> store_;
  const std::unique_ptr<DirectoryBook> book_;
  WatchHub hub_;
  WorkPool pool_;
  const std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<GrpcServer> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DirectoryServer>> DirectoryServer::Start(
    const DirectoryOptions& options, const Gate& gate, Clock clock, Metrics& metrics) {
  auto store = DirectoryStore::Open(options.store);
  if (!store.ok()) return store.status();
  auto book = DirectoryBook::Open(**store, std::move(clock));
  if (!book.ok()) return book.status();
  auto server =
      std::make_unique<Server>(options, *std::move(store), *std::move(book), gate, metrics);
  if (auto status = server->Listen(options.listen); !status.ok()) return status;
  return server;
}

}  // namespace hotline::directory
