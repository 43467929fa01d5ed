// Runs an io_context in the test's own thread until something has happened.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include <boost/asio/io_context.hpp>

namespace hotline::redis {

inline constexpr auto kAwaitPatience = std::chrono::seconds(20);

/// Runs `io` until `done` holds. Returns whether it does.
inline bool RunUntil(boost::asio::io_context& io, const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + kAwaitPatience;
  io.restart();
  while (std::chrono::steady_clock::now() < deadline) {
    if (done()) return true;
    io.run_one_for(std::chrono::milliseconds(50));
    io.restart();
  }
  return false;
}

/// Calls `start` with a callback and runs `io` until the callback has come; returns what it got.
template <class T>
absl::StatusOr<T> Await(boost::asio::io_context& io,
                        const std::function<void(std::function<void(absl::StatusOr<T>)>)>& start) {
  auto result = std::make_shared<std::optional<absl::StatusOr<T>>>();
  start([result](absl::StatusOr<T> value) { *result = std::move(value); });
  if (!RunUntil(io, [&] { return result->has_value(); }))
    return absl::DeadlineExceededError("no answer came");
  return std::move(**result);
}

}  // namespace hotline::redis
