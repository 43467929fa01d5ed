#include "services/media/service/engine_metrics.h"

#include <vector>

namespace hotline::media {
namespace {

std::vector<double> TickBounds() {
  std::vector<double> seconds;
  for (const int64_t us : kTickBuckets) seconds.push_back(static_cast<double>(us) / 1e6);
  return seconds;
}

Counter AddPackets(Metrics& metrics, const char* kind) {
  return metrics.AddCounter("hotline_media_packets_total", "RTP packets, by what became of them.",
                            {{"kind", kind}});
}

void Follow(Counter& counter, uint64_t now, uint64_t before) {
  if (now > before) counter.Add(static_cast<double>(now - before));
}

}  // namespace

EngineMetrics::EngineMetrics(Metrics& metrics)
    : legs_(metrics.AddGauge("hotline_media_legs", "RTP legs open now.")),
      received_(AddPackets(metrics, "received")),
      sent_(AddPackets(metrics, "sent")),
      lost_(AddPackets(metrics, "lost")),
      late_(AddPackets(metrics, "late")),
      dropped_(AddPackets(metrics, "dropped")),
      refused_(AddPackets(metrics, "refused")),
      send_errors_(metrics.AddCounter("hotline_media_send_errors_total",
                                      "Packets that the kernel did not take.")),
      dropped_events_(metrics.AddCounter("hotline_media_dropped_events_total",
                                         "Events lost because a queue was full.")),
      overruns_(metrics.AddCounter("hotline_media_overruns_total",
                                   "Ticks that came late by 20 ms or more.")),
      tick_seconds_(metrics.AddHistogram("hotline_media_tick_seconds",
                                         "Duration of a tick of one thread; 20 ms is the limit.",
                                         TickBounds())) {}

void EngineMetrics::Update(const EngineStats& stats) {
  legs_.Set(static_cast<double>(stats.legs));
  Follow(received_, stats.packets.received, last_.packets.received);
  Follow(sent_, stats.packets.sent, last_.packets.sent);
  Follow(lost_, stats.packets.lost, last_.packets.lost);
  Follow(late_, stats.packets.late, last_.packets.late);
  Follow(dropped_, stats.packets.dropped, last_.packets.dropped);
  Follow(refused_, stats.packets.refused, last_.packets.refused);
  Follow(send_errors_, stats.send_errors, last_.send_errors);
  Follow(dropped_events_, stats.dropped_events, last_.dropped_events);
  Follow(overruns_, stats.overruns, last_.overruns);
  // The engine keeps counts, not durations: a bucket's members are shown at its upper limit.
  for (size_t i = 0; i < stats.tick_histogram.size(); ++i) {
    const bool last_bucket = i == kTickBuckets.size();
    const double seconds =
        static_cast<double>(kTickBuckets[last_bucket ? i - 1 : i]) / (last_bucket ? 5e5 : 1e6);
    for (uint64_t n = last_.tick_histogram[i]; n < stats.tick_histogram[i]; ++n) {
      tick_seconds_.Observe(seconds);
    }
  }
  last_ = stats;
}

}  // namespace hotline::media
