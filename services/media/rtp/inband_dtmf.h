// Hears digits as tones (ITU-T Q.23, Q.24), for legs whose peer sends no telephone events:
// spandsp's dtmf_rx. One per leg, shard thread only; never allocates after construction.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "services/media/core/frame.h"

namespace hotline::media {

class InbandDtmf {
 public:
  InbandDtmf();
  ~InbandDtmf();

  /// Listens to a frame.
  /// Returns: the digits that became certain in it; valid until the next call.
  std::string_view Hear(const Frame& frame);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hotline::media
