#include "agent_console/gateway/http/server.h"

#include <unistd.h>

#include <future>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent_console/gateway/http/connection.h"
#include "agent_console/gateway/loop.h"
#include "services/runtime/listen_socket.h"
#include "services/runtime/log.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

namespace hotline::console {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

/// When the process has no file descriptor left.
constexpr absl::Duration kAcceptPause = absl::Milliseconds(100);

absl::StatusOr<asio::ssl::context> LoadTls(const TlsFiles& files) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  ErrorCode error;
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                          asio::ssl::context::no_tlsv1_1 | asio::ssl::context::single_dh_use,
                      error);
  const auto problem = [&error](const std::string& file) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot use ", file, " for TLS: ", error.message()));
  };
  context.use_certificate_chain_file(files.certificate, error);
  if (error) return problem(files.certificate);
  context.use_private_key_file(files.key, asio::ssl::context::pem, error);
  if (error) return problem(files.key);
  return context;
}

class Server final : public HttpServer {
 public:
  Server(Loop& loop, HttpServerOptions options, HttpHandler& handler, Metrics& metrics)
      : loop_(loop),
        acceptor_(std::make_unique<tcp::acceptor>(loop.io())),
        all_(new Connections{
            .limits = options.limits, .handler = handler, .metrics = HttpServerMetrics(metrics)}) {}

  ~Server() override { Stop(); }

  absl::Status Listen(const HttpServerOptions& options) {
    if (!options.tls.certificate.empty()) {
      auto tls = LoadTls(options.tls);
      if (!tls.ok()) return tls.status();
      all_->tls.emplace(*std::move(tls));
    }
    const auto socket = ListenTcp(options.listen, "the console");
    if (!socket.ok()) return socket.status();
    address_ = socket->address;
    const bool v6 = address_.host.find(':') != std::string::npos;
    ErrorCode error;
    acceptor_->assign(v6 ? tcp::v6() : tcp::v4(), socket->fd, error);
    if (error) {
      close(socket->fd);
      return absl::UnavailableError(absl::StrCat("the console cannot listen: ", error.message()));
    }
    loop_.Post([this] { asio::co_spawn(acceptor_->get_executor(), Accept(), asio::detached); });
    return absl::OkStatus();
  }

  const Endpoint& address() const override { return address_; }

  void Stop() override {
    if (!acceptor_) return;
    loop_.Run([this] {
      all_->stopping = true;
      acceptor_.reset();
      for (const auto& [key, weak] : connections_) {
        if (const auto connection = weak.lock()) connection->CloseIfIdle();
      }
      connections_.clear();
    });
  }

  bool Drain(absl::Duration limit) override {
    // Shared with the loop, which may answer after we have gone.
    const auto gone = std::make_shared<std::promise<void>>();
    auto all_gone = gone->get_future();
    loop_.Run([&] {
      all_->on_last_gone = [gone] {
        gone->set_value();
      };
      if (all_->count == 0) std::exchange(all_->on_last_gone, nullptr)();
    });
    return all_gone.wait_for(absl::ToChronoMilliseconds(limit)) == std::future_status::ready;
  }

 private:
  awaitable<void> Accept() {
    const auto all = all_;
    while (!all->stopping) {
      ErrorCode error;
      auto token = asio::redirect_error(asio::use_awaitable, error);
      tcp::socket socket = co_await acceptor_->async_accept(token);
      if (all->stopping) co_return;
      if (error) {
        asio::steady_timer pause(loop_.io(), absl::ToChronoNanoseconds(kAcceptPause));
        co_await pause.async_wait(token);
        continue;
      }
      Welcome(std::move(socket));
    }
  }

  void Welcome(tcp::socket socket) {
    ErrorCode error;
    const auto peer = socket.remote_endpoint(error);
    if (error) return;
    std::string address = peer.address().to_string();
    if (!all_->HaveRoomFor(address)) {
      all_->metrics.refused_connections.Add();
      return;  // closes it
    }
    socket.set_option(tcp::no_delay(true), error);
    const auto patience =
        static_cast<unsigned>(absl::ToInt64Milliseconds(all_->limits.unheard_time));
    setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof(patience));
    const auto executor = socket.get_executor();
    auto connection = Connection::Make(all_, std::move(socket), std::move(address));
    std::erase_if(connections_, [](const auto& entry) { return entry.second.expired(); });
    connections_.emplace(connection.get(), connection);
    auto run = [connection]() -> awaitable<void> {
      return connection->Run();
    };
    asio::co_spawn(executor, run, [](const std::exception_ptr& failure) {
      if (failure) LogError("a connection ended with an exception");
    });
  }

  Loop& loop_;
  std::unique_ptr<tcp::acceptor> acceptor_;  ///< until Stop
  const std::shared_ptr<Connections> all_;
  std::map<Connection*, std::weak_ptr<Connection>> connections_;
  Endpoint address_;
};

}  // namespace

HttpServerMetrics::HttpServerMetrics(Metrics& metrics)
    : connections(metrics.AddGauge("hotline_console_connections", "Open HTTP connections.")),
      refused_connections(metrics.AddCounter("hotline_console_refused_connections_total",
                                             "Connections closed because there were too many.")),
      broken_requests(metrics.AddCounter("hotline_console_broken_requests_total",
                                         "Requests too large, too slow or not HTTP.")) {}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(Loop& loop, HttpServerOptions options,
                                                              HttpHandler& handler,
                                                              Metrics& metrics) {
  auto server = std::make_unique<Server>(loop, options, handler, metrics);
  if (const auto status = server->Listen(options); !status.ok()) return status;
  return server;
}

}  // namespace hotline::console
