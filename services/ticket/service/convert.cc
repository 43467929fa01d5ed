#include "services/ticket/service/convert.h"

#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include <google/protobuf/util/json_util.h>

#include "services/ticket/core/search_text.h"
#include "services/ticket/core/visibility.h"
#include "services/ticket/service/convert_work.h"

#include "hotline/access/v1/access.pb.h"
#include "hotline/ticket/v1/ticket_log.pb.h"

namespace hotline::ticket {
namespace {

// Those of messages and of times stay visible beside the ones below.
using ticket::FromProto;
using ticket::ToProto;

// The core has the protos' numbers, so that an enum is converted by a cast.
static_assert(static_cast<int>(State::kVoid) == v1::Ticket::STATE_VOID &&
              static_cast<int>(State::kRegistered) == v1::Ticket::STATE_REGISTERED &&
              static_cast<int>(State::kToFollowUp) == v1::Ticket::STATE_TO_FOLLOW_UP &&
              static_cast<int>(State::kClosed) == v1::Ticket::STATE_CLOSED);
static_assert(static_cast<int>(Closure::kUnreasonable) == v1::CLOSURE_UNREASONABLE);
static_assert(static_cast<int>(Category::kComplaint) == v1::CATEGORY_COMPLAINT);
static_assert(static_cast<int>(Role::kSystem) == access::v1::ROLE_SYSTEM &&
              static_cast<int>(Role::kContractor) == access::v1::ROLE_CONTRACTOR);
static_assert(static_cast<int>(Problem::Code::kMalformed) == v1::FieldProblem::CODE_MALFORMED);

/// Error details travel as metadata, of which gRPC's peers take 8 KB, in base64.
constexpr size_t kMaxDetailBytes = 4'000;
constexpr char kTypePrefix[] = "type.googleapis.com/";

v1::TicketContent ToProto(const Content& content) {
  v1::TicketContent proto;
  proto.set_category(static_cast<v1::Category>(content.category));
  proto.set_subcategory(content.subcategory);
  proto.set_title(content.title);
  proto.set_demand(content.demand);
  proto.set_answer(content.answer);
  for (const std::string& group : content.groups) proto.add_groups(group);
  proto.set_citizen_name(content.citizen_name);
  proto.set_division(content.division);
  for (const std::string& outcome : content.outcomes) proto.add_outcomes(outcome);
  proto.set_language(content.language);
  proto.set_confidential(content.confidential);
  return proto;
}

v1::StoredOrigin ToProto(const Origin& origin) {
  v1::StoredOrigin proto;
  proto.set_call_id(origin.call_id);
  proto.set_entry(origin.entry);
  proto.set_queue(origin.queue);
  proto.set_answered_by(origin.answered_by);
  return proto;
}

Origin FromProto(const v1::StoredOrigin& proto) {
  return {proto.call_id(), proto.entry(), proto.queue(), proto.answered_by()};
}

std::vector<std::string> Texts(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

/// The part of Ticket that is stored.
v1::Ticket ToStored(const Ticket& ticket) {
  v1::Ticket proto;
  proto.set_ticket_no(ticket.ticket_no);
  proto.set_state(static_cast<v1::Ticket::State>(ticket.state));
  proto.set_version(ticket.version);
  proto.set_call_id(ticket.origin.call_id);
  proto.set_entry(ticket.origin.entry);
  proto.set_queue(ticket.origin.queue);
  proto.set_answered_by(ticket.origin.answered_by);
  proto.set_first_contact(ticket.first_contact);
  proto.set_caller_masked(ticket.caller_masked);
  *proto.mutable_content() = ToProto(ticket.content);
  proto.set_closure(static_cast<v1::Closure>(ticket.closure));
  *proto.mutable_create_time() = ToProto(ticket.create_time);
  *proto.mutable_update_time() = ToProto(ticket.update_time);
  if (ticket.call_end_time) *proto.mutable_call_end_time() = ToProto(*ticket.call_end_time);
  if (ticket.register_time) *proto.mutable_register_time() = ToProto(*ticket.register_time);
  if (ticket.close_time) *proto.mutable_close_time() = ToProto(*ticket.close_time);
  proto.set_updated_by(ticket.updated_by);
  proto.set_registered_automatically(ticket.registered_automatically);
  *proto.mutable_marks() = ToProto(ticket.marks);
  proto.set_parent_no(ticket.parent_no);
  proto.set_result(ticket.work.result);
  proto.set_public_answer(ticket.work.public_answer);
  return proto;
}

class BodyWriter {
 public:
  explicit BodyWriter(v1::StoredEvent& out) : out_(out) {}

  void operator()(const Opened& e) const {
    auto* body = out_.mutable_opened();
    body->set_ticket_no(e.ticket_no);
    *body->mutable_origin() = ToProto(e.origin);
    body->set_first_contact(e.first_contact);
    *body->mutable_content() = ToProto(e.content);
    body->set_parent_no(e.parent_no);
    if (e.latest_due != absl::InfiniteFuture()) {
      *body->mutable_latest_due_time() = ToProto(e.latest_due);
    }
    body->set_external_source(e.external_source);
    body->set_external_no(e.external_no);
  }

  void operator()(const CallLinked& e) const {
    *out_.mutable_call_linked()->mutable_origin() = ToProto(e.origin);
  }

  void operator()(const CallerNoted& e) const { out_.mutable_caller_noted()->set_masked(e.masked); }

  void operator()(const CallEnded& e) const {
    *out_.mutable_call_ended()->mutable_end_time() = ToProto(e.end_time);
  }

  void operator()(const Edited& e) const {
    auto* body = out_.mutable_edited();
    for (const std::string& field : e.fields) body->add_fields(field);
    *body->mutable_content() = ToProto(e.content);
  }

  void operator()(const Registered& e) const {
    out_.mutable_registered()->set_automatic(e.automatic);
  }

  void operator()(const Closed& e) const {
    out_.mutable_closed()->set_closure(static_cast<v1::Closure>(e.closure));
  }

  void operator()(const Classified& e) const { WriteBody(e, out_); }

  void operator()(const Acted& e) const { WriteBody(e, out_); }

  void operator()(const Warned& e) const { WriteBody(e, out_); }

 private:
  v1::StoredEvent& out_;
};

absl::Time LatestDue(bool has, const google::protobuf::Timestamp& time) {
  return has ? FromProto(time) : absl::InfiniteFuture();
}

absl::StatusOr<EventBody> ReadAnyBody(const v1::StoredEvent& stored) {
  switch (stored.body_case()) {
    case v1::StoredEvent::kOpened:
      return Opened{
          stored.opened().ticket_no(),
          FromProto(stored.opened().origin()),
          stored.opened().first_contact(),
          FromProto(stored.opened().content()),
          stored.opened().parent_no(),
          LatestDue(stored.opened().has_latest_due_time(), stored.opened().latest_due_time()),
          stored.opened().external_source(),
          stored.opened().external_no()};
    case v1::StoredEvent::kCallLinked:
      return CallLinked{FromProto(stored.call_linked().origin())};
    case v1::StoredEvent::kCallerNoted:
      return CallerNoted{stored.caller_noted().masked()};
    case v1::StoredEvent::kCallEnded:
      return CallEnded{FromProto(stored.call_ended().end_time())};
    case v1::StoredEvent::kEdited:
      return Edited{Texts(stored.edited().fields()), FromProto(stored.edited().content())};
    case v1::StoredEvent::kRegistered:
      return Registered{stored.registered().automatic()};
    case v1::StoredEvent::kClosed:
      return Closed{static_cast<Closure>(stored.closed().closure())};
    case v1::StoredEvent::kClassified:
      return ReadBody(stored.classified());
    case v1::StoredEvent::kActed:
      return ReadBody(stored.acted());
    case v1::StoredEvent::kWarned:
      return ReadBody(stored.warned());
    case v1::StoredEvent::BODY_NOT_SET:
      break;
  }
  return absl::DataLossError("an event of a kind that this program does not know");
}

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  (void)google::protobuf::util::MessageToJsonString(message, &text, options);
  return text;
}

absl::Status FromJson(const std::string& text, google::protobuf::Message& message) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;  // a later program may have been here
  if (google::protobuf::util::JsonStringToMessage(text, &message, options).ok()) {
    return absl::OkStatus();
  }
  return absl::DataLossError("a stored ticket or event cannot be read");
}

void Attach(const google::protobuf::Message& detail, absl::Status& status) {
  status.SetPayload(absl::StrCat(kTypePrefix, detail.GetDescriptor()->full_name()),
                    absl::Cord(detail.SerializeAsString()));
}

v1::TicketProblems ToProto(const std::vector<Problem>& problems) {
  v1::TicketProblems proto;
  for (const Problem& problem : problems) {
    auto* field = proto.add_problems();
    field->set_field(problem.field);
    field->set_code(static_cast<v1::FieldProblem::Code>(problem.code));
    field->set_message(problem.sentence);
    field->set_limit(problem.limit);
  }
  return proto;
}

}  // namespace

