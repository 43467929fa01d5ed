#include "services/ticket/service/ticket_service.h"

#include <string>
#include <utility>

#include "absl/time/clock.h"
#include <grpcpp/grpcpp.h>

#include "services/runtime/access.h"
#include "services/runtime/grpc_refusal.h"
#include "services/runtime/stream_outbox.h"
#include "services/runtime/work_pool.h"
#include "services/ticket/service/desk.h"
#include "services/ticket/service/grpc_status.h"
#include "services/ticket/service/run_request.h"
#include "services/ticket/service/ticket_metrics.h"
#include "services/ticket/service/watch_hub.h"

#include "hotline/ticket/v1/ticket_service.grpc.pb.h"

namespace hotline::ticket {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

/// Lives until gRPC's OnDone.
class WatchStream final : public grpc::ServerWriteReactor<v1::WatchTicketsResponse>,
                          public TicketWatcher,
                          public std::enable_shared_from_this<WatchStream> {
 public:
  explicit WatchStream(WatchHub& hub) : hub_(hub), outbox_(this, WatchHub::kBacklog) {}

  void Start() {
    self_ = shared_from_this();
    // What changes from now on is told: the reader may know that it begins.
    StartSendInitialMetadata();
    if (!hub_.Add(self_)) {
      outbox_.Finish({grpc::StatusCode::RESOURCE_EXHAUSTED, "too many watch tickets already"});
    }
  }

  void OnWriteDone(bool ok) override { outbox_.OnWriteDone(ok); }

  void OnCancel() override { outbox_.Finish(grpc::Status::CANCELLED); }

  void OnDone() override {
    hub_.Remove(this);
    self_.reset();
  }

  bool Send(const v1::WatchTicketsResponse& message) override { return outbox_.Send(message); }

 private:
  WatchHub& hub_;
  StreamOutbox<grpc::ServerWriteReactor<v1::WatchTicketsResponse>, v1::WatchTicketsResponse>
      outbox_;
  std::shared_ptr<WatchStream> self_;
};

class TicketService final : public v1::TicketService::CallbackService {
 public:
  explicit TicketService(ServiceParts parts) : parts_(std::move(parts)) {}

  Reactor* CreateTicket(Context* context, const v1::CreateTicketRequest* request,
                        v1::CreateTicketResponse* response) override {
    return RunRequest(parts_, "Create", context, request, response,
                      [](TicketDesk& d, const Actor& a, const auto& r) { return d.Create(a, r); });
  }

  Reactor* UpdateTicket(Context* context, const v1::UpdateTicketRequest* request,
                        v1::UpdateTicketResponse* response) override {
    return RunRequest(parts_, "Update", context, request, response,
                      [](TicketDesk& d, const Actor& a, const auto& r) { return d.Update(a, r); });
  }

  Reactor* RegisterTicket(Context* context, const v1::RegisterTicketRequest* request,
                          v1::RegisterTicketResponse* response) override {
    return RunRequest(
        parts_, "Register", context, request, response,
        [](TicketDesk& d, const Actor& a, const auto& r) { return d.Register(a, r); });
  }

  Reactor* CloseTicket(Context* context, const v1::CloseTicketRequest* request,
                       v1::CloseTicketResponse* response) override {
    return RunRequest(parts_, "Close", context, request, response,
                      [](TicketDesk& d, const Actor& a, const auto& r) { return d.Close(a, r); });
  }

  Reactor* ClassifyTicket(Context* context, const v1::ClassifyTicketRequest* request,
                          v1::ClassifyTicketResponse* response) override {
    return RunRequest(
        parts_, "Classify", context, request, response,
        [](TicketDesk& d, const Actor& a, const auto& r) { return d.Classify(a, r); });
  }

  Reactor* AdvanceTicket(Context* context, const v1::AdvanceTicketRequest* request,
                         v1::AdvanceTicketResponse* response) override {
    return RunRequest(parts_, "Advance", context, request, response,
                      [](TicketDesk& d, const Actor& a, const auto& r) { return d.Advance(a, r); });
  }

  Reactor* UnmaskCaller(Context* context, const v1::UnmaskCallerRequest* request,
                        v1::UnmaskCallerResponse* response) override {
    return RunRequest(parts_, "Unmask", context, request, response,
                      [](TicketDesk& d, const Actor& a, const auto& r) { return d.Unmask(a, r); });
  }

  Reactor* GetTicket(Context* context, const v1::GetTicketRequest* request,
                     v1::GetTicketResponse* response) override {
    return RunRequest(parts_, "Get", context, request, response,
                      [](TicketDesk& d, const Actor& a, const auto& r) { return d.Get(a, r); });
  }

  Reactor* ListTickets(Context* context, const v1::ListTicketsRequest* request,
                       v1::ListTicketsResponse* response) override {
    return RunRequest(parts_, "List", context, request, response,
                      [](TicketDesk& d, const Actor& a, const auto& r) { return d.List(a, r); });
  }

  Reactor* SuggestDispatch(Context* context, const v1::SuggestDispatchRequest* request,
                           v1::SuggestDispatchResponse* response) override {
    return RunRequest(parts_, "Suggest", context, request, response,
                      [](TicketDesk& d, const Actor& a, const auto& r) { return d.Suggest(a, r); });
  }

  Reactor* CountTickets(Context* context, const v1::CountTicketsRequest* request,
                        v1::CountTicketsResponse* response) override {
    return RunRequest(parts_, "Count", context, request, response,
                      [](TicketDesk& d, const Actor& a, const auto& r) { return d.Count(a, r); });
  }

  grpc::ServerWriteReactor<v1::WatchTicketsResponse>* WatchTickets(
      Context* context, const v1::WatchTicketsRequest* request) override {
    if (const auto caller = parts_.gate.Check(*context, *request); !caller.ok()) {
      return RefusedStream<grpc::ServerWriteReactor<v1::WatchTicketsResponse>>::Make(
          caller.status());
    }
    const auto stream = std::make_shared<WatchStream>(parts_.hub);
    stream->Start();
    return stream.get();
  }

 private:
  /// Answers with what `work` says on the pool.

  ServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeTicketService(ServiceParts parts) {
  return std::make_unique<TicketService>(std::move(parts));
}

}  // namespace hotline::ticket
