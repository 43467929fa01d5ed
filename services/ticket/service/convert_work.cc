#include "services/ticket/service/convert_work.h"

#include "services/base/time_limit.h"
#include "services/runtime/proto_time.h"

namespace hotline::ticket {
namespace {

using google::protobuf::RepeatedPtrField;
using google::protobuf::Timestamp;
using hotline::FromProto;
using hotline::ToProto;
using ticket::FromProto;
using ticket::ToProto;

void Fill(const std::vector<std::string>& from, RepeatedPtrField<std::string>* to) {
  for (const std::string& text : from) to->Add(std::string(text));
}

std::vector<std::string> ListOf(const RepeatedPtrField<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

std::vector<absl::Time> TimesOf(const RepeatedPtrField<Timestamp>& times) {
  std::vector<absl::Time> result;
  for (const Timestamp& time : times) result.push_back(FromProto(time));
  return result;
}

std::string LimitText(TimeLimit limit) {
  return limit ? FormatTimeLimit(limit) : "";
}

TimeLimit LimitFrom(const std::string& text) {
  return text.empty() ? TimeLimit{} : ParseTimeLimit(text).value_or(TimeLimit{});
}

v1::StoredMove ToStored(const ClockMove& move) {
  v1::StoredMove proto;
  proto.set_why(static_cast<int>(move.why));
  proto.set_extension(LimitText(move.extension));
  if (move.why == Why::kPause) {
    *proto.mutable_stop_time() = ToProto(move.stopped);
    *proto.mutable_resume_time() = ToProto(move.resumed);
  }
  return proto;
}

ClockMove FromStored(const v1::StoredMove& proto) {
  ClockMove move{.why = static_cast<Why>(proto.why()),
                 .extension = LimitFrom(proto.extension()),
                 .stopped = {},
                 .resumed = {}};
  if (proto.has_stop_time()) move.stopped = FromProto(proto.stop_time());
  if (proto.has_resume_time()) move.resumed = FromProto(proto.resume_time());
  return move;
}

/// What a clock and the setting of one have in common.
template <class Clock>
v1::StoredClock StoreBasics(const Clock& clock) {
  v1::StoredClock proto;
  proto.set_kind(static_cast<int>(clock.kind));
  proto.set_limit(LimitText(clock.limit));
  *proto.mutable_start_time() = ToProto(clock.start);
  if (clock.due != absl::InfiniteFuture()) *proto.mutable_due_time() = ToProto(clock.due);
  return proto;
}

template <class Clock>
Clock ReadBasics(const v1::StoredClock& proto) {
  Clock clock;
  clock.kind = static_cast<ClockKind>(proto.kind());
  clock.limit = LimitFrom(proto.limit());
  clock.start = FromProto(proto.start_time());
  if (proto.has_due_time()) clock.due = FromProto(proto.due_time());
  return clock;
}

template <class Clock>
v1::TicketClock ShowBasics(const Clock& clock) {
  v1::TicketClock proto;
  proto.set_kind(std::string(FormatClockKind(clock.kind)));
  proto.set_limit(LimitText(clock.limit));
  *proto.mutable_start_time() = ToProto(clock.start);
  if (clock.due != absl::InfiniteFuture()) *proto.mutable_due_time() = ToProto(clock.due);
  return proto;
}

std::optional<absl::Time> MaybeTime(bool has, const Timestamp& time) {
  if (!has) return std::nullopt;
  return FromProto(time);
}

}  // namespace

v1::Unit ToProto(const Unit& unit) {
  v1::Unit proto;
  proto.set_org(unit.org);
  proto.set_path(unit.path);
  return proto;
}

Unit FromProto(const v1::Unit& proto) {
  return {proto.org(), proto.path()};
}

v1::TicketMarks ToProto(const Marks& marks) {
  v1::TicketMarks proto;
  proto.set_priority(FormatPriority(marks.priority));
  proto.set_secrecy(std::string(FormatSecrecy(marks.secrecy)));
  proto.set_matter(std::string(FormatMatter(marks.matter)));
  proto.set_risk(marks.risk);
  proto.set_no_voice(marks.no_voice);
  proto.set_no_contact(marks.no_contact);
  Fill(marks.respondents, proto.mutable_respondents());
  proto.set_external_source(marks.external_source);
  proto.set_external_no(marks.external_no);
  proto.set_case_code(marks.case_code);
  proto.set_group_event(marks.group_event);
  proto.set_head_count(marks.head_count);
  return proto;
}

std::optional<Marks> FromProto(const v1::TicketMarks& proto) {
  const Marks usual;
  const auto priority = proto.priority().empty() ? usual.priority : ParsePriority(proto.priority());
  const auto secrecy = proto.secrecy().empty() ? usual.secrecy : ParseSecrecy(proto.secrecy());
  const auto matter = proto.matter().empty() ? usual.matter : ParseMatter(proto.matter());
  if (!priority || !secrecy || !matter) return std::nullopt;
  return Marks{.priority = *priority,
               .secrecy = *secrecy,
               .matter = *matter,
               .risk = proto.risk(),
               .no_voice = proto.no_voice(),
               .no_contact = proto.no_contact(),
               .respondents = ListOf(proto.respondents()),
               .external_source = proto.external_source(),
               .external_no = proto.external_no(),
               .case_code = proto.case_code(),
               .group_event = proto.group_event(),
               .head_count = proto.head_count()};
}

v1::TicketClock ToProto(const TicketClock& clock) {
  v1::TicketClock proto = ShowBasics(clock);
  if (clock.stopped) *proto.mutable_stop_time() = ToProto(*clock.stopped);
  if (clock.done) *proto.mutable_done_time() = ToProto(*clock.done);
  for (const absl::Time due : clock.earlier_dues) {
    if (due != absl::InfiniteFuture()) *proto.add_earlier_due_times() = ToProto(due);
  }
  proto.set_stage(std::string(FormatStage(clock.stage)));
  return proto;
}

v1::TicketClock ToProto(const ClockSet& set) {
  return ShowBasics(set);
}

v1::StoredParticulars ToStored(const Particulars& with) {
  v1::StoredParticulars proto;
  proto.set_what(with.what);
  proto.set_reason(with.reason);
  proto.set_text(with.text);
  proto.set_other(with.other);
  *proto.mutable_unit() = ToProto(with.unit);
  *proto.mutable_fallback() = ToProto(with.fallback);
  Fill(with.rules, proto.mutable_rules());
  proto.set_limit(LimitText(with.limit));
  if (with.time) *proto.mutable_time() = ToProto(*with.time);
  proto.set_yes(with.yes);
  proto.set_late(with.late);
  proto.set_number(with.number);
  return proto;
}

Particulars FromStored(const v1::StoredParticulars& proto) {
  return {.what = proto.what(),
          .reason = proto.reason(),
          .text = proto.text(),
          .other = proto.other(),
          .unit = FromProto(proto.unit()),
          .fallback = FromProto(proto.fallback()),
          .rules = ListOf(proto.rules()),
          .limit = LimitFrom(proto.limit()),
          .time = MaybeTime(proto.has_time(), proto.time()),
          .yes = proto.yes(),
          .late = proto.late(),
          .number = proto.number()};
}

v1::StoredClock ToStored(const TicketClock& clock) {
  v1::StoredClock proto = StoreBasics(clock);
  for (const ClockMove& move : clock.moves) *proto.add_moves() = ToStored(move);
  for (const absl::Time due : clock.earlier_dues) {
    *proto.add_earlier_due_times() = ToProto(due);
  }
  if (clock.stopped) *proto.mutable_stop_time() = ToProto(*clock.stopped);
  if (clock.done) *proto.mutable_done_time() = ToProto(*clock.done);
  proto.set_stage(static_cast<int>(clock.stage));
  *proto.mutable_set_time() = ToProto(clock.set_time);
  return proto;
}

TicketClock FromStored(const v1::StoredClock& proto) {
  auto clock = ReadBasics<TicketClock>(proto);
  for (const v1::StoredMove& move : proto.moves()) clock.moves.push_back(FromStored(move));
  clock.earlier_dues = TimesOf(proto.earlier_due_times());
  clock.stopped = MaybeTime(proto.has_stop_time(), proto.stop_time());
  clock.done = MaybeTime(proto.has_done_time(), proto.done_time());
  clock.stage = static_cast<Stage>(proto.stage());
  clock.set_time = FromProto(proto.set_time());
  return clock;
}

v1::StoredClock ToStored(const ClockSet& set) {
  v1::StoredClock proto = StoreBasics(set);
  if (!(set.move == ClockMove())) *proto.add_moves() = ToStored(set.move);
  return proto;
}

ClockSet SetFromStored(const v1::StoredClock& proto) {
  auto set = ReadBasics<ClockSet>(proto);
  if (proto.moves_size() > 0) set.move = FromStored(proto.moves(0));
  return set;
}

v1::StoredWork ToStored(const Work& work) {
  v1::StoredWork proto;
  *proto.mutable_lead() = ToProto(work.lead);
  *proto.mutable_fallback() = ToProto(work.fallback);
  for (const Unit& unit : work.co_handlers) *proto.add_co_handlers() = ToProto(unit);
  for (const Hop& hop : work.hops) {
    auto* stored = proto.add_hops();
    *stored->mutable_unit() = ToProto(hop.unit);
    *stored->mutable_since_time() = ToProto(hop.since);
    if (hop.until) *stored->mutable_until_time() = ToProto(*hop.until);
  }
  Fill(work.upheld, proto.mutable_upheld());
  Fill(work.decided, proto.mutable_decided());
  Fill(work.handlers, proto.mutable_handlers());
  Fill(work.rulers, proto.mutable_rulers());
  Fill(work.callers_back, proto.mutable_callers_back());
  proto.set_accepted_late(work.accepted_late);
  proto.set_touched(work.touched);
  proto.set_bound(work.bound);
  proto.set_fault(work.fault);
  proto.set_objected(work.objected);
  proto.set_info_requests(work.info_requests);
  proto.set_extensions(work.extensions);
  proto.set_reworks(work.reworks);
  proto.set_wait_from(static_cast<int>(work.wait_from));
  if (work.proposal) {
    auto* stored = proto.mutable_proposal();
    stored->set_act(static_cast<int>(work.proposal->act));
    stored->set_account(work.proposal->account);
    stored->set_group(work.proposal->group);
    *stored->mutable_with() = ToStored(work.proposal->with);
    *stored->mutable_time() = ToProto(work.proposal->time);
  }
  for (const Child& child : work.children) {
    auto* stored = proto.add_children();
    stored->set_ticket_no(child.ticket_no);
    stored->set_closed(child.closed);
  }
  for (const Contact& contact : work.contacts) {
    auto* stored = proto.add_contacts();
    *stored->mutable_time() = ToProto(contact.time);
    stored->set_reached(contact.reached);
    stored->set_doubted(contact.doubted);
  }
  for (const absl::Time time : work.attempts) *proto.add_attempt_times() = ToProto(time);
  Fill(work.evidence, proto.mutable_evidence());
  for (const Rating& rating : work.ratings) {
    auto* stored = proto.add_ratings();
    stored->set_service_event(rating.service_event);
    stored->set_grade(rating.grade);
    *stored->mutable_time() = ToProto(rating.time);
  }
  for (const SupervisionOrder& order : work.orders) {
    auto* stored = proto.add_orders();
    stored->set_number(order.number);
    stored->set_issued_by(order.issued_by);
    stored->set_reason(order.reason);
    if (order.due != absl::InfiniteFuture()) *stored->mutable_due_time() = ToProto(order.due);
    stored->set_answered(order.answered);
  }
  Fill(work.messages, proto.mutable_messages());
  proto.set_merged_into(work.merged_into);
  proto.set_referred_to(work.referred_to);
  proto.set_receipt(work.receipt);
  proto.set_level(static_cast<int>(work.level));
  return proto;
}

Work FromStored(const v1::StoredWork& proto) {
  Work work{.lead = FromProto(proto.lead()),
            .fallback = FromProto(proto.fallback()),
            .upheld = ListOf(proto.upheld()),
            .decided = ListOf(proto.decided()),
            .handlers = ListOf(proto.handlers()),
            .rulers = ListOf(proto.rulers()),
            .callers_back = ListOf(proto.callers_back()),
            .accepted_late = proto.accepted_late(),
            .touched = proto.touched(),
            .bound = proto.bound(),
            .fault = proto.fault(),
            .objected = proto.objected(),
            .info_requests = proto.info_requests(),
            .extensions = proto.extensions(),
            .reworks = proto.reworks(),
            .wait_from = static_cast<State>(proto.wait_from()),
            .attempts = TimesOf(proto.attempt_times()),
            .evidence = ListOf(proto.evidence()),
            .messages = ListOf(proto.messages()),
            .merged_into = proto.merged_into(),
            .referred_to = proto.referred_to(),
            .receipt = proto.receipt(),
            .level = static_cast<Stage>(proto.level())};
  for (const v1::Unit& unit : proto.co_handlers()) work.co_handlers.push_back(FromProto(unit));
  for (const auto& hop : proto.hops()) {
    work.hops.push_back({FromProto(hop.unit()), FromProto(hop.since_time()),
                         MaybeTime(hop.has_until_time(), hop.until_time())});
  }
  if (proto.has_proposal()) {
    const auto& stored = proto.proposal();
    work.proposal = Proposal{static_cast<Act>(stored.act()), stored.account(), stored.group(),
                             FromStored(stored.with()), FromProto(stored.time())};
  }
  for (const auto& child : proto.children()) {
    work.children.push_back({child.ticket_no(), child.closed()});
  }
  for (const auto& contact : proto.contacts()) {
    work.contacts.push_back({FromProto(contact.time()), contact.reached(), contact.doubted()});
  }
  for (const auto& rating : proto.ratings()) {
    work.ratings.push_back({rating.service_event(), rating.grade(), FromProto(rating.time())});
  }
  for (const auto& order : proto.orders()) {
    work.orders.push_back(
        {order.number(), order.issued_by(), order.reason(),
         order.has_due_time() ? FromProto(order.due_time()) : absl::InfiniteFuture(),
         order.answered()});
  }
  return work;
}

void WriteBody(const Classified& e, v1::StoredEvent& out) {
  auto* body = out.mutable_classified();
  Fill(e.fields, body->mutable_fields());
  *body->mutable_marks() = ToProto(e.marks);
}

void WriteBody(const Acted& e, v1::StoredEvent& out) {
  auto* body = out.mutable_acted();
  body->set_act(static_cast<int>(e.act));
  body->set_to(static_cast<v1::Ticket::State>(e.to));
  *body->mutable_with() = ToStored(e.with);
}

void WriteBody(const Warned& e, v1::StoredEvent& out) {
  auto* body = out.mutable_warned();
  body->set_clock(static_cast<int>(e.clock));
  body->set_stage(static_cast<int>(e.stage));
  *body->mutable_due_time() = ToProto(e.due);
  body->set_late_fired(e.late_fired);
}

EventBody ReadBody(const v1::StoredEvent::Classified& stored) {
  return Classified{ListOf(stored.fields()), FromProto(stored.marks()).value_or(Marks())};
}

EventBody ReadBody(const v1::StoredEvent::Acted& stored) {
  return Acted{static_cast<Act>(stored.act()), static_cast<State>(stored.to()),
               FromStored(stored.with())};
}

EventBody ReadBody(const v1::StoredEvent::Warned& stored) {
  return Warned{static_cast<ClockKind>(stored.clock()), static_cast<Stage>(stored.stage()),
                FromProto(stored.due_time()), stored.late_fired()};
}

}  // namespace hotline::ticket
