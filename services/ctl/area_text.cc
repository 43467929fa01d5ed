#include "services/ctl/area_text.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "services/ctl/format.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

using router::v1::AreaStats;
using router::v1::GetAreaResponse;
using router::v1::RouterStatus;

/// T01 … T14 in words.
constexpr std::array<const char*, 14> kResultWords = {"answered within the target",
                                                      "answered later",
                                                      "short abandon",
                                                      "hung up in the queue",
                                                      "hung up while ringing",
                                                      "queue time-out",
                                                      "queue full",
                                                      "nobody signed in, no station open",
                                                      "booked a call-back",
                                                      "left a voicemail",
                                                      "handed back to 12345",
                                                      "system or line failure",
                                                      "restricted caller",
                                                      "ended in the announcement"};

}  // namespace

std::string AreaLine(const GetAreaResponse& area) {
  std::string text = absl::StrCat("area ", area.area(), ", ", area.router(), " ",
                                  EnumWord("ROLE_", RouterStatus::Role_Name(area.role())),
                                  ", epoch ", area.epoch());
  if (area.draining()) text += ", draining";
  if (area.spooling()) text += ", Redis out of reach: journal spooled on disk";
  return text;
}

Table QueueTable(const google::protobuf::RepeatedPtrField<router::v1::Queue>& queues) {
  Table table({"QUEUE", "WAITING>", "RINGING>", "TALKING>", "LONGEST WAIT>", "SEATS>", "READY>"});
  for (const auto& queue : queues) {
    table.Add({queue.queue_id(), absl::StrCat(queue.waiting()), absl::StrCat(queue.offered()),
               absl::StrCat(queue.connected()),
               queue.waiting() > 0 ? FormatSpan(FromProto(queue.longest_wait())) : "",
               absl::StrCat(queue.seats_signed_in()), absl::StrCat(queue.seats_ready())});
  }
  return table;
}

std::string StatsText(const AreaStats& stats) {
  Table table(
      {"CALLS", stats.has_start_time()
                    ? "since " + FormatDate(FromProto(stats.start_time()), absl::LocalTimeZone())
                    : ""});
  const auto count = [&table](const char* name, uint64_t n) {
    table.Add({name, absl::StrCat(n)});
  };
  count("offered", stats.offered());
  count("answered by seats", stats.answered());
  count("answered by stations", stats.escalated_answered());
  count("abandoned", stats.abandoned());
  count("failed", stats.failed());
  count("open", stats.open());
  count("not requested", stats.not_requested());
  table.Add({"connect rate A", FormatRatio(stats.connect_rate_a())});
  table.Add({"connect rate B", FormatRatio(stats.connect_rate_b())});
  table.Add({"answered in target", FormatRatio(stats.answered_in_target())});
  table.Add({"mean wait", FormatSpan(FromProto(stats.mean_wait()))});
  table.Add({"longest wait", FormatSpan(FromProto(stats.longest_wait()))});
  for (int i = 0; i < stats.results_size() && i < static_cast<int>(kResultWords.size()); ++i) {
    if (stats.results(i) == 0) continue;
    table.Add({absl::StrFormat("T%02d %s", i + 1, kResultWords[static_cast<size_t>(i)]),
               absl::StrCat(stats.results(i))});
  }
  return table.Render();
}

}  // namespace hotline::ctl
