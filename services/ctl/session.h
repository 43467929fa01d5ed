// What a command works with: its arguments, where it prints, and the routers it asks.
//
// One Session lives for one run of the program; only its thread uses it.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include <boost/json/value.hpp>

#include "services/ctl/command_line.h"
#include "services/ctl/endpoints.h"
#include "services/ctl/routers.h"

namespace hotline::ctl {

/// The world outside, given by main() or a test.
struct Surroundings {
  std::string program;  ///< argv[0]
  VariableLookup environment;
  std::ostream& out;
  std::ostream& err;
  bool terminal = false;  ///< `out` is a terminal and keys can be read
};

class Session {
 public:
  Session(const Arguments& arguments, const Surroundings& surroundings);

  const Arguments& arguments() const { return arguments_; }

  std::ostream& out() const { return surroundings_.out; }

  bool terminal() const { return surroundings_.terminal; }

  bool json() const { return arguments_.Has("--json"); }

  absl::Duration timeout() const;

  /// Also lets this process act as one of the hotline's own, if it finds the access key.
  /// Returns: a usage error if a file cannot be read.
  absl::StatusOr<Endpoints> FindEndpoints() const;
  /// The routers, connected on first use.
  /// Returns: a usage error if none are known.
  absl::StatusOr<Routers*> routers();

  /// Sends a request to the routers; says so on the error stream if only a stand-by could answer.
  template <class Request>
  auto Ask(const Request& request) -> decltype(std::declval<Routers&>().Ask(request)) {
    const absl::StatusOr<Routers*> peers = routers();
    if (!peers.ok()) return peers.status();
    auto response = (*peers)->Ask(request);
    if (response.ok() && (*peers)->stale()) NoteStale();
    return response;
  }

  /// Prints `value` in a line.
  void PrintJson(const boost::json::value& value) const;
  /// Prints a sentence on the error stream, behind the program's name.
  void Note(const std::string& sentence) const;

 private:
  void NoteStale() const;

  const Arguments& arguments_;
  const Surroundings& surroundings_;
  std::unique_ptr<Routers> routers_;
};

/// A request id that nobody else makes.
std::string MakeRequestId();

}  // namespace hotline::ctl
