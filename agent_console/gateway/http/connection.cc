#include "agent_console/gateway/http/connection.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace hotline::console {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::awaitable;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

/// Read at once from a socket.
constexpr size_t kReadBytes = 16 << 10;
/// What a peer may still send after we have said that it is over, and for how long.
constexpr size_t kLingerBytes = 1 << 20;
constexpr absl::Duration kLingerTime = absl::Seconds(1);
/// Bytes a peer may send while it reads a stream; it has nothing to say then.
constexpr size_t kMaxEarlyBytes = 4 << 10;

class OneConnection final : public Connection, public std::enable_shared_from_this<OneConnection> {
 public:
  OneConnection(std::shared_ptr<Connections> all, tcp::socket socket, std::string address)
      : all_(std::move(all)),
        socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        address_(std::move(address)) {
    if (all_->tls) tls_.emplace(socket_, *all_->tls);
    ++all_->count;
    ++all_->per_address[address_];
    all_->metrics.connections.Set(all_->count);
  }

  ~OneConnection() override {
    --all_->count;
    const auto mine = all_->per_address.find(address_);
    if (--mine->second == 0) all_->per_address.erase(mine);
    all_->metrics.connections.Set(all_->count);
    if (all_->count == 0 && all_->on_last_gone) std::exchange(all_->on_last_gone, nullptr)();
  }

  OneConnection(const OneConnection&) = delete;
  OneConnection& operator=(const OneConnection&) = delete;

  awaitable<void> Run() override {
    const auto self = shared_from_this();
    ErrorCode error;
    if (tls_) {
      Arm(all_->limits.header_time);
      auto token = asio::redirect_error(asio::use_awaitable, error);
      co_await tls_->async_handshake(asio::ssl::stream_base::server, token);
      if (error) co_return;
    }
    bool again = true;
    while (again) again = co_await ServeOne();
    co_await Linger();
  }

  void CloseIfIdle() override {
    if (idle_) socket_.cancel(ignored_);
  }

 private:
  using Parser = http::request_parser<http::string_body>;

  void Arm(absl::Duration time) {
    timed_out_ = false;
    timer_.expires_after(absl::ToChronoNanoseconds(time));
    timer_.async_wait([weak = weak_from_this()](const ErrorCode& error) {
      const auto self = weak.lock();
      // An expiry that was moved meanwhile is no expiry.
      if (error || !self || self->timer_.expiry() > std::chrono::steady_clock::now()) return;
      self->timed_out_ = true;
      self->socket_.cancel(self->ignored_);
    });
  }

  void Disarm() { timer_.cancel(); }

  awaitable<size_t> ReadSome(ErrorCode& error) {
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const auto space = asio::buffer(chunk_);
    if (tls_) co_return co_await tls_->async_read_some(space, token);
    co_return co_await socket_.async_read_some(space, token);
  }

  awaitable<void> Write(const std::vector<asio::const_buffer>& buffers, ErrorCode& error) {
    auto token = asio::redirect_error(asio::use_awaitable, error);
    Arm(all_->limits.write_time);
    if (tls_) {
      co_await asio::async_write(*tls_, buffers, token);
    } else {
      co_await asio::async_write(socket_, buffers, token);
    }
    Disarm();
  }

  /// Returns whether the connection can take another request.
  awaitable<bool> ServeOne() {
    Parser parser;
    parser.eager(true);
    parser.header_limit(static_cast<std::uint32_t>(all_->limits.max_header_bytes));
    parser.body_limit(all_->limits.max_body_bytes);
    const int problem = co_await Read(parser);
    if (problem == kGone) co_return false;
    if (problem != 0) {
      all_->metrics.broken_requests.Add();
      HttpResponse sorry = TextResponse(problem, Sorry(problem));
      co_await Respond(sorry, /*keep_alive=*/false, /*head_only=*/false);
      co_return false;
    }
    const bool keep_alive = parser.get().keep_alive() && !all_->stopping;
    HttpRequest request = ToRequest(parser);
    const bool head_only = request.method == "HEAD";
    HttpResponse response = co_await Ask(request);
    if (response.stream) {
      co_await RespondStream(response);
      co_return false;
    }
    co_return co_await Respond(response, keep_alive, head_only);
  }

