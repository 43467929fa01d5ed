// The one 20 ms tick of all robots' RTP.
//
// Owns a thread. Add() and Remove() from any thread; after Remove() returns, a tick under way may
// still touch the session, which the clock keeps alive until it is done.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "deploy/demo/robot/rtp_session.h"

namespace hotline::robot {

class RtpClock {
 public:
  RtpClock();
  ~RtpClock();
  RtpClock(const RtpClock&) = delete;
  RtpClock& operator=(const RtpClock&) = delete;

  /// Ends the thread; sessions fall silent.
  void Stop();

  void Add(std::shared_ptr<RtpSession> session);
  void Remove(const std::shared_ptr<RtpSession>& session);

  /// Ticks that came late by one tick or more: the machine could not keep up.
  uint64_t overruns() const { return overruns_; }

 private:
  void Run();

  const int timer_fd_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<RtpSession>> sessions_;
  std::atomic<uint64_t> overruns_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // last: it uses all above
};

}  // namespace hotline::robot
