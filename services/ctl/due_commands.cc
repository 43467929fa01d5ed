// due: when a limit is over, by a working calendar; asks no server.
#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include <boost/json/object.hpp>

#include "services/base/time_limit.h"
#include "services/ctl/commands.h"
#include "services/ctl/session.h"
#include "services/runtime/calendar_file.h"

namespace hotline::ctl {
namespace {

constexpr char kRfc3339[] = "%Y-%m-%dT%H:%M:%E*S%Ez";

absl::StatusOr<absl::Time> ParseMoment(const std::string& text) {
  absl::Time time;
  // Besides times, ParseTime reads "infinite-future".
  if (absl::ParseTime(absl::RFC3339_full, text, &time, nullptr) && absl::InfinitePast() < time &&
      time < absl::InfiniteFuture()) {
    return time;
  }
  return UsageError(absl::StrCat("--received: \"", text,
                                 "\" is no time with its zone; write 2026-09-28T10:00:00+08:00"));
}

/// "2026-10-10 24:00", as clerks say it.
std::string InWords(const WorkingCalendar& calendar, absl::Time due) {
  const absl::CivilDay day = calendar.DayOfDeadline(due);
  const bool midnight = absl::FromCivil(absl::CivilSecond(day + 1), calendar.zone()) == due;
  return absl::StrCat(
      absl::FormatTime("%a ", absl::FromCivil(absl::CivilSecond(day), calendar.zone()),
                       calendar.zone()),
      absl::FormatCivilTime(day), " ",
      midnight ? "24:00" : absl::FormatTime("%H:%M:%E*S", due, calendar.zone()));
}

absl::Status Due(Session& session) {
  const Arguments& arguments = session.arguments();
  for (const char* needed : {"--calendar", "--received", "--limit"}) {
    if (!arguments.Has(needed)) return UsageError(absl::StrCat("due needs ", needed));
  }
  const auto limit = ParseTimeLimit(arguments.Text("--limit"));
  if (!limit.ok()) {
    return UsageError(absl::StrCat("--limit: ", std::string(limit.status().message())));
  }
  const auto received = ParseMoment(arguments.Text("--received"));
  if (!received.ok()) return received.status();
  const auto calendar = LoadCalendar(arguments.Text("--calendar"));
  if (!calendar.ok()) return UsageError(std::string(calendar.status().message()));
  const absl::Time due = calendar->Deadline(*received, *limit);
  const std::string text = absl::FormatTime(kRfc3339, due, calendar->zone());
  if (session.json()) {
    session.PrintJson(boost::json::object{{"due", text}});
  } else {
    session.out() << text << "  (" << InWords(*calendar, due) << ")\n";
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> DueCommands() {
  return {{.words = "due",
           .summary = "when a time limit is over, by a working calendar; asks no server",
           .options = {{"--calendar", Takes::kText, "FILE", "the working calendar, YAML"},
                       {"--received", Takes::kText, "TIME", "such as 2026-09-28T10:00:00+08:00"},
                       {"--limit", Takes::kText, "LIMIT", "5wd, 4wh, 6h, 30min, 15d, same-day"}},
           .details = "The calendar's keys: time_zone: Asia/Shanghai, working_hours: "
                      "[\"09:00-12:00\", \"13:30-17:30\"],\n"
                      "holidays: [2026-10-01], make_up_days: [2026-10-10]. The day of receipt is "
                      "day 0; a limit in\n"
                      "days ends at 24:00 of the last one, which RFC 3339 writes as 00:00 of the "
                      "next.\n",
           .run = &Due}};
}

}  // namespace hotline::ctl
