// The small languages inside HTTP: cookies, query strings, base64. Pure functions; none of them
// fails on hostile text, they return nothing instead.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hotline::console {

/// Returns the value of cookie `name` in a Cookie header (RFC 6265 section 4.2).
std::optional<std::string> FindCookie(std::string_view header, std::string_view name);

/// Returns the decoded value of `name` in a query string.
std::optional<std::string> FindParameter(std::string_view query, std::string_view name);

/// Undoes %xx, and '+' for a space. Returns nothing if an escape is broken.
std::optional<std::string> DecodePercent(std::string_view text);

/// Reads base64, the common or the URL alphabet, padding optional.
std::optional<std::string> DecodeBase64(std::string_view text);

/// Writes base64 of the common alphabet without padding, as Connect's error details want it.
std::string EncodeBase64(std::string_view bytes);

/// Writes base64 of the URL alphabet without padding: fit for a cookie.
std::string EncodeBase64Url(std::string_view bytes);

/// Returns whether a and b are equal without telling by the time taken where they differ.
bool EqualSecrets(std::string_view a, std::string_view b);

}  // namespace hotline::console
