#include "services/redis/link.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "services/base/check.h"

namespace hotline::redis {
namespace {

Reply CopyReply(const redisReply& r) {
  Reply copy;
  switch (r.type) {
    case REDIS_REPLY_NIL:
      break;
    case REDIS_REPLY_INTEGER:
      copy.type = Reply::Type::kInteger;
      copy.integer = r.integer;
      break;
    case REDIS_REPLY_ARRAY:
      copy.type = Reply::Type::kArray;
      copy.elements.reserve(r.elements);
      for (size_t i = 0; i < r.elements; ++i) copy.elements.push_back(CopyReply(*r.element[i]));
      break;
    default:
      copy.type = Reply::Type::kString;
      copy.text.assign(r.str, r.len);
  }
  return copy;
}

}  // namespace

Link::Link(boost::asio::io_context& io) : socket(io), timer(io) {}

Link::~Link() {
  HOTLINE_CHECK(context == nullptr, "a link goes only after hiredis has let it go");
}

void Link::Attach(redisAsyncContext* ac) {
  context = ac;
  socket.assign(ac->c.fd);
  ac->data = this;
  ac->ev.data = this;
  ac->ev.addRead = [](void* p) {
    static_cast<Link*>(p)->want_read = true;
    static_cast<Link*>(p)->ArmRead();
  };
  ac->ev.delRead = [](void* p) {
    static_cast<Link*>(p)->want_read = false;
  };
  ac->ev.addWrite = [](void* p) {
    static_cast<Link*>(p)->want_write = true;
    static_cast<Link*>(p)->ArmWrite();
  };
  ac->ev.delWrite = [](void* p) {
    static_cast<Link*>(p)->want_write = false;
  };
  // The last that hiredis says before it closes the descriptor and frees the context.
  ac->ev.cleanup = [](void* p) {
    auto self = static_cast<Link*>(p)->shared_from_this();
    if (!self->closing) {
      self->why = absl::UnavailableError(absl::StrCat(
          "Redis: ", self->context->errstr && *self->context->errstr ? self->context->errstr
                                                                     : "the connection broke"));
    }
    self->closing = true;
    self->context = nullptr;
    self->want_read = self->want_write = false;
    self->socket.release();
    self->timer.cancel();
    boost::asio::post(self->socket.get_executor(), [self] {
      auto down = std::move(self->on_up_or_down);
      if (down) down(self->why);
    });
  };
  redisAsyncSetConnectCallback(ac, [](const redisAsyncContext* c, int status) {
    auto* self = static_cast<Link*>(c->data);
    if (status != REDIS_OK) return;  // cleanup follows
    self->connected = true;
    self->timer.cancel();
    if (auto up = self->on_up_or_down) up(absl::OkStatus());
  });
}

void Link::ArmRead() {
  if (read_armed) return;
  read_armed = true;
  socket.async_wait(socket.wait_read, [self = shared_from_this()](boost::system::error_code ec) {
    self->read_armed = false;
    // An aborted wait of a living context is ForgetWritable()'s: it is only begun again.
    const bool aborted = ec == boost::asio::error::operation_aborted;
    if (!self->context || (ec && !aborted)) return;
    if (!aborted && self->want_read) redisAsyncHandleRead(self->context);
    if (self->context && self->want_read) self->ArmRead();
  });
}

void Link::ArmWrite() {
  if (write_armed) return;
  write_armed = true;
  if (!connected) return AwaitWritable();
  // A socket nearly always has room: asking for it first would cost more than the write. Not at
  // once: hiredis may be in the middle of something, and more commands may come in this turn.
  boost::asio::post(socket.get_executor(), [self = shared_from_this()] { self->Write(); });
}

void Link::Write() {
  if (context && want_write) redisAsyncHandleWrite(context);
  if (context && want_write) return AwaitWritable();
  write_armed = false;
}

void Link::AwaitWritable() {
  socket.async_wait(socket.wait_write, [self = shared_from_this()](boost::system::error_code ec) {
    if (ec || !self->context) return;
    self->ForgetWritable();
    self->Write();
  });
}

/// Once asked for, room is told of for good: over a Unix socket each time that Redis has read
/// something, which wakes us for nothing. Registered anew, only what comes in is told of.
void Link::ForgetWritable() {
  socket.assign(socket.release());
}

std::chrono::steady_clock::time_point Link::due() const {
  return oldest_since + absl::ToChronoNanoseconds(pending.front().timeout);
}

/// Wakes when the oldest command is due, looks again, and sleeps on if a younger one is oldest by
/// then: no timer is touched per command. Only one that is due before the timer moves it: behind a
/// patient command that has its answer, an impatient one must not wait for the other's time-out.
void Link::ArmTimer() {
  if (pending.empty() || closing) return;
  if (timer_armed && armed_for <= due()) return;
  timer_armed = true;
  armed_for = due();
  timer.expires_at(armed_for);
  timer.async_wait([self = shared_from_this()](boost::system::error_code ec) {
    if (ec) return;  // moved, or the link is down
    self->timer_armed = false;
    if (self->closing || self->pending.empty()) return;
    if (std::chrono::steady_clock::now() >= self->due()) {
      self->Close(absl::DeadlineExceededError("Redis did not answer in time"));
    } else {
      self->ArmTimer();
    }
  });
}

void Link::Close(absl::Status status) {
  if (closing) return;
  closing = true;
  why = std::move(status);
  if (context) redisAsyncFree(context);  // inside a callback hiredis waits for its end
}

void Link::OnReply(const redisReply* reply) {
  // Without a reply hiredis is freeing; the owner fails what is pending when the link is down.
  if (reply == nullptr || closing || pending.empty()) return;
  auto callback = std::move(pending.front().callback);
  pending.pop_front();
  got_reply = true;
  oldest_since = std::chrono::steady_clock::now();
  ArmTimer();
  if (reply->type == REDIS_REPLY_ERROR) {
    callback(ErrorToStatus({reply->str, reply->len}));
  } else {
    callback(CopyReply(*reply));
  }
}

}  // namespace hotline::redis
