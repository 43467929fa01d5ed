#include "services/call/service/call_metrics.h"

#include <string>

namespace hotline::call {
namespace {

constexpr EndCause kCauses[] = {EndCause::kCallerHungUp, EndCause::kTargetHungUp,
                                EndCause::kQueueTimeout, EndCause::kQueueFull,
                                EndCause::kNoAgent,      EndCause::kSystemFailure,
                                EndCause::kMediaLost,    EndCause::kRestricted};
constexpr int kRejections[] = {400, 404, 488, 503};

/// Adds what `now` has more than `before`.
void CountUp(Counter& counter, uint64_t now, uint64_t before) {
  if (now > before) counter.Add(static_cast<double>(now - before));
}

/// Observes the time since the call's entry in `since`, and removes it.
void Observe(std::map<CallId, absl::Time>& since, CallId call, absl::Time now,
             Histogram& histogram) {
  const auto it = since.find(call);
  if (it == since.end()) return;
  histogram.Observe(absl::ToDoubleSeconds(now - it->second));
  since.erase(it);
}

}  // namespace

CallMetrics::CallMetrics(Metrics& metrics) : metrics_(metrics) {
  live_calls_ = metrics.AddGauge("hotline_call_live", "Calls that have not ended.");
  unacknowledged_ = metrics.AddGauge("hotline_call_unacknowledged_records",
                                     "Records of ended calls that no router has journalled.");
  router_active_ = metrics.AddGauge("hotline_call_router_active", "1 while a router is followed.");
  media_up_ = metrics.AddGauge("hotline_call_media_up", "1 while the media node is there.");
  invites_ = metrics.AddCounter("hotline_call_invites_total", "INVITEs of callers.");
  refused_epochs_ = metrics.AddCounter("hotline_call_refused_epochs_total",
                                       "Router messages refused because their epoch was old.");
  const auto refused = [&](const char* why) {
    return metrics.AddCounter("hotline_call_refused_invites_total",
                              "INVITEs refused before they became calls.", {{"reason", why}});
  };
  overload_ = refused("overload");
  draining_ = refused("draining");
  malformed_ = refused("malformed");
  for (const int status : kRejections) {
    rejected_[status] = metrics.AddCounter("hotline_call_rejected_total",
                                           "INVITEs answered with a final status of refusal.",
                                           {{"status", std::to_string(status)}});
  }
  for (const EndCause cause : kCauses) {
    const auto ended = [&](const char* answered) {
      return metrics.AddCounter(
          "hotline_call_ended_total", "Calls that ended.",
          {{"cause", std::string(FormatEndCause(cause))}, {"answered", answered}});
    };
    ended_[cause] = ended("no");
    answered_[cause] = ended("yes");
  }
  answer_latency_ = metrics.AddHistogram("hotline_call_answer_seconds",
                                         "From a caller's INVITE to our 200.", LatencyBuckets());
  offer_latency_ =
      metrics.AddHistogram("hotline_call_offer_to_invite_seconds",
                           "From a router's offer to the INVITE to the target.", LatencyBuckets());
}

void CallMetrics::Observe(absl::Time now, const Event& event, const std::vector<Action>& actions) {
  if (const auto* invited = std::get_if<Invited>(&event)) {
    invites_.Add();
    invited_[invited->call] = now;
  } else if (const auto* offered = std::get_if<Offered>(&event)) {
    // Nothing follows from an offer for a call that has ended meanwhile.
    if (!actions.empty()) offered_[offered->call] = now;
  }
  for (const Action& action : actions) {
    if (const auto* sip = std::get_if<SipAction>(&action)) See(now, *sip);
    if (const auto* report = std::get_if<Report>(&action)) See(*report);
  }
}

void CallMetrics::See(absl::Time now, const SipAction& action) {
  if (const auto* answer = std::get_if<AnswerInvite>(&action)) {
    call::Observe(invited_, answer->call, now, answer_latency_);
  } else if (const auto* invite = std::get_if<InviteTarget>(&action)) {
    call::Observe(offered_, invite->leg.call, now, offer_latency_);
  } else if (const auto* reject = std::get_if<RejectInvite>(&action)) {
    rejected_[reject->status].Add();
    invited_.erase(reject->call);
  }
}

void CallMetrics::See(const Report& report) {
  if (const auto* ended = std::get_if<ReportEnded>(&report)) {
    const CallRecord& record = ended->record;
    (record.answer_time ? answered_ : ended_)[record.cause].Add();
    invited_.erase(record.request.call);
    offered_.erase(record.request.call);
  } else if (const auto* failed = std::get_if<ReportOfferFailed>(&report)) {
    offered_.erase(failed->call);
  }
}

void CallMetrics::Publish(const Levels& levels) {
  live_calls_.Set(static_cast<double>(levels.live_calls));
  unacknowledged_.Set(static_cast<double>(levels.unacknowledged_records));
  router_active_.Set(levels.router_active ? 1 : 0);
  media_up_.Set(levels.media_up ? 1 : 0);
  CountUp(refused_epochs_, levels.refused_epochs, published_.refused_epochs);
  CountUp(overload_, levels.sip.overload, published_.sip.overload);
  CountUp(draining_, levels.sip.draining, published_.sip.draining);
  CountUp(malformed_, levels.sip.malformed, published_.sip.malformed);
  published_ = levels;
}

}  // namespace hotline::call
