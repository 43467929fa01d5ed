// Who may call the ticket service, with or without the gateway before it.
#include <atomic>
#include <string>
#include <thread>

#include "gtest/gtest.h"

#include "services/runtime/grpc_client.h"
#include "tests/access/any_call.h"
#include "tests/ticket/service/ticket_fixture.h"

namespace hotline::ticket {
namespace {

TEST(TicketAccessTest, NoMethodForgetsItsRule) {
  TicketFixture fixture;
  fixture.Start();
  // Tickets change all the while: who may watch them would wait for the first word otherwise.
  std::atomic<bool> over = false;
  std::thread opener([&] {
    auto client = fixture.Client();
    for (int i = 0; !over; ++i) client.Open("r" + std::to_string(i));
  });
  ExpectRulesHold(MakeChannel(fixture.server().address(), {.own_connection = true}),
                  {"hotline.ticket.v1.TicketService", "hotline.exchange.v1.ExchangeService"});
  over = true;
  opener.join();
}

}  // namespace
}  // namespace hotline::ticket
