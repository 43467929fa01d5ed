// How many calls a second one router routes through a real Redis, beside the bare floor of the same
// run: an empty message on a gRPC stream and back, and one trivial Redis Function call.
//
//   router_throughput [seconds per row [in flight…]]
//
// A routed call is three events (queued, answered, ended; the seat becomes ready by itself) and one
// offer, over a real Attach stream, journalled. With one event a message, as single calls at
// different times send them; and with all that one message from the router led to in one message
// back, as the call service sends what coincides. CPU is that of this process (router and fake call
// service together) and of Redis. Redis, router and load share the machine.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <grpcpp/grpcpp.h>

#include "router/redis/function_library.h"
#include "router/service/router_server.h"
#include "services/base/check.h"
#include "services/runtime/access.h"
#include "services/runtime/grpc_client.h"
#include "services/runtime/grpc_server.h"
#include "services/runtime/proto_time.h"

#include "hotline/router/v1/attach_service.grpc.pb.h"
#include "hotline/router/v1/seat_service.grpc.pb.h"

namespace hotline::router {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Row {
  double per_second = 0;
  double own_cpu_us = 0;    ///< per call
  double redis_cpu_us = 0;  ///< per call
};

double Seconds(SteadyClock::duration d) {
  return std::chrono::duration<double>(d).count();
}

double OwnCpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + t.tv_usec / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class Redis {
 public:
  Redis() {
    char name[] = "/tmp/router_throughput.XXXXXX";
    HOTLINE_CHECK(mkdtemp(name) != nullptr, "there is a place for temporary files");
    dir_ = name;
    std::vector<std::string> args = {"redis-server", "--port",    "0",          "--unixsocket",
                                     socket(),       "--save",    "",           "--dir",
                                     dir_,           "--logfile", dir_ + "/log"};
    std::vector<char*> argv;
    for (auto& arg : args) argv.push_back(arg.data());
    argv.push_back(nullptr);
    HOTLINE_CHECK(posix_spawnp(&pid_, "redis-server", nullptr, nullptr, argv.data(), environ) == 0,
                  "redis-server is installed");
  }

  ~Redis() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    std::filesystem::remove_all(dir_);
  }

  std::string socket() const { return dir_ + "/redis"; }

  double Cpu() const {
    std::ifstream stat(absl::StrCat("/proc/", pid_, "/stat"));
    std::string word;
    for (int i = 0; i < 13; ++i) stat >> word;
    double user = 0, system = 0;
    stat >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }

 private:
  std::string dir_;
  pid_t pid_ = 0;
};

Row Measure(const Redis& redis, const std::function<uint64_t()>& run) {
  const auto start = SteadyClock::now();
  const double own = OwnCpu(), theirs = redis.Cpu();
  const auto count = static_cast<double>(run());
  return {count / Seconds(SteadyClock::now() - start), (OwnCpu() - own) / count * 1e6,
          (redis.Cpu() - theirs) / count * 1e6};
}

// The floor.

/// Answers every message with an empty one, and before that calls a Redis Function that does
/// nothing.
class FloorService final : public v1::AttachService::CallbackService {
 public:
  FloorService(boost::asio::io_context& io, redis::Connection& redis) : io_(io), redis_(redis) {}

  grpc::ServerBidiReactor<v1::AttachRequest, v1::AttachResponse>* Attach(
      grpc::CallbackServerContext*) override {
    class Echo : public grpc::ServerBidiReactor<v1::AttachRequest, v1::AttachResponse> {
     public:
      explicit Echo(FloorService& service) : service_(service) { StartRead(&request_); }

      void OnReadDone(bool ok) override {
        if (!ok) return Finish(grpc::Status::OK);
        boost::asio::post(service_.io_, [this] {
          service_.redis_.Fcall("hotline_nothing", {"{test}:fence"}, {},
                                [this](const auto&) { Answer(); });
        });
        StartRead(&request_);
      }

      void OnWriteDone(bool) override {
        const std::lock_guard lock(mutex_);
        if (--owed_ > 0) StartWrite(&response_);
      }

      void OnDone() override { delete this; }

     private:
      void Answer() {
        const std::lock_guard lock(mutex_);
        if (++owed_ == 1) StartWrite(&response_);
      }

      FloorService& service_;
      std::mutex mutex_;
      int owed_ = 0;
      v1::AttachRequest request_;
      v1::AttachResponse response_;
    };

    return new Echo(*this);
  }

