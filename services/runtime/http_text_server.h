// Answers GET requests for a few fixed paths with text: enough HTTP for Prometheus and curl.
//
// prometheus-cpp's own Exposer takes two seconds to stop and hides why it could not bind. One
// thread, one request per connection, strict limits; meant for the loopback interface only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"

#include "services/runtime/endpoint.h"

namespace hotline {

class HttpTextServer {
 public:
  struct Page {
    std::string path;
    std::string content_type;
    std::function<std::string()> body;  ///< called on the server's thread
  };

  /// Binds and starts the thread.
  /// Returns: as ListenTcp.
  static absl::StatusOr<std::unique_ptr<HttpTextServer>> Start(const Endpoint& listen,
                                                               std::vector<Page> pages);

  /// Stops at once; a request in work is finished first.
  ~HttpTextServer();
  HttpTextServer(const HttpTextServer&) = delete;
  HttpTextServer& operator=(const HttpTextServer&) = delete;

  /// Returns where it listens, with the actual port.
  const Endpoint& address() const { return address_; }

 private:
  HttpTextServer(int listener, int wake, Endpoint address, std::vector<Page> pages);
  void Run();
  void Serve(int connection) const;
  std::string Answer(std::string_view request) const;

  const int listener_;
  const int wake_;  ///< an eventfd that ends Run
  const Endpoint address_;
  const std::vector<Page> pages_;
  std::thread thread_;
};

}  // namespace hotline
