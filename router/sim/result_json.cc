// A trial's outcome as programs read it. Names are a promise: add, never rename.
#include <cmath>

#include "router/sim/result.h"

#include <fmt/format.h>

namespace hotline::sim {
namespace {

/// Builds one JSON object. Numbers that are no numbers are null.
class JsonObject {
 public:
  JsonObject& Raw(const std::string& key, const std::string& value) {
    text_ += fmt::format("{}\"{}\": {}", text_.empty() ? "" : ", ", key, value);
    return *this;
  }

  JsonObject& Number(const std::string& key, double value) {
    return Raw(key, std::isfinite(value) ? fmt::format("{:.6f}", value) : "null");
  }

  JsonObject& Count(const std::string& key, uint64_t value) {
    return Raw(key, fmt::format("{}", value));
  }

  JsonObject& Text(const std::string& key, const std::string& value) {
    std::string quoted = "\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return Raw(key, quoted + "\"");
  }

  std::string str() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string Numbers(const std::vector<double>& values) {
  std::string text;
  for (const double v : values) {
    text += text.empty() ? "" : ", ";
    text += std::isfinite(v) ? fmt::format("{:.6f}", v) : "null";
  }
  return "[" + text + "]";
}

std::string Means(const std::map<std::string, double>& values) {
  JsonObject object;
  for (const auto& [name, value] : values) object.Number(name, value);
  return object.str();
}

std::string HalfWidths(const std::map<std::string, Interval>& values) {
  JsonObject object;
  for (const auto& [name, v] : values) object.Number(name, v.half_width);
  return object.str();
}

std::string Differences(const std::map<std::string, Interval>& values) {
  JsonObject object;
  for (const auto& [name, v] : values) {
    object.Raw(name, JsonObject().Number("mean", v.mean).Number("half_width", v.half_width).str());
  }
  return object.str();
}

}  // namespace

std::string ToJson(const Outcome& o, const PolicyOutcome& p) {
  const Figures& t = p.summary.totals;
  JsonObject json;
  json.Text("scenario", o.id).Text("cell", o.cell).Text("policy", p.policy);
  json.Count("seed", o.seed).Count("replications", p.summary.replications);
  json.Count("offered", t.offered).Count("connected", t.connected);
  for (const std::string& name : FigureNames()) json.Number(name, p.summary.values.at(name).mean);
  json.Number("bound", p.bound.connect_rate).Text("bound_kind", p.bound.kind);
  json.Number("eta", p.eta).Number("gap_closed", p.gap_closed);
  json.Raw("connect_rate_by_class", Means(t.connect_rate_by_class));
  json.Raw("answered_within_15s_by_class", Means(t.answered_within_15s_by_class));
  json.Raw("connect_rate_by_half_hour", Numbers(t.connect_rate_by_half_hour));
  json.Raw("connect_rate_by_day", Numbers(t.connect_rate_by_day));
  json.Count("persons", t.persons).Count("escalated", t.escalated);
  json.Count("callbacks_booked", t.booked);
  json.Count("called_back", t.called_back).Count("over_cap", t.over_cap);
  json.Count("handed_back", t.handed_back);
  json.Raw("half_width", HalfWidths(p.summary.values));
  if (!p.difference.empty()) json.Raw("difference_to_baseline", Differences(p.difference));
  if (o.deviation) json.Number("baseline_standard_errors_from_bound", *o.deviation);
  if (o.expected.connect_rate) json.Number("expected_connect_rate", *o.expected.connect_rate);
  json.Number("decisions_per_second", p.decisions_per_second);
  json.Number("calls_per_second", p.calls_per_second);
  json.Number("step_p50_us", p.step_times.p50_us).Number("step_p99_us", p.step_times.p99_us);
  json.Count("peak_memory_kib", static_cast<uint64_t>(o.peak_memory_kib));
  json.Text("digest", fmt::format("{:016x}", t.digest));
  return json.str();
}

}  // namespace hotline::sim
