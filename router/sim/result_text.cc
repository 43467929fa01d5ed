// A trial's outcome as people read it.
#include <algorithm>
#include <cmath>

#include "router/sim/result.h"

#include <fmt/format.h>

namespace hotline::sim {
namespace {

constexpr int kLabel = 30;
constexpr int kColumn = 24;

bool IsSeconds(const std::string& name) {
  return name.ends_with("_s");
}

std::string Value(double value, int digits) {
  return std::isnan(value) ? "–" : fmt::format("{:.{}f}", value, digits);
}

std::string Cell(const Interval& v, int digits) {
  if (std::isnan(v.half_width)) return Value(v.mean, digits);
  return fmt::format("{} ± {}", Value(v.mean, digits), Value(v.half_width, digits));
}

/// Pads by what is seen, not by bytes: ± and – are one column each.
std::string Pad(const std::string& text, int width) {
  const auto seen = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  });
  return text + std::string(std::max<long>(1, width - seen), ' ');
}

class TextWriter {
 public:
  explicit TextWriter(const Outcome& outcome) : o_(outcome) {}

  std::string Write() {
    Head();
    for (const std::string& name : FigureNames()) Figure(name);
    Classes();
    HalfHours();
    Days();
    Counts();
    Costs();
    return std::move(text_);
  }

 private:
  template <class Get>
  void Row(const std::string& label, Get get) {
    text_ += Pad(label, kLabel);
    for (const PolicyOutcome& p : o_.policies) text_ += Pad(get(p), kColumn);
    while (text_.back() == ' ') text_.pop_back();
    text_ += '\n';
  }

  void Head() {
    text_ += fmt::format("{} {}{}{}\n", o_.id, o_.title, o_.cell.empty() ? "" : " · ", o_.cell);
    text_ += fmt::format("{} replications, seed {}; mean ± half of the 95 % interval\n",
                         o_.policies[0].summary.replications, o_.seed);
    Row("", [](const auto& p) { return p.policy; });
  }

  void Figure(const std::string& name) {
    const int digits = IsSeconds(name) ? 1 : name == "overflow_seat_hours_per_day" ? 2 : 4;
    Row(name, [&](const auto& p) { return Cell(p.summary.values.at(name), digits); });
    if (name != "connect_rate") return;
    Row("  difference, paired", [&](const auto& p) {
      const auto it = p.difference.find(name);
      return it == p.difference.end() ? std::string("–") : Cell(it->second, 4);
    });
    Row("  bound",
        [](const auto& p) { return fmt::format("{:.4f} {}", p.bound.connect_rate, p.bound.kind); });
    Row("  eta", [](const auto& p) { return Value(p.eta, 4); });
    Row("  gap closed", [](const auto& p) { return Value(p.gap_closed, 3); });
    if (o_.deviation) {
      text_ += fmt::format(
          "  the bound is exact here: the baseline lies {:+.2f} standard errors "
          "from it\n",
          *o_.deviation);
    }
    const Expected& e = o_.expected;
    if (!e.connect_rate && e.note.empty()) return;
    text_ += fmt::format("  expected by science.md: {}{}{}\n",
                         e.connect_rate ? fmt::format("{:.4f}", *e.connect_rate) : "",
                         e.connect_rate && !e.note.empty() ? "; " : "", e.note);
  }

  void Classes() {
    ByClass("connect_rate", &Figures::connect_rate_by_class);
    ByClass("within 15 s", &Figures::answered_within_15s_by_class);
  }

  void ByClass(const char* label, std::map<std::string, double> Figures::*field) {
    const auto& names = o_.policies[0].summary.totals.*field;
    if (names.size() < 2) return;
    for (const auto& [name, rate] : names) {
      Row(fmt::format("  {}, {}", label, name), [&, name = name](const auto& p) {
        const auto& rates = p.summary.totals.*field;
        const auto it = rates.find(name);
        return it == rates.end() ? std::string("–") : Value(it->second, 4);
      });
    }
  }

  void HalfHours() {
    size_t most = 0;
    for (const auto& p : o_.policies) {
      most = std::max(most, p.summary.totals.connect_rate_by_half_hour.size());
    }
    for (size_t i = 0; i < most; ++i) {
      const auto minute = static_cast<int>(o_.clock_start / 60 + static_cast<double>(i) * 30);
      const auto rate = [&](const PolicyOutcome& p) {
        const auto& rates = p.summary.totals.connect_rate_by_half_hour;
        return i < rates.size() ? rates[i] : NAN;
      };
      if (std::all_of(o_.policies.begin(), o_.policies.end(),
                      [&](const auto& p) { return std::isnan(rate(p)); })) {
        continue;
      }
      Row(fmt::format("  connect_rate {:02}:{:02}", minute / 60 % 24, minute % 60),
          [&](const auto& p) { return Value(rate(p), 4); });
    }
  }

  /// The spread of the days' rates, where there are many days.
  void Days() {
    constexpr size_t kFewDays = 20;
    if (o_.policies[0].summary.totals.connect_rate_by_day.size() < kFewDays) return;
    for (const double q : {0.05, 0.25, 0.5, 0.75, 0.95}) {
      Row(fmt::format("  connect_rate of days, p{:.0f}", 100 * q), [&](const auto& p) {
        std::vector<double> rates = p.summary.totals.connect_rate_by_day;
        std::sort(rates.begin(), rates.end());
        return Value(Quantile(rates, q), 4);
      });
    }
  }

  void Counts() {
    const auto count = [&](const char* label, uint64_t Figures::*field) {
      Row(label, [&](const auto& p) { return fmt::format("{}", p.summary.totals.*field); });
    };
    count("offered", &Figures::offered);
    count("connected", &Figures::connected);
    count("persons", &Figures::persons);
    count("escalated", &Figures::escalated);
    count("callbacks_booked", &Figures::booked);
    count("called_back", &Figures::called_back);
    count("over_cap", &Figures::over_cap);
    count("handed_back", &Figures::handed_back);
    Row("digest", [](const auto& p) { return fmt::format("{:016x}", p.summary.totals.digest); });
  }

  void Costs() {
    Row("core steps per CPU second",
        [](const auto& p) { return fmt::format("{:.0f}", p.decisions_per_second); });
    Row("calls per CPU second",
        [](const auto& p) { return fmt::format("{:.0f}", p.calls_per_second); });
    Row("step p50 / p99, µs", [](const auto& p) {
      return fmt::format("{:.2f} / {:.2f}", p.step_times.p50_us, p.step_times.p99_us);
    });
    text_ += fmt::format("memory at its peak, MiB          {:.0f}\n\n",
                         static_cast<double>(o_.peak_memory_kib) / 1024);
  }

  const Outcome& o_;
  std::string text_;
};

}  // namespace

std::string ToText(const Outcome& outcome) {
  return TextWriter(outcome).Write();
}

}  // namespace hotline::sim
