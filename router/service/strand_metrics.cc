#include "router/service/strand_metrics.h"

#include <utility>
#include <variant>

namespace hotline::router {
namespace {

constexpr std::array kSeatStates = {SeatState::kSignedOut, SeatState::kNotReady, SeatState::kReady,
                                    SeatState::kOffered,   SeatState::kOnCall,   SeatState::kWrapUp,
                                    SeatState::kUnknown};

constexpr std::array kCallbackResults = {CallbackResult::kTalked,     CallbackResult::kAbandoned,
                                         CallbackResult::kNotReached, CallbackResult::kExpired,
                                         CallbackResult::kCancelled,  CallbackResult::kFailed};

std::map<std::string, double> AreaFigures(const AreaStats& s) {
  return {{"offered", s.offered},
          {"answered", s.answered},
          {"escalated_answered", s.escalated_answered},
          {"abandoned", s.abandoned},
          {"failed", s.failed},
          {"open", s.open},
          {"not_requested", s.not_requested},
          {"answered_in_target", s.answered_in_target}};
}

}  // namespace

StrandMetrics::StrandMetrics(Metrics& m) {
  for (int i = 1; i <= kTelephonyResultCount; ++i) {
    const std::string result(FormatTelephonyResult(static_cast<TelephonyResult>(i)));
    calls_[i] = m.AddCounter("hotline_calls_ended_total",
                             "Calls that ended, by their telephony result.", {{"result", result}});
  }
  for (const CallbackResult result : kCallbackResults) {
    callbacks_[result] =
        m.AddCounter("hotline_callbacks_ended_total", "Call-backs that ended, by how.",
                     {{"result", std::string(FormatCallbackResult(result))}});
  }
  offers_ = m.AddCounter("hotline_offers_total", "Offers made to seats and stations.");
  withdrawals_ = m.AddCounter("hotline_withdrawals_total", "Offers withdrawn or expired.");
  releases_ =
      m.AddCounter("hotline_releases_total", "Callers released because there was no place.");
  events_ = m.AddCounter("hotline_events_total", "Events applied.");
  batches_ = m.AddCounter("hotline_batches_total", "Journal entries made of them.");
  refused_ =
      m.AddCounter("hotline_refused_commands_total", "Commands that the state or a limit forbade.");
  for (const auto& [name, value] : AreaFigures({})) {
    area_[name] = m.AddGauge("hotline_area_calls", "Calls that arrived in the last 24 hours.",
                             {{"kind", name}});
  }
  area_["rate_numerator"] =
      m.AddGauge("hotline_connect_rate_numerator", "Answered calls of rate A, 24 hours.");
  area_["rate_denominator"] =
      m.AddGauge("hotline_connect_rate_denominator", "Calls with an outcome of rate A, 24 hours.");
  for (const char* state : {"waiting", "offered", "connected", "callback"}) {
    live_[state] = m.AddGauge("hotline_calls", "Live calls by state.", {{"state", state}});
  }
  for (const SeatState state : kSeatStates) {
    seats_[state] = m.AddGauge("hotline_seats", "Seats by state.",
                               {{"state", std::string(FormatSeatState(state))}});
  }
  router_["active"] =
      m.AddGauge("hotline_router_active", "1 if this router decides, 0 if it stands by.");
  router_["spooling"] =
      m.AddGauge("hotline_router_spooling", "1 while the journal goes to the local disk.");
  router_["epoch"] =
      m.AddGauge("hotline_router_epoch", "The epoch in force as this router knows it.");
  router_["seq"] = m.AddGauge("hotline_journal_seq", "The last journal entry applied.");
  router_["nodes"] = m.AddGauge("hotline_call_services", "Call services attached to this router.");
  router_["queued"] = m.AddGauge("hotline_queued_events", "Events that wait for the journal.");
  writer_.commit_seconds = m.AddHistogram(
      "hotline_commit_seconds", "From sending a batch to its confirmation.", LatencyBuckets());
  writer_.fenced =
      m.AddCounter("hotline_fenced_total", "Times this router found that another rules.");
  writer_.spooled =
      m.AddCounter("hotline_spooled_entries_total", "Entries that Redis could not take.");
  writer_.spool_failures =
      m.AddCounter("hotline_spool_failures_total", "Entries the disk could not take.");
}

void StrandMetrics::Count(const Action& action) {
  if (const auto* outcome = std::get_if<CallOutcome>(&action)) {
    calls_[static_cast<size_t>(outcome->result)].Add();
  } else if (const auto* callback = std::get_if<CallbackOutcome>(&action)) {
    callbacks_[callback->result].Add();
  } else if (std::holds_alternative<MakeOffer>(action)) {
    offers_.Add();
  } else if (std::holds_alternative<WithdrawOffer>(action)) {
    withdrawals_.Add();
  } else if (std::holds_alternative<ReleaseCall>(action)) {
    releases_.Add();
  }
}

void StrandMetrics::CountBatch(size_t events) {
  batches_.Add();
  events_.Add(static_cast<double>(events));
}

void StrandMetrics::Show(const Now& now, const Router& core, const std::vector<SeatView>& seats,
                         absl::Time time) {
  const AreaStats stats = core.StatsSince(time - absl::Hours(24), time);
  for (const auto& [name, value] : AreaFigures(stats)) area_[name].Set(value);
  area_["rate_numerator"].Set(static_cast<double>(stats.connected()));
  area_["rate_denominator"].Set(static_cast<double>(stats.requested()));
  double waiting = 0, offered = 0, connected = 0, callbacks = 0;
  for (const auto& queue : core.queues(time)) {
    waiting += queue.waiting;
    offered += queue.offered;
    connected += queue.connected;
    callbacks += queue.callbacks;
  }
  live_["waiting"].Set(waiting);
  live_["offered"].Set(offered);
  live_["connected"].Set(connected);
  live_["callback"].Set(callbacks);
  std::map<SeatState, double> states;
  for (const SeatView& seat : seats) states[seat.state] += 1;
  for (auto& [state, gauge] : seats_) gauge.Set(states[state]);
  router_["active"].Set(now.active ? 1 : 0);
  router_["spooling"].Set(now.spooling ? 1 : 0);
  router_["epoch"].Set(static_cast<double>(now.epoch));
  router_["seq"].Set(static_cast<double>(now.seq));
  router_["nodes"].Set(static_cast<double>(now.nodes));
  router_["queued"].Set(static_cast<double>(now.queued));
}

}  // namespace hotline::router
