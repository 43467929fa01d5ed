// A gateway on loopback in front of a real router, and people who use it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent_console/gateway/gateway.h"
#include "agent_console/gateway/http/server.h"
#include "agent_console/gateway/loop.h"
#include "agent_console/gateway/people/accounts.h"
#include "agent_console/gateway/upstream/upstreams.h"
#include "tests/console/http_client.h"
#include "tests/router/service/router_fixture.h"

#include "hotline/console/v1/session_service.pb.h"
#include "hotline/console/v1/watch_service.pb.h"

namespace hotline::console {

/// The path of a method: Path("router", "SeatService", "SignIn").
std::string Path(const std::string& package, const std::string& service, const std::string& method);

/// Somebody with a browser.
class Visitor {
 public:
  explicit Visitor(const Endpoint& gateway) : gateway_(gateway) {}

  /// Signs in and keeps cookie and CSRF token.
  TestResponse SignIn(const std::string& account, const std::string& password);

  /// Calls a method with JSON, as the page does.
  TestResponse Call(const std::string& path, const std::string& json,
                    const HttpClient::Headers& more = {}) const;
  /// The same with bytes.
  TestResponse CallBytes(const std::string& path, const std::string& bytes) const;

  /// Opens a stream; its messages come by NextMessage.
  std::unique_ptr<HttpClient> Watch(const std::string& path, const std::string& bytes) const;

  /// Cookie, CSRF token and Origin.
  HttpClient::Headers Headers() const;

  const std::string& cookie() const { return cookie_; }

  const std::string& csrf() const { return csrf_; }

 private:
  const Endpoint gateway_;
  std::string cookie_, csrf_;
};

/// Returns the next message of a stream of WatchConsole; nothing at its end, whose JSON is in
/// `end`.
std::optional<v1::WatchConsoleResponse> NextMessage(HttpClient& stream, std::string* end = nullptr);

class GatewayTest : public router::RouterTest {
 protected:
  static constexpr char kPassword[] = "correct horse";

  GatewayTest();
  ~GatewayTest() override;

  /// A gateway; again: with the files of the one before.
  void StartGateway();
  /// Takes no more connections and tells every page that the gateway stops, as main does before the
  /// end. StopGateway() is still to come.
  void CloseGateway();
  /// Waits for the connections to end, after CloseGateway(); false if they do not.
  bool DrainGateway();
  void StopGateway();
  void AddAccount(const std::string& name, const std::vector<access::v1::Role>& roles,
                  const std::vector<std::string>& seats = {});

  Endpoint address() const { return server_->address(); }

  Gateway& gateway() { return *gateway_; }

  Visitor SignedIn(const std::string& account);

  std::unique_ptr<router::RouterServer> router_;
  std::vector<Upstreams::Service> more_services_;
  HttpLimits limits_;
  RateLimiter::Limit session_rate_{.burst = 5000};
  RateLimiter::Limit tries_per_account_{.burst = 5000}, tries_per_address_{.burst = 5000};
  absl::Duration seat_interval_ = WatchHub::kSeatInterval;
  StaticFiles files_;
  Accounts accounts_;
  Metrics console_metrics_;

 private:
  std::optional<Loop> loop_;
  std::optional<Upstreams> upstreams_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace hotline::console
