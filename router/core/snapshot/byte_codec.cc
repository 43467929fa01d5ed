#include "router/core/snapshot/byte_codec.h"

namespace hotline::router {
namespace {

// absl counts quarters of a nanosecond; keeping them makes the round trip exact.
const absl::Duration kTick = absl::Nanoseconds(1) / 4;
constexpr uint64_t kTicksPerSecond = 4'000'000'000;

uint64_t ZigZag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

int64_t UnZigZag(uint64_t raw) {
  return static_cast<int64_t>(raw >> 1 ^ (0 - (raw & 1)));
}

// What follows the seconds: 0 … kTicksPerSecond − 1, or one of these.
constexpr uint64_t kInfinite = kTicksPerSecond;
constexpr uint64_t kMinusInfinite = kTicksPerSecond + 1;

}  // namespace

uint64_t Checksum(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash;
}

void ByteWriter::Varint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
  bytes_.push_back(static_cast<char>(value));
}

void ByteWriter::operator()(std::string& text) {
  Varint(text.size());
  Raw(text);
}

void ByteWriter::operator()(absl::Duration& duration) {
  if (duration == absl::InfiniteDuration()) return Varint(kInfinite);
  if (duration == -absl::InfiniteDuration()) return Varint(kMinusInfinite);
  absl::Duration rest;
  int64_t seconds = absl::IDivDuration(duration, absl::Seconds(1), &rest);
  if (rest < absl::ZeroDuration()) {
    --seconds;
    rest += absl::Seconds(1);
  }
  Varint(static_cast<uint64_t>(absl::IDivDuration(rest, kTick, &rest)));
  Varint(ZigZag(seconds));
}

void ByteWriter::operator()(absl::Time& time) {
  absl::Duration since = time - absl::UnixEpoch();
  (*this)(since);
}

uint64_t ByteReader::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (rest_.empty() || !ok_) break;
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  ok_ = false;
  return 0;
}

void ByteReader::operator()(std::string& text) {
  const uint64_t size = Varint();
  if (size > rest_.size()) return Fail();
  text = rest_.substr(0, size);
  rest_.remove_prefix(size);
}

void ByteReader::operator()(absl::Duration& duration) {
  const uint64_t ticks = Varint();
  if (ticks > kMinusInfinite) return Fail();
  if (ticks >= kInfinite) {
    duration = ticks == kInfinite ? absl::InfiniteDuration() : -absl::InfiniteDuration();
    return;
  }
  duration = absl::Seconds(UnZigZag(Varint())) + static_cast<int64_t>(ticks) * kTick;
}

void ByteReader::operator()(absl::Time& time) {
  absl::Duration since;
  (*this)(since);
  time = absl::UnixEpoch() + since;
}

}  // namespace hotline::router
