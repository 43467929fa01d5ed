// What the console's gateway costs: console [consoles] [supervisors] [seconds]
//
// A real router and hotline-console, a call service without phones, and browsers that are this
// program. First a call through the gateway beside the same call without it; then so many consoles
// watch while ten calls a second are offered, answered and ended.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <mutex>
#include <sstream>
#include <thread>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <grpcpp/grpcpp.h>

#include "agent_console/gateway/connect/protocol.h"
#include "agent_console/gateway/people/accounts.h"
#include "agent_console/gateway/people/password.h"
#include "router/service/router_server.h"
#include "services/base/check.h"
#include "services/runtime/access.h"
#include "services/runtime/grpc_client.h"
#include "services/runtime/listen_socket.h"
#include "tests/console/http_client.h"
#include "tests/redis/redis_server.h"
#include "tests/router/service/fake_call_service.h"
#include "tests/runtime/temp_dir.h"

#include "hotline/console/v1/session_service.pb.h"
#include "hotline/console/v1/watch_service.pb.h"
#include "hotline/router/v1/area_service.grpc.pb.h"
#include "hotline/router/v1/seat_service.grpc.pb.h"

namespace hotline::console {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr double kCallsPerSecond = 10;
constexpr absl::Duration kTimeout = absl::Seconds(10);
constexpr char kPassword[] = "bench password";
constexpr char kGetArea[] = "/hotline.router.v1.AreaService/GetArea";
constexpr int kUnaryCalls = 1500;  // of each kind; a session's burst is 100
constexpr int kParallel = 8;

double Ms(SteadyClock::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

double Quantile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

/// The hotline-console process under test.
class ConsoleProcess {
 public:
  ConsoleProcess(const Endpoint& router, int accounts) {
    WriteFile(dir_.File("key"), std::string(AccessKey::kBytes, 'k'));
    chmod(dir_.File("key").c_str(), S_IRUSR);
    Accounts people;
    const std::string hash = HashPassword(kPassword, HashCost::kLeast);
    for (int i = 0; i < accounts; ++i) {
      (void)people.Add({.account = absl::StrCat("a", i),
                        .roles = {access::v1::ROLE_SUPERVISOR, access::v1::ROLE_OPERATOR},
                        .password_hash = hash});
    }
    mkdir(dir_.File("data").c_str(), S_IRWXU);
    HOTLINE_CHECK(people.Save(dir_.File("data/accounts.yaml")).ok(), "accounts are written");
    // A browser's origin is not checked where there is none, but its Host is.
    // The origin has the port in it, so it is found before the gateway starts.
    const auto free_port = ListenTcp({"127.0.0.1", 0}, "console");
    HOTLINE_CHECK(free_port.ok(), "there is a free port");
    address_ = free_port->address;
    close(free_port->fd);
    WriteFile(dir_.File("config"),
              absl::StrCat("area: {id: test}\naccess: {key_file: ", dir_.File("key"),
                           "}\nconsole:\n  listen: \"", address_.ToString(),
                           "\"\n  metrics: \"127.0.0.1:0\"\n  routers: [\"", router.ToString(),
                           "\"]\n  data_dir: ", dir_.File("data"), "\n"));
    std::string program = HOTLINE_CONSOLE_BINARY, flag = "--config", file = dir_.File("config");
    char* argv[] = {program.data(), flag.data(), file.data(), nullptr};
    int log[2];
    HOTLINE_CHECK(pipe2(log, O_CLOEXEC) == 0, "a pipe");
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, log[1], STDERR_FILENO);
    HOTLINE_CHECK(posix_spawn(&pid_, program.c_str(), &files, nullptr, argv, environ) == 0,
                  "hotline-console is built");
    posix_spawn_file_actions_destroy(&files);
    close(log[1]);
    log_ = fdopen(log[0], "r");
    std::string said;
    while (said.find("console ready") == std::string::npos) {
      HOTLINE_CHECK(ReadLogLine(said), "it starts: " + said);
    }
    // Whatever it says from now on must not fill the pipe.
    reader_ = std::thread([this] {
      for (std::string rest; ReadLogLine(rest);) rest.clear();
    });
  }

  ~ConsoleProcess() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    reader_.join();
    fclose(log_);
  }

