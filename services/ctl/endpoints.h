// Where the processes listen: var/endpoints.env, written by deploy/up, one NAME=host:port a line.
//
// Reads files and, through a function, the environment; no other state.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/runtime/endpoint.h"

namespace hotline::ctl {

/// A variable of the environment, nothing if it is not set or empty.
using VariableLookup = std::function<std::optional<std::string>(const std::string& name)>;

/// What the user gave instead of the file; empty: not given.
struct EndpointChoice {
  std::string routers;     ///< --routers
  std::string call;        ///< --call
  std::string ticket;      ///< --ticket
  std::string directory;   ///< --directory
  std::string endpoints;   ///< --endpoints
  std::string access_key;  ///< --access-key
  std::string program;     ///< argv[0], to look beside it
};

/// Addresses, each HOST:PORT.
struct Endpoints {
  std::vector<std::string> routers;  ///< empty: not known
  std::string call;                  ///< empty: not known
  std::string media;                 ///< empty: not known
  std::string ticket;                ///< empty: not known
  std::string directory;             ///< empty: not known
  std::string area;                  ///< its id; empty: not known
  std::string access_key;            ///< a file; empty: none was found
  std::string file;                  ///< the endpoints file that was read, empty if none
};

/// Finds the addresses: what was given, then the environment, then the first endpoints file of
/// ./var/endpoints.env and those beside the program (as it was called, so a link in var/ finds its
/// var/). The access key is what was given, then HOTLINE_ACCESS_KEY_FILE, then secrets/access.key
/// beside the endpoints file; the area's id HOTLINE_AREA, then AREA in the file. Returns: a usage
/// error if a file cannot be read or an address makes no sense.
absl::StatusOr<Endpoints> FindEndpoints(const EndpointChoice& choice,
                                        const VariableLookup& environment);

/// Says what to do when an address is not known; `what` is "the routers", `option` "--routers".
absl::Status NotKnown(const Endpoints& endpoints, std::string_view what, std::string_view option);

/// Reads the text of an endpoints file. Empty lines and lines with # are skipped.
/// Returns: a usage error naming `file` and the line that cannot be read.
absl::StatusOr<std::map<std::string, std::string>> ParseEndpoints(std::string_view text,
                                                                  std::string_view file);

/// Reads "host:port" or "[v6]:port".
/// Returns: a usage error if it is neither.
absl::StatusOr<Endpoint> ParseAddress(std::string_view text);

}  // namespace hotline::ctl
