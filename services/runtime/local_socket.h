// Sockets in a folder beside the loopback ports: between processes of one host a message over them
// costs half of what TCP takes. Endpoints and configuration keep host:port; who has the same folder
// finds the shorter way by itself.
//
// Set once, before servers and channels are made; then thread-safe.
#pragma once

#include <string>

#include "absl/status/status.h"

#include "services/runtime/config.h"
#include "services/runtime/endpoint.h"

namespace hotline {

/// Reads the section "host". Returns the folder; empty: TCP only, or a mistake was noted.
std::string ReadSocketDir(ConfigReader section);

/// From now on gRPC servers of this process on a loopback port, or on a port of all addresses,
/// listen in `dir` too, and channels to a loopback port connect there. All processes of the host
/// that call each other must say the same, and nothing else may forward a loopback port elsewhere.
/// Makes the folder if it is missing; empty: TCP only.
/// Returns: FAILED_PRECONDITION if it is not this user's alone.
absl::Status UseSocketDir(const std::string& dir);

/// Returns gRPC's name ("unix:…") of the socket that stands for `endpoint`; empty if there is none:
/// no folder, another host, or a port yet to be chosen.
std::string LocalSocketOf(const Endpoint& endpoint);

}  // namespace hotline
