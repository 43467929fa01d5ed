#include "tests/router/service/router_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <grpcpp/grpcpp.h>

#include "services/base/check.h"
#include "services/runtime/access.h"
#include "services/runtime/grpc_client.h"
#include "tests/runtime/test_key.h"

namespace hotline::router {
namespace {

constexpr absl::Duration kCallTimeout = absl::Seconds(20);

/// The same area as TestArea(), as a file.
constexpr char kAreaYaml[] = R"(
area:
  id: test
  node_grace: 20s
  queues:
    - {id: general, skills: {general: 1}, answer_timeout: 20s, wrap_up: 0s, no_seat_wait: 60s}
  seats:
    - {id: s1, extension: "8001", queues: [general], skills: {general: 3}}
    - {id: s2, extension: "8002", queues: [general], skills: {general: 3}}
    - {id: s3, extension: "8003", queues: [general], skills: {general: 3}}
    - {id: s4, extension: "8004", queues: [general], skills: {general: 3}}
  numbers:
    - {dialled: "12348", queue: general, entry: direct}
)";

/// As fine as absl::Time: what is between two nanoseconds must not get into the core.
absl::Time FineClock() {
  return absl::Now() + absl::Nanoseconds(1) / 4;
}

/// Hears of changes of an area.
class AreaChanges : public grpc::ClientReadReactor<v1::WatchAreaResponse> {
 public:
  explicit AreaChanges(v1::AreaService::Stub& stub) {
    PrepareContext(absl::FromChrono(kPatience), context_);
    stub.async()->WatchArea(&context_, &request_, this);
    StartRead(&message_);
    StartCall();
  }

  ~AreaChanges() override {
    context_.TryCancel();
    std::unique_lock lock(mutex_);
    heard_.wait(lock, [this] { return done_; });
  }

  /// Returns after the next change, or when it is time to ask anyway.
  void Wait() {
    std::unique_lock lock(mutex_);
    heard_.wait_for(lock, RouterClient::kAskAgain, [this] { return news_; });
    news_ = false;
  }

  void OnReadDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    if (!ok) return;
    news_ = true;
    heard_.notify_all();
    StartRead(&message_);
  }

  void OnDone(const grpc::Status&) override {
    const std::lock_guard lock(mutex_);
    done_ = true;
    heard_.notify_all();
  }

 private:
  grpc::ClientContext context_;
  v1::WatchAreaRequest request_;
  v1::WatchAreaResponse message_;
  std::mutex mutex_;
  std::condition_variable heard_;
  bool news_ = false, done_ = false;
};

}  // namespace

AreaConfig TestArea() {
  AreaConfig area{.id = "test", .node_grace = absl::Seconds(20)};
  area.queues.push_back({.id = "general",
                         .skills = {{"general", 1}},
                         .answer_timeout = absl::Seconds(20),
                         .wrap_up = absl::ZeroDuration(),
                         .no_seat_wait = absl::Seconds(60)});
  return area;
}

std::vector<SeatProfile> TestSeats() {
  std::vector<SeatProfile> seats;
  for (const char* n : {"1", "2", "3", "4"}) {
    seats.push_back({.seat = absl::StrCat("s", n),
                     .extension = absl::StrCat("800", n),
                     .queues = {"general"},
                     .skills = {{"general", 3}}});
  }
  return seats;
}

RouterClient::RouterClient(const Endpoint& router) {
  const auto channel = MakeChannel(router, {.own_connection = true});
  seats_ = v1::SeatService::NewStub(channel);
  area_ = v1::AreaService::NewStub(channel);
}

bool RouterClient::Eventually(const std::function<bool()>& holds) {
  AreaChanges changes(*area_);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (holds()) return true;
    changes.Wait();
  }
  return false;
}

v1::GetAreaResponse RouterClient::Area() {
  v1::GetAreaResponse response;
  (void)area_->GetArea(MakeCallContext(kCallTimeout).get(), {}, &response);
  return response;
}

grpc::Status RouterClient::SignIn(const std::string& seat, const std::string& request_id,
                                  bool ready, v1::Seat* out) {
  v1::SignInRequest request;
  request.set_request_id(request_id);
  request.set_seat_id(seat);
  request.set_agent(absl::StrCat("agent-", seat));
  request.set_ready(ready);
  v1::SignInResponse response;
  auto status = seats_->SignIn(MakeCallContext(kCallTimeout).get(), request, &response);
  if (out) *out = response.seat();
  return status;
}

grpc::Status RouterClient::SetReady(const std::string& seat, const std::string& request_id) {
  v1::SetReadyRequest request;
  request.set_request_id(request_id);
  request.set_seat_id(seat);
  v1::SetReadyResponse response;
  return seats_->SetReady(MakeCallContext(kCallTimeout).get(), request, &response);
}