 private:
  boost::asio::io_context& io_;
  redis::Connection& redis_;
};

Row MeasureFloor(const Redis& redis, int in_flight, std::chrono::seconds length) {
  boost::asio::io_context io{1};
  redis::ConnectionOptions options;
  options.unix_path = redis.socket();
  redis::Connection connection(io, options);
  std::promise<void> ready;
  connection.Start([&, told = false](const absl::Status& status) mutable {
    if (!status.ok() || std::exchange(told, true)) return;
    connection.Command({"FUNCTION", "LOAD", "REPLACE", std::string(FunctionLibrary())},
                       [&](const auto&) { ready.set_value(); });
  });
  std::thread thread([&] { io.run(); });
  ready.get_future().wait();
  FloorService service(io, connection);
  const auto server = *GrpcServer::Start({}, {&service}, "the floor");
  const auto stub =
      v1::AttachService::NewStub(MakeChannel(server->address(), {.own_connection = true}));
  const Row row = Measure(redis, [&] {
    const auto context = MakeStreamContext();
    const auto stream = stub->Attach(context.get());
    const v1::AttachRequest request;
    v1::AttachResponse response;
    uint64_t count = 0;
    const auto end = SteadyClock::now() + length;
    for (int i = 0; i < in_flight; ++i) stream->Write(request);
    while (SteadyClock::now() < end && stream->Read(&response)) {
      ++count;
      stream->Write(request);
    }
    for (int i = 0; i < in_flight; ++i) stream->Read(&response);
    stream->WritesDone();
    stream->Finish();
    return count;
  });
  server->Drain(absl::ZeroDuration());
  boost::asio::post(io, [&] { connection.Stop(); });
  thread.join();
  return row;
}

// The router.

