// hotline-directory without its main: store, book, those who watch, gRPC service.
//
//   hotline-ctl, console ──gRPC──► service ──► work pool ──► book ──► store (a revision each)
//                                                              └──► watch hub ──► those who watch
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/directory/service/options.h"
#include "services/runtime/clock.h"
#include "services/runtime/endpoint.h"
#include "services/runtime/metrics.h"

namespace hotline {
class Gate;
}

namespace hotline::directory {

class DirectoryServer {
 public:
  /// Opens the store and serves those whom `gate` lets pass. `gate` and `metrics` must outlive it.
  /// Returns: what the store or the port says.
  static absl::StatusOr<std::unique_ptr<DirectoryServer>> Start(const DirectoryOptions& options,
                                                                const Gate& gate, Clock clock,
                                                                Metrics& metrics);
  virtual ~DirectoryServer() = default;

  /// Where it listens, with the actual port.
  virtual const Endpoint& address() const = 0;

  /// Takes no new requests and answers those under way.
  virtual void Drain(absl::Duration grace) = 0;
};

}  // namespace hotline::directory
