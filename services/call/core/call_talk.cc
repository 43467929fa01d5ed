// What a call's two ends agreed on: descriptions, re-INVITE and hold.
#include <utility>

#include "services/base/check.h"
#include "services/call/core/call.h"

namespace hotline::call {

bool Call::Leg::wants_audio() const {
  return !remote.usable || ToPeer(remote).receives;
}

void Call::Connect(Leg& leg, const Context& context) {
  leg.record.answer_time = context.now;
  stage_ = Stage::kTalking;
  stage_deadline_ = absl::InfiniteFuture();
  plan_.SetPeer(leg.index, ToPeer(leg.remote), context.media);
  plan_.Play(kCallerLeg, "", false, context.media);
  context.Emit(Report(ReportAnswered{request_.call, leg.offer}));
  held_ = false;
  UpdateHold(context);
}

std::string Call::Describe(Leg& leg, bool offer) {
  const MediaPlan::Address* address = plan_.address(leg.index);
  HOTLINE_CHECK(address, "a leg is described when it has its port");
  LocalAudio local{address->host, address->port, request_.call.value, leg.sdp_version};
  const auto format = [&] {
    return offer ? FormatOffer(local) : FormatAnswer(local, leg.remote);
  };
  // RFC 3264 §8: the version grows by one if and only if the description changed.
  if (leg.last_sdp.empty() || format() != leg.last_sdp) {
    local.version = ++leg.sdp_version;
    leg.last_sdp = format();
  }
  return leg.last_sdp;
}

void Call::On(const Reinvited& event, const Context& context) {
  Leg* leg = Find(event.leg.index);
  if (!leg || leg->dialog != Dialog::kUp || !InUse(*leg)) return;  // its BYE is on the way
  const auto answer = [&](int status, std::string sdp) {
    context.Emit(SipAction(AnswerReinvite{Id(*leg), status, std::move(sdp)}));
  };
  if (!plan_.address(leg->index)) return answer(kSipServiceUnavailable, "");
  if (event.sdp.empty()) {
    leg->awaiting_answer = true;
    return answer(200, Describe(*leg, true));
  }
  absl::StatusOr<Sdp> sdp = ParseSdp(event.sdp);
  if (!sdp.ok()) return answer(400, "");
  if (!sdp->usable) return answer(kSipNotAcceptableHere, "");  // the session goes on as it was
  leg->remote = *sdp;
  answer(200, Describe(*leg, false));
  TakeDescription(*leg, *std::move(sdp), context);
}

void Call::On(const Acked& event, const Context& context) {
  Leg* leg = Find(event.leg.index);
  if (!leg || !leg->awaiting_answer || !InUse(*leg)) return;
  leg->awaiting_answer = false;
  const bool first = stage_ == Stage::kSetup;
  absl::StatusOr<Sdp> sdp = ParseSdp(event.sdp);
  if (sdp.ok() && sdp->usable) {
    TakeDescription(*leg, *std::move(sdp), context);
    if (first) StartNotice(context);
  } else if (first) {
    End(EndCause::kSystemFailure, context);  // nowhere to send audio to
  }                                          // else the session goes on as it was
}

void Call::TakeDescription(Leg& leg, Sdp sdp, const Context& context) {
  plan_.SetPeer(leg.index, ToPeer(sdp), context.media);
  leg.remote = std::move(sdp);
  if (stage_ == Stage::kTalking) UpdateHold(context);
}

void Call::UpdateHold(const Context& context) {
  Leg& other = *target();
  const bool caller_listens = caller().wants_audio(), target_listens = other.wants_audio();
  const bool hold = !caller_listens || !target_listens;
  if (hold) {
    // Who is put on hold hears our music, never what the holder's phone might play besides.
    plan_.Unlink(context.media);
    plan_.Play(kCallerLeg, caller_listens ? config_.music : "", true, context.media);
    plan_.Play(other.index, target_listens ? config_.music : "", true, context.media);
  } else {
    plan_.Play(kCallerLeg, "", false, context.media);
    plan_.Play(other.index, "", false, context.media);
    plan_.Link(kCallerLeg, other.index, context.media);
  }
  if (hold != held_) context.Emit(Report(ReportHeld{request_.call, hold}));
  held_ = hold;
}

}  // namespace hotline::call
