#include "services/call/core/call.h"

#include <algorithm>
#include <utility>

#include "services/base/check.h"

namespace hotline::call {
namespace {

RtpPeer ToPeer(const Sdp& sdp) {
  if (!sdp.usable) return {};
  const bool muted = sdp.address == "0.0.0.0";
  return {
      .address = sdp.address,
      .port = sdp.port,
      .codec = sdp.codecs.front(),
      .digits_payload = sdp.digits_payload,
      .receives = !muted &&
                  (sdp.direction == Direction::kSendRecv || sdp.direction == Direction::kRecvOnly),
      .sends = !muted &&
               (sdp.direction == Direction::kSendRecv || sdp.direction == Direction::kSendOnly),
  };
}

/// What a final status says about a target's phone.
LegEnd WhyRefused(int status, bool rang) {
  switch (status) {
    case 486:
    case 600:
    case 603:
      return LegEnd::kDeclined;
    // Phones and proxies give up ringing with these; before any ringing nobody was there.
    case 408:
    case 480:
      return rang ? LegEnd::kNoAnswer : LegEnd::kUnreachable;
    case 404:
    case 410:
    case 430:
    case 604:
      return LegEnd::kUnreachable;
    default:
      return status >= 500 && status < 600 ? LegEnd::kUnreachable : LegEnd::kFailed;
  }
}

constexpr int kRequestTimeout = 408;
constexpr int kNotAcceptableHere = 488;
constexpr int kServiceUnavailable = 503;

}  // namespace

bool Call::Leg::wants_audio() const {
  return !remote.usable || ToPeer(remote).receives;
}

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
                   .extension = event.extension,
                   .record = {.target = event.target}});
  stage_ = Stage::kOffered;
  target_ = legs_.size() - 1;
  stage_deadline_ = event.expire_time + config_.offer_grace;
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
    return FailOffer(*leg, LegEnd::kFailed, kNotAcceptableHere, context);
  }
  leg->remote = *std::move(sdp);
  Connect(*leg, context);
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

void Call::FailOffer(Leg& leg, LegEnd why, int status, const Context& context) {
  leg.record.sip_status = status;
  context.Emit(Report(ReportOfferFailed{request_.call, leg.offer, why}));
  CloseTarget(leg, why, context);
  ReturnToQueue(context);
}

// ---- talking: re-INVITE and hold ----

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
  if (!plan_.address(leg->index)) return answer(kServiceUnavailable, "");
  if (event.sdp.empty()) {
    leg->awaiting_answer = true;
    return answer(200, Describe(*leg, true));
  }
  absl::StatusOr<Sdp> sdp = ParseSdp(event.sdp);
  if (!sdp.ok()) return answer(400, "");
  if (!sdp->usable) return answer(kNotAcceptableHere, "");  // the session goes on as it was
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

// ---- endings ----

void Call::On(const LegClosed& event, const Context& context) {
  Leg* leg = Find(event.leg.index);
  if (!leg || leg->dialog == Dialog::kClosed) return;
  const bool in_use = InUse(*leg);
  const bool ringing = stage_ == Stage::kOffered;
  leg->dialog = Dialog::kClosed;
  if (!in_use) return;
  const bool hung_up = event.how == Closure::kBye || event.how == Closure::kCancel;
  if (leg->index == kCallerLeg) {
    const EndCause cause = hung_up ? EndCause::kCallerHungUp : EndCause::kSystemFailure;
    End(release_.value_or(cause), context);
  } else if (ringing) {
    const int status = event.how == Closure::kRefused ? event.status : kRequestTimeout;
    FailOffer(*leg, WhyRefused(status, leg->record.ring_time.has_value()), status, context);
  } else {
    End(hung_up ? EndCause::kTargetHungUp : EndCause::kSystemFailure, context);
  }
}

void Call::On(const LineSilent& event, const Context& context) {
  Leg* leg = Find(event.leg.index);
  if (!leg || !InUse(*leg) || leg->dialog != Dialog::kUp) return;
  if (config_.rtp_timeout == absl::ZeroDuration() || event.silence < config_.rtp_timeout) return;
  End(EndCause::kMediaLost, context);
}

void Call::On(const MediaFailed& event, const Context& context) {
  Leg* leg = Find(event.leg.index);
  if (!leg || !InUse(*leg)) return;
  const bool offered = stage_ == Stage::kOffered && leg == target();
  if (event.command == MediaCommand::kAddLeg) {
    if (offered) {
      FailOffer(*leg, LegEnd::kFailed, 0, context);
    } else {
      End(EndCause::kSystemFailure, context);
    }
  } else if (event.command == MediaCommand::kPlay && leg->index == kCallerLeg) {
    // No such prompt: the call is worth more than the notice.
    if (stage_ == Stage::kNotice)
      EnterQueue(context);
    else if (stage_ == Stage::kReleasing)
      End(*release_, context);
  }
}

