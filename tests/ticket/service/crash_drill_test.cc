// kill -9 of hotline-ticket, or of PostgreSQL under it, at random moments while clients create,
// write and close: what was acknowledged is there, once. The seed is printed;
// TICKET_DRILL_KILLS=100 for the full drill, TICKET_DRILL_SEED to repeat one.
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <map>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "services/base/check.h"
#include "services/runtime/grpc_client.h"
#include "tests/database/postgres_server.h"
#include "tests/ticket/service/ticket_fixture.h"
#include "tests/ticket/service/ticket_process.h"

namespace hotline::ticket {
namespace {

constexpr int kClients = 4;
constexpr int kDefaultKills = 8;
constexpr int kMostAcksBetweenKills = 60;
constexpr auto kPatience = std::chrono::seconds(60);
constexpr absl::Duration kTry = absl::Seconds(5);
constexpr auto kRetryPause = std::chrono::milliseconds(50);

int Setting(const char* name, int fallback) {
  const char* value = std::getenv(name);
  return value == nullptr ? fallback : std::atoi(value);
}

/// Where the process is now, and how much it has acknowledged.
class Ground {
 public:
  void Move(const Endpoint& to) {
    {
      const std::lock_guard lock(mutex_);
      address_ = to;
      ++moves_;
    }
    moved_.notify_all();
  }

  /// Waits a moment for a process after the `seen`th.
  void AwaitMove(int seen) {
    std::unique_lock lock(mutex_);
    moved_.wait_for(lock, kRetryPause, [&] { return moves_ != seen; });
  }

  std::pair<Endpoint, int> address() {
    const std::lock_guard lock(mutex_);
    return {address_, moves_};
  }

  void NoteAck() {
    {
      const std::lock_guard lock(mutex_);
      ++acks_;
    }
    acked_.notify_all();
  }

  bool AwaitAcks(int64_t more) {
    std::unique_lock lock(mutex_);
    const int64_t goal = acks_ + more;
    return acked_.wait_for(lock, kPatience, [&] { return acks_ >= goal; });
  }

  void Stop() { stopping = true; }

  std::atomic<bool> stopping = false;
  std::atomic<int64_t> retries = 0;

  int64_t acks() {
    const std::lock_guard lock(mutex_);
    return acks_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable acked_, moved_;
  Endpoint address_;  ///< guarded
  int moves_ = 0;     ///< guarded
  int64_t acks_ = 0;  ///< guarded
};

/// What a client was told about one ticket.
struct Told {
  std::string ticket_no;
  bool written = false;
  bool closed = false;
};

/// Saves tickets one after the other; asks again with the same request_id until it is answered.
class Saver {
 public:
  Saver(Ground& ground, int number) : ground_(ground), number_(number) {}

  void Run() {
    for (int i = 0; !ground_.stopping; ++i) SaveOne(absl::StrCat("c", number_, "-", i));
  }

  const std::map<std::string, Told>& told() const { return told_; }

 private:
  void SaveOne(const std::string& title) {
    v1::CreateTicketRequest create;
    create.set_request_id(absl::StrCat(title, "-create"));
    create.mutable_content()->set_title(title);
    v1::CreateTicketResponse created;
    if (!Insist(&v1::TicketService::Stub::CreateTicket, create, created)) return;
    Told& told = told_[title];
    told.ticket_no = created.ticket().ticket_no();

    v1::UpdateTicketRequest update;
    update.set_request_id(absl::StrCat(title, "-update"));
    update.set_ticket_no(told.ticket_no);
    update.set_version(created.ticket().version());
    *update.mutable_content() = created.ticket().content();
    update.mutable_content()->set_category(v1::CATEGORY_ADVICE);
    update.mutable_content()->set_answer(absl::StrCat("answer of ", title));
    update.mutable_content()->add_outcomes("B01");
    v1::UpdateTicketResponse updated;
    if (!Insist(&v1::TicketService::Stub::UpdateTicket, update, updated)) return;
    told.written = true;

    v1::CloseTicketRequest close;
    close.set_request_id(absl::StrCat(title, "-close"));
    close.set_ticket_no(told.ticket_no);
    close.set_version(updated.ticket().version());
    v1::CloseTicketResponse closed;
    told.closed = Insist(&v1::TicketService::Stub::CloseTicket, close, closed);
  }

  /// Returns whether it was acknowledged before the end.
  template <class Method, class Request, class Response>
  bool Insist(Method method, const Request& request, Response& response) {
    for (;;) {
      const auto [address, moves] = ground_.address();
      if (moves != moves_) {
        stub_ = v1::TicketService::NewStub(MakeChannel(address, {.own_connection = true}));
        moves_ = moves;
      }
      const auto context = ContextOf(absl::StrCat("opr", number_), kTry);
      context->set_wait_for_ready(false);
      const grpc::Status status = (stub_.get()->*method)(context.get(), request, &response);
      if (status.ok()) {
        ground_.NoteAck();
        return true;
      }
      const auto code = status.error_code();
      const bool may_have_been_done = code == grpc::StatusCode::UNAVAILABLE ||
                                      code == grpc::StatusCode::DEADLINE_EXCEEDED ||
                                      code == grpc::StatusCode::CANCELLED;
      if (!may_have_been_done) {
        ADD_FAILURE() << request.request_id() << ": " << code << " " << status.error_message();
        return false;
      }
      ++ground_.retries;
      if (ground_.stopping) return false;
      ground_.AwaitMove(moves_);
    }
  }

