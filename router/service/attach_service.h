// gRPC's side of Attach: each stream hands its messages to the strand, a few at a time, and writes
// what the strand sends.
#pragma once

#include <memory>

namespace hotline {
class Gate;
class QueueService;
}

namespace hotline::router {

class Strand;

/// Messages of one stream that the strand has and has not handled; then the stream is not read, and
/// the call service feels it.
inline constexpr int kUnhandledPerStream = 256;

/// Messages to one call service that it has not taken; then it is cut off and attaches anew.
inline constexpr size_t kUnsentPerStream = 20'000;

/// Requires: `strand` and `gate` outlive the service.
std::unique_ptr<QueueService> MakeAttachService(Strand& strand, const Gate& gate);

}  // namespace hotline::router
