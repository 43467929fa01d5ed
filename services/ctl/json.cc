#include "services/ctl/json.h"

#include <string>

// Boost.JSON is used without its library: this is the one source that compiles it.
#include "absl/strings/str_format.h"
#include <boost/json/src.hpp>

#include "services/ctl/format.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

value TextOrNull(const std::string& text) {
  if (text.empty()) return nullptr;
  return value(text);
}

int64_t Milliseconds(const google::protobuf::Duration& d) {
  return absl::ToInt64Milliseconds(FromProto(d));
}

/// The time of an optional message field.
template <class Message>
value TimeOf(const Message& message, bool (Message::*has)() const,
             const google::protobuf::Timestamp& (Message::*get)() const) {
  if (!(message.*has)()) return nullptr;
  return TimeToJson(FromProto((message.*get)()));
}

value RatioToJson(const router::v1::Ratio& ratio) {
  return object{{"numerator", ratio.numerator()}, {"denominator", ratio.denominator()}};
}

value SkillsToJson(const google::protobuf::RepeatedPtrField<router::v1::SkillLevel>& skills) {
  object json;
  for (const auto& skill : skills) json[skill.skill()] = skill.level();
  return json;
}

std::string PriorityWord(router::v1::Priority priority) {
  return EnumWord("PRIORITY_", router::v1::Priority_Name(priority));
}

/// What every call has, alive or not.
object RequestToJson(const router::v1::CallRequest& request) {
  using Request = router::v1::CallRequest;
  return object{
      {"id", request.call_id()},
      {"queue", request.queue()},
      {"entry", TextOrNull(request.entry())},
      {"priority", TextOrNull(PriorityWord(request.priority()))},
      {"skills", SkillsToJson(request.skills())},
      {"arrive_time", TimeOf(request, &Request::has_arrive_time, &Request::arrive_time)},
      {"request_time", TimeOf(request, &Request::has_request_time, &Request::request_time)}};
}

/// From asking for a person until the answer, or the end without one.
value WaitOf(const router::v1::CallRecord& record) {
  if (!record.request().has_request_time()) return nullptr;
  const auto& until = record.has_answer_time() ? record.answer_time() : record.end_time();
  return absl::ToInt64Milliseconds(FromProto(until) - FromProto(record.request().request_time()));
}

value LegToJson(const router::v1::Leg& leg) {
  using router::v1::Leg;
  value target = object{{"kind", "caller"}, {"id", nullptr}};
  if (leg.target().kind() != router::v1::TARGET_KIND_UNSPECIFIED) target = ToJson(leg.target());
  return object{{"target", target},
                {"invite_time", TimeOf(leg, &Leg::has_invite_time, &Leg::invite_time)},
                {"ring_time", TimeOf(leg, &Leg::has_ring_time, &Leg::ring_time)},
                {"answer_time", TimeOf(leg, &Leg::has_answer_time, &Leg::answer_time)},
                {"end_time", TimeOf(leg, &Leg::has_end_time, &Leg::end_time)},
                {"end", TextOrNull(Word(leg.end()))},
                {"sip_status", leg.sip_status()}};
}

}  // namespace

value TimeToJson(absl::Time time) {
  return value(absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone()));
}

value ToJson(const router::v1::Target& target) {
  if (target.kind() == router::v1::TARGET_KIND_UNSPECIFIED) return nullptr;
  return object{{"kind", Word(target.kind())}, {"id", target.id()}};
}

value ToJson(const router::v1::Seat& seat) {
  using router::v1::Seat;
  return object{
      {"id", seat.seat_id()},
      {"state", EnumWord("STATE_", Seat::State_Name(seat.state()))},
      {"reason", TextOrNull(seat.reason())},
      {"state_time", TimeOf(seat, &Seat::has_state_time, &Seat::state_time)},
      {"call", TextOrNull(seat.call_id())},
      {"agent", TextOrNull(seat.agent())},
      {"extension", seat.extension()},
      {"queues", array(seat.queues().begin(), seat.queues().end())},
      {"skills", SkillsToJson(seat.skills())},
      {"wrap_up_end_time", TimeOf(seat, &Seat::has_wrap_up_end_time, &Seat::wrap_up_end_time)},
      {"answered", seat.answered()},
      {"talk_ms", Milliseconds(seat.talk())}};
}

