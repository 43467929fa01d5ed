#include "services/ticket/service/options.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

#include "services/directory/core/words.h"
#include "services/runtime/calendar_file.h"
#include "services/ticket/core/ticket_number.h"

namespace hotline::ticket {
namespace {

constexpr int kMaxThreads = 32;
/// Sessions beside the work pool's: timekeeper, follower of calls, asker of callers.
constexpr int kOwnSessions = 3;

template <class E, size_t N>
std::vector<std::pair<std::string_view, E>> WordsOf(
    const std::array<std::pair<std::string_view, E>, N>& all) {
  return {all.begin(), all.end()};
}

const std::vector<std::pair<std::string_view, Platform>> kPlatformWords = {
    {"physical", Platform::kPhysical},
    {"hotline", Platform::kHotline},
    {"network", Platform::kNetwork}};

std::vector<Level> ReadLevels(ConfigReader& row, std::string_view key) {
  std::vector<Level> levels;
  for (const std::string& word : row.Strings(key)) {
    const Level all[] = {Level::kCity, Level::kCounty, Level::kTownship, Level::kVillage};
    const auto* const found = std::find_if(std::begin(all), std::end(all),
                                           [&](Level level) { return FormatLevel(level) == word; });
    if (found != std::end(all)) levels.push_back(*found);
    if (found == std::end(all)) {
      row.Error(key, "must be some of city, county, township, village");
    }
  }
  return levels;
}

Competence ReadCompetence(ConfigReader& row) {
  Competence out;
  if (row.Has("category")) {
    out.category = ParseCategory(row.String("category"));
    if (out.category == Category::kNone) {
      row.Error("category",
                "must be advice, service, mediation, publicity, legal_aid or complaint");
    }
  }
  if (row.Has("matter")) {
    const auto matter = ParseMatter(row.String("matter"));
    out.matter = matter.value_or(Matter::kNone);
    if (!matter || *matter == Matter::kNone) row.Error("matter", "is not a kind of matter");
  }
  out.kind = row.Choice("unit", WordsOf(directory::Words<directory::UnitKind>::kAll),
                        std::optional(directory::UnitKind::kNone));
  out.lowest = row.Choice("lowest", WordsOf(directory::Words<directory::NodeType>::kAll),
                          std::optional(directory::NodeType::kTownshipStation));
  if (!IsLevel(out.lowest)) row.Error("lowest", "must be one of the four levels");
  if (row.Has("unit") && row.Has("lowest")) row.Error("lowest", "give either unit or lowest");
  return out;
}

MutualRule ReadMutualRule(ConfigReader& row) {
  MutualRule out;
  out.id = row.String("id");
  if (row.Has("from")) out.from = row.Choice<Platform>("from", kPlatformWords);
  if (row.Has("to")) out.to = row.Choice<Platform>("to", kPlatformWords);
  out.from_levels = ReadLevels(row, "from_levels");
  out.to_levels = ReadLevels(row, "to_levels");
  if (row.Has("other_county")) out.other_county = row.Bool("other_county");
  out.allowed = row.Bool("allowed", true);
  out.feedback = row.Bool("feedback", true);
  return out;
}

/// Both sides of the exchange with another system's tickets.
void ReadExchange(ConfigReader exchange, TicketOptions& options) {
  options.partner = exchange.Peer("partner");
  options.desk.exchange.source = exchange.Name("source", "12345");
  options.partner_patience =
      exchange.Duration("patience", absl::Seconds(5), {absl::Milliseconds(100), absl::Minutes(1)});
  options.desk.exchange.alarm_after =
      exchange.Duration("alarm_after", absl::Minutes(15), {absl::Seconds(10), absl::Hours(48)});
}

/// A table that is given replaces the default one.
DispatchRules ReadDispatchRules(ConfigReader rules) {
  DispatchRules out;
  if (rules.Has("competence")) {
    out.competence.clear();
    rules.List("competence",
               [&](ConfigReader& row) { out.competence.push_back(ReadCompetence(row)); });
  }
  if (rules.Has("mutual")) {
    out.mutual.clear();
    rules.List("mutual", [&](ConfigReader& row) { out.mutual.push_back(ReadMutualRule(row)); });
  }
  return out;
}

/// The limits of P0 to P3. Only what is never given back may go without one.
void ReadLimitRow(ConfigReader& rows, std::string_view key, bool may_be_none, LimitRow& row) {
  if (!rows.Has(key)) return;
  const std::vector<std::string> texts = rows.Strings(key);
  if (texts.size() != row.size()) {
    rows.Error(key, "must have four limits, of P0 to P3: [5min, 15min, 30min, 2wh]");
    return;
  }
  for (size_t i = 0; i < row.size(); ++i) {
    if (may_be_none && texts[i] == FormatTimeLimit({})) {
      row.at(i) = {};
      continue;
    }
    const auto limit = ParseTimeLimit(texts[i]);
    if (limit.ok()) row.at(i) = *limit;
    if (!limit.ok()) {
      rows.Error(key, absl::StrCat("P", i, ": ", std::string(limit.status().message())));
    }
  }
}

/// What is not given keeps the domain model's default.
void ReadLimits(ConfigReader limits, Policy& policy) {
  for (int i = 1; i < kClockKinds; ++i) {
    const auto kind = static_cast<ClockKind>(i);
    if (kind == ClockKind::kHandling) continue;
    ReadLimitRow(limits, FormatClockKind(kind), kind == ClockKind::kReturn,
                 policy.limits.at(static_cast<size_t>(i)));
  }
  if (limits.Has("handling")) {
    ConfigReader handling = limits.Map("handling");
    for (int i = 0; i < kMatters; ++i) {
      const auto matter = static_cast<Matter>(i);
      ReadLimitRow(handling, matter == Matter::kNone ? "other" : FormatMatter(matter),
                   /*may_be_none=*/false, policy.handling.at(static_cast<size_t>(i)));
    }
  }
  const auto count = [&](std::string_view key, int64_t most, int& value) {
    value = static_cast<int>(limits.Int(key, {1, most}, value));
  };
  count("hops", 10, policy.max_hops);
  count("extensions", 10, policy.max_extensions);
  count("follow_up_attempts", 20, policy.follow_up_attempts);
  count("contact_attempts", 20, policy.contact_attempts);
  count("group_alert", kMaxHeadCount, policy.group_alert);
}

}  // namespace

TicketOptions ReadTicketOptions(ConfigFile& file) {
  TicketOptions options;
  ConfigReader area = file.Section("area");
  options.area = area.Name("id");
  options.desk.area = options.area;
  options.desk.utc_offset =
      area.Duration("utc_offset", absl::Hours(8), {absl::Hours(-14), absl::Hours(14)});
  area.IgnoreRest();

  ConfigReader ticket = file.Section("ticket");
  options.listen = ticket.Listen("listen");
  options.metrics = ticket.Listen("metrics");
  options.routers = ticket.Peers("routers");
  if (options.routers.empty()) ticket.Error("routers", "at least one router is needed");
  options.call = ticket.Peer("call");
  if (ticket.Has("directory")) options.directory = ticket.Peer("directory");
  const std::string store = ticket.String("store", "sqlite");
  const std::string folder = ticket.String("data_dir");
  options.store.url = store == "sqlite" ? "sqlite:" + folder + "/tickets.db" : store;
  options.directory_copy = folder + "/directory.copy";
  options.key_file = ticket.String("key_file");
  options.desk.org_code = ticket.String("org_code");
  if (!options.desk.org_code.empty() && !IsOrgCode(options.desk.org_code)) {
    ticket.Error("org_code", "must have six digits: the division code of the organisation");
  }
  options.desk.policy.draft_hold =
      ticket.Duration("draft_hold", absl::Minutes(10), {absl::Seconds(1), absl::Hours(24)});
  if (ticket.Has("calendar")) {
    auto calendar = LoadCalendar(ticket.String("calendar"));
    if (calendar.ok()) {
      options.desk.policy.calendar = *std::move(calendar);
    } else {
      ticket.Error("calendar", std::string(calendar.status().message()));
    }
  }
  if (ticket.Has("exchange")) ReadExchange(ticket.Map("exchange"), options);
  if (ticket.Has("dispatch")) options.desk.dispatch = ReadDispatchRules(ticket.Map("dispatch"));
  if (ticket.Has("limits")) ReadLimits(ticket.Map("limits"), options.desk.policy);
  options.threads = static_cast<int>(ticket.Int("threads", {1, kMaxThreads}, 4));
  options.store.sessions = options.threads + kOwnSessions;
  return options;
}

}  // namespace hotline::ticket
