// A telephone for tests: sends a tone as G.711 RTP in real time, keeps what it hears, and tells
// which tones are in it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "services/media/core/rtp_packet.h"
#include "services/media/core/udp_address.h"
#include "services/media/rtp/g711.h"
#include "services/media/rtp/unique_fd.h"

namespace hotline::media {

/// The loudness of each tone that a peer sends. Units: peak of 32767.
inline constexpr double kToneLevel = 6000;
/// Longest wait for packets.
inline constexpr std::chrono::seconds kPatience{10};

/// Returns the peak of the part of `samples` that has `frequency` (Goertzel). Units: as kToneLevel.
double LevelOf(std::span<const int16_t> samples, double frequency);

/// A UDP socket on 127.0.0.1.
class UdpSocket {
 public:
  explicit UdpSocket(uint16_t port = 0);

  int fd() const { return fd_.get(); }

  UdpAddress address() const { return address_; }

  void Send(uint16_t port, std::span<const uint8_t> bytes) const;

 private:
  UniqueFd fd_;
  UdpAddress address_;
};

class RtpPeer {
 public:
  /// Sends silence if there are no `tones`. Units: Hz.
  RtpPeer(Codec codec, std::vector<double> tones);
  ~RtpPeer();

  /// Starts to send to 127.0.0.1:port, a packet each 20 ms.
  void Start(uint16_t port);

  void StopSending() { sending_ = false; }

  void SetTones(std::vector<double> tones);
  /// Goes on as another stream.
  void ChangeSsrc();
  /// Presses a key: telephone events (RFC 4733, payload type 101) take the place of audio for 100
  /// ms.
  void PressKey(uint8_t event);

  UdpAddress address() const { return socket_.address(); }

  uint64_t sent() const { return sent_; }

  uint64_t received() const { return received_; }

  /// Waits until `count` more packets were sent.
  bool WaitSent(uint64_t count);

  /// Waits for 15 frames, the way of a change through all buffers, then records 15 more.
  /// Returns: what was heard; fewer samples if nothing came in time.
  std::vector<int16_t> Listen();

  /// The payload type that came last.
  int last_payload_type() const { return last_payload_type_; }

 private:
  void Run();
  void SendFrame();
  void Receive();

  UdpSocket socket_;
  const Codec codec_;
  std::atomic<uint16_t> target_ = 0;
  std::atomic<bool> sending_ = true, stopping_ = false;
  std::atomic<uint64_t> sent_ = 0, received_ = 0;
  std::atomic<int> last_payload_type_ = -1;

  std::mutex mutex_;  // for all below
  std::condition_variable changed_;
  std::vector<double> tones_;
  std::vector<int16_t> heard_;
  uint32_t ssrc_ = 1, timestamp_ = 0, event_timestamp_ = 0;
  uint16_t sequence_ = 65500;
  uint8_t event_ = 0;
  int event_packets_ = 0;  // left to send
  std::thread thread_;
};

}  // namespace hotline::media
