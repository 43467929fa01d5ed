#include "agent_console/gateway/people/page_guard.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace hotline::console {
namespace {

/// Nothing inline: scripts and styles are files of ours, or are adopted by a script of ours.
constexpr char kContentPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr char kTransportPolicy[] = "max-age=31536000";

std::string Lower(std::string_view text) {
  return absl::AsciiStrToLower({text.data(), text.size()});
}

}  // namespace

PageGuard::PageGuard(const std::vector<std::string>& origins) {
  for (const std::string& origin : origins) {
    origins_.insert(Lower(origin));
    hosts_.insert(Lower(origin.substr(origin.find("://") + 3)));
  }
}

std::vector<std::string> PageGuard::LoopbackOrigins(uint16_t port, bool tls) {
  const std::string scheme = tls ? "https://" : "http://";
  return {absl::StrCat(scheme, "localhost:", port), absl::StrCat(scheme, "127.0.0.1:", port),
          absl::StrCat(scheme, "[::1]:", port)};
}

bool PageGuard::IsOurHost(std::string_view host) const {
  return hosts_.contains(Lower(host));
}

absl::Status PageGuard::CheckOrigin(const HttpRequest& request) const {
  const std::string_view site = request.Header("sec-fetch-site");
  if (!site.empty() && site != "same-origin") {
    return absl::PermissionDeniedError("calls come from the console's own page only");
  }
  const std::string_view origin = request.Header("origin");
  if (!request.Has("origin") || origins_.contains(Lower(origin))) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "calls come from the console's own page only; is its address among console.origins?");
}

void PageGuard::Protect(const HttpRequest& request, HttpResponse& response) {
  auto& headers = response.headers;
  headers.emplace_back("Content-Security-Policy", kContentPolicy);
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("X-Frame-Options", "DENY");
  headers.emplace_back("Referrer-Policy", "no-referrer");
  headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  headers.emplace_back("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)");
  if (request.tls) headers.emplace_back("Strict-Transport-Security", kTransportPolicy);
}

std::string FormatSessionCookie(std::string_view token, int64_t max_age_seconds) {
  return absl::StrCat(kSessionCookie, "=", std::string(token),
                      "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=", max_age_seconds);
}

}  // namespace hotline::console
