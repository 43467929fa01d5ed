#include "services/redis/connection.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "services/redis/link.h"

namespace hotline::redis {
namespace {

namespace asio = boost::asio;

std::chrono::steady_clock::time_point After(absl::Duration d) {
  return std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(d);
}

}  // namespace

absl::StatusOr<ConnectionOptions> ParseAddress(std::string_view address) {
  ConnectionOptions options;
  if (address.starts_with("unix:")) {
    options.unix_path = address.substr(5);
    if (!options.unix_path.empty()) return options;
  } else if (const size_t colon = address.rfind(':'); colon != address.npos && colon > 0) {
    const std::string_view port = address.substr(colon + 1);
    const auto [stop, error] = std::from_chars(port.begin(), port.end(), options.port);
    options.host = address.substr(0, colon);
    if (error == std::errc() && stop == port.end() && options.port > 0 && options.port < 65536) {
      return options;
    }
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", std::string(address), "\" is no Redis address; write host:port or unix:/path"));
}

class Connection::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& io, ConnectionOptions options)
      : io_(io),
        options_(std::move(options)),
        pause_timer_(io),
        resolver_(io),
        pause_(options_.first_pause) {}

  void Start(LinkCallback on_link) {
    on_link_ = std::move(on_link);
    asio::post(io_, [self = shared_from_this()] { self->Connect(); });
  }

  void Stop() {
    stopped_ = true;
    on_link_ = nullptr;
    pause_timer_.cancel();
    resolver_.cancel();
    if (!link_) return;
    auto link = std::move(link_);
    link->on_up_or_down = nullptr;
    link->timer.cancel();
    link->Close(absl::CancelledError("the connection to Redis was closed"));
    FailPending(*link);
  }

  bool up() const { return link_ && link_->connected && !link_->closing; }

  void Command(const std::vector<std::string>& args, Callback callback, absl::Duration timeout) {
    if (!up()) return Refuse(std::move(callback), absl::UnavailableError("Redis is not connected"));
    if (link_->pending.size() >= options_.max_in_flight) {
      return Refuse(std::move(callback),
                    absl::ResourceExhaustedError("too many Redis commands are under way"));
    }
    argv_.clear();
    lengths_.clear();
    for (const std::string& arg : args) {
      argv_.push_back(arg.data());
      lengths_.push_back(arg.size());
    }
    if (link_->pending.empty()) link_->oldest_since = std::chrono::steady_clock::now();
    const int sent = redisAsyncCommandArgv(
        link_->context,
        [](redisAsyncContext* c, void* reply, void*) {
          // Frees happen inside OnReply's callbacks, so keep the link.
          auto link = static_cast<Link*>(c->data)->shared_from_this();
          link->OnReply(static_cast<const redisReply*>(reply));
        },
        nullptr, static_cast<int>(argv_.size()), argv_.data(), lengths_.data());
    if (sent != REDIS_OK) {
      return Refuse(std::move(callback), absl::UnavailableError("Redis connection is closing"));
    }
    link_->pending.push_back({std::move(callback), std::max(timeout, options_.command_timeout)});
    link_->ArmTimer();
  }

 private:
  using Resolver = asio::ip::tcp::resolver;

  void Refuse(Callback callback, absl::Status status) {
    asio::post(io_,
               [callback = std::move(callback), status = std::move(status)] { callback(status); });
  }

  /// hiredis would ask the name service and wait for it, so only addresses go there.
  void Connect() {
    if (stopped_) return;
    boost::system::error_code not_an_address;
    asio::ip::make_address(options_.host, not_an_address);
    if (!options_.unix_path.empty() || !not_an_address) return ConnectTo(options_.host);
    resolver_.async_resolve(options_.host, std::string(),
                            [weak = weak_from_this()](boost::system::error_code ec,
                                                      const Resolver::results_type& found) {
                              const auto self = weak.lock();
                              if (!self || self->stopped_) return;
                              if (!ec) {
                                // The next one after a failure: Redis may listen at one of a name's
                                // addresses only.
                                const auto next =
                                    std::next(found.begin(), self->attempts_++ % found.size());
                                return self->ConnectTo(next->endpoint().address().to_string());
                              }
                              self->Retry(absl::UnavailableError(absl::StrCat(
                                  "cannot find Redis: ", self->options_.host, ": ", ec.message())));
                            });
  }

  void ConnectTo(const std::string& address) {
    redisAsyncContext* ac = options_.unix_path.empty()
                                ? redisAsyncConnect(address.c_str(), options_.port)
                                : redisAsyncConnectUnix(options_.unix_path.c_str());
    if (ac == nullptr || ac->err) {
      const std::string why = ac ? ac->errstr : "out of memory";
      if (ac) redisAsyncFree(ac);
      return Retry(absl::UnavailableError(absl::StrCat("cannot connect to Redis: ", why)));
    }
    link_ = std::make_shared<Link>(io_);
    link_->on_up_or_down = [weak = weak_from_this()](const absl::Status& status) {
      if (auto self = weak.lock()) self->OnLink(status);
    };
    link_->Attach(ac);
    link_->timer.expires_at(After(options_.connect_timeout));
    link_->timer.async_wait([link = link_](boost::system::error_code ec) {
      if (!ec && !link->connected) {
        link->Close(absl::DeadlineExceededError("Redis did not accept the connection in time"));
      }
    });
  }

  void OnLink(const absl::Status& status) {
    if (stopped_) return;
    if (status.ok()) {
      if (on_link_) on_link_(status);
      return;
    }
    auto link = std::move(link_);
    if (link) {
      if (link->got_reply) pause_ = options_.first_pause;
      FailPending(*link);
    }
    Retry(status);
  }

  /// Pauses, then connects again. A Redis that accepts connections but never answers gets the
  /// growing pause as well: only a reply resets it.
  void Retry(const absl::Status& why) {
    if (stopped_) return;
    pause_timer_.expires_at(After(pause_));
    pause_ = std::min(pause_ * 2, options_.longest_pause);
    pause_timer_.async_wait([self = shared_from_this()](boost::system::error_code ec) {
      if (!ec) self->Connect();
    });
    if (on_link_) on_link_(why);
  }

  void FailPending(Link& link) {
    auto pending = std::exchange(link.pending, {});
    for (auto& p : pending) p.callback(link.why);
  }

  asio::io_context& io_;
  const ConnectionOptions options_;
  LinkCallback on_link_;
  asio::steady_timer pause_timer_;
  Resolver resolver_;
  size_t attempts_ = 0;  ///< by name
  absl::Duration pause_;
  std::shared_ptr<Link> link_;
  bool stopped_ = false;
  std::vector<const char*> argv_;  // kept for their capacity
  std::vector<size_t> lengths_;
};

Connection::Connection(asio::io_context& io, ConnectionOptions options)
    : impl_(std::make_shared<Impl>(io, std::move(options))) {}

Connection::~Connection() {
  impl_->Stop();
}

void Connection::Start(LinkCallback on_link) {
  impl_->Start(std::move(on_link));
}

void Connection::Stop() {
  impl_->Stop();
}

bool Connection::up() const {
  return impl_->up();
}

void Connection::Command(const std::vector<std::string>& args, Callback callback,
                         absl::Duration timeout) {
  impl_->Command(args, std::move(callback), timeout);
}

void Connection::Fcall(std::string_view name, const std::vector<std::string>& keys,
                       const std::vector<std::string>& args, Callback callback,
                       absl::Duration timeout) {
  std::vector<std::string> all{"FCALL", std::string(name), absl::StrCat(keys.size())};
  all.insert(all.end(), keys.begin(), keys.end());
  all.insert(all.end(), args.begin(), args.end());
  impl_->Command(all, std::move(callback), timeout);
}

}  // namespace hotline::redis
