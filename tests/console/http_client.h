// A browser's side of HTTP/1.1, without a browser's kindness: sends any bytes, reads responses.
// Blocking; gives up after its patience.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/runtime/endpoint.h"

namespace hotline::console {

struct TestResponse {
  int status = 0;                              ///< 0: there was none
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  std::string Header(const std::string& name) const;
};

class HttpClient {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  explicit HttpClient(const Endpoint& server);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Sends bytes as they are.
  void Send(const std::string& bytes) const;
  /// Sends a request with Host and Content-Length.
  void Request(const std::string& method, const std::string& target, const Headers& headers = {},
               const std::string& body = "") const;

  /// Reads a response with its body.
  TestResponse Read();
  /// Reads a response's head; the body then comes by ReadChunk.
  TestResponse ReadHead();
  /// Reads a piece of a chunked body; nothing when it is over or the connection broke.
  std::optional<std::string> ReadChunk();
  /// Ends the connection; whoever reads on another thread notices.
  void HangUp() const;
  /// Whether the server has closed the connection, after what it sent.
  bool IsClosed();

 private:
  bool Fill();
  bool ReadUntil(const std::string& mark, std::string& out);
  bool ReadBytes(size_t size, std::string& out);

  int fd_ = -1;
  std::string host_;
  std::string buffer_;
};

}  // namespace hotline::console