value ToJson(const router::v1::Queue& queue) {
  return object{{"id", queue.queue_id()},
                {"waiting", queue.waiting()},
                {"offered", queue.offered()},
                {"connected", queue.connected()},
                {"longest_wait_ms", Milliseconds(queue.longest_wait())},
                {"seats_signed_in", queue.seats_signed_in()},
                {"seats_ready", queue.seats_ready()}};
}

value ToJson(const router::v1::Station& station) {
  return object{{"id", station.station_id()},       {"level", station.level()},
                {"extension", station.extension()}, {"open", station.open()},
                {"capacity", station.capacity()},   {"busy", station.busy()}};
}

value ToJson(const router::v1::Callback& callback) {
  using router::v1::Callback;
  return object{
      {"id", callback.callback_id()},
      {"origin", callback.origin_id()},
      {"queue", callback.queue()},
      {"state", Word(callback.state())},
      {"request_time", TimeOf(callback, &Callback::has_request_time, &Callback::request_time)},
      {"due", callback.due()},
      {"next_time", TimeOf(callback, &Callback::has_next_time, &Callback::next_time)},
      {"attempts", callback.attempts()},
      {"keep_until_time",
       TimeOf(callback, &Callback::has_keep_until_time, &Callback::keep_until_time)}};
}

value ToJson(const router::v1::Call& call) {
  using router::v1::Call;
  object json = RequestToJson(call.request());
  json["state"] = Word(call.state());
  json["state_time"] = TimeOf(call, &Call::has_state_time, &Call::state_time);
  json["target"] = ToJson(call.target());
  json["wait_ms"] = Milliseconds(call.wait());
  json["offer_id"] = call.offer_id();
  return json;
}

value ToJson(const router::v1::CallRecord& record) {
  using router::v1::CallRecord;
  object json = RequestToJson(record.request());
  json["result"] = TextOrNull(Code(record.result()));
  json["cause"] = TextOrNull(Word(record.cause()));
  json["answer_time"] = TimeOf(record, &CallRecord::has_answer_time, &CallRecord::answer_time);
  json["end_time"] = TimeOf(record, &CallRecord::has_end_time, &CallRecord::end_time);
  json["wait_ms"] = WaitOf(record);
  json["answered_by"] = ToJson(record.answered_by());
  json["ringing"] = record.ringing();
  array legs;
  for (const auto& leg : record.legs()) legs.push_back(LegToJson(leg));
  json["legs"] = std::move(legs);
  return json;
}

value ToJson(const router::v1::AreaStats& stats) {
  using router::v1::AreaStats;
  object results;
  for (int i = 0; i < stats.results_size(); ++i) {
    results[absl::StrFormat("T%02d", i + 1)] = stats.results(i);
  }
  return object{{"start_time", TimeOf(stats, &AreaStats::has_start_time, &AreaStats::start_time)},
                {"offered", stats.offered()},
                {"answered", stats.answered()},
                {"escalated_answered", stats.escalated_answered()},
                {"abandoned", stats.abandoned()},
                {"failed", stats.failed()},
                {"open", stats.open()},
                {"not_requested", stats.not_requested()},
                {"results", std::move(results)},
                {"connect_rate_a", RatioToJson(stats.connect_rate_a())},
                {"connect_rate_b", RatioToJson(stats.connect_rate_b())},
                {"answered_in_target", RatioToJson(stats.answered_in_target())},
                {"mean_wait_ms", Milliseconds(stats.mean_wait())},
                {"longest_wait_ms", Milliseconds(stats.longest_wait())}};
}