void Call::OnMediaDown(const Context& context) {
  if (!ended()) media_deadline_ = context.now + config_.media_grace;
}

void Call::OnMediaUp(const std::vector<LegId>& alive, const Context& context) {
  media_deadline_ = absl::InfiniteFuture();
  plan_.Replay(alive, context.media);
}

void Call::OnStopping(const Context& context) {
  if (!ended()) End(EndCause::kSystemFailure, context);
}

void Call::OnDeadline(const Context& context) {
  if (media_deadline_ <= context.now) return End(EndCause::kSystemFailure, context);
  stage_deadline_ = absl::InfiniteFuture();
  switch (stage_) {
    case Stage::kSetup:
      return End(EndCause::kSystemFailure, context);
    case Stage::kNotice:
      return EnterQueue(context);
    case Stage::kOffered:
      return FailOffer(*target(), LegEnd::kNoAnswer, 0, context);
    case Stage::kReleasing:
      return End(*release_, context);
    case Stage::kEnded:
      for (Leg& leg : legs_) {
        if (leg.dialog == Dialog::kClosed) continue;
        leg.dialog = Dialog::kClosed;
        context.Emit(SipAction(ForgetLeg{Id(leg)}));
      }
      return;
    case Stage::kQueued:
    case Stage::kTalking:
      return;  // these wait for people
  }
}

void Call::CloseTarget(Leg& leg, LegEnd why, const Context& context) {
  leg.record.end = why;
  leg.record.end_time = context.now;
  if (leg.dialog == Dialog::kIdle) {
    leg.dialog = Dialog::kClosed;
  } else if (leg.dialog == Dialog::kInvited) {
    leg.dialog = Dialog::kCancelling;
    context.Emit(SipAction(CancelLeg{Id(leg)}));
  } else if (leg.dialog == Dialog::kUp) {
    leg.dialog = Dialog::kClosing;
    context.Emit(SipAction(ByeLeg{Id(leg)}));
  }
  plan_.Remove(leg.index, context.media);
}

void Call::CloseCaller(LegEnd why, const Context& context) {
  Leg& leg = caller();
  leg.record.end = why;
  leg.record.end_time = context.now;
  if (leg.dialog == Dialog::kInvited) {
    leg.dialog = Dialog::kClosing;
    leg.record.sip_status = kServiceUnavailable;
    context.Emit(SipAction(RejectInvite{request_.call, kServiceUnavailable}));
  } else if (leg.dialog == Dialog::kUp) {
    leg.dialog = Dialog::kClosing;
    context.Emit(SipAction(ByeLeg{Id(leg)}));
  }
}

void Call::End(EndCause cause, const Context& context) {
  HOTLINE_CHECK(!ended(), "a call ends once");
  CallRecord record = RecordAt(context.now, cause);
  const LegEnd talked = cause == EndCause::kSystemFailure ? LegEnd::kFailed : LegEnd::kCompleted;
  if (Leg* leg = target()) {
    CloseTarget(*leg, stage_ == Stage::kTalking ? talked : LegEnd::kCancelled, context);
  }
  const bool answered = caller().record.answer_time.has_value();
  CloseCaller(cause == EndCause::kCallerHungUp && !answered ? LegEnd::kCancelled : talked, context);
  plan_.RemoveAll(context.media);
  for (size_t i = 0; i < legs_.size(); ++i) record.legs[i] = legs_[i].record;
  stage_ = Stage::kEnded;
  stage_deadline_ = context.now + config_.closing_limit;
  media_deadline_ = absl::InfiniteFuture();
  context.Emit(Report(ReportEnded{std::move(record)}));
}

CallRecord Call::RecordAt(absl::Time now, EndCause cause) const {
  CallRecord record{.request = request_, .end_time = now, .cause = cause};
  for (const Leg& leg : legs_) {
    record.legs.push_back(leg.record);
    LegRecord& last = record.legs.back();
    if (!last.end_time) {
      last.end_time = now;
      last.end = LegEnd::kFailed;
    }
  }
  if (stage_ == Stage::kTalking) {
    record.answer_time = legs_[target_].record.answer_time;
    record.answered_by = legs_[target_].record.target;
  }
  record.ringing = stage_ == Stage::kOffered && legs_[target_].record.ring_time.has_value();
  return record;
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
