// hotline.exchange.v1.ExchangeService over a TicketDesk.
#pragma once

#include <memory>

#include "services/ticket/service/ticket_service.h"

namespace hotline::ticket {

std::unique_ptr<grpc::Service> MakeExchangeService(ServiceParts parts);

}  // namespace hotline::ticket