v1::Ticket ToProto(const Ticket& ticket, const Policy& policy) {
  v1::Ticket proto = ToStored(ticket);
  const absl::Time due = TicketLife(policy, ticket).next_deadline();
  if (ticket.state == State::kDraft && due != absl::InfiniteFuture()) {
    *proto.mutable_register_due_time() = ToProto(due);
  }
  if (!ticket.work.lead.org.empty()) *proto.mutable_lead() = ToProto(ticket.work.lead);
  for (const TicketClock& clock : ticket.clocks) *proto.add_clocks() = ToProto(clock);
  if (ticket.work.proposal) {
    proto.set_proposal(std::string(FormatAct(ticket.work.proposal->act)));
    proto.set_proposed_by(ticket.work.proposal->account);
  }
  proto.set_stage(std::string(FormatStage(ticket.work.level)));
  return proto;
}

void HideCitizen(v1::Ticket& ticket) {
  ticket.mutable_content()->clear_citizen_name();
  ticket.clear_caller_masked();
}

v1::Ticket Shown(const Ticket& ticket, const Policy& policy, const Actor& actor) {
  v1::Ticket proto = ToProto(ticket, policy);
  if (!SeesCitizen(ticket, actor)) HideCitizen(proto);
  return proto;
}

v1::TicketStep ToProto(const StepOffer& offer) {
  v1::TicketStep step;
  step.set_act(std::string(offer.word));
  step.set_what(std::string(offer.what));
  step.set_to(static_cast<v1::Ticket::State>(offer.to));
  step.set_allowed(offer.allowed);
  step.set_reason(offer.sentence);
  for (int role = access::v1::Role_MIN + 1; role <= access::v1::Role_MAX; ++role) {
    if (offer.who.Meets({static_cast<Role>(role)})) {
      step.add_roles(static_cast<access::v1::Role>(role));
    }
  }
  for (const StepInput& input : offer.inputs) {
    auto& out = *step.add_inputs();
    out.set_field(std::string(input.field));
    out.set_required(input.required);
    for (const std::string_view choice : input.choices) out.add_choices(std::string(choice));
  }
  return step;
}

