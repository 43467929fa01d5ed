#include "services/runtime/http_text_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"

#include "services/runtime/endpoint.h"
#include "services/runtime/listen_socket.h"

namespace hotline {
namespace {

constexpr size_t kMaxRequestBytes = 8192;
constexpr int kMaxReads = 8;                                   // one byte at a time is no request
constexpr timeval kPeerTimeout = {.tv_sec = 1, .tv_usec = 0};  // a peer that stalls is dropped
constexpr int kAcceptPauseMs = 100;                            // no file descriptors left

std::string Response(std::string_view status, std::string_view type, std::string_view body) {
  return absl::StrCat("HTTP/1.1 ", std::string(status), "\r\nContent-Type: ", std::string(type),
                      "\r\nContent-Length: ", body.size(), "\r\nConnection: close\r\n\r\n",
                      std::string(body));
}

/// Reads up to the empty line that ends a request without body; empty if there is none.
std::string ReadRequest(int connection) {
  std::string request;
  char buffer[2048];
  for (int i = 0; i < kMaxReads && request.size() < kMaxRequestBytes; ++i) {
    const ssize_t got = recv(connection, buffer, sizeof(buffer), 0);
    if (got <= 0) return "";
    request.append(buffer, got);
    if (request.find("\r\n\r\n") != request.npos) return request;
  }
  return "";
}

void WriteAll(int connection, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(sent);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpTextServer>> HttpTextServer::Start(const Endpoint& listen,
                                                                      std::vector<Page> pages) {
  auto socket = ListenTcp(listen, "the metrics page");
  if (!socket.ok()) return socket.status();
  const int wake = eventfd(0, EFD_CLOEXEC);
  if (wake < 0) {
    close(socket->fd);
    return absl::ResourceExhaustedError("no file descriptor for the metrics page");
  }
  return std::unique_ptr<HttpTextServer>(
      new HttpTextServer(socket->fd, wake, std::move(socket->address), std::move(pages)));
}

HttpTextServer::HttpTextServer(int listener, int wake, Endpoint address, std::vector<Page> pages)
    : listener_(listener),
      wake_(wake),
      address_(std::move(address)),
      pages_(std::move(pages)),
      thread_([this] { Run(); }) {}

HttpTextServer::~HttpTextServer() {
  eventfd_write(wake_, 1);
  thread_.join();
  close(listener_);
  close(wake_);
}

void HttpTextServer::Run() {
  pollfd wait_for[] = {{listener_, POLLIN, 0}, {wake_, POLLIN, 0}};
  while (true) {
    if (poll(wait_for, 2, /*timeout=*/-1) < 0) continue;  // EINTR
    if (wait_for[1].revents != 0) return;
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) {
      if (poll(&wait_for[1], 1, kAcceptPauseMs) > 0) return;
      continue;
    }
    Serve(connection);
    close(connection);
  }
}

void HttpTextServer::Serve(int connection) const {
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &kPeerTimeout, sizeof(kPeerTimeout));
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &kPeerTimeout, sizeof(kPeerTimeout));
  WriteAll(connection, Answer(ReadRequest(connection)));
  shutdown(connection, SHUT_RDWR);
}

std::string HttpTextServer::Answer(std::string_view request) const {
  const std::string_view line = request.substr(0, request.find("\r\n"));
  const size_t space = line.find(' ');
  const size_t end = line.find_first_of(" ?", space + 1);
  if (space == line.npos || end == line.npos) {
    return Response("400 Bad Request", "text/plain", "not a request\n");
  }
  if (line.substr(0, space) != "GET") {
    return Response("405 Method Not Allowed", "text/plain", "only GET\n");
  }
  const std::string_view path = line.substr(space + 1, end - space - 1);
  for (const Page& page : pages_) {
    if (page.path == path) return Response("200 OK", page.content_type, page.body());
  }
  return Response("404 Not Found", "text/plain", "no such page\n");
}

}  // namespace hotline
