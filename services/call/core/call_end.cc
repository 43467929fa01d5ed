// How a call ends, and what is recorded of it.
#include <utility>

#include "services/base/check.h"
#include "services/call/core/call.h"

namespace hotline::call {
namespace {

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

}  // namespace

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
  } else if (ringing && event.how == Closure::kUnsent) {
    FailOffer(*leg, LegEnd::kCancelled, 0, context);  // nothing rang: no fault of theirs
  } else if (ringing) {
    const int status = event.how == Closure::kRefused ? event.status : kSipRequestTimeout;
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
      // Our fault and not theirs. A phone not yet rung is given back at the offer's half time; at
      // once, the router would offer it again at once.
      if (leg->dialog != Dialog::kIdle) FailOffer(*leg, LegEnd::kCancelled, 0, context);
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
      // A phone that was never rung is not to blame.
      return FailOffer(*target(),
                       target()->dialog == Dialog::kIdle ? LegEnd::kCancelled : LegEnd::kNoAnswer,
                       0, context);
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
    leg.record.sip_status = kSipServiceUnavailable;
    context.Emit(SipAction(RejectInvite{request_.call, kSipServiceUnavailable}));
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

}  // namespace hotline::call