v1::TicketEvent ToProto(const Event& event) {
  v1::TicketEvent proto;
  proto.set_version(event.version);
  *proto.mutable_time() = ToProto(event.time);
  proto.set_account(event.account);
  proto.set_kind(std::string(KindOf(event.body)));
  if (const auto* edited = std::get_if<Edited>(&event.body)) {
    for (const std::string& field : edited->fields) proto.add_fields(field);
  }
  if (const auto* classified = std::get_if<Classified>(&event.body)) {
    for (const std::string& field : classified->fields) proto.add_fields(field);
  }
  if (const auto* acted = std::get_if<Acted>(&event.body)) {
    const Particulars& with = acted->with;
    proto.set_text(with.text);
    proto.set_reason(with.reason.empty() ? with.what : with.reason);
    proto.set_org(with.unit.org);
    proto.set_other(with.other);
    for (const std::string& rule : with.rules) proto.add_rules(rule);
    proto.set_late(with.late);
  }
  if (const auto* warned = std::get_if<Warned>(&event.body)) {
    proto.set_reason(std::string(FormatStage(warned->stage)));
    proto.set_other(std::string(FormatClockKind(warned->clock)));
    proto.set_late(warned->late_fired);
  }
  for (const ClockSet& set : event.clocks) *proto.add_clocks() = ToProto(set);
  return proto;
}

Content FromProto(const v1::TicketContent& proto) {
  return {.category = static_cast<Category>(proto.category()),
          .subcategory = proto.subcategory(),
          .title = proto.title(),
          .demand = proto.demand(),
          .answer = proto.answer(),
          .groups = Texts(proto.groups()),
          .citizen_name = proto.citizen_name(),
          .division = proto.division(),
          .outcomes = Texts(proto.outcomes()),
          .language = proto.language(),
          .confidential = proto.confidential()};
}

TicketRow ToRow(const TicketLife& life) {
  const Ticket& ticket = life.ticket();
  v1::StoredTicket stored;
  *stored.mutable_ticket() = ToStored(ticket);
  stored.set_content_version(ticket.content_version);
  stored.set_state_version(ticket.state_version);
  if (!(ticket.work == Work())) *stored.mutable_work() = ToStored(ticket.work);
  for (const TicketClock& clock : ticket.clocks) *stored.add_clocks() = ToStored(clock);
  if (ticket.latest_due != absl::InfiniteFuture()) {
    *stored.mutable_latest_due_time() = ToProto(ticket.latest_due);
  }
  *stored.mutable_state_time() = ToProto(ticket.state_time);
  return {.ticket_no = ticket.ticket_no,
          .version = ticket.version,
          .state = static_cast<int>(ticket.state),
          .call_id = ticket.origin.call_id,
          .call_open = !ticket.origin.call_id.empty() && !ticket.call_end_time,
          .first_contact = ticket.first_contact,
          .lead = ticket.work.lead.org,
          .category = static_cast<int>(ticket.content.category),
          .create_time = ticket.create_time,
          .update_time = ticket.update_time,
          .deadline = life.next_deadline(),
          .due = NextDue(ticket),
          .search_text = SearchTextOf(ticket),
          .body = ToJson(stored)};
}

