// Opens a listening TCP socket, and says in a sentence why it cannot be opened.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/runtime/endpoint.h"

namespace hotline {

/// An open socket. The owner closes `fd`.
struct ListenSocket {
  int fd = -1;
  Endpoint address;  ///< with the actual port
};

/// Binds and listens. `what` names the server in errors ("the metrics page").
/// Returns: ALREADY_EXISTS if the port is in use, INVALID_ARGUMENT if the address is not of this
/// host, PERMISSION_DENIED, else UNAVAILABLE.
absl::StatusOr<ListenSocket> ListenTcp(const Endpoint& endpoint, std::string_view what);

/// Returns the error ListenTcp would give now, by trying: for after a library that hides errno has
/// failed to listen. UNAVAILABLE if it works now.
absl::Status ExplainListenFailure(const Endpoint& endpoint, std::string_view what);

}  // namespace hotline
