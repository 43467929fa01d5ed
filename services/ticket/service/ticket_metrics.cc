#include "services/ticket/service/ticket_metrics.h"

namespace hotline::ticket {
namespace {

constexpr char kRequests[] = "hotline_ticket_requests_total";
constexpr char kRequestsHelp[] =
    "Requests by method and what came of them: ok, refused (the client's), failed (ours).";

/// Whether the failure is ours and not the client's.
bool IsOurs(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnknown:
      return true;
    default:
      return false;
  }
}

}  // namespace

TicketMetrics::TicketMetrics(Metrics& metrics)
    : drafts(metrics.AddGauge("hotline_ticket_drafts", "Tickets that are drafts.")),
      waiting(
          metrics.AddGauge("hotline_ticket_waiting_requests", "Requests that wait for a thread.")),
      following(metrics.AddGauge("hotline_ticket_following",
                                 "1 while the calls of the active router are followed.")),
      follow_lag(metrics.AddHistogram(
          "hotline_ticket_follow_lag_seconds",
          "From the router's message to what it says being written down.", LatencyBuckets())),
      caught_up(metrics.AddCounter("hotline_ticket_calls_caught_up_total",
                                   "Calls that were written down late, after a gap.")),
      changes(metrics.AddCounter("hotline_ticket_changes_total", "Changes of tickets.")) {
  for (const char* name :
       {"Create", "Update", "Register", "Close", "Classify", "Advance", "Unmask", "Get", "List",
        "Suggest", "Count", "PushOrder", "GetOrder", "GetExchangeStatus"}) {
    const auto count = [&](const char* result) {
      return metrics.AddCounter(kRequests, kRequestsHelp, {{"method", name}, {"result", result}});
    };
    methods_[name] = {count("ok"), count("refused"), count("failed"),
                      metrics.AddHistogram("hotline_ticket_request_seconds",
                                           "From a request's arrival to its answer.",
                                           LatencyBuckets(), {{"method", name}})};
  }
}

void TicketMetrics::CountRequest(const std::string& method, const absl::Status& status,
                                 absl::Duration took) {
  Method& counted = methods_.at(method);
  (status.ok() ? counted.ok : IsOurs(status) ? counted.failed : counted.refused).Add();
  counted.latency.Observe(absl::ToDoubleSeconds(took));
}

}  // namespace hotline::ticket
