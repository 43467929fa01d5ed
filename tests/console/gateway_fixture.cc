#include "tests/console/gateway_fixture.h"

#include "absl/strings/str_cat.h"

#include "agent_console/gateway/connect/protocol.h"
#include "agent_console/gateway/people/password.h"
#include "services/base/check.h"
#include "services/runtime/listen_socket.h"
#include "tests/runtime/test_key.h"

namespace hotline::console {
namespace {

constexpr char kSignIn[] = "/hotline.console.v1.SessionService/SignIn";

/// A port that is free now: the gateway must know its own before it listens, to know its origin.
uint16_t FreePort() {
  const auto socket = ListenTcp({}, "a test");
  HOTLINE_CHECK(socket.ok(), "a free port");
  close(socket->fd);
  return socket->address.port;
}

}  // namespace

std::string Path(const std::string& package, const std::string& service,
                 const std::string& method) {
  return absl::StrCat("/hotline.", package, ".v1.", service, "/", method);
}

HttpClient::Headers Visitor::Headers() const {
  return {{"Origin", "http://" + gateway_.ToString()},
          {"Sec-Fetch-Site", "same-origin"},
          {"Cookie", cookie_},
          {"X-CSRF-Token", csrf_}};
}

TestResponse Visitor::SignIn(const std::string& account, const std::string& password) {
  auto response = Call(
      kSignIn, absl::StrCat(R"({"account":")", account, R"(","password":")", password, R"("})"));
  if (response.status != 200) return response;
  const std::string cookie = response.Header("set-cookie");
  cookie_ = cookie.substr(0, cookie.find(';'));
  const std::string mark = R"("csrfToken":")";
  const size_t at = response.body.find(mark) + mark.size();
  csrf_ = response.body.substr(at, response.body.find('"', at) - at);
  return response;
}

TestResponse Visitor::Call(const std::string& path, const std::string& json,
                           const HttpClient::Headers& more) const {
  HttpClient client(gateway_);
  auto headers = Headers();
  headers.emplace_back("Content-Type", "application/json");
  headers.insert(headers.end(), more.begin(), more.end());
  client.Request("POST", path, headers, json);
  return client.Read();
}

TestResponse Visitor::CallBytes(const std::string& path, const std::string& bytes) const {
  HttpClient client(gateway_);
  auto headers = Headers();
  headers.emplace_back("Content-Type", "application/proto");
  client.Request("POST", path, headers, bytes);
  return client.Read();
}

std::unique_ptr<HttpClient> Visitor::Watch(const std::string& path,
                                           const std::string& bytes) const {
  auto client = std::make_unique<HttpClient>(gateway_);
  auto headers = Headers();
  headers.emplace_back("Content-Type", "application/connect+proto");
  client->Request("POST", path, headers, Envelope(0, bytes));
  return client;
}

std::optional<v1::WatchConsoleResponse> NextMessage(HttpClient& stream, std::string* end) {
  const auto piece = stream.ReadChunk();
  if (!piece || piece->size() < kEnvelopeBytes) return std::nullopt;
  if ((*piece)[0] == kEndStreamFlag) {
    if (end != nullptr) *end = piece->substr(kEnvelopeBytes);
    return std::nullopt;
  }
  v1::WatchConsoleResponse message;
  if (!message.ParseFromString(piece->substr(kEnvelopeBytes))) return std::nullopt;
  return message;
}

GatewayTest::GatewayTest() {
  router_ = StartActive("router-1");
}

GatewayTest::~GatewayTest() {
  StopGateway();
}

void GatewayTest::AddAccount(const std::string& name, const std::vector<access::v1::Role>& roles,
                             const std::vector<std::string>& seats) {
  const static std::string hash = HashPassword(kPassword, HashCost::kLeast);
  const auto status = accounts_.Add({.account = name,
                                     .display_name = name,
                                     .roles = roles,
                                     .seats = seats,
                                     .password_hash = hash});
  HOTLINE_CHECK(status.ok(), "an account can be added");
  HOTLINE_CHECK(accounts_.Save(dir_.File("accounts.yaml")).ok(), "accounts can be saved");
}

void GatewayTest::StartGateway() {
  loop_.emplace();
  std::vector<Upstreams::Service> services{{"hotline.router.v1", {router_->address()}}};
  services.insert(services.end(), more_services_.begin(), more_services_.end());
  upstreams_.emplace(*loop_, services);
  const Endpoint listen{"127.0.0.1", FreePort()};
  auto gateway = Gateway::Make({.key = TestKey(),
                                .origins = PageGuard::LoopbackOrigins(listen.port, false),
                                .door = {.area = "test",
                                         .seats = {"s1", "s2", "s3", "s4"},
                                         .accounts_file = dir_.File("accounts.yaml"),
                                         .sessions_file = dir_.File("sessions"),
                                         .session_rate = session_rate_,
                                         .tries_per_account = tries_per_account_,
                                         .tries_per_address = tries_per_address_},
                                .seat_interval = seat_interval_},
                               files_, *loop_, *upstreams_, console_metrics_);
  HOTLINE_CHECK(gateway.ok(), "a gateway can be made");
  gateway_ = *std::move(gateway);
  auto server =
      HttpServer::Start(*loop_, {.listen = listen, .limits = limits_}, *gateway_, console_metrics_);
  HOTLINE_CHECK(server.ok(), "a gateway can listen");
  server_ = *std::move(server);
  gateway_->Start();
}

void GatewayTest::CloseGateway() {
  server_->Stop();
  gateway_->Stop();
}

bool GatewayTest::DrainGateway() {
  return server_->Drain(absl::Seconds(10));
}

void GatewayTest::StopGateway() {
  if (!server_) return;
  CloseGateway();
  upstreams_->Drain();
  loop_->Shutdown();
  server_.reset();
  gateway_.reset();
  upstreams_.reset();
  loop_.reset();
}

Visitor GatewayTest::SignedIn(const std::string& account) {
  Visitor visitor(address());
  const auto response = visitor.SignIn(account, kPassword);
  EXPECT_EQ(response.status, 200) << response.body;
  return visitor;
}

}  // namespace hotline::console
