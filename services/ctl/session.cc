#include "services/ctl/session.h"

#include <ostream>
#include <random>

#include "absl/strings/str_format.h"
#include <boost/json/serialize.hpp>

#include "services/runtime/access.h"

namespace hotline::ctl {

constexpr absl::Duration kDefaultTimeout = absl::Seconds(5);

Session::Session(const Arguments& arguments, const Surroundings& surroundings)
    : arguments_(arguments), surroundings_(surroundings) {}

absl::Duration Session::timeout() const {
  return arguments_.Span("--timeout", kDefaultTimeout);
}

absl::StatusOr<Endpoints> Session::FindEndpoints() const {
  auto endpoints = ctl::FindEndpoints({.routers = arguments_.Text("--routers"),
                                       .call = arguments_.Text("--call"),
                                       .ticket = arguments_.Text("--ticket"),
                                       .directory = arguments_.Text("--directory"),
                                       .endpoints = arguments_.Text("--endpoints"),
                                       .access_key = arguments_.Text("--access-key"),
                                       .program = surroundings_.program},
                                      surroundings_.environment);
  // Without a key the services will say so themselves; their health is told to anybody.
  if (!endpoints.ok() || endpoints->access_key.empty()) return endpoints;
  const auto key = AccessKey::Load(endpoints->access_key);
  if (!key.ok()) return UsageError(std::string(key.status().message()));
  ActAsSystem(*key, "hotline-ctl");
  return endpoints;
}

absl::StatusOr<Routers*> Session::routers() {
  if (routers_ == nullptr) {
    const absl::StatusOr<Endpoints> endpoints = FindEndpoints();
    if (!endpoints.ok()) return endpoints.status();
    if (endpoints->routers.empty()) return NotKnown(*endpoints, "the router", "--routers");
    routers_ = std::make_unique<Routers>(endpoints->routers, timeout());
  }
  return routers_.get();
}

void Session::PrintJson(const boost::json::value& value) const {
  out() << boost::json::serialize(value) << "\n" << std::flush;
}

void Session::Note(const std::string& sentence) const {
  surroundings_.err << "hotline-ctl: " << sentence << "\n" << std::flush;
}

void Session::NoteStale() const {
  Note("no router is active; this is what the stand-by knows");
}

std::string MakeRequestId() {
  std::random_device random;
  return absl::StrFormat("ctl-%08x%08x", random(), random());
}

}  // namespace hotline::ctl
