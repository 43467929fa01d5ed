// Bytes of a snapshot: varints and strings, written and read by the same field lists.
//
// ByteWriter and ByteReader are called alike: codec(field) appends the field or fills it. A reader
// never reads beyond its bytes; once something is wrong it fills zeros and ok() stays false.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/time/time.h"

#include "services/base/ids.h"

namespace hotline::router {

/// FNV-1a, 64 bits: finds damage, not forgery.
uint64_t Checksum(std::string_view bytes);

class ByteWriter {
 public:
  static constexpr bool kReads = false;

  void Varint(uint64_t value);

  void Raw(std::string_view bytes) { bytes_.append(bytes); }

  void operator()(std::string& text);
  void operator()(absl::Time& time);
  void operator()(absl::Duration& duration);

  std::string Take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  static constexpr bool kReads = true;

  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  uint64_t Varint();
  void operator()(std::string& text);
  void operator()(absl::Time& time);
  void operator()(absl::Duration& duration);

  bool ok() const { return ok_; }

  void Fail() { ok_ = false; }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

/// Any unsigned or bool.
template <class Codec, class T>
requires std::is_unsigned_v<T>

void Field(Codec& codec, T& value) {
  if constexpr (Codec::kReads) {
    const uint64_t raw = codec.Varint();
    value = static_cast<T>(raw);
    if (static_cast<uint64_t>(value) != raw) codec.Fail();
  } else {
    codec.Varint(static_cast<uint64_t>(value));
  }
}

template <class Codec>
void Field(Codec& codec, int& value) {
  auto raw = static_cast<uint32_t>(value);
  Field(codec, raw);
  value = static_cast<int>(raw);
}

/// Bit for bit.
template <class Codec>
void Field(Codec& codec, double& value) {
  auto raw = std::bit_cast<uint64_t>(value);
  Field(codec, raw);
  value = std::bit_cast<double>(raw);
}

template <class Codec, size_t kSize>
void Field(Codec& codec, std::array<double, kSize>& values) {
  for (double& value : values) Field(codec, value);
}

template <class Codec, class Kind>
void Field(Codec& codec, StrongId<Kind>& id) {
  Field(codec, id.value);
}

template <class Codec>
void Field(Codec& codec, std::string& text) {
  codec(text);
}

template <class Codec>
void Field(Codec& codec, absl::Time& time) {
  codec(time);
}

template <class Codec>
void Field(Codec& codec, absl::Duration& duration) {
  codec(duration);
}

/// An enum whose values end with `last`.
template <class Codec, class E>
void EnumField(Codec& codec, E& value, E last) {
  auto raw = static_cast<uint64_t>(value);
  Field(codec, raw);
  if (raw > static_cast<uint64_t>(last)) {
    if constexpr (Codec::kReads) codec.Fail();
    raw = static_cast<uint64_t>(last);
  }
  value = static_cast<E>(raw);
}

/// Field() of a row's own type is found where the row is defined, by its namespace.
template <class Codec, class T>
void Field(Codec& codec, std::optional<T>& value) {
  bool has = value.has_value();
  Field(codec, has);
  if constexpr (Codec::kReads) {
    if (has) value.emplace();
  }
  if (value) Field(codec, *value);
}

template <class Codec, class T>
void Field(Codec& codec, std::vector<T>& values) {
  uint64_t size = values.size();
  Field(codec, size);
  if constexpr (Codec::kReads) {
    // Every element takes a byte at least: a damaged length allocates nothing that is not there.
    if (size > codec.rest().size()) return codec.Fail();
    values.clear();
    for (uint64_t i = 0; i < size && codec.ok(); ++i) Field(codec, values.emplace_back());
  } else {
    for (T& value : values) Field(codec, value);
  }
}

}  // namespace hotline::router
