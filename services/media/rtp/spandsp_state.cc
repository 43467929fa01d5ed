// The two detectors that keep state inside spandsp.

#include <algorithm>
#include <array>

#include "services/base/check.h"
#include "services/media/rtp/concealer.h"
#include "services/media/rtp/inband_dtmf.h"
#include "services/media/rtp/spandsp.h"

namespace hotline::media {

struct Concealer::State {
  plc_state_t plc;
};

Concealer::Concealer() : state_(std::make_unique<State>()) {
  plc_init(&state_->plc);
}

Concealer::~Concealer() = default;

void Concealer::Hear(std::span<int16_t> samples) {
  plc_rx(&state_->plc, samples.data(), static_cast<int>(samples.size()));
}

void Concealer::Fill(std::span<int16_t> samples) {
  // At the start of a gap spandsp 0.0.6 brings its ring of history in order with a memcpy that
  // overlaps itself. It finds nothing to do when the ring is in order already.
  plc_state_t& plc = state_->plc;
  if (plc.missing_samples == 0) {
    std::rotate(plc.history, plc.history + plc.buf_ptr, plc.history + PLC_HISTORY_LEN);
    plc.buf_ptr = 0;
  }
  plc_fillin(&plc, samples.data(), static_cast<int>(samples.size()));
}

struct InbandDtmf::State {
  dtmf_rx_state_t* rx = nullptr;
  std::array<char, 16> digits;
};

InbandDtmf::InbandDtmf() : state_(std::make_unique<State>()) {
  state_->rx = dtmf_rx_init(nullptr, nullptr, nullptr);
  HOTLINE_CHECK(state_->rx != nullptr, "out of memory for a digit detector");
}

InbandDtmf::~InbandDtmf() {
  dtmf_rx_free(state_->rx);
}

std::string_view InbandDtmf::Hear(const Frame& frame) {
  dtmf_rx(state_->rx, frame.data(), static_cast<int>(frame.size()));
  const size_t count =
      dtmf_rx_get(state_->rx, state_->digits.data(), static_cast<int>(state_->digits.size() - 1));
  return {state_->digits.data(), count};
}

}  // namespace hotline::media
