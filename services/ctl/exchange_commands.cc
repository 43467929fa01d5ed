// exchange: what waits to be told to the other system (12345).
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <grpcpp/grpcpp.h>

#include "services/ctl/commands.h"
#include "services/ctl/format.h"
#include "services/ctl/json.h"
#include "services/ctl/table.h"
#include "services/ctl/ticket_client.h"
#include "services/runtime/proto_time.h"

#include "hotline/exchange/v1/exchange_service.grpc.pb.h"

namespace hotline::ctl {
namespace {

namespace ev1 = exchange::v1;

boost::json::object ToJson(const ev1::GetExchangeStatusResponse& status) {
  boost::json::array notices;
  for (const auto& notice : status.notices()) {
    notices.push_back(
        boost::json::object{{"ticket_no", notice.ticket_no()},
                            {"sequence", notice.sequence()},
                            {"create_time", TimeToJson(FromProto(notice.create_time()))},
                            {"tries", notice.tries()},
                            {"problem", notice.problem()}});
  }
  return {{"source", status.source()},
          {"waiting", status.waiting()},
          {"overdue", status.overdue()},
          {"notices", std::move(notices)}};
}

void Print(const ev1::GetExchangeStatusResponse& status, std::ostream& out) {
  if (status.source().empty()) {
    out << "the exchange is off: ticket.exchange is not set\n";
    return;
  }
  out << status.waiting() << " notices wait for " << status.source();
  if (status.overdue() > 0) out << ", " << status.overdue() << " of them too long: ALARM";
  out << "\n";
  if (status.notices().empty()) return;
  Table table({"TICKET", "SEQUENCE>", "WAITS>", "TRIES>", "PROBLEM"});
  for (const auto& notice : status.notices()) {
    table.Add({notice.ticket_no(), absl::StrCat(notice.sequence()),
               FormatSpan(absl::Now() - FromProto(notice.create_time())),
               absl::StrCat(notice.tries()),
               notice.has_next_try_time() ? notice.problem() : "after an earlier one"});
  }
  out << table.Render();
}

absl::Status ShowExchange(Session& session) {
  const auto client = TicketClient::Connect(session);
  if (!client.ok()) return client.status();
  const auto stub = ev1::ExchangeService::NewStub(client->channel());
  ev1::GetExchangeStatusResponse status;
  const auto context = client->Context(session.timeout());
  if (const auto answer = stub->GetExchangeStatus(context.get(), {}, &status); !answer.ok()) {
    return ToStatus(answer);
  }
  if (session.json()) {
    session.PrintJson(ToJson(status));
  } else {
    Print(status, session.out());
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> ExchangeCommands() {
  return {{.words = "exchange",
           .summary = "what waits to be told to 12345, since when and why",
           .options = {kAsOption},
           .run = &ShowExchange}};
}

}  // namespace hotline::ctl