  const Endpoint& address() const { return address_; }

  double CpuSeconds() const {
    std::ifstream stat(absl::StrCat("/proc/", pid_, "/stat"));
    std::string word;
    for (int i = 0; i < 13; ++i) stat >> word;
    double user = 0, system = 0;
    stat >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }

  double RssMiB() const {
    std::ifstream statm(absl::StrCat("/proc/", pid_, "/statm"));
    double total = 0, resident = 0;
    statm >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
  }

 private:
  /// Appends a line of its log to `text`; false when it has ended.
  bool ReadLogLine(std::string& text) {
    char line[1024];
    if (fgets(line, sizeof(line), log_) == nullptr) return false;
    text += line;
    return true;
  }

  TempDir dir_;
  Endpoint address_;
  pid_t pid_ = 0;
  FILE* log_ = nullptr;
  std::thread reader_;
};

struct Person {
  std::string cookie, csrf;

  HttpClient::Headers Headers(bool stream = false) const {
    return {{"Cookie", cookie},
            {"X-CSRF-Token", csrf},
            {"Content-Type", stream ? "application/connect+proto" : "application/proto"}};
  }
};

std::vector<Person> SignInAll(const Endpoint& console, int count) {
  std::vector<Person> people;
  HttpClient client(console);
  for (int i = 0; i < count; ++i) {
    v1::SignInRequest request;
    request.set_account(absl::StrCat("a", i));
    request.set_password(kPassword);
    client.Request("POST", "/hotline.console.v1.SessionService/SignIn",
                   {{"Content-Type", "application/proto"}}, request.SerializeAsString());
    const auto response = client.Read();
    v1::SignInResponse session;
    HOTLINE_CHECK(response.status == 200 && session.ParseFromString(response.body),
                  "people can sign in: " + response.body);
    const std::string cookie = response.Header("set-cookie");
    people.push_back({cookie.substr(0, cookie.find(';')), session.session().csrf_token()});
  }
  return people;
}

/// Runs `call` kUnaryCalls times on each of `threads` threads and prints latency and rate.
void Measure(const char* what, int threads,
             const std::function<std::function<bool(int)>(int thread)>& prepare) {
  std::vector<double> times;
  std::mutex mutex;
  std::vector<std::thread> workers;
  const auto begin = SteadyClock::now();
  const int each = kUnaryCalls / threads;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      const auto call = prepare(t);
      std::vector<double> own;
      for (int i = 0; i < each; ++i) {
        const auto start = SteadyClock::now();
        HOTLINE_CHECK(call(t * each + i), what);
        own.push_back(Ms(SteadyClock::now() - start));
      }
      const std::lock_guard lock(mutex);
      times.insert(times.end(), own.begin(), own.end());
    });
  }
  for (auto& worker : workers) worker.join();
  const double seconds = Ms(SteadyClock::now() - begin) / 1000;
  std::printf("%-28s %2d at once  p50 %6.2f ms  p99 %6.2f ms  %7.0f calls/s\n", what, threads,
              Quantile(times, 0.5), Quantile(times, 0.99),
              static_cast<double>(times.size()) / seconds);
}

