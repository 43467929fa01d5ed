// One RTP stream in each direction: sends a tone, feeds an ear.
//
// Made and steered from any thread; Tick() belongs to the RtpClock's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "deploy/demo/robot/ear.h"
#include "deploy/demo/robot/instant.h"
#include "deploy/demo/robot/sdp.h"
#include "deploy/demo/robot/tone.h"

#include <netinet/in.h>

namespace hotline::robot {

class RtpSession {
 public:
  /// Binds a free port on 127.0.0.1.
  /// Returns: RESOURCE_EXHAUSTED if there is no socket or port left.
  static absl::StatusOr<std::shared_ptr<RtpSession>> Open(std::vector<int> frequencies,
                                                          Ear::Listener listener);
  ~RtpSession();
  RtpSession(const RtpSession&) = delete;
  RtpSession& operator=(const RtpSession&) = delete;

  uint16_t port() const { return port_; }

  Ear& ear() { return ear_; }

  /// Sends to the far end that `audio` describes, in its codec. Port 0 or 0.0.0.0: sends nothing.
  void SetPeer(const AudioDescription& audio);
  /// Speaks `hz` from now on; 0 is silence (packets still flow).
  void SetTone(int hz);
  /// Sends nothing at all while false: a line that went dead.
  void SetSending(bool sending);
  /// Presses a key: 100 ms of RFC 4733 events after those still under way, kMaxDigits at most.
  void SendDigit(char digit);

  /// Reads what came and sends the next 20 ms.
  void Tick(Instant now);

  static constexpr size_t kMaxDigits = 32;

 private:
  RtpSession(int fd, uint16_t port, std::vector<int> frequencies, Ear::Listener listener);
  void Receive(Instant now);
  void SendVoice();
  void SendEvent();
  void Send(int payload_type, bool marker, uint32_t timestamp, std::span<const uint8_t> payload);

  const int fd_;
  const uint16_t port_;
  Ear ear_;
  std::mutex mutex_;  // guards all below
  std::optional<sockaddr_in> peer_;
  Codec codec_ = Codec::kPcma;
  int event_payload_type_ = 0;
  int hz_ = 0;
  ToneLoop tone_{0, Codec::kPcma};
  bool sending_ = true;
  std::string digits_;
  int event_packet_ = 0;  // packets of digits_.front() already sent
  uint32_t event_timestamp_ = 0;
  uint16_t sequence_ = 0;
  uint32_t timestamp_ = 0;
  uint32_t ssrc_ = 0;
};

}  // namespace hotline::robot