namespace {

value CandidatesToJson(const router::v1::Candidates& candidates) {
  array rows;
  for (const auto& row : candidates.rows()) {
    rows.push_back(object{
        {"target", ToJson(row.target())},
        {"excluded",
         TextOrNull(EnumWord("EXCLUSION_", router::v1::Exclusion_Name(row.exclusion())))},
        {"state", TextOrNull(EnumWord("STATE_", router::v1::Seat::State_Name(row.seat_state())))},
        {"ring", row.ring()},
        {"order_key", row.order_key()},
        {"ready_for_ms", row.has_ready_for() ? Milliseconds(row.ready_for()) : value()},
        {"text", row.text()}});
  }
  return object{{"rows", std::move(rows)},
                {"left_off", candidates.left_off()},
                {"unseen", candidates.unseen()}};
}

value DecisionToJson(const router::v1::Decision& d) {
  return object{
      {"time", TimeToJson(FromProto(d.time()))},
      {"kind", EnumWord("KIND_", router::v1::Decision::Kind_Name(d.kind()))},
      {"target", d.has_target() ? ToJson(d.target()) : value()},
      {"text", d.text()},
      {"overtake", TextOrNull(d.overtake())},
      {"reason", TextOrNull(d.reason())},
      {"waited_ms", Milliseconds(d.waited())},
      {"priority", TextOrNull(PriorityWord(d.priority()))},
      {"ring", d.ring()},
      {"others_ready", d.others_ready()},
      {"next_seat", TextOrNull(d.next_seat())},
      {"others_waiting", d.others_waiting()},
      {"in_reach", d.in_reach()},
      {"capped", d.capped()},
      {"score", d.score()},
      {"expected_wait_ms", d.has_expected_wait() ? Milliseconds(d.expected_wait()) : value()},
      {"candidates", d.has_candidates() ? CandidatesToJson(d.candidates()) : value()}};
}

}  // namespace

value ToJson(const router::v1::ExplainCallResponse& why) {
  array decisions;
  for (const auto& decision : why.decisions()) decisions.push_back(DecisionToJson(decision));
  return object{
      {"call", why.call_id()},
      {"policy_version", why.policy_version()},
      {"live", why.live()},
      {"decisions", std::move(decisions)},
      {"candidates", why.has_candidates() ? CandidatesToJson(why.candidates()) : value()}};
}

value ToJson(const router::v1::GetAreaResponse& area) {
  using router::v1::RouterStatus;
  return object{{"area", area.area()},
                {"router", area.router()},
                {"role", EnumWord("ROLE_", RouterStatus::Role_Name(area.role()))},
                {"epoch", area.epoch()},
                {"draining", area.draining()},
                {"spooling", area.spooling()},
                {"journal_seq", area.journal_seq()},
                {"policy_version", TextOrNull(area.policy_version())},
                {"journal_policy_version", TextOrNull(area.journal_policy_version())},
                {"nodes", array(area.nodes().begin(), area.nodes().end())}};
}

value ToJson(const call::v1::GetStatusResponse& status) {
  using router::v1::RouterStatus;
  array routers;
  for (const auto& router : status.routers()) {
    routers.push_back(object{{"address", router.address()},
                             {"connected", router.connected()},
                             {"role", EnumWord("ROLE_", RouterStatus::Role_Name(router.role()))},
                             {"epoch", router.epoch()}});
  }
  return object{{"node", status.node()},
                {"instance", status.instance()},
                {"routers", std::move(routers)},
                {"media_connected", status.media_connected()},
                {"live_calls", status.live_calls()},
                {"unacknowledged_records", status.unacknowledged_records()},
                {"refused_old_epoch", status.refused_old_epoch()}};
}

value ToJson(const router::v1::LiveCall& call) {
  using router::v1::LiveCall;
  object json = RequestToJson(call.request());
  json["state"] = Word(call.state());
  json["target"] = ToJson(call.target());
  json["offer_id"] = call.offer_id();
  json["answer_time"] = TimeOf(call, &LiveCall::has_answer_time, &LiveCall::answer_time);
  return json;
}

}  // namespace hotline::ctl