  Ground& ground_;
  const int number_;
  int moves_ = 0;
  std::unique_ptr<v1::TicketService::Stub> stub_;
  std::map<std::string, Told> told_;  ///< by title
};

/// Every ticket in the database, by title; a title that is there twice is a duplicate.
std::multimap<std::string, v1::Ticket> ReadAll(const Endpoint& server) {
  std::multimap<std::string, v1::Ticket> all;
  const auto stub = v1::TicketService::NewStub(MakeChannel(server, {.own_connection = true}));
  v1::ListTicketsRequest request;
  request.set_page_size(200);
  do {
    const auto context = ContextOf("opr0", absl::Seconds(20));
    v1::ListTicketsResponse response;
    const auto status = stub->ListTickets(context.get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (!status.ok()) break;
    for (const v1::Ticket& ticket : response.tickets()) {
      all.emplace(ticket.content().title(), ticket);
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

/// Lets clients work over `store` and strikes `kills` times, and looks at what is left.
void Drill(const std::string& store, int kills,
           const std::function<void(int strike, TicketProcess&, Ground&)>& strike) {
  kills = Setting("TICKET_DRILL_KILLS", kills);
  const int seed = Setting("TICKET_DRILL_SEED", static_cast<int>(std::random_device()() >> 1));
  std::cerr << "TICKET_DRILL_SEED=" << seed << " TICKET_DRILL_KILLS=" << kills << "\n";
  std::mt19937 random(static_cast<unsigned>(seed));

  TicketProcess process(store);
  Ground ground;
  ground.Move(process.Start());
  std::vector<std::unique_ptr<Saver>> savers;
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i) {
    savers.push_back(std::make_unique<Saver>(ground, i));
    threads.emplace_back([saver = savers.back().get()] { saver->Run(); });
  }
  for (int i = 0; i < kills; ++i) {
    ASSERT_TRUE(ground.AwaitAcks(std::uniform_int_distribution<>(1, kMostAcksBetweenKills)(random)))
        << "nothing is acknowledged any more after kill " << i;
    // Anywhere between two acknowledgements.
    const auto moment = std::chrono::steady_clock::now() +
                        std::chrono::microseconds(std::uniform_int_distribution<>(0, 5000)(random));
    while (std::chrono::steady_clock::now() < moment) {
    }
    strike(i, process, ground);
  }
  EXPECT_TRUE(ground.AwaitAcks(1));
  ground.Stop();
  for (auto& thread : threads) thread.join();

  const auto all = ReadAll(ground.address().first);
  std::map<std::string, std::string> numbers;
  int lost = 0, duplicated = 0, acknowledged = 0;
  for (const auto& [title, ticket] : all) {
    if (all.count(title) > 1 || !numbers.emplace(ticket.ticket_no(), title).second) ++duplicated;
    EXPECT_EQ(ticket.version(), ticket.state() == v1::Ticket::STATE_CLOSED ? 3
                                : ticket.content().answer().empty()        ? 1
                                                                           : 2)
        << "a change was applied twice: " << ticket.DebugString();
  }
  for (const auto& saver : savers) {
    for (const auto& [title, told] : saver->told()) {
      acknowledged += 1 + (told.written ? 1 : 0) + (told.closed ? 1 : 0);
      const auto found = all.find(title);
      const bool there = found != all.end() && found->second.ticket_no() == told.ticket_no &&
                         (!told.written ||
                          found->second.content().answer() == absl::StrCat("answer of ", title)) &&
                         (!told.closed || found->second.state() == v1::Ticket::STATE_CLOSED);
      if (!there) ++lost;
    }
  }
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(duplicated, 0);
  std::cerr << "kills " << kills << ", acknowledged changes " << acknowledged << ", tickets "
            << all.size() << ", retries " << ground.retries << ", lost " << lost << ", duplicated "
            << duplicated << "\n";
}

void KillTicketService(int /*strike*/, TicketProcess& process, Ground& ground) {
  process.Kill();
  ground.Move(process.Start());
}

TEST(TicketCrashDrill, WhatWasAcknowledgedIsThereOnce) {
  Drill("sqlite", kDefaultKills, KillTicketService);
}

TEST(TicketCrashDrill, TheSameOverPostgreSqlWhichDiesAsWell) {
  PostgresServer postgres;
  Drill(postgres.NewDatabase(), kDefaultKills, [&](int i, TicketProcess& process, Ground& ground) {
    if (i % 2 == 0) return KillTicketService(i, process, ground);
    postgres.Kill();
    postgres.Start();
  });
}

}  // namespace
}  // namespace hotline::ticket
