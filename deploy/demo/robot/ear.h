// What one robot hears: which of the named tones sound now, since when, and the longest gap.
//
// The RTP thread feeds it; any thread may ask or wait. Its listener runs on the RTP thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "deploy/demo/robot/instant.h"
#include "deploy/demo/robot/tone.h"

namespace hotline::robot {

class Ear {
 public:
  /// Called with the tones heard whenever that set changes.
  using Listener = std::function<void(ToneSet heard)>;

  Ear(std::vector<int> frequencies, Listener listener);

  /// RTP thread: a packet came.
  void Feed(std::span<const uint8_t> payload, Codec codec, Instant now);
  /// RTP thread, every tick: hears nothing any more once packets stay away.
  void Tick(Instant now);

  /// True while `hz` sounds: it was there in the last two windows.
  bool Hears(int hz) const;
  /// Everything heard now, as "300+600", "-" for nothing.
  std::string Describe() const;

  /// Waits until `hz` sounds (or no longer sounds). Returns: whether it came true in time.
  bool WaitHears(int hz, absl::Duration timeout) const { return Wait(hz, true, timeout); }

  bool WaitSilent(int hz, absl::Duration timeout) const { return Wait(hz, false, timeout); }

  /// Waits until exactly these tones sound.
  bool WaitExactly(std::vector<int> hz, absl::Duration timeout) const;

  /// Forgets the gaps so far; from now on LongestGap() counts.
  void StartGapCheck();
  /// Returns the longest time without `hz` since StartGapCheck(), the one under way included.
  absl::Duration LongestGap(int hz) const;
  uint64_t packets() const;

 private:
  bool Wait(int hz, bool sounds, absl::Duration timeout) const;
  void Heard(ToneSet window, Instant now);  // with mutex_ held; may call the listener

  const Listener listener_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  ToneMeter meter_;
  ToneSet last_window_ = 0;
  ToneSet heard_ = 0;  // invariant: a tone enters or leaves after two windows that agree
  Instant last_packet_{};
  uint64_t packets_ = 0;
  std::vector<Instant> last_heard_;             // per tone, raw windows
  std::vector<Instant::duration> longest_gap_;  // per tone
};

}  // namespace hotline::robot