void CompareUnary(const Endpoint& router, const Endpoint& console,
                  const std::vector<Person>& people) {
  for (const int threads : {1, kParallel}) {
    Measure("gRPC, the router itself", threads, [&](int) {
      auto stub = std::shared_ptr<router::v1::AreaService::Stub>(
          router::v1::AreaService::NewStub(MakeChannel(router, {.own_connection = true})));
      return [stub](int) {
        router::v1::GetAreaResponse response;
        return stub->GetArea(MakeCallContext(kTimeout).get(), {}, &response).ok();
      };
    });
    for (const bool json : {false, true}) {
      Measure(json ? "gateway, JSON" : "gateway, proto", threads, [&, json](int) {
        auto client = std::make_shared<HttpClient>(console);
        return [client, &people, json](int i) {
          auto headers = people[static_cast<size_t>(i) % people.size()].Headers();
          if (json) headers.back().second = "application/json";
          client->Request("POST", kGetArea, headers, json ? "{}" : "");
          return client->Read().status == 200;
        };
      });
    }
  }
}

/// When things happened, by call, and how long pages took to hear of them.
struct Ledger {
  std::mutex mutex;
  std::unordered_map<std::string, SteadyClock::time_point> answered, ended;
  std::vector<double> operator_ms, supervisor_ms;
  std::atomic<uint64_t> messages = 0, bytes = 0;
};

void ReadPage(HttpClient& stream, Ledger& ledger, const std::atomic<bool>& stop) {
  std::string shown;
  while (const auto piece = stream.ReadChunk()) {
    if (stop) return;
    const auto now = SteadyClock::now();
    v1::WatchConsoleResponse message;
    if (piece->size() < kEnvelopeBytes || !message.ParseFromString(piece->substr(kEnvelopeBytes)))
      return;
    ++ledger.messages;
    ledger.bytes += piece->size();
    const std::lock_guard lock(ledger.mutex);
    if (message.seat().state() == router::v1::Seat::STATE_ON_CALL &&
        message.seat().call_id() != shown) {
      shown = message.seat().call_id();
      const auto found = ledger.answered.find(shown);
      if (found != ledger.answered.end()) ledger.operator_ms.push_back(Ms(now - found->second));
    }
    if (message.full()) continue;
    for (const auto& record : message.ended()) {
      const auto found = ledger.ended.find(record.request().call_id());
      if (found != ledger.ended.end()) ledger.supervisor_ms.push_back(Ms(now - found->second));
    }
  }
}

/// Ten calls a second, each talking for as long as it takes until the next ones come.
uint64_t RunCalls(router::FakeCallService& floor, Ledger& ledger, int seconds) {
  std::vector<std::string> talking;
  uint64_t count = 0;
  const auto begin = SteadyClock::now();
  const auto gap = std::chrono::duration_cast<SteadyClock::duration>(
      std::chrono::duration<double>(1 / kCallsPerSecond));
  for (auto next = begin; next < begin + std::chrono::seconds(seconds); next += gap) {
    std::this_thread::sleep_until(next);
    const std::string call = floor.Queue("general");
    const auto offer = floor.WaitForOffer(call);
    HOTLINE_CHECK(offer.has_value(), "a seat is free");
    {
      const std::lock_guard lock(ledger.mutex);
      ledger.answered[call] = SteadyClock::now();
    }
    floor.Answer(call, offer->offer_id());
    talking.push_back(call);
    ++count;
    if (talking.size() < 50) continue;
    {
      const std::lock_guard lock(ledger.mutex);
      ledger.ended[talking.front()] = SteadyClock::now();
    }
    floor.HangUp(talking.front());
    talking.erase(talking.begin());
  }
  return count;
}

