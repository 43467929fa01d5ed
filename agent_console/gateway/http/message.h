// HTTP requests and responses as the rest of the gateway sees them; no sockets here.
//
// All of it lives on the gateway's one thread (Loop).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::console {

/// Names in lower case for requests, as written for responses.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;   ///< "GET"
  std::string target;   ///< "/path?query"
  HttpHeaders headers;  ///< names in lower case
  std::string body;
  std::string address;  ///< the peer's, without port
  bool tls = false;

  /// Returns the first value of `name` (lower case); empty if there is none.
  std::string_view Header(std::string_view name) const;
  /// Returns whether there is such a header, be it empty.
  bool Has(std::string_view name) const;
  /// Returns the target without its query.
  std::string_view path() const;
  /// Returns the target's query without '?'; empty if there is none.
  std::string_view query() const;
};

/// A body that comes in pieces.
class BodyStream {
 public:
  /// A piece, or nothing when the body is over.
  using Take = std::function<void(std::optional<std::string>)>;

  virtual ~BodyStream() = default;
  /// Calls `take` once, when there is a piece; one call at a time. May call it before it returns.
  virtual void Next(Take take) = 0;
  /// The reader is gone: ends soon; a Next() under way is answered with nothing.
  virtual void Cancel() = 0;
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;  ///< Content-Length, Connection and Date are the server's business
  std::string body;
  std::shared_ptr<const std::string> shared_body;  ///< instead of `body`, if set
  std::shared_ptr<BodyStream> stream;              ///< instead of both; the connection then ends
};

/// What answers requests.
class HttpHandler {
 public:
  using Answer = std::function<void(HttpResponse)>;

  virtual ~HttpHandler() = default;
  /// Calls `answer` exactly once, now or later.
  virtual void Handle(HttpRequest request, Answer answer) = 0;
};

/// Returns "Not Found" for 404, and so on.
std::string_view ReasonPhrase(int status);

/// Returns a short text/plain response.
HttpResponse TextResponse(int status, std::string sentence);

}  // namespace hotline::console
