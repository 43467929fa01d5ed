// Callers' numbers on disk: sealed, so that a copied database or journal tells nobody's number, and
// with a keyed hash by which what belongs to the same number is found.
//
// Sealed: XSalsa20-Poly1305 (libsodium's secretbox) with a random nonce. Key: BLAKE2b with a key of
// its own; without it, hashes of eleven digits could simply be tried. Both keys come from one file.
//
// Thread-safe: nothing changes after Open.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/base/phone_number.h"

namespace hotline {

class NumberVault {
 public:
  /// Reads the master key, 64 hexadecimal digits, from `key_file`.
  /// Returns: NOT_FOUND, INVALID_ARGUMENT if it holds something else, FAILED_PRECONDITION if others
  /// than its owner may read it.
  static absl::StatusOr<std::unique_ptr<NumberVault>> Open(const std::string& key_file);
  ~NumberVault();

  /// Returns the number so that only Unseal can read it; base64. Empty if there is no number.
  std::string Seal(const PhoneNumber& number) const;
  /// Returns: DATA_LOSS if `sealed` was made with another key or is damaged.
  absl::StatusOr<PhoneNumber> Unseal(std::string_view sealed) const;
  /// Returns the same text for the same number; empty if there is no number.
  std::string KeyOf(const PhoneNumber& number) const;

 private:
  struct Keys;
  explicit NumberVault(std::unique_ptr<Keys> keys);
  std::unique_ptr<Keys> keys_;
};

/// Returns a hash of `text` that nobody can find a second text for (BLAKE2b-256, hexadecimal).
std::string ContentHash(std::string_view text);

}  // namespace hotline
