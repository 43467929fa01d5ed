// The lines to the area's routers: one Attach stream to each, opened again when it breaks. Follows
// the active one, announces to it what is alive, sends it events, hands on its decisions.
//
// Lives on the strand.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/call/core/event.h"
#include "services/call/router/allegiance.h"
#include "services/runtime/endpoint.h"
#include "services/runtime/queue_strand.h"

#include "hotline/router/v1/attach_service.pb.h"

namespace hotline::call {

struct RouterLinksOptions {
  std::vector<Endpoint> routers;
  std::string area;
  std::string node;
  uint64_t instance = 0;
};

/// What the links need of their owner.
struct RouterLinksOwner {
  /// An offer, withdrawal or release.
  std::function<void(Event)> on_event;
  /// Events up to here, or records, are in the journal.
  std::function<void(const router::v1::EventAck&)> on_ack;
  /// What to announce, in parts.
  std::function<std::vector<router::v1::Announcement>()> announce;
};

class RouterLinks {
 public:
  /// Opens the streams. Everything runs on `strand`, which must outlive this.
  RouterLinks(RouterLinksOptions options, QueueStrand& strand, RouterLinksOwner owner);
  /// Requires: Close() is over.
  ~RouterLinks();

  /// Ends the streams; the owner is called no more. Runs `done` on the strand when they are gone:
  /// before that the strand must not end.
  void Close(std::function<void()> done);

  /// Sends a numbered event to the router that is followed. Without one it is dropped: the next
  /// announcement contains it.
  void Send(router::v1::CallEvent event);

  const Allegiance& allegiance() const;

 private:
  class Lines;
  std::shared_ptr<Lines> lines_;  ///< lives on in the callbacks of its streams
};

}  // namespace hotline::call