EventRow ToRow(const Event& event) {
  v1::StoredEvent stored;
  std::visit(BodyWriter(stored), event.body);
  for (const ClockSet& set : event.clocks) *stored.add_clocks() = ToStored(set);
  return {event.version, event.time, event.account, std::string(KindOf(event.body)),
          ToJson(stored)};
}

absl::StatusOr<Ticket> FromRow(const TicketRow& row) {
  v1::StoredTicket stored;
  if (auto status = FromJson(row.body, stored); !status.ok()) return status;
  const v1::Ticket& proto = stored.ticket();
  Ticket ticket{.ticket_no = proto.ticket_no(),
                .state = static_cast<State>(proto.state()),
                .version = proto.version(),
                .content_version = stored.content_version(),
                .state_version = stored.state_version(),
                .origin = {proto.call_id(), proto.entry(), proto.queue(), proto.answered_by()},
                .first_contact = proto.first_contact(),
                .caller_masked = proto.caller_masked(),
                .content = FromProto(proto.content()),
                .closure = static_cast<Closure>(proto.closure()),
                .registered_automatically = proto.registered_automatically(),
                .create_time = FromProto(proto.create_time()),
                .update_time = FromProto(proto.update_time()),
                .updated_by = proto.updated_by(),
                .marks = FromProto(proto.marks()).value_or(Marks()),
                .work = FromStored(stored.work()),
                .parent_no = proto.parent_no(),
                .latest_due = LatestDue(stored.has_latest_due_time(), stored.latest_due_time())};
  ticket.work.result = proto.result();
  ticket.work.public_answer = proto.public_answer();
  for (const v1::StoredClock& clock : stored.clocks()) ticket.clocks.push_back(FromStored(clock));
  // Written before there were clocks: the last change is the nearest to it.
  ticket.state_time = stored.has_state_time() ? FromProto(stored.state_time()) : ticket.update_time;
  if (proto.has_call_end_time()) ticket.call_end_time = FromProto(proto.call_end_time());
  if (proto.has_register_time()) ticket.register_time = FromProto(proto.register_time());
  if (proto.has_close_time()) ticket.close_time = FromProto(proto.close_time());
  return ticket;
}

absl::StatusOr<Event> FromRow(const EventRow& row) {
  v1::StoredEvent stored;
  if (auto status = FromJson(row.body, stored); !status.ok()) return status;
  auto body = ReadAnyBody(stored);
  if (!body.ok()) return body.status();
  Event event{row.version, row.time, row.account, *std::move(body), {}};
  for (const v1::StoredClock& clock : stored.clocks()) event.clocks.push_back(SetFromStored(clock));
  return event;
}

absl::Status ToStatus(const Refusal& refusal, const v1::Ticket& current) {
  switch (refusal.reason) {
    case Refusal::Reason::kInvalid:
      return InvalidRequest(refusal.problems);
    case Refusal::Reason::kConflict: {
      absl::Status status = absl::AbortedError(refusal.sentence);
      v1::TicketConflict conflict;
      *conflict.mutable_current() = current;
      for (const std::string& field : refusal.fields) conflict.add_fields(field);
      if (conflict.ByteSizeLong() > kMaxDetailBytes) conflict.mutable_current()->clear_content();
      if (conflict.ByteSizeLong() > kMaxDetailBytes) {
        v1::Ticket& shortest = *conflict.mutable_current();
        shortest.Clear();
        shortest.set_ticket_no(current.ticket_no());
        shortest.set_version(current.version());
        shortest.set_state(current.state());
      }
      Attach(conflict, status);
      return status;
    }
    case Refusal::Reason::kWrongState:
      return absl::FailedPreconditionError(refusal.sentence);
    case Refusal::Reason::kNotAllowed:
      return absl::PermissionDeniedError(refusal.sentence);
  }
  return absl::InternalError("a refusal without a reason");
}

absl::Status InvalidRequest(std::vector<Problem> problems) {
  std::string sentence;
  for (const Problem& problem : problems) {
    absl::StrAppend(&sentence, sentence.empty() ? "" : "; ", problem.sentence);
  }
  absl::Status status = absl::InvalidArgumentError(sentence);
  Attach(ToProto(problems), status);
  return status;
}

}  // namespace hotline::ticket
