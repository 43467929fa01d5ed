// HTTP/1.1 on TCP or TLS: reads requests within limits of size and time, hands them to a handler,
// writes what it answers. Anything a peer does wrong costs that peer its connection and nobody else
// anything.
//
// Lives on the loop; only Start, address, Stop, Drain and the destructor may be called from outside
// it.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "agent_console/gateway/http/message.h"
#include "services/runtime/endpoint.h"
#include "services/runtime/metrics.h"

namespace hotline::console {

class Loop;

/// What a peer may cost us.
struct HttpLimits {
  size_t max_header_bytes = 16 << 10;               ///< more: 431
  size_t max_body_bytes = 256 << 10;                ///< more: 413
  int max_connections = 2000;                       ///< more are closed at once
  int max_connections_per_address = 500;            ///< an office may stand behind one address
  absl::Duration idle_time = absl::Seconds(75);     ///< between requests
  absl::Duration header_time = absl::Seconds(10);   ///< from a request's first byte; more: 408
  absl::Duration body_time = absl::Seconds(20);     ///< for all of the body; more: 408
  absl::Duration write_time = absl::Seconds(20);    ///< a peer that does not read is dropped
  absl::Duration unheard_time = absl::Seconds(30);  ///< one that acknowledges nothing as well
};

/// PEM files; both empty: no TLS.
struct TlsFiles {
  std::string certificate;  ///< the chain
  std::string key;
};

struct HttpServerOptions {
  Endpoint listen;
  TlsFiles tls;
  HttpLimits limits;
};

struct HttpServerMetrics {
  explicit HttpServerMetrics(Metrics& metrics);
  Gauge connections;
  Counter refused_connections;
  Counter broken_requests;  ///< too large, too slow, not HTTP
};

class HttpServer {
 public:
  /// Listens and serves `handler`, which must outlive the loop's work.
  /// Returns: as ListenTcp; FAILED_PRECONDITION if the TLS files cannot be used.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(Loop& loop, HttpServerOptions options,
                                                           HttpHandler& handler, Metrics& metrics);

  /// Stop().
  virtual ~HttpServer() = default;

  /// Returns where it listens, with the actual port.
  virtual const Endpoint& address() const = 0;

  /// Takes no more connections and closes the idle ones. Not from the loop.
  virtual void Stop() = 0;

  /// Waits until every connection is closed, at most `limit`; returns whether they are.
  /// Requires: Stop() was called. Not from the loop.
  virtual bool Drain(absl::Duration limit) = 0;
};

}  // namespace hotline::console