  static constexpr int kGone = -1;

  std::string Sorry(int status) const {
    switch (status) {
      case 408:
        return "the request did not arrive in time";
      case 413:
        return absl::StrCat("the body is larger than ", all_->limits.max_body_bytes, " bytes");
      case 431:
        return absl::StrCat("the headers are larger than ", all_->limits.max_header_bytes,
                            " bytes");
      default:
        return "this is no HTTP/1.1 request";
    }
  }

  /// Reads a request. Returns 0, kGone, or the status to answer with.
  awaitable<int> Read(Parser& parser) {
    bool begun = !input_.empty(), continued = false, in_body = false;
    idle_ = !begun;
    Arm(begun ? all_->limits.header_time : all_->limits.idle_time);
    while (true) {
      if (!input_.empty()) {
        ErrorCode error;
        const size_t used = parser.put(asio::const_buffer(input_.data(), input_.size()), error);
        input_.erase(0, used);
        if (error == http::error::body_limit) co_return 413;
        if (error == http::error::header_limit) co_return 431;
        if (error && error != http::error::need_more) co_return 400;
        if (parser.is_done()) break;
        if (parser.is_header_done() && !in_body) {
          in_body = true;
          Arm(all_->limits.body_time);
        }
        if (in_body && !continued && parser.get().count(http::field::expect) > 0) {
          continued = true;
          co_await SendContinue();
        }
        if (used > 0 && !input_.empty()) continue;
      }
      // What the parser wants more of before it takes any: a head, or the head of a chunk.
      if (input_.size() > all_->limits.max_header_bytes) co_return 431;
      ErrorCode error;
      const size_t size = co_await ReadSome(error);
      if (error) co_return timed_out_&& begun ? 408 : kGone;
      if (!std::exchange(begun, true)) Arm(all_->limits.header_time);
      idle_ = false;
      input_.append(chunk_.data(), size);
    }
    Disarm();
    co_return parser.get().count(http::field::host) == 1 ? 0 : 400;
  }