int Main(int consoles, int supervisors, int seconds) {
  const AccessKey key(std::string(AccessKey::kBytes, 'k'));
  ActAsSystem(key, "bench");
  redis::RedisServer redis;
  Metrics metrics;
  router::AreaConfig area{.id = "test"};
  area.queues.push_back({.id = "general",
                         .skills = {{"general", 1}},
                         .answer_timeout = absl::Seconds(20),
                         .wrap_up = absl::ZeroDuration()});
  std::vector<router::SeatProfile> seats;
  for (int i = 0; i < consoles; ++i) {
    seats.push_back({.seat = absl::StrCat("s", i),
                     .extension = absl::StrCat(8000 + i),
                     .queues = {"general"},
                     .skills = {{"general", 3}}});
  }
  const auto router = *router::RouterServer::Start(
      {.strand = {.area = area, .name = "router-1", .owner = "bench", .redis = redis.options()},
       .seats = seats,
       .access_key = key},
      metrics);
  router::FakeCallService floor({router->address()}, "test", "call-1", 1);
  HOTLINE_CHECK(floor.WaitUntilServed(), "the router is active");
  const auto stub = router::v1::SeatService::NewStub(MakeChannel(router->address()));
  for (int i = 0; i < consoles; ++i) {
    router::v1::SignInRequest request;
    request.set_seat_id(absl::StrCat("s", i));
    request.set_agent(absl::StrCat("a", i));
    request.set_ready(true);
    router::v1::SignInResponse response;
    HOTLINE_CHECK(stub->SignIn(MakeCallContext(kTimeout).get(), request, &response).ok(), "seats");
  }

  ConsoleProcess console(router->address(), consoles);
  const double rss_empty = console.RssMiB();
  const auto people = SignInAll(console.address(), consoles);
  CompareUnary(router->address(), console.address(), people);

  const double rss_before = console.RssMiB();
  Ledger ledger;
  std::atomic<bool> stop = false;
  std::vector<std::unique_ptr<HttpClient>> pages;
  std::vector<std::thread> readers;
  for (int i = 0; i < consoles; ++i) {
    v1::WatchConsoleRequest request;
    request.set_area(i < supervisors);
    request.set_seat_id(absl::StrCat("s", i));
    pages.push_back(std::make_unique<HttpClient>(console.address()));
    pages.back()->Request("POST", "/hotline.console.v1.WatchService/WatchConsole",
                          people[static_cast<size_t>(i)].Headers(true),
                          Envelope(0, request.SerializeAsString()));
    HOTLINE_CHECK(pages.back()->ReadHead().status == 200, "pages open");
    readers.emplace_back([&, page = pages.back().get()] { ReadPage(*page, ledger, stop); });
  }
  const double cpu = console.CpuSeconds();
  const uint64_t calls = RunCalls(floor, ledger, seconds);
  const double used = console.CpuSeconds() - cpu, rss = console.RssMiB();
  stop = true;
  for (const auto& page : pages) page->HangUp();
  for (auto& reader : readers) reader.join();

  std::printf("%d consoles, %d of them see the whole area, %d seats; %.1f calls/s for %d s\n",
              consoles, supervisors, consoles, static_cast<double>(calls) / seconds, seconds);
  std::printf("answered → operator's page   p50 %6.1f ms  p99 %6.1f ms  (%zu)\n",
              Quantile(ledger.operator_ms, 0.5), Quantile(ledger.operator_ms, 0.99),
              ledger.operator_ms.size());
  std::printf("ended → supervisors' pages   p50 %6.1f ms  p99 %6.1f ms  (%zu)\n",
              Quantile(ledger.supervisor_ms, 0.5), Quantile(ledger.supervisor_ms, 0.99),
              ledger.supervisor_ms.size());
  std::printf("%.0f messages/s, %.0f KiB/s to pages\n",
              static_cast<double>(ledger.messages) / seconds,
              static_cast<double>(ledger.bytes) / seconds / 1024);
  std::printf("gateway: %.1f %% of a core, %.2f ms CPU per console and second\n",
              100 * used / seconds, 1000 * used / seconds / consoles);
  std::printf(
      "gateway: %.1f MiB when empty, %.1f before pages, %.1f with them: %.0f KiB per console\n",
      rss_empty, rss_before, rss, 1024 * (rss - rss_before) / consoles);
  return 0;
}

}  // namespace
}  // namespace hotline::console

int main(int argc, char** argv) {
  const auto number = [&](int index, int fallback) {
    return argc > index ? std::atoi(argv[index]) : fallback;
  };
  signal(SIGPIPE, SIG_IGN);
  return hotline::console::Main(number(1, 200), number(2, 20), number(3, 20));
}
