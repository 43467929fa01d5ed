// One peer's connection: one request after the other, within limits of size and time.
//
// For http/server.cc. Lives on the loop.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>

#include "agent_console/gateway/http/message.h"
#include "agent_console/gateway/http/server.h"

namespace hotline::console {

/// What all connections of a server share.
struct Connections {
  HttpLimits limits;
  HttpHandler& handler;
  HttpServerMetrics metrics;
  std::optional<boost::asio::ssl::context> tls;
  std::map<std::string, int> per_address;
  int count = 0;
  bool stopping = false;
  std::function<void()> on_last_gone;  ///< once the server stops

  /// Whether one more from `address` is within the limits.
  bool HaveRoomFor(const std::string& address) const;
};

class Connection {
 public:
  /// Counts itself among `all` as long as it lives.
  static std::shared_ptr<Connection> Make(std::shared_ptr<Connections> all,
                                          boost::asio::ip::tcp::socket socket, std::string address);
  virtual ~Connection() = default;

  /// Serves one request after the other until one side has had enough.
  virtual boost::asio::awaitable<void> Run() = 0;
  /// Ends the wait for a next request.
  virtual void CloseIfIdle() = 0;
};

}  // namespace hotline::console
