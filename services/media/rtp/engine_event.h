// What the engine tells about its legs.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "absl/time/time.h"

#include "services/media/core/playlist.h"

namespace hotline::media {

/// A leg's number in this engine; never used twice.
using LegId = uint64_t;

/// The person pressed a key.
struct DigitHeard {
  char digit;  ///< 0-9 * # A-D
};

/// A prompt came to its end, or found the leg's queue full and was left out.
struct PromptFinished {
  PromptPtr prompt;
};

/// Nothing came for the configured time although the peer should send. Told again
/// each time the silence has grown by as much: whoever listens may have a longer limit.
struct RtpSilence {
  absl::Duration silence;
};

struct EngineEvent {
  LegId leg = 0;
  std::variant<DigitHeard, PromptFinished, RtpSilence> what;
};

/// Events of one tick. Never allocates after construction.
class EventList {
 public:
  static constexpr size_t kMaxEvents = 4096;

  EventList() { events_.reserve(kMaxEvents); }

  /// Drops and counts the event if the list is full.
  void Add(EngineEvent event) {
    if (events_.size() < kMaxEvents) {
      events_.push_back(std::move(event));
    } else {
      ++dropped_;
    }
  }

  std::vector<EngineEvent>& events() { return events_; }

  uint64_t dropped() const { return dropped_; }

 private:
  std::vector<EngineEvent> events_;
  uint64_t dropped_ = 0;
};

}  // namespace hotline::media
