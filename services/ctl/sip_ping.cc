#include "services/ctl/sip_ping.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

#include "services/ctl/endpoints.h"

namespace hotline::ctl {
namespace {

/// RFC 3261 section 17.1.2.2: a non-INVITE request over UDP is repeated after T1, then twice as
/// late each time, never later than T2.
constexpr absl::Duration kT1 = absl::Milliseconds(500);
constexpr absl::Duration kT2 = absl::Seconds(4);
constexpr size_t kMaxDatagram = 65'535;

class UdpSocket {
 public:
  /// Connects to the peer, so that the kernel filters other senders and reports a closed port.
  static absl::StatusOr<std::unique_ptr<UdpSocket>> Connect(const Endpoint& peer) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    const std::string port = absl::StrCat(peer.port);
    if (const int error = getaddrinfo(peer.host.c_str(), port.c_str(), &hints, &found)) {
      return absl::InvalidArgumentError(
          absl::StrCat("host ", peer.host, " is not known: ", gai_strerror(error)));
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
    auto udp = std::make_unique<UdpSocket>(socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (udp->fd_ < 0 || connect(udp->fd_, found->ai_addr, found->ai_addrlen) != 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("no way to ", peer.host));
    }
    return udp;
  }

  explicit UdpSocket(int fd) : fd_(fd) {}

  ~UdpSocket() {
    if (fd_ >= 0) close(fd_);
  }

  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  /// Our own end, as HOST:PORT.
  std::string Local() const {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> port{};
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    getsockname(fd_, raw, &size);
    getnameinfo(raw, size, host.data(), host.size(), port.data(), port.size(),
                NI_NUMERICHOST | NI_NUMERICSERV);
    const bool v6 = address.ss_family == AF_INET6;
    return v6 ? absl::StrCat("[", host.data(), "]:", port.data())
              : absl::StrCat(host.data(), ":", port.data());
  }

  /// A refused datagram counts as lost: the server may still be starting.
  void Send(const std::string& text) const { (void)send(fd_, text.data(), text.size(), 0); }

  /// Returns the next datagram, or nothing if none came until `deadline`.
  std::optional<std::string> Receive(absl::Time deadline) const {
    for (absl::Time now = absl::Now(); now < deadline; now = absl::Now()) {
      pollfd wait{.fd = fd_, .events = POLLIN, .revents = 0};
      poll(&wait, 1, static_cast<int>(absl::ToInt64Milliseconds(deadline - now)) + 1);
      std::string datagram(kMaxDatagram, '\0');
      const ssize_t size = recv(fd_, datagram.data(), datagram.size(), MSG_DONTWAIT);
      if (size < 0 && errno == ECONNREFUSED) return std::nullopt;
      if (size < 0) continue;
      datagram.resize(static_cast<size_t>(size));
      return datagram;
    }
    return std::nullopt;
  }

 private:
  int fd_;
};

SipPingIds RandomIds() {
  std::random_device random;
  const auto word = [&random] {
    return absl::StrFormat("%08x%08x", random(), random());
  };
  return {.branch = absl::StrCat("z9hG4bK", word()), .call_id = word()};
}

/// The value of the first header with this name, long or compact.
std::string HeaderValue(const std::vector<std::string>& lines, std::string_view name,
                        std::string_view compact) {
  for (const std::string& line : lines) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string head(absl::StripAsciiWhitespace(line.substr(0, colon)));
    if (absl::EqualsIgnoreCase(head, std::string(name)) ||
        absl::EqualsIgnoreCase(head, std::string(compact))) {
      return std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
    }
  }
  return "";
}

}  // namespace

std::string MakeOptions(std::string_view local, std::string_view peer, const SipPingIds& ids) {
  const std::string here(local);
  const std::string there(peer);
  return absl::StrCat("OPTIONS sip:", there, " SIP/2.0\r\n",                                    //
                      "Via: SIP/2.0/UDP ", here, ";branch=", ids.branch, ";rport\r\n",          //
                      "Max-Forwards: 70\r\n",                                                   //
                      "From: <sip:hotline-ctl@", here, ">;tag=", ids.branch.substr(7), "\r\n",  //
                      "To: <sip:", there, ">\r\n",                                              //
                      "Call-ID: ", ids.call_id, "\r\n",                                         //
                      "CSeq: 1 OPTIONS\r\n",                                                    //
                      "Contact: <sip:hotline-ctl@", here, ">\r\n",                              //
                      "Accept: application/sdp\r\n",                                            //
                      "Content-Length: 0\r\n\r\n");
}

std::optional<SipReply> ReadFinalReply(std::string_view datagram, const SipPingIds& ids) {
  const std::vector<std::string> lines =
      absl::StrSplit(absl::string_view(datagram.data(), datagram.size()), absl::ByString("\r\n"));
  const std::vector<std::string> words = absl::StrSplit(lines.front(), absl::MaxSplits(' ', 2));
  SipReply reply;
  if (words.size() < 2 || words[0] != "SIP/2.0" || !absl::SimpleAtoi(words[1], &reply.status)) {
    return std::nullopt;
  }
  const bool ours = HeaderValue(lines, "Call-ID", "i") == ids.call_id &&
                    absl::StrContains(HeaderValue(lines, "Via", "v"), ids.branch);
  if (!ours || reply.status < 200 || reply.status > 699) return std::nullopt;
  if (words.size() == 3) reply.reason = words[2];
  return reply;
}

absl::StatusOr<SipReply> SipPing(const std::string& address, absl::Duration timeout) {
  const absl::StatusOr<Endpoint> peer = ParseAddress(address);
  if (!peer.ok()) return peer.status();
  const auto udp = UdpSocket::Connect(*peer);
  if (!udp.ok()) return udp.status();
  const SipPingIds ids = RandomIds();
  const std::string request = MakeOptions((*udp)->Local(), address, ids);
  const absl::Time start = absl::Now();
  absl::Duration wait = kT1;
  for (absl::Time now = start; now < start + timeout; now = absl::Now()) {
    (*udp)->Send(request);
    const absl::Time resend = std::min(start + timeout, now + wait);
    while (const auto datagram = (*udp)->Receive(resend)) {
      std::optional<SipReply> reply = ReadFinalReply(*datagram, ids);
      if (!reply) continue;
      reply->after = absl::Now() - start;
      return *reply;
    }
    // After a refused datagram there is nobody to wait for: still not before the next due time.
    absl::SleepFor(std::max(absl::ZeroDuration(), resend - absl::Now()));
    wait = std::min(2 * wait, kT2);
  }
  return absl::UnavailableError(
      absl::StrCat("no SIP answer from ", address, " within ", absl::FormatDuration(timeout)));
}

}  // namespace hotline::ctl