grpc::Status RouterClient::SetNotReady(const std::string& seat, const std::string& reason,
                                       const std::string& request_id) {
  v1::SetNotReadyRequest request;
  request.set_request_id(request_id);
  request.set_seat_id(seat);
  request.set_reason(reason);
  v1::SetNotReadyResponse response;
  return seats_->SetNotReady(MakeCallContext(kCallTimeout).get(), request, &response);
}

v1::Seat RouterClient::FindSeat(const std::string& seat) {
  v1::ListSeatsResponse response;
  (void)area_->ListSeats(MakeCallContext(kCallTimeout).get(), {}, &response);
  for (const auto& s : response.seats()) {
    if (s.seat_id() == seat) return s;
  }
  return {};
}

v1::ListCallsResponse RouterClient::Calls(bool ended, int page_size, const std::string& token) {
  v1::ListCallsRequest request;
  request.set_ended(ended);
  request.set_page_size(page_size);
  request.set_page_token(token);
  v1::ListCallsResponse response;
  (void)area_->ListCalls(MakeCallContext(kCallTimeout).get(), request, &response);
  return response;
}

v1::AreaStats RouterClient::Stats() {
  v1::GetStatsResponse response;
  (void)area_->GetStats(MakeCallContext(kCallTimeout).get(), {}, &response);
  return response.stats();
}

RouterProcess::RouterProcess(const std::string& name, const std::string& redis,
                             absl::Duration lease) {
  WriteFile(dir_.File("key"), std::string(AccessKey::kBytes, 'k'));  // TestKey()
  chmod(dir_.File("key").c_str(), S_IRUSR);
  WriteFile(
      dir_.File("config.yaml"),
      absl::StrCat(kAreaYaml, "access: {key_file: ", dir_.File("key"), "}\nrouter:\n  name: ", name,
                   "\n  listen: \"127.0.0.1:0\"\n", "  metrics: \"127.0.0.1:0\"\n  redis: \"",
                   redis, "\"\n  lease: ", absl::FormatDuration(lease),
                   "\n  spool_dir: ", dir_.File("spool"), "\n  snapshot_every: 20\n"));
  const std::string log = dir_.File("log"), config = dir_.File("config.yaml");
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 2, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  std::string program = HOTLINE_ROUTER_BINARY, flag = "--config", file = config;
  char* argv[] = {program.data(), flag.data(), file.data(), nullptr};
  HOTLINE_CHECK(posix_spawn(&pid_, program.c_str(), &files, nullptr, argv, environ) == 0,
                "hotline-router is built");
  posix_spawn_file_actions_destroy(&files);
  // It says where it listens.
  const std::string mark = "\"listen\":\"";
  const bool started = dir_.Await(kPatience, [&] {
    const std::string text = ::access(log.c_str(), R_OK) == 0 ? ReadFile(log) : "";
    const size_t at = text.find(mark);
    const size_t end = at == text.npos ? at : text.find('"', at + mark.size());
    if (end == text.npos) return false;
    address_ = *Endpoint::Parse(text.substr(at + mark.size(), end - at - mark.size()));
    return true;
  });
  EXPECT_TRUE(started) << ReadFile(log);
}

RouterProcess::~RouterProcess() {
  if (pid_ == 0) return;
  Signal(SIGKILL);
  Wait();
}

void RouterProcess::Signal(int signal) {
  kill(pid_, signal);
}

int RouterProcess::Wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

RouterTest::RouterTest() {
  ActAsSystem(TestKey(), "test");
}

std::unique_ptr<RouterServer> RouterTest::StartRouter(const std::string& name,
                                                      const Options& options) {
  auto redis = redis_.options();
  redis.command_timeout = options.command_timeout;
  auto server = RouterServer::Start(
      {.strand = {.area = TestArea(),
                  .name = name,
                  .owner = absl::StrCat(name, "/", absl::ToUnixNanos(absl::Now())),
                  .redis = std::move(redis),
                  .lease = options.lease,
                  .spool_file = options.spool_file,
                  .snapshot_every = options.snapshot_every,
                  .clock = FineClock},
       .seats = options.seats,
       .access_key = TestKey()},
      metrics_);
  HOTLINE_CHECK(server.ok(), "a router on a free port starts");
  return *std::move(server);
}

std::unique_ptr<RouterServer> RouterTest::StartActive(const std::string& name) {
  auto router = StartRouter(name);
  EXPECT_TRUE(WaitUntilActive(router->address()));
  return router;
}

bool RouterTest::WaitUntilActive(const Endpoint& router) {
  RouterClient client(router);
  return client.Eventually([&] { return client.Area().role() == v1::RouterStatus::ROLE_ACTIVE; });
}

std::string RouterTest::SnapshotOf(RouterServer& router) {
  return OnStrand(router, [&] { return router.strand().core().EncodeSnapshot(); });
}

}  // namespace hotline::router
