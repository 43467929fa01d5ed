// A SIP phone for tests: the endpoint itself, used from the other side. Real SIP on loopback.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "gtest/gtest.h"

#include "services/call/sip/sip_endpoint.h"

namespace hotline::call {

inline constexpr absl::Duration kTestPatience = absl::Seconds(10);

/// Collects events of other threads and waits for them.
class Inbox {
 public:
  void Put(Event event) {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
    }
    arrived_.notify_all();
  }

  /// Returns the next event of type E; those before it are dropped. Nothing if none comes.
  template <class E>
  std::optional<E> Await() {
    const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoSeconds(kTestPatience);
    std::unique_lock lock(mutex_);
    for (;;) {
      while (!events_.empty()) {
        Event event = std::move(events_.front());
        events_.pop_front();
        if (auto* wanted = std::get_if<E>(&event)) return std::move(*wanted);
      }
      if (arrived_.wait_until(lock, deadline) == std::cv_status::timeout) return std::nullopt;
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Event> events_;
};

class Phone {
 public:
  /// `proxy`: where its calls go. `listen`: a free port if it names none.
  explicit Phone(Endpoint proxy, SipOptions options = {}, Endpoint listen = {"127.0.0.1", 0}) {
    options.listen = std::move(listen);
    options.proxy = std::move(proxy);
    options.domain = "test.invalid";
    auto started =
        SipEndpoint::Start(options, absl::Now,
                           {.on_event = [this](Event event) { inbox.Put(std::move(event)); },
                            .on_dialog =
                                [this](LegId, std::string farewell) {
                                  const std::lock_guard lock(mutex_);
                                  farewells_.push_back(std::move(farewell));
                                }});
    EXPECT_TRUE(started.ok()) << started.status();
    if (started.ok()) endpoint = *std::move(started);
  }

  Endpoint address() const { return endpoint->address(); }

  void Do(SipAction action) { endpoint->Submit({std::move(action)}); }

  /// Dials; the leg is named `leg` here.
  void Dial(LegId leg, std::string user, std::string sdp) {
    Do(InviteTarget{leg, std::move(user), std::move(sdp)});
  }

  template <class E>
  std::optional<E> Await() {
    return inbox.Await<E>();
  }

  std::vector<std::string> TakeFarewells() {
    const std::lock_guard lock(mutex_);
    return std::exchange(farewells_, {});
  }

  Inbox inbox;

 private:
  std::mutex mutex_;
  std::vector<std::string> farewells_;

 public:
  std::unique_ptr<SipEndpoint> endpoint;  ///< the last member: its thread uses the others
};

inline constexpr char kTestSdp[] =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 6000 RTP/AVP 8 0\r\n";

}  // namespace hotline::call
