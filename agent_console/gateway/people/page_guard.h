// What protects pages and those who use them: from whom a request may come, and which headers every
// response carries.
//
// Pure; immutable after the constructor.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "agent_console/gateway/http/message.h"

namespace hotline::console {

/// The cookie. The prefix binds it to this very host: Secure, Path=/, no Domain. Browsers take it
/// over http only from loopback (localhost, 127.0.0.1), which they trust like TLS.
inline constexpr char kSessionCookie[] = "__Host-hotline";

class PageGuard {
 public:
  /// `origins`: where the page is served from, as a browser writes it ("https://desk.example").
  explicit PageGuard(const std::vector<std::string>& origins);

  /// The origins of a gateway on loopback without configuration: localhost and its addresses.
  static std::vector<std::string> LoopbackOrigins(uint16_t port, bool tls);

  /// Returns whether the Host header is one of ours: no other site can be led to us by its DNS.
  bool IsOurHost(std::string_view host) const;

  /// Returns OK if a call comes from our own page, or from no browser at all.
  /// Returns: PERMISSION_DENIED with a sentence.
  absl::Status CheckOrigin(const HttpRequest& request) const;

  /// Adds the security headers.
  static void Protect(const HttpRequest& request, HttpResponse& response);

 private:
  std::set<std::string, std::less<>> origins_, hosts_;
};

/// Returns a Set-Cookie value for a session, or with an empty token one that forgets it.
std::string FormatSessionCookie(std::string_view token, int64_t max_age_seconds);

}  // namespace hotline::console
