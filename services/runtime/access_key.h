// The hotline's key: who holds it may vouch for who calls (access.h). deploy/up makes it.
//
// Immutable; thread-safe.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/runtime/config.h"

namespace hotline {

class AccessKey {
 public:
  static constexpr size_t kBytes = 32;
  static constexpr size_t kMacBytes = 32;

  /// Reads a file of kBytes random bytes that nobody but its owner can read.
  /// Returns: FAILED_PRECONDITION with a sentence that names the file.
  static absl::StatusOr<AccessKey> Load(const std::string& file);

  /// Requires: `secret` has kBytes.
  explicit AccessKey(std::string_view secret);

  /// Returns HMAC-SHA-512-256 of `text`, kMacBytes long.
  std::string Sign(std::string_view text) const;
  /// Returns whether `mac` is Sign(text). Takes as long for a wrong one as for the right one.
  bool Verifies(std::string_view text, std::string_view mac) const;

 private:
  std::array<unsigned char, kBytes> bytes_;
};

/// Reads access.key_file. Only a path: whether the file is there is another question.
std::string ReadAccessKeyFile(ConfigReader section);

/// Reads the section "access" and its key. Without one the problem is noted in the section, and
/// what is returned must not be used.
AccessKey ReadAccessKey(ConfigReader section);

}  // namespace hotline