Row MeasureRouter(const Redis& redis, int seats, std::chrono::seconds length, bool together) {
  AreaConfig area{.id = "test"};
  area.queues.push_back({.id = "general", .wrap_up = absl::ZeroDuration(), .max_waiting = 100'000});
  std::vector<SeatProfile> profiles;
  for (int i = 0; i < seats; ++i) {
    profiles.push_back(
        {.seat = absl::StrCat("s", i), .extension = absl::StrCat(8000 + i), .queues = {"general"}});
  }
  redis::ConnectionOptions options;
  options.unix_path = redis.socket();
  Metrics metrics;
  const AccessKey key(std::string(AccessKey::kBytes, 'k'));
  ActAsSystem(key, "bench");
  const auto router =
      *RouterServer::Start({.strand = {.area = area,
                                       .name = "bench",
                                       .owner = absl::StrCat("bench/", seats, together),
                                       .redis = options,
                                       .lease = absl::Milliseconds(500)},
                            .seats = profiles,
                            .access_key = key},
                           metrics);
  const auto channel = MakeChannel(router->address(), {.own_connection = true});
  const auto attach = v1::AttachService::NewStub(channel);
  const auto context = MakeStreamContext();
  const auto stream = attach->Attach(context.get());
  v1::AttachRequest request;
  v1::AttachResponse response;
  request.mutable_hello()->set_area("test");
  request.mutable_hello()->set_node("call-1");
  request.mutable_hello()->set_instance(static_cast<uint64_t>(absl::ToUnixMicros(absl::Now())));
  stream->Write(request);
  do {
    HOTLINE_CHECK(stream->Read(&response), "the router takes over");
  } while (response.status().role() != v1::RouterStatus::ROLE_ACTIVE);
  request.mutable_announcement()->set_complete(true);
  stream->Write(request);
  const auto seat_service = v1::SeatService::NewStub(channel);
  for (const auto& profile : profiles) {
    v1::SignInRequest sign_in;
    sign_in.set_seat_id(profile.seat);
    sign_in.set_agent("a");
    sign_in.set_ready(true);
    v1::SignInResponse signed_in;
    HOTLINE_CHECK(
        seat_service->SignIn(MakeCallContext(absl::Seconds(10)).get(), sign_in, &signed_in).ok(),
        "a seat signs in");
  }

  uint64_t seq = 0;
  uint32_t made = 0;
  const int64_t base_ms = absl::ToUnixMillis(absl::Now());
  std::map<std::string, v1::CallRequest> live;
  const auto send = [&] {
    if (request.events().events_size() > 0) stream->Write(request);
    request.Clear();
  };
  const auto add = [&]() -> v1::CallEvent& {
    if (!together) send();
    auto* event = request.mutable_events()->add_events();
    event->set_seq(++seq);
    return *event;
  };
  const auto queue = [&] {
    auto* call = add().mutable_queued()->mutable_request();
    call->set_call_id(FormatCallId(MakeCallId(base_ms + made / 4096, 1, made)));
    ++made;
    call->set_queue("general");
    *call->mutable_arrive_time() = *call->mutable_request_time() = ToProto(absl::Now());
    live[call->call_id()] = *call;
  };
  const auto talk = [&](const v1::Offer& offer) {
    auto* answered = add().mutable_answered();
    answered->set_call_id(offer.call_id());
    answered->set_offer_id(offer.offer_id());
    auto* record = add().mutable_ended()->mutable_record();
    *record->mutable_request() = live[offer.call_id()];
    *record->mutable_answer_time() = *record->mutable_end_time() = ToProto(absl::Now());
    *record->mutable_answered_by() = offer.target();
    record->set_cause(v1::END_CAUSE_CALLER_HUNG_UP);
    live.erase(offer.call_id());
  };
  uint64_t count = 0;
  const auto obey = [&](const v1::AttachResponse& decision) {
    if (!decision.has_offer()) return;
    talk(decision.offer());
    ++count;
    queue();
  };
  const Row row = Measure(redis, [&] {
    const auto end = SteadyClock::now() + length;
    request.Clear();
    for (int i = 0; i < seats; ++i) queue();
    send();
    while (SteadyClock::now() < end && stream->Read(&response)) {
      for (const auto& part : response.batch().responses()) obey(part);
      obey(response);
      send();
    }
    return count;
  });
  context->TryCancel();
  while (stream->Read(&response)) {
  }
  stream->Finish();
  router->Drain();
  return row;
}

void Print(const char* what, int in_flight, const Row& row, const Row& floor) {
  std::printf("%-44s %9d %10.0f %12.1f %12.1f %9.0f %%\n", what, in_flight, row.per_second,
              row.own_cpu_us, row.redis_cpu_us, 100 * row.per_second / floor.per_second);
}

}  // namespace
}  // namespace hotline::router

int main(int argc, char** argv) {
  using namespace hotline::router;
  const std::chrono::seconds length(argc > 1 ? std::atoi(argv[1]) : 5);
  signal(SIGPIPE, SIG_IGN);
  std::printf("%-44s %9s %10s %12s %12s %11s\n", "", "in flight", "calls/s", "CPU us/call",
              "Redis us/call", "of floor");
  std::vector<int> rows;
  for (int i = 2; i < argc; ++i) rows.push_back(std::atoi(argv[i]));
  if (rows.empty()) rows = {1, 8, 64, 256};
  for (const int in_flight : rows) {
    const Row floor = MeasureFloor(Redis(), in_flight, length);
    Print("floor: stream message + one FCALL", in_flight, floor, floor);
    Print("routed calls, each event a message", in_flight,
          MeasureRouter(Redis(), in_flight, length, false), floor);
    Print("routed calls, events that coincide in one", in_flight,
          MeasureRouter(Redis(), in_flight, length, true), floor);
  }
}
