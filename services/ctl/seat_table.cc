#include "services/ctl/seat_table.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "services/ctl/format.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {

using router::v1::Seat;

namespace {

std::string Skills(const Seat& seat) {
  return absl::StrJoin(seat.skills(), " ", [](std::string* out, const auto& skill) {
    absl::StrAppend(out, skill.skill(), ":", skill.level());
  });
}

}  // namespace

std::string SeatState(const Seat& seat) {
  const std::string word = EnumWord("STATE_", Seat::State_Name(seat.state()));
  const std::string state = absl::StrReplaceAll(word, {{"_", " "}});
  return seat.reason().empty() ? state : absl::StrCat(state, " (", seat.reason(), ")");
}

std::string DescribeSeat(const Seat& seat) {
  std::string text = absl::StrCat(seat.seat_id(), " ", SeatState(seat));
  if (!seat.call_id().empty()) absl::StrAppend(&text, " ", seat.call_id());
  if (!seat.agent().empty()) absl::StrAppend(&text, ", agent ", seat.agent());
  return text;
}

Table SeatTable(const google::protobuf::RepeatedPtrField<Seat>& seats, absl::Time now) {
  Table table({"SEAT", "STATE", "FOR>", "CALL", "AGENT", "PHONE", "ANSWERED>", "TALK>", "QUEUES",
               "SKILLS"});
  for (const Seat& seat : seats) {
    const bool since = seat.has_state_time();
    table.Add({seat.seat_id(), SeatState(seat),
               since ? FormatSpan(now - FromProto(seat.state_time())) : "", seat.call_id(),
               seat.agent(), seat.extension(), absl::StrCat(seat.answered()),
               FormatSpan(FromProto(seat.talk())), absl::StrJoin(seat.queues(), ","),
               Skills(seat)});
  }
  return table;
}

}  // namespace hotline::ctl
