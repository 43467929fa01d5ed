#include "services/ticket/service/exchange_service.h"

#include <utility>

#include "services/ticket/service/run_request.h"

#include "hotline/exchange/v1/exchange_service.grpc.pb.h"

namespace hotline::ticket {
namespace {

namespace ev1 = exchange::v1;

class ExchangeService final : public ev1::ExchangeService::CallbackService {
 public:
  explicit ExchangeService(ServiceParts parts) : parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* PushOrder(grpc::CallbackServerContext* context,
                                      const ev1::PushOrderRequest* request,
                                      ev1::PushOrderResponse* response) override {
    return RunRequest(parts_, "PushOrder", context, request, response,
                      [](TicketDesk& d, const Actor&, const auto& r) { return d.PushOrder(r); });
  }

  grpc::ServerUnaryReactor* GetOrder(grpc::CallbackServerContext* context,
                                     const ev1::GetOrderRequest* request,
                                     ev1::GetOrderResponse* response) override {
    return RunRequest(parts_, "GetOrder", context, request, response,
                      [](TicketDesk& d, const Actor&, const auto& r) { return d.GetOrder(r); });
  }

  grpc::ServerUnaryReactor* GetExchangeStatus(grpc::CallbackServerContext* context,
                                              const ev1::GetExchangeStatusRequest* request,
                                              ev1::GetExchangeStatusResponse* response) override {
    return RunRequest(
        parts_, "GetExchangeStatus", context, request, response,
        [](TicketDesk& d, const Actor&, const auto&) { return d.GetExchangeStatus(); });
  }

 private:
  ServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeExchangeService(ServiceParts parts) {
  return std::make_unique<ExchangeService>(std::move(parts));
}

}  // namespace hotline::ticket
