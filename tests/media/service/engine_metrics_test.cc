#include "services/media/service/engine_metrics.h"

#include <string>

#include "gtest/gtest.h"

namespace hotline::media {
namespace {

TEST(EngineMetrics, FollowsTheEngine) {
  Metrics metrics;
  EngineMetrics engine(metrics);
  EngineStats stats;
  stats.legs = 3;
  stats.packets.received = 100;
  stats.tick_histogram = {10, 0, 5, 0, 0, 0, 0, 0, 1};
  engine.Update(stats);
  stats.legs = 2;
  stats.packets.received = 150;
  stats.packets.refused = 7;
  stats.overruns = 4;
  engine.Update(stats);

  const std::string text = metrics.Text();
  for (const char* line :
       {"hotline_media_legs 2\n", "hotline_media_packets_total{kind=\"received\"} 150\n",
        "hotline_media_packets_total{kind=\"refused\"} 7\n", "hotline_media_overruns_total 4\n",
        "hotline_media_tick_seconds_count 16\n",
        "hotline_media_tick_seconds_bucket{le=\"0.0001\"} 10\n",
        "hotline_media_tick_seconds_bucket{le=\"0.02\"} 15\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
  }
}

}  // namespace
}  // namespace hotline::media
