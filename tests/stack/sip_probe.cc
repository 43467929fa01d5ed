#include "tests/stack/sip_probe.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "services/runtime/endpoint.h"

#include <arpa/inet.h>

namespace hotline::test {
namespace {

constexpr uint16_t kViaPort = 5060;
constexpr size_t kMaxAnswer = 65536;
constexpr std::string_view kVersion = "SIP/2.0 ";

// The code of the first final answer in `received`, 0 if there is none yet.
int FinalStatus(const std::string& received) {
  for (size_t at = received.find(kVersion); at != received.npos;
       at = received.find(kVersion, at + 1)) {
    const bool line_start = at == 0 || received[at - 1] == '\n';
    int status = 0;
    const std::string code = received.substr(at + kVersion.size(), 3);
    if (line_start && absl::SimpleAtoi(code, &status) && status >= 200) return status;
  }
  return 0;
}

int Connect(const std::string& address, ProbeTransport transport, ProbeSource source) {
  const auto endpoint = Endpoint::Parse(address);
  if (!endpoint.ok()) return -1;
  const int type = transport == ProbeTransport::kUdp ? SOCK_DGRAM : SOCK_STREAM;
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  if (transport == ProbeTransport::kUdp && source == ProbeSource::kViaPort) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_port = htons(kViaPort);
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
    if (bind(fd, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0) {
      close(fd);
      return -1;
    }
  }
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(endpoint->port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return fd;
  close(fd);
  return -1;
}

}  // namespace

int ProbeSip(const std::string& address, ProbeTransport transport, const std::string& bytes,
             absl::Duration wait, ProbeSource source) {
  const int fd = Connect(address, transport, source);
  if (fd < 0) return -1;
  (void)!send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  const absl::Time deadline = absl::Now() + wait;
  std::string received;
  int status = 0;
  while (status == 0 && received.size() < kMaxAnswer) {
    pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
    const absl::Duration left = std::max(absl::ZeroDuration(), deadline - absl::Now());
    if (poll(&ready, 1, static_cast<int>(absl::ToInt64Milliseconds(left))) <= 0) break;
    std::array<char, 4096> buffer;
    const ssize_t size = recv(fd, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
      status = transport == ProbeTransport::kTcp ? -1 : 0;
      break;
    }
    received.append(buffer.data(), size);
    status = FinalStatus(received);
  }
  close(fd);
  return status;
}

std::string OptionsPing(const std::string& address, ProbeTransport transport) {
  static std::atomic<int> count = 0;
  const std::string id = absl::StrCat("ping", getpid(), "x", ++count);
  return absl::StrCat("OPTIONS sip:", address, " SIP/2.0\r\nVia: SIP/2.0/",
                      transport == ProbeTransport::kUdp ? "UDP" : "TCP",
                      " 127.0.0.1;rport;branch=z9hG4bK", id, "\r\nFrom: <sip:probe@test>;tag=", id,
                      "\r\nTo: <sip:", address, ">\r\nCall-ID: ", id,
                      "\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n");
}

}  // namespace hotline::test
