// Numbers for Prometheus: registered once at start, changed from any thread, shown on
// http://<metrics address>/metrics.
//
//   Metrics metrics;
//   Counter offers = metrics.AddCounter("hotline_offers_total", "Offers made to seats.");
//   auto address = metrics.Serve(options.metrics);
//
// Thread-safe. Names follow Prometheus: hotline_ in front, unit last, counters end in _total.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/runtime/endpoint.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace hotline {

/// Counts up. A default one counts nowhere, for tests. Must not outlive its Metrics.
class Counter {
 public:
  Counter() = default;
  /// Requires: `by` is not negative.
  void Add(double by = 1);
  double value() const;

 private:
  friend class Metrics;
  prometheus::Counter* counter_ = nullptr;
};

/// Goes up and down. A default one shows nowhere.
class Gauge {
 public:
  Gauge() = default;
  void Set(double value);
  void Add(double by);
  double value() const;

 private:
  friend class Metrics;
  prometheus::Gauge* gauge_ = nullptr;
};

/// Distributes values over buckets. A default one shows nowhere.
class Histogram {
 public:
  Histogram() = default;
  void Observe(double value);

 private:
  friend class Metrics;
  prometheus::Histogram* histogram_ = nullptr;
};

/// Bounds in seconds that suit waits of callers: 1 s to 10 min.
std::vector<double> WaitBuckets();
/// Bounds in seconds that suit steps of our own: 50 µs to 1 s.
std::vector<double> LatencyBuckets();

class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// The same name with other labels adds a series to the family; with the same labels it returns
  /// the same series. Labels are of a small fixed set: never a call, a number or a person.
  ///
  /// Requires: `name` and label names are valid and a name keeps its type.
  Counter AddCounter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge AddGauge(const std::string& name, const std::string& help, const Labels& labels = {});
  /// Requires: `bounds` rise.
  Histogram AddHistogram(const std::string& name, const std::string& help,
                         const std::vector<double>& bounds, const Labels& labels = {});

  /// Starts to answer GET /metrics; once. Returns where.
  /// Returns: ALREADY_EXISTS if the port is in use, and so on (ListenTcp).
  absl::StatusOr<Endpoint> Serve(const Endpoint& listen);

  /// Returns what GET /metrics answers: the text exposition format.
  std::string Text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hotline
