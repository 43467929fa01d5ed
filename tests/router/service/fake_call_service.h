// A call service without phones: attaches to the routers of an area as the real one does, follows
// the one that is active with the highest epoch, refuses what is older, and lets a test play
// callers and agents.
//
// Thread-safe; waits end after kPatience.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "services/base/ids.h"
#include "services/runtime/endpoint.h"

#include "hotline/router/v1/attach_service.pb.h"

namespace hotline::router {

inline constexpr auto kPatience = std::chrono::seconds(30);

class FakeCallService {
 public:
  FakeCallService(std::vector<Endpoint> routers, std::string area, std::string node,
                  uint64_t instance);
  /// As if killed: streams break.
  ~FakeCallService();

  /// A caller asks for a person. Returns the call's id.
  std::string Queue(const std::string& queue);
  /// `count` callers do, told in one message. Returns the calls' ids.
  std::vector<std::string> QueueTogether(const std::string& queue, int count);
  /// Waits for an offer of `call` that is neither withdrawn nor answered yet.
  std::optional<v1::Offer> WaitForOffer(const std::string& call);
  void Answer(const std::string& call, uint64_t offer);
  void Decline(const std::string& call, uint64_t offer);
  /// The caller hangs up.
  void HangUp(const std::string& call);

  /// Waits until the router with the highest epoch is active and knows all live calls.
  bool WaitUntilServed();
  /// Waits until the router of this index is followed.
  bool WaitUntilFollowing(int index);
  /// Waits until all events sent are acknowledged.
  bool WaitUntilAcked();
  /// Waits for a release of `call`.
  std::optional<v1::Release> WaitForRelease(const std::string& call);

  uint64_t epoch() const;
  /// Which router is followed, as an index; none: -1.
  int active() const;
  /// Messages with an epoch below the highest.
  uint64_t refused() const;
  /// Offers got for `call`, in order.
  std::vector<v1::Offer> offers(const std::string& call) const;
  /// When the last offer came.
  std::chrono::steady_clock::time_point last_offer() const;

 private:
  class Link;

  struct Call {
    v1::CallRequest request;
    v1::Call::State state = v1::Call::STATE_QUEUED;
    std::optional<v1::Offer> offer;
    std::optional<google::protobuf::Timestamp> answer_time;
    std::vector<v1::Offer> offers;
    std::optional<v1::Release> release;
    bool ended = false;
  };

  void OnMessage(size_t link, const v1::AttachResponse& message);
  void OnDown(size_t link);
  void Announce(Link& link);
  void Send(v1::CallEvent event);
  v1::CallEvent NewCall(const std::string& queue);
  template <class F>
  bool Wait(F holds);

  const std::string area_;
  const std::string node_;
  const uint64_t instance_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Link>> links_;
  std::map<std::string, Call> calls_;
  std::map<std::string, v1::CallRecord> unacked_;
  uint64_t next_seq_ = 1;
  uint64_t acked_seq_ = 0;
  uint64_t epoch_ = 0;
  int active_ = -1;
  bool served_ = false;  ///< the announcement to active_ was acknowledged
  uint64_t refused_ = 0;
  uint32_t next_call_ = 0;
  std::chrono::steady_clock::time_point last_offer_;
};

}  // namespace hotline::router