  awaitable<void> SendContinue() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const std::vector<asio::const_buffer> buffers{asio::buffer(kContinue)};
    ErrorCode error;
    co_await Write(buffers, error);
    Arm(all_->limits.body_time);
  }

  HttpRequest ToRequest(Parser& parser) const {
    auto message = parser.release();
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message) {
      request.headers.emplace_back(
          absl::AsciiStrToLower({field.name_string().data(), field.name_string().size()}),
          std::string(field.value()));
    }
    request.body = std::move(message.body());
    request.address = address_;
    request.tls = tls_.has_value();
    return request;
  }

  awaitable<HttpResponse> Ask(HttpRequest& request) {
    auto start = [this, &request](auto resume) {
      // std::function wants to be copyable.
      auto held = std::make_shared<decltype(resume)>(std::move(resume));
      all_->handler.Handle(
          std::move(request), [held, executor = socket_.get_executor()](HttpResponse response) {
            auto answer = std::make_shared<HttpResponse>(std::move(response));
            asio::post(executor, [held, answer] { std::move (*held)(std::move(*answer)); });
          });
    };
    co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(HttpResponse)>(
        start, asio::use_awaitable);
  }

  awaitable<std::optional<std::string>> Next(BodyStream& stream) {
    auto start = [this, &stream](auto resume) {
      auto held = std::make_shared<decltype(resume)>(std::move(resume));
      stream.Next([held, executor = socket_.get_executor()](std::optional<std::string> piece) {
        auto answer = std::make_shared<std::optional<std::string>>(std::move(piece));
        asio::post(executor, [held, answer] { std::move (*held)(std::move(*answer)); });
      });
    };
    co_return co_await asio::async_initiate<decltype(asio::use_awaitable),
                                            void(std::optional<std::string>)>(start,
                                                                              asio::use_awaitable);
  }

  static std::string Head(const HttpResponse& response, std::string_view framing, bool keep_alive) {
    std::string head = absl::StrCat(
        "HTTP/1.1 ", response.status, " ", std::string(ReasonPhrase(response.status)), "\r\nDate: ",
        absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now(), absl::UTCTimeZone()), "\r\n",
        std::string(framing), "\r\n");
    if (!keep_alive) head += "Connection: close\r\n";
    for (const auto& [name, value] : response.headers) {
      absl::StrAppend(&head, name, ": ", value, "\r\n");
    }
    return head + "\r\n";
  }

  awaitable<bool> Respond(const HttpResponse& response, bool keep_alive, bool head_only) {
    const std::string& body = response.shared_body ? *response.shared_body : response.body;
    const std::string length = absl::StrCat("Content-Length: ", body.size());
    const std::string head = Head(response, length, keep_alive);
    std::vector<asio::const_buffer> buffers{asio::buffer(head)};
    if (!head_only && response.status != 304) buffers.push_back(asio::buffer(body));
    ErrorCode error;
    co_await Write(buffers, error);
    co_return !error && keep_alive;
  }

  awaitable<void> RespondStream(const HttpResponse& response) {
    const std::shared_ptr<BodyStream> stream = response.stream;
    const std::string head = Head(response, "Transfer-Encoding: chunked", /*keep_alive=*/false);
    const std::vector<asio::const_buffer> first{asio::buffer(head)};
    ErrorCode error;
    co_await Write(first, error);
    asio::co_spawn(socket_.get_executor(), NoticeEnd(shared_from_this(), stream), asio::detached);
    while (!error && !gone_) {
      const std::optional<std::string> piece = co_await Next(*stream);
      if (!piece) break;
      const std::string size = absl::StrCat(absl::Hex(piece->size()), "\r\n");
      const std::vector<asio::const_buffer> buffers{asio::buffer(size), asio::buffer(*piece),
                                                    asio::buffer("\r\n", 2)};
      co_await Write(buffers, error);
    }
    stream->Cancel();
    if (error || gone_) co_return;
    const std::vector<asio::const_buffer> last{asio::buffer("0\r\n\r\n", 5)};
    co_await Write(last, error);
  }

  /// Reads while a stream is written: a peer that closes its page is noticed at once.
  static awaitable<void> NoticeEnd(std::shared_ptr<OneConnection> self,
                                   std::shared_ptr<BodyStream> stream) {
    ErrorCode error;
    std::vector<char> bytes(kMaxEarlyBytes);
    size_t total = 0;
    while (!error && total < kMaxEarlyBytes) {
      auto token = asio::redirect_error(asio::use_awaitable, error);
      const auto space = asio::buffer(bytes);
      if (self->tls_) {
        total += co_await self->tls_->async_read_some(space, token);
      } else {
        total += co_await self->socket_.async_read_some(space, token);
      }
    }
    self->gone_ = true;
    stream->Cancel();
  }

  /// Reads on for a moment: closing with unread bytes would take our last words back.
  awaitable<void> Linger() {
    socket_.shutdown(tcp::socket::shutdown_send, ignored_);
    Arm(kLingerTime);
    ErrorCode error;
    size_t total = 0;
    while (!error && !gone_ && total < kLingerBytes) {
      auto token = asio::redirect_error(asio::use_awaitable, error);
      const auto space = asio::buffer(chunk_);
      total += co_await socket_.async_read_some(space, token);
    }
    Disarm();
    socket_.close(ignored_);
  }

  const std::shared_ptr<Connections> all_;
  tcp::socket socket_;
  std::optional<asio::ssl::stream<tcp::socket&>> tls_;
  asio::steady_timer timer_;
  const std::string address_;
  std::vector<char> chunk_ = std::vector<char>(kReadBytes);
  std::string input_;  ///< read and not yet parsed
  bool timed_out_ = false;
  bool idle_ = false;
  bool gone_ = false;
  ErrorCode ignored_;
};

}  // namespace

bool Connections::HaveRoomFor(const std::string& address) const {
  const auto known = per_address.find(address);
  return count < limits.max_connections &&
         (known == per_address.end() || known->second < limits.max_connections_per_address);
}

std::shared_ptr<Connection> Connection::Make(std::shared_ptr<Connections> all, tcp::socket socket,
                                             std::string address) {
  return std::make_shared<OneConnection>(std::move(all), std::move(socket), std::move(address));
}

}  // namespace hotline::console
