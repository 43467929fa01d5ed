#include "services/media/core/telephone_event.h"

#include <algorithm>
#include <string_view>

#include "services/media/core/wire.h"

namespace hotline::media {
namespace {

constexpr size_t kEventBytes = 4;
constexpr std::string_view kDigits = "0123456789*#ABCD";  // RFC 4733 table 3, by event code
constexpr uint16_t kLongestSegment = 0xFFFF;

}  // namespace

std::optional<char> TelephoneEventDecoder::Decode(std::span<const uint8_t> payload,
                                                  uint32_t timestamp, FrameCount now) {
  if (payload.size() < kEventBytes) return std::nullopt;
  const Event event{
      .code = payload[0], .timestamp = timestamp, .duration = ReadU16(&payload[2]), .seen = now};
  if (event.code >= kDigits.size()) return std::nullopt;
  if (last_ && now - last_->seen <= kForgetAfter) {
    const auto age = static_cast<int32_t>(timestamp - last_->timestamp);
    if (age < 0) return std::nullopt;  // overtaken by a later key press
    if (Continues(event)) {
      // Reordered updates must not shorten it: the duration tells where a next segment would start.
      const uint16_t longest =
          age == 0 ? std::max(last_->duration, event.duration) : event.duration;
      last_ = event;
      last_->duration = longest;
      return std::nullopt;
    }
  }
  last_ = event;
  return kDigits[event.code];
}

// The same packet again, or the next segment of a key held for more than 8.2 s (§2.5.1.3).
bool TelephoneEventDecoder::Continues(const Event& event) const {
  if (event.code != last_->code) return false;
  if (event.timestamp == last_->timestamp) return true;
  return last_->duration == kLongestSegment &&
         event.timestamp == last_->timestamp + kLongestSegment;
}

}  // namespace hotline::media
