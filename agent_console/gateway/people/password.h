// Passwords: Argon2id by libsodium, and a thread of its own for it, because a hash takes a tenth of
// a second and 64 MiB on purpose.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"

namespace hotline::console {

class Loop;

inline constexpr size_t kMinPasswordBytes = 8;
inline constexpr size_t kMaxPasswordBytes = 128;

/// How dear a hash is: libsodium's "interactive" limits, or for tests the least there is.
enum class HashCost { kInteractive, kLeast };

/// Returns OK if `password` has a length we take.
absl::Status CheckPassword(const std::string& password);

/// Returns the text that VerifyPassword takes. Blocks.
std::string HashPassword(const std::string& password, HashCost cost = HashCost::kInteractive);
/// Blocks for as long as the hash says.
bool VerifyPassword(const std::string& hash, const std::string& password);

/// Returns a password that can be read out: four groups of four letters and digits, 80 bits.
std::string MakePassword();

/// Verifies one password after the other on a thread of its own.
class PasswordChecker {
 public:
  /// People who wait; more are asked to come back.
  static constexpr size_t kMaxWaiting = 64;

  explicit PasswordChecker(Loop& loop);
  /// Drops what waits.
  ~PasswordChecker();

  /// Calls `done` on the loop. `hash` empty: nobody of that name; it takes as long all the same.
  /// Returns false if too many wait; `done` then never comes. On the loop.
  bool Check(std::string hash, std::string password, std::function<void(bool right)> done);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hotline::console
