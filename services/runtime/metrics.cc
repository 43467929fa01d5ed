#include "services/runtime/metrics.h"

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"
#include "services/base/check.h"
#include "services/runtime/http_text_server.h"

namespace hotline {

void Counter::Add(double by) {
  if (counter_ != nullptr) counter_->Increment(by);
}

double Counter::value() const {
  return counter_ == nullptr ? 0 : counter_->Value();
}

void Gauge::Set(double value) {
  if (gauge_ != nullptr) gauge_->Set(value);
}

void Gauge::Add(double by) {
  if (gauge_ != nullptr) gauge_->Increment(by);
}

double Gauge::value() const {
  return gauge_ == nullptr ? 0 : gauge_->Value();
}

void Histogram::Observe(double value) {
  if (histogram_ != nullptr) histogram_->Observe(value);
}

std::vector<double> WaitBuckets() {
  return {1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600};
}

std::vector<double> LatencyBuckets() {
  return {0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1};
}

struct Metrics::State {
  prometheus::Registry registry;
  std::unique_ptr<HttpTextServer> server;  // declared last: stops first
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}

Metrics::~Metrics() = default;

Counter Metrics::AddCounter(const std::string& name, const std::string& help,
                            const Labels& labels) {
  Counter counter;
  counter.counter_ =
      &prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry).Add(labels);
  return counter;
}

Gauge Metrics::AddGauge(const std::string& name, const std::string& help, const Labels& labels) {
  Gauge gauge;
  gauge.gauge_ =
      &prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry).Add(labels);
  return gauge;
}

Histogram Metrics::AddHistogram(const std::string& name, const std::string& help,
                                const std::vector<double>& bounds, const Labels& labels) {
  Histogram histogram;
  histogram.histogram_ = &prometheus::BuildHistogram()
                              .Name(name)
                              .Help(help)
                              .Register(state_->registry)
                              .Add(labels, prometheus::Histogram::BucketBoundaries(bounds));
  return histogram;
}

absl::StatusOr<Endpoint> Metrics::Serve(const Endpoint& listen) {
  HOTLINE_CHECK(state_->server == nullptr, "Serve is called once");
  auto server = HttpTextServer::Start(listen, {{"/metrics", "text/plain; version=0.0.4", [this] {
                                                  return Text();
                                                }}});
  if (!server.ok()) return server.status();
  state_->server = *std::move(server);
  return state_->server->address();
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace hotline
