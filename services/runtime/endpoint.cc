#include "services/runtime/endpoint.h"

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace hotline {
namespace {

absl::Status NoEndpoint(std::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", absl::Utf8SafeCEscape(absl::string_view(text.data(), text.size())),
                   "\" is no address; write host:port, for example 127.0.0.1:5060"));
}

}  // namespace

absl::StatusOr<Endpoint> Endpoint::Parse(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == text.npos) return NoEndpoint(text);
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != host.npos) {
    return NoEndpoint(text);  // an IPv6 address needs its brackets
  }
  uint32_t port = 0;
  const bool digits = port_text.find_first_not_of("0123456789") == port_text.npos;
  if (host.empty() || host.find_first_of("[] \t\n") != host.npos || !digits ||
      !absl::SimpleAtoi(absl::string_view(port_text.data(), port_text.size()), &port) ||
      port > 65535) {
    return NoEndpoint(text);
  }
  return Endpoint{std::string(host), static_cast<uint16_t>(port)};
}

std::string Endpoint::ToString() const {
  const bool v6 = host.find(':') != host.npos;
  return absl::StrCat(v6 ? "[" : "", host, v6 ? "]:" : ":", port);
}

}  // namespace hotline
