#include "deploy/demo/narrator.h"

#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "google/protobuf/util/time_util.h"

namespace hotline::demo {
namespace {

using google::protobuf::util::TimeUtil;
using router::v1::Call;
using router::v1::CallRecord;
using router::v1::Seat;

double Seconds(const google::protobuf::Timestamp& from, const google::protobuf::Timestamp& to) {
  return static_cast<double>(TimeUtil::DurationToMilliseconds(to - from)) / 1000;
}

// "END_CAUSE_CALLER_HUNG_UP" as "caller hung up".
std::string CauseName(router::v1::EndCause cause) {
  std::string name = router::v1::EndCause_Name(cause);
  name.erase(0, std::string_view("END_CAUSE_").size());
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", " "}});
}

std::string Tell(const CallRecord& record) {
  const std::string code =
      record.result() == 0 ? "T?" : absl::StrFormat("T%02d", static_cast<int>(record.result()));
  const auto& request = record.request();
  const std::string call =
      absl::StrCat("call ", request.call_id(), " (", request.queue(), ", ", request.entry(), ")");
  if (!record.has_answer_time()) {
    const double wait =
        Seconds(request.has_request_time() ? request.request_time() : request.arrive_time(),
                record.end_time());
    return absl::StrFormat("%s  %s ended unanswered after %.1f s, %s", code, call, wait,
                           CauseName(record.cause()));
  }
  return absl::StrFormat("%s  %s waited %.1f s for %s and talked %.1f s", code, call,
                         Seconds(request.request_time(), record.answer_time()),
                         record.answered_by().id(),
                         Seconds(record.answer_time(), record.end_time()));
}

}  // namespace

void Narrator::Say(const std::string& line) {
  const std::lock_guard lock(mutex_);
  std::cout << absl::FormatTime("%H:%M:%S", absl::Now(), absl::LocalTimeZone()) << "  " << line
            << std::endl;
}

void Narrator::OnUpdate(const router::v1::WatchAreaResponse& update) {
  for (const CallRecord& record : update.ended()) Say(Tell(record));
  if (update.full()) return;
  for (const Seat& seat : update.seats()) {
    const bool trouble = seat.state() == Seat::STATE_UNKNOWN ||
                         (seat.state() == Seat::STATE_NOT_READY &&
                          (seat.reason() == "no_answer" || seat.reason() == "declined" ||
                           seat.reason() == "unreachable"));
    if (trouble) {
      Say(absl::StrCat(
          "seat ", seat.seat_id(),
          seat.state() == Seat::STATE_UNKNOWN ? " is unknown" : " not ready: ", seat.reason()));
    }
  }
}

void Narrator::Summary(absl::Duration time_of_day, size_t callers, const AreaView& view) {
  const auto& stats = view.stats;
  const auto& rate = stats.connect_rate_a();
  const int64_t minutes = absl::ToInt64Minutes(time_of_day);
  Say(absl::StrFormat(
      "==== %02d:%02d in the demo's day | %d callers, %d wait, %d ring, %d talk | seats: %d ready, "
      "%d talk, %d wrap up, %d not ready | offered %d = answered %d + station %d + abandoned %d + "
      "failed %d + open %d | connect rate %d/%d%s",
      minutes / 60, minutes % 60, callers, view.CountCalls(Call::STATE_QUEUED),
      view.CountCalls(Call::STATE_OFFERED),
      view.CountCalls(Call::STATE_CONNECTED) + view.CountCalls(Call::STATE_HELD),
      view.CountSeats(Seat::STATE_READY), view.CountSeats(Seat::STATE_ON_CALL),
      view.CountSeats(Seat::STATE_WRAP_UP), view.CountSeats(Seat::STATE_NOT_READY), stats.offered(),
      stats.answered(), stats.escalated_answered(), stats.abandoned(), stats.failed(), stats.open(),
      rate.numerator(), rate.denominator(), view.connected ? "" : " | no router in reach"));
}

}  // namespace hotline::demo
