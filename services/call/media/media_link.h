// The line to the media node: one control stream, opened again when it breaks.
//
//   away ──Hello, Welcome──► up (MediaUp) ──break──► away (MediaDown) ── after a pause ──► …
//
// Lives on the strand.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/call/core/action.h"
#include "services/call/core/event.h"
#include "services/runtime/endpoint.h"
#include "services/runtime/queue_strand.h"

namespace hotline::call {

struct MediaLinkOptions {
  Endpoint server;
  std::string node;       ///< this call service's name
  uint64_t instance = 0;  ///< this process; the node keeps its legs for a grace
};

class MediaLink {
 public:
  /// Opens the stream. `sink` gets events on `strand`, which must outlive this.
  MediaLink(MediaLinkOptions options, QueueStrand& strand, std::function<void(Event)> sink);
  /// Requires: Close() is over.
  ~MediaLink();

  /// Ends the stream; the sink is called no more. Runs `done` on the strand when the stream is
  /// gone: before that the strand must not end.
  void Close(std::function<void()> done);

  /// Sends commands as one message; dropped while the node is away (the core's plan makes up for
  /// it).
  void Submit(const std::vector<MediaAction>& actions);
  bool up() const;

 private:
  class Line;
  std::shared_ptr<Line> line_;  ///< lives on in the callbacks of its stream
};

}  // namespace hotline::call
