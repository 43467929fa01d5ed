#include "services/media/rtp/port_pool.h"

#include <string.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"

#include "services/base/check.h"

#include <netinet/in.h>
#include <netinet/ip.h>

namespace hotline::media {

// Which pairs are in our own hands. Other processes' ports show when binding.
struct PortPair::Book {
  enum class State : uint8_t { kFree, kUsed, kClosing };

  Book(uint16_t first_port, size_t pairs)
      : first(first_port), states(pairs), random(std::random_device{}()) {}

  State& state_of(uint16_t port) { return states[(port - first) / 2u]; }

  uint16_t port_at(size_t index) const { return static_cast<uint16_t>(first + 2 * index); }

  const uint16_t first;
  std::mutex mutex;
  std::condition_variable freed;
  std::vector<State> states;
  std::mt19937 random;
};

PortPair::PortPair(std::shared_ptr<Book> book, uint16_t port, UniqueFd rtp, UniqueFd rtcp)
    : book_(std::move(book)), port_(port), rtp_(std::move(rtp)), rtcp_(std::move(rtcp)) {}

PortPair::PortPair(PortPair&&) noexcept = default;

PortPair::~PortPair() {
  if (!book_) return;
  // Closed before it is told: whoever is told may bind.
  UniqueFd(std::move(rtp_));
  UniqueFd(std::move(rtcp_));
  std::lock_guard lock(book_->mutex);
  book_->state_of(port_) = Book::State::kFree;
  book_->freed.notify_all();
}

PortPool::PortPool(uint32_t address, PortRange range) : address_(address) {
  const unsigned first = (range.first + 1u) & ~1u, last = range.last & ~1u;
  HOTLINE_CHECK(first > 0 && first <= last, "the configuration is checked before");
  book_ = std::make_shared<PortPair::Book>(static_cast<uint16_t>(first), (last - first) / 2 + 1);
}

absl::StatusOr<PortPair> PortPool::Open(uint16_t wanted) {
  using State = PortPair::Book::State;
  std::unique_lock lock(book_->mutex);
  const size_t pairs = book_->states.size();
  if (wanted != 0) {
    if (wanted % 2 != 0 || wanted < book_->first || wanted > book_->port_at(pairs - 1)) {
      return absl::InvalidArgumentError(absl::StrCat("port ", wanted, " is no even port between ",
                                                     book_->first, " and ",
                                                     book_->port_at(pairs - 1)));
    }
    State& state = book_->state_of(wanted);
    book_->freed.wait_for(lock, absl::ToChronoMilliseconds(kMaxClosingWait),
                          [&] { return state != State::kClosing; });
    if (state != State::kFree) {
      return absl::AlreadyExistsError(absl::StrCat("port ", wanted, " carries another leg"));
    }
    return Bind(wanted);
  }
  const size_t start = book_->random() % pairs;
  for (size_t i = 0; i < pairs; ++i) {
    const uint16_t port = book_->port_at((start + i) % pairs);
    if (book_->state_of(port) != State::kFree) continue;
    auto pair = Bind(port);
    if (pair.ok() || !absl::IsAlreadyExists(pair.status())) return pair;
  }
  return absl::UnavailableError("no RTP port is free: widen media.rtp_ports");
}

void PortPool::MarkClosing(uint16_t port) {
  std::lock_guard lock(book_->mutex);
  auto& state = book_->state_of(port);
  if (state == PortPair::Book::State::kUsed) state = PortPair::Book::State::kClosing;
}

namespace {

absl::StatusOr<UniqueFd> BindUdp(uint32_t address, uint16_t port) {
  UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return absl::ResourceExhaustedError(absl::StrCat("socket: ", strerror(errno)));
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(address);
  where.sin_port = htons(port);
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) {
    const int error = errno;
    const std::string text = absl::StrCat("UDP port ", port, ": ", strerror(error));
    return error == EADDRINUSE ? absl::AlreadyExistsError(text) : absl::UnavailableError(text);
  }
  // Expedited forwarding, DSCP 46 (RFC 3246): routers that look at it let voice pass first.
  const int tos = 46 << 2;
  setsockopt(fd.get(), IPPROTO_IP, IP_TOS, &tos, sizeof tos);
  return fd;
}

}  // namespace

// Requires: book_->mutex is held.
absl::StatusOr<PortPair> PortPool::Bind(uint16_t port) {
  auto rtp = BindUdp(address_, port);
  if (!rtp.ok()) return rtp.status();
  auto rtcp = BindUdp(address_, static_cast<uint16_t>(port + 1));
  if (!rtcp.ok()) return rtcp.status();
  book_->state_of(port) = PortPair::Book::State::kUsed;
  return PortPair(book_, port, *std::move(rtp), *std::move(rtcp));
}

}  // namespace hotline::media
