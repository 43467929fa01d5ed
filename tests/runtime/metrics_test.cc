#include "services/runtime/metrics.h"

#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <arpa/inet.h>

namespace hotline {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Sends `request` and returns all that comes back.
std::string Ask(const Endpoint& server, const std::string& request) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(server.port)};
  inet_pton(AF_INET, server.host.c_str(), &address.sin_addr);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  send(fd, request.data(), request.size(), MSG_NOSIGNAL);
  shutdown(fd, SHUT_WR);
  std::string answer;
  char buffer[4096];
  for (ssize_t got = 0; (got = recv(fd, buffer, sizeof(buffer), 0)) > 0;) {
    answer.append(buffer, got);
  }
  close(fd);
  return answer;
}

TEST(MetricsTest, ShowsWhatWasCounted) {
  Metrics metrics;
  Counter made = metrics.AddCounter("hotline_offers_total", "Offers.", {{"outcome", "made"}});
  metrics.AddCounter("hotline_offers_total", "Offers.", {{"outcome", "expired"}}).Add(2);
  Gauge waiting = metrics.AddGauge("hotline_waiting_calls", "Calls that wait.");
  Histogram wait = metrics.AddHistogram("hotline_wait_seconds", "Waits.", {1, 15});
  made.Add();
  made.Add(4);
  waiting.Set(7);
  waiting.Add(-2);
  wait.Observe(14);
  EXPECT_EQ(made.value(), 5);
  EXPECT_EQ(waiting.value(), 5);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("# TYPE hotline_offers_total counter\n"));
  EXPECT_THAT(text, HasSubstr("hotline_offers_total{outcome=\"made\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("hotline_offers_total{outcome=\"expired\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("hotline_waiting_calls 5\n"));
  EXPECT_THAT(text, HasSubstr("hotline_wait_seconds_bucket{le=\"1\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("hotline_wait_seconds_bucket{le=\"15\"} 1\n"));
}

TEST(MetricsTest, TheSameSeriesTwiceIsOne) {
  Metrics metrics;
  metrics.AddCounter("hotline_x_total", "X.").Add();
  EXPECT_EQ(metrics.AddCounter("hotline_x_total", "X.").value(), 1);
}

TEST(MetricsTest, AHandleWithoutMetricsDoesNothing) {
  Counter counter;
  counter.Add();
  Gauge().Set(1);
  Histogram().Observe(1);
  EXPECT_EQ(counter.value(), 0);
}

TEST(MetricsTest, ServesThePageOnAFreePort) {
  Metrics metrics;
  metrics.AddGauge("hotline_up", "Up.").Set(1);
  const auto address = metrics.Serve({"127.0.0.1", 0});
  ASSERT_TRUE(address.ok()) << address.status();
  ASSERT_NE(address->port, 0);
  const std::string page = Ask(*address, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"));
  EXPECT_THAT(page, HasSubstr("\r\n\r\n# HELP hotline_up Up.\n"));
}

TEST(MetricsTest, RefusesOtherRequestsAndGoesOn) {
  Metrics metrics;
  const auto address = metrics.Serve({"127.0.0.1", 0});
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_THAT(Ask(*address, "GET /secret HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Ask(*address, "POST /metrics HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(Ask(*address, "hello\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Ask(*address, "GET /metrics"), StartsWith("HTTP/1.1 400")) << "not whole";
  EXPECT_THAT(Ask(*address, std::string(20'000, 'x')), testing::Not(HasSubstr("200 OK")));
  EXPECT_THAT(Ask(*address, "GET /metrics?x=1 HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST(MetricsTest, APortInUseIsSaidInASentence) {
  Metrics first;
  const auto address = first.Serve({"127.0.0.1", 0});
  ASSERT_TRUE(address.ok()) << address.status();
  Metrics second;
  EXPECT_EQ(second.Serve(*address).status(),
            absl::AlreadyExistsError("the metrics page cannot listen on " + address->ToString() +
                                     ": the port is in use by another process"));
}

}  // namespace
}  // namespace hotline
