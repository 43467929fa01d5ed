#include "services/call/core/call.h"

#include <algorithm>
#include <utility>

namespace hotline::call {

Call::Call(const CallConfig& config, CallRequest request, Sdp offer, const Context& context)
    : config_(config), request_(std::move(request)), plan_(request_.call) {
  legs_.push_back({.index = kCallerLeg, .dialog = Dialog::kInvited});
  caller().record.invite_time = context.now;
  caller().remote = std::move(offer);
  stage_deadline_ = context.now + config_.setup_timeout;
  plan_.Add(kCallerLeg, ToPeer(caller().remote), context.media);
}

Call::Leg* Call::target() {
  return target_ == 0 ? nullptr : &legs_[target_];
}

Call::Leg* Call::Find(uint32_t index) {
  return index < legs_.size() ? &legs_[index] : nullptr;
}

bool Call::InUse(const Leg& leg) {
  return stage_ != Stage::kEnded && (leg.index == kCallerLeg || &leg == target());
}

bool Call::finished() const {
  return ended() && std::all_of(legs_.begin(), legs_.end(),
                                [](const Leg& leg) { return leg.dialog == Dialog::kClosed; });
}

// ---- setup, notice, queue ----

void Call::On(const MediaLegAdded& event, const Context& context) {
  Leg* leg = Find(event.leg.index);
  if (!leg || !InUse(*leg)) return;
  if (!plan_.NoteAdded(leg->index, {event.address, event.port})) {
    End(EndCause::kSystemFailure, context);  // moved: what SIP agreed on is no longer true
  } else if (leg->index == kCallerLeg && leg->dialog == Dialog::kInvited) {
    AnswerCaller(context);
  } else if (stage_ == Stage::kOffered && leg->dialog == Dialog::kIdle) {
    leg->dialog = Dialog::kInvited;
    leg->record.invite_time = context.now;
    stage_deadline_ = leg->offer_expire + config_.offer_grace;
    context.Emit(SipAction(InviteTarget{Id(*leg), leg->extension, Describe(*leg, true)}));
  }
}

void Call::AnswerCaller(const Context& context) {
  Leg& leg = caller();
  leg.dialog = Dialog::kUp;
  leg.record.answer_time = context.now;
  leg.awaiting_answer = !leg.remote.usable;
  context.Emit(SipAction(AnswerInvite{request_.call, Describe(leg, leg.awaiting_answer)}));
  if (leg.awaiting_answer) {
    stage_deadline_ = context.now + config_.closing_limit;  // the ACK, or SIP says kLost
  } else {
    StartNotice(context);
  }
}

void Call::StartNotice(const Context& context) {
  if (config_.notice.empty()) return EnterQueue(context);
  stage_ = Stage::kNotice;
  stage_deadline_ = context.now + config_.prompt_limit;
  plan_.Play(kCallerLeg, config_.notice, false, context.media);
}

void Call::EnterQueue(const Context& context) {
  request_.request_time = context.now;
  context.Emit(Report(ReportQueued{request_}));
  plan_.Play(kCallerLeg, config_.music, true, context.media);
  ReturnToQueue(context);
}

void Call::ReturnToQueue(const Context&) {
  stage_ = Stage::kQueued;
  target_ = 0;
  stage_deadline_ = absl::InfiniteFuture();
}

void Call::On(const PromptFinished& event, const Context& context) {
  if (event.leg.index != kCallerLeg) return;
  if (stage_ == Stage::kNotice && event.prompt == config_.notice) {
    EnterQueue(context);
  } else if (stage_ == Stage::kReleasing && event.prompt != config_.notice) {
    End(*release_, context);
  }
}

// ---- offers ----

void Call::On(const Offered& event, const Context& context) {
  if (stage_ == Stage::kEnded) return;                         // the record says it all
  if (target_ != 0 && target()->offer == event.offer) return;  // repeated after a take-over
  const bool waits = stage_ == Stage::kQueued || stage_ == Stage::kOffered;
  if (!waits || legs_.size() > kMaxOffers) {
    return context.Emit(Report(ReportOfferFailed{request_.call, event.offer, LegEnd::kFailed}));
  }
  if (stage_ == Stage::kOffered) CloseTarget(*target(), LegEnd::kCancelled, context);
  legs_.push_back({.index = static_cast<uint32_t>(legs_.size()),
                   .offer = event.offer,
                   .offer_expire = event.expire_time,
                   .extension = event.extension,
                   .record = {.target = event.target}});
  stage_ = Stage::kOffered;
  target_ = legs_.size() - 1;
  // Without a port for half of its time, the offer goes back before the router finds nobody there.
  const absl::Duration half = (event.expire_time - context.now) / 2;
  stage_deadline_ = context.now + (half > absl::ZeroDuration() ? half : config_.offer_grace);
  plan_.Add(legs_.back().index, {}, context.media);
}

void Call::On(const Withdrawn& event, const Context& context) {
  if (target_ == 0 || target()->offer != event.offer || ended()) return;
  // If the answer crossed the withdrawal, the router has already put the caller back in the queue.
  const bool talked = stage_ == Stage::kTalking;
  CloseTarget(*target(), event.why, context);
  ReturnToQueue(context);
  if (talked) plan_.Play(kCallerLeg, config_.music, true, context.media);
  held_ = false;
}

void Call::On(const Released& event, const Context& context) {
  if (stage_ != Stage::kQueued && stage_ != Stage::kOffered) return;  // talking is the higher truth
  if (Leg* leg = target()) CloseTarget(*leg, LegEnd::kCancelled, context);
  ReturnToQueue(context);
  const std::string& prompt = event.cause == EndCause::kQueueFull ? config_.busy : config_.no_agent;
  stage_ = Stage::kReleasing;
  release_ = event.cause;
  if (prompt.empty()) return End(event.cause, context);
  stage_deadline_ = context.now + config_.prompt_limit;
  plan_.Play(kCallerLeg, prompt, false, context.media);
}

void Call::On(const Rang& event, const Context& context) {
  Leg* leg = Find(event.leg.index);
  if (!leg || stage_ != Stage::kOffered || leg != target() || leg->record.ring_time) return;
  leg->record.ring_time = context.now;
  context.Emit(Report(ReportRinging{request_.call, leg->offer}));
}

void Call::On(const Answered& event, const Context& context) {
  Leg* leg = Find(event.leg.index);
  if (!leg) return;
  if (leg->dialog == Dialog::kCancelling) {  // our CANCEL crossed the 200
    leg->dialog = Dialog::kClosing;
    return context.Emit(SipAction(ByeLeg{Id(*leg)}));
  }
  if (leg->dialog != Dialog::kInvited || !InUse(*leg)) return;
  leg->dialog = Dialog::kUp;
  absl::StatusOr<Sdp> sdp = ParseSdp(event.sdp);
  if (!sdp.ok() || !sdp->usable) {
    return FailOffer(*leg, LegEnd::kFailed, kSipNotAcceptableHere, context);
  }
  leg->remote = *std::move(sdp);
  Connect(*leg, context);
}

void Call::FailOffer(Leg& leg, LegEnd why, int status, const Context& context) {
  leg.record.sip_status = status;
  context.Emit(Report(ReportOfferFailed{request_.call, leg.offer, why}));
  CloseTarget(leg, why, context);
  ReturnToQueue(context);
}

std::optional<LiveCall> Call::live() const {
  LiveCall live{.request = request_};
  switch (stage_) {
    case Stage::kSetup:
    case Stage::kNotice:
    case Stage::kEnded:
      return std::nullopt;
    case Stage::kQueued:
    case Stage::kReleasing:
      return live;
    case Stage::kOffered:
      live.state = CallState::kOffered;
      break;
    case Stage::kTalking:
      live.state = held_ ? CallState::kHeld : CallState::kConnected;
      live.answer_time = legs_[target_].record.answer_time;
      break;
  }
  live.target = legs_[target_].record.target;
  live.offer = legs_[target_].offer;
  return live;
}

}  // namespace hotline::call
