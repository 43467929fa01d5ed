#include "services/ctl/watch_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

#include "services/ctl/area_text.h"
#include "services/ctl/call_text.h"
#include "services/ctl/format.h"
#include "services/ctl/json.h"
#include "services/ctl/seat_table.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

using router::v1::Call;
using router::v1::Seat;

/// Rows that a section other than the seats may always have; more only if the terminal is high.
constexpr size_t kMinSectionRows = 3;
/// Such a section gets a sixth of the room at most.
constexpr size_t kSectionShare = 6;

size_t CountSeats(const AreaPicture& picture, std::initializer_list<Seat::State> states) {
  return static_cast<size_t>(
      std::count_if(picture.seats().begin(), picture.seats().end(), [&](const auto& entry) {
        return std::find(states.begin(), states.end(), entry.second.state()) != states.end();
      }));
}

/// Who waits or rings, longest wait first.
std::vector<const Call*> Waiting(const AreaPicture& picture) {
  std::vector<const Call*> waiting;
  for (const auto& [id, call] : picture.calls()) {
    const bool waits = call.state() == Call::STATE_QUEUED || call.state() == Call::STATE_OFFERED;
    if (waits) waiting.push_back(&call);
  }
  std::sort(waiting.begin(), waiting.end(), [](const Call* a, const Call* b) {
    return FromProto(a->request().request_time()) < FromProto(b->request().request_time());
  });
  return waiting;
}

/// The queues with their longest wait as it is now: a message comes only when a queue changes.
google::protobuf::RepeatedPtrField<router::v1::Queue> Queues(
    const AreaPicture& picture, const std::vector<const Call*>& waiting, absl::Time now) {
  google::protobuf::RepeatedPtrField<router::v1::Queue> queues;
  for (const auto& [id, queue] : picture.queues()) {
    *queues.Add() = queue;
    const auto in_queue = [&id = id](const Call* call) {
      return call->request().queue() == id && call->state() == Call::STATE_QUEUED;
    };
    const auto longest = std::find_if(waiting.begin(), waiting.end(), in_queue);
    if (longest == waiting.end()) continue;
    *queues.rbegin()->mutable_longest_wait() =
        ToProto(now - FromProto((*longest)->request().request_time()));
  }
  return queues;
}

std::string SeatsLine(const AreaPicture& picture) {
  return absl::StrFormat(
      "seats    %d ready, %d ringing, %d talking, %d in wrap-up, %d not ready, %d unknown, %d "
      "signed out",
      CountSeats(picture, {Seat::STATE_READY}), CountSeats(picture, {Seat::STATE_OFFERED}),
      CountSeats(picture, {Seat::STATE_ON_CALL}), CountSeats(picture, {Seat::STATE_WRAP_UP}),
      CountSeats(picture, {Seat::STATE_NOT_READY}), CountSeats(picture, {Seat::STATE_UNKNOWN}),
      CountSeats(picture, {Seat::STATE_SIGNED_OUT}));
}

std::string CallsLine(const AreaPicture& picture, const std::vector<const Call*>& waiting,
                      absl::Time now) {
  const absl::Duration longest = waiting.empty()
                                     ? absl::ZeroDuration()
                                     : now - FromProto(waiting.front()->request().request_time());
  return absl::StrFormat("calls    %d waiting or ringing (longest %s), %d talking", waiting.size(),
                         FormatSpan(longest), picture.calls().size() - waiting.size());
}

std::string RateLine(const router::v1::AreaStats& stats) {
  return absl::StrFormat(
      "24 hours connect rate %s; offered %d = %d by seats + %d by stations + %d abandoned + %d "
      "failed"
      " + %d open",
      FormatRatio(stats.connect_rate_a()), stats.offered(), stats.answered(),
      stats.escalated_answered(), stats.abandoned(), stats.failed(), stats.open());
}

/// A table's lines under a blank one; rows beyond `limit` are only counted.
std::vector<std::string> Section(const Table& table, size_t limit) {
  std::vector<std::string> lines = absl::StrSplit(table.Render(), '\n', absl::SkipEmpty());
  const size_t rows = lines.size() - 1;
  if (rows > limit) {
    const size_t shown = limit > 0 ? limit - 1 : 0;
    lines.resize(shown + 1);
    lines.push_back(absl::StrFormat("… %d more", rows - shown));
  }
  lines.insert(lines.begin(), "");
  return lines;
}

/// The sections in the order of the screen; the seats take what the others leave.
std::vector<std::string> Sections(const AreaPicture& picture,
                                  const std::vector<const Call*>& waiting, absl::Time now,
                                  absl::TimeZone zone, size_t room) {
  google::protobuf::RepeatedPtrField<Seat> seats;
  for (const auto& [id, seat] : picture.seats()) *seats.Add() = seat;
  Table calls = LiveCallTable();
  for (const Call* call : waiting) AddLiveCall(*call, now, calls);
  Table ended = EndedCallTable();
  for (const auto& record : picture.ended()) AddEndedCall(record, zone, ended);

  const size_t share = std::max(kMinSectionRows, room / kSectionShare);
  std::vector<std::string> lines = Section(QueueTable(Queues(picture, waiting, now)), share);
  const auto append = [&lines](const std::vector<std::string>& more) {
    lines.insert(lines.end(), more.begin(), more.end());
  };
  append(Section(calls, share));
  const std::vector<std::string> outcomes = Section(ended, share);
  const size_t used = lines.size() + outcomes.size() + 2;  // the seats' blank line and heading
  append(Section(SeatTable(seats, now), room > used ? room - used : 1));
  append(outcomes);
  return lines;
}

}  // namespace

std::vector<std::string> RenderWatch(const AreaPicture& picture, absl::Time local,
                                     absl::TimeZone zone, ViewSize size) {
  const absl::Time now = picture.RouterTime(local);
  std::vector<std::string> lines = {
      absl::StrCat(FormatClock(now, zone), "  ",
                   picture.empty() ? "hotline-ctl watch" : AreaLine(picture.area()))};
  if (!picture.trouble().empty()) lines.push_back("! " + picture.trouble());
  if (!picture.empty()) {
    const std::vector<const Call*> waiting = Waiting(picture);
    lines.push_back(CallsLine(picture, waiting, now));
    lines.push_back(SeatsLine(picture));
    lines.push_back(RateLine(picture.stats()));
    const size_t room = size.rows > lines.size() ? size.rows - lines.size() : 0;
    for (std::string& line : Sections(picture, waiting, now, zone, room)) {
      lines.push_back(std::move(line));
    }
  }
  if (lines.size() > size.rows) lines.resize(size.rows);
  for (std::string& line : lines) line = Clip(line, size.columns);
  return lines;
}

boost::json::value WatchToJson(const AreaPicture& picture, absl::Time local) {
  const auto values = [](const auto& map) {
    boost::json::array array;
    for (const auto& [id, value] : map) array.push_back(ToJson(value));
    return array;
  };
  return boost::json::object{
      {"time", TimeToJson(picture.RouterTime(local))},
      {"trouble", picture.trouble().empty() ? boost::json::value() : picture.trouble().c_str()},
      {"area", ToJson(picture.area())},
      {"stats", ToJson(picture.stats())},
      {"queues", values(picture.queues())},
      {"seats", values(picture.seats())},
      {"stations", values(picture.stations())},
      {"calls", values(picture.calls())},
      {"ended", ToJsonArray(picture.ended())}};
}

}  // namespace hotline::ctl
