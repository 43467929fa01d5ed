#include "services/runtime/listen_socket.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

#include <netinet/in.h>

namespace hotline {
namespace {

constexpr int kBacklog = 64;

absl::Status ToStatus(int error, const Endpoint& endpoint, std::string_view what) {
  const std::string place =
      absl::StrCat(std::string(what), " cannot listen on ", endpoint.ToString(), ": ");
  switch (error) {
    case EADDRINUSE:
      return absl::AlreadyExistsError(absl::StrCat(place, "the port is in use by another process"));
    case EADDRNOTAVAIL:
      return absl::InvalidArgumentError(absl::StrCat(place, "the address is not of this host"));
    case EACCES:
      return absl::PermissionDeniedError(absl::StrCat(place, "not permitted"));
    default:
      return absl::UnavailableError(absl::StrCat(place, strerror(error)));
  }
}

uint16_t PortOf(int fd) {
  sockaddr_storage address = {};
  socklen_t length = sizeof(address);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  // sin_port and sin6_port are at the same place.
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

}  // namespace

absl::StatusOr<ListenSocket> ListenTcp(const Endpoint& endpoint, std::string_view what) {
  addrinfo hints = {};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(endpoint.port);
  if (getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found) != 0) {
    return ToStatus(EADDRNOTAVAIL, endpoint, what);
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return ToStatus(errno, endpoint, what);
  // Without it a port whose last connections are in TIME_WAIT would look taken.
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, kBacklog) != 0) {
    const int error = errno;
    close(fd);
    return ToStatus(error, endpoint, what);
  }
  return ListenSocket{fd, {endpoint.host, PortOf(fd)}};
}

absl::Status ExplainListenFailure(const Endpoint& endpoint, std::string_view what) {
  const auto socket = ListenTcp(endpoint, what);
  if (!socket.ok()) return socket.status();
  close(socket->fd);
  return absl::UnavailableError(
      absl::StrCat(std::string(what), " cannot listen on ", endpoint.ToString()));
}

}  // namespace hotline
