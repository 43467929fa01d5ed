#include "services/media/core/source_lock.h"

namespace hotline::media {

void SourceLock::SetSignalled(UdpAddress signalled) {
  if (signalled == signalled_) return;
  *this = SourceLock();
  signalled_ = signalled;
}

SourceLock::Verdict SourceLock::Admit(UdpAddress source, uint32_t ssrc, uint16_t sequence,
                                      FrameCount now) {
  return AdmitSource(source, now) ? AdmitStream(ssrc, sequence) : Verdict::kRefuse;
}

bool SourceLock::AdmitSource(UdpAddress source, FrameCount now) {
  if (learned_ && !locked_ && now - learned_at_ >= kLearnWindow) locked_ = true;
  if (locked_) return source == *learned_;
  if (!signalled_.reachable() || source.address != signalled_.address) return false;
  if (source == signalled_) {
    // Exactly as the SDP says: nothing better can come. A stream from another port is forgotten.
    if (learned_ && *learned_ != source) ssrc_.reset();
    if (!learned_) learned_at_ = now;
    learned_ = source;
    locked_ = true;
    return true;
  }
  if (!learned_) {
    learned_ = source;
    learned_at_ = now;
  }
  return source == *learned_;
}

SourceLock::Verdict SourceLock::AdmitStream(uint32_t ssrc, uint16_t sequence) {
  if (ssrc_ == ssrc) {
    candidate_.reset();
    return Verdict::kAccept;
  }
  if (ssrc_) {
    const bool in_order = candidate_ && candidate_->ssrc == ssrc &&
                          static_cast<int16_t>(sequence - candidate_->sequence) > 0 &&
                          static_cast<int16_t>(sequence - candidate_->sequence) <= kMaxProbationGap;
    if (!in_order) {
      candidate_ = Stream{ssrc, sequence};
      return Verdict::kProbation;
    }
  }
  ssrc_ = ssrc;
  candidate_.reset();
  return Verdict::kNewStream;
}

std::optional<UdpAddress> SourceLock::destination() const {
  if (learned_) return learned_;
  if (signalled_.reachable()) return signalled_;
  return std::nullopt;
}

}  // namespace hotline::media
