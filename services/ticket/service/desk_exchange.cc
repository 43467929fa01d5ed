// The exchange with another system (12345): what it pushes becomes tickets, and each step of those
// leaves a notice for it, in the same transaction.
#include <utility>

#include "absl/strings/str_cat.h"
#include <google/protobuf/util/json_util.h>

#include "services/base/check.h"
#include "services/runtime/proto_time.h"
#include "services/ticket/exchange/public_view.h"
#include "services/ticket/service/convert.h"
#include "services/ticket/service/desk.h"
#include "services/ticket/service/desk_parts.h"

namespace hotline::ticket {
namespace {

using Code = Problem::Code;

constexpr char kOff[] = "the exchange is off: set ticket.exchange";
constexpr size_t kMaxMessageId = 64;  ///< bytes
constexpr int kMaxExternalNo = 64;    ///< characters
constexpr int kNoticesShown = 50;

exchange::v1::PublicView ToProto(const PublicView& view) {
  exchange::v1::PublicView out;
  out.set_stage(view.stage);
  if (view.deadline) *out.mutable_deadline() = hotline::ToProto(*view.deadline);
  out.set_public_answer(view.public_answer);
  out.set_closure(view.closure);
  out.set_grade(view.grade);
  return out;
}

absl::Status CheckOrder(const exchange::v1::PushOrderRequest& request) {
  std::vector<Problem> problems;
  if (request.message_id().empty() || request.message_id().size() > kMaxMessageId) {
    problems.push_back({"message_id", Code::kMissing, "message_id must have 1 to 64 bytes", 64});
  }
  const int length = CountCharacters(request.external_no());
  if (length < 1 || length > kMaxExternalNo) {
    problems.push_back(
        {"external_no", Code::kMissing, "external_no must have 1 to 64 characters", 64});
  }
  if (request.title().empty() && request.demand().empty()) {
    problems.push_back({"title", Code::kMissing, "an order needs a title or a demand", 0});
  }
  return problems.empty() ? absl::OkStatus() : InvalidRequest(std::move(problems));
}

Content ContentOf(const exchange::v1::PushOrderRequest& request) {
  Content content;
  content.title = request.title();
  content.demand = request.demand();
  content.citizen_name = request.citizen_name();
  content.division = request.division();
  return content;
}

/// What a later message brings, in people's words.
std::string SupplementOf(const exchange::v1::PushOrderRequest& request) {
  std::string text = request.title();
  if (!request.demand().empty()) absl::StrAppend(&text, text.empty() ? "" : "\n", request.demand());
  return text;
}

}  // namespace

void TicketDesk::PostNotice(TicketWriter& db, const Ticket& before, const Ticket& after) const {
  const std::string& source = options_.exchange.source;
  if (!MustTell(source, before, after)) return;
  exchange::v1::NotifyRequest notice;
  notice.set_message_id(absl::StrCat(after.ticket_no, "-", after.version));
  notice.set_ticket_no(after.ticket_no);
  notice.set_external_no(after.marks.external_no);
  notice.set_sequence(after.version);
  *notice.mutable_time() = hotline::ToProto(after.update_time);
  *notice.mutable_view() = ToProto(PublicViewOf(after));
  Notice row{.destination = source, .ticket_no = after.ticket_no, .version = after.version};
  const auto written = google::protobuf::util::MessageToJsonString(notice, &row.body);
  HOTLINE_CHECK(written.ok(), "a notice can be written");
  row.create_time = Now();
  db.post().Add(row);
}

absl::StatusOr<exchange::v1::PushOrderResponse> TicketDesk::PushOrder(
    const exchange::v1::PushOrderRequest& request) {
  const std::string& source = options_.exchange.source;
  if (source.empty()) return absl::FailedPreconditionError(kOff);
  if (auto status = CheckOrder(request); !status.ok()) return status;
  const std::string hash = ContentHash(request.SerializeAsString());
  exchange::v1::PushOrderResponse response;
  std::optional<v1::Ticket> changed;
  const auto status = store_.Write([&](TicketWriter& db) -> absl::Status {
    response.Clear();
    changed.reset();
    if (const auto reply = db.post().FindReply(source, request.message_id(), hash)) {
      const auto read = google::protobuf::util::JsonStringToMessage(*reply, &response);
      return read.ok() ? absl::OkStatus() : absl::DataLossError("a saved reply cannot be read");
    }
    const auto there = db.FindExternal(source, request.external_no());
    auto done = there ? Supplement(db, *there, request, hash, changed)
                      : OpenPushed(db, request, response, changed);
    if (!done.ok()) return done;
    if (there) {
      response.set_ticket_no(*there);
      response.set_supplement(true);
    }
    std::string reply;
    const auto written = google::protobuf::util::MessageToJsonString(response, &reply);
    HOTLINE_CHECK(written.ok(), "a reply can be written");
    db.post().SaveReply(source, request.message_id(), hash, reply, Now());
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  Tell(changed);
  return response;
}

absl::Status TicketDesk::Supplement(TicketWriter& db, const std::string& ticket_no,
                                    const exchange::v1::PushOrderRequest& request,
                                    const std::string& hash, std::optional<v1::Ticket>& changed) {
  const auto row = db.FindToChange(ticket_no);
  if (!row) return absl::DataLossError("an external number has no ticket");
  const auto ticket = FromRow(*row);
  if (!ticket.ok()) return ticket.status();
  // What is over takes no notes: the other system keeps its message, a dispatcher may reopen it.
  if (IsOver(ticket->state)) {
    return absl::FailedPreconditionError(
        absl::StrCat("ticket ", ticket_no, " is closed: ask for it to be reopened"));
  }
  Particulars with;
  with.text = SupplementOf(request);
  with.other = absl::StrCat(options_.exchange.source, ":", hash.substr(0, 32));
  return StepIn(db, *row, SystemActor(), Do{Act::kNote, ticket->version, std::move(with)}, changed);
}

absl::Status TicketDesk::OpenPushed(TicketWriter& db, const exchange::v1::PushOrderRequest& request,
                                    exchange::v1::PushOrderResponse& response,
                                    std::optional<v1::Ticket>& changed) {
  Open open{.origin = {.entry = absl::StrCat("pushed_", options_.exchange.source)},
            .first_contact = std::string(kSystemAccount),
            .content = ContentOf(request)};
  v1::Ticket ticket;
  if (auto status = Insert(db, SystemActor(), std::move(open), ticket); !status.ok()) return status;
  response.set_ticket_no(ticket.ticket_no());
  Marks marks;
  marks.external_source = options_.exchange.source;
  marks.external_no = request.external_no();
  db.ClaimExternal(ticket.ticket_no(), marks.external_source, marks.external_no);
  auto row = db.FindToChange(ticket.ticket_no());
  if (!row) return absl::InternalError("a ticket that was just opened is not there");
  const ticket::Classify classify{row->version, marks, {"external_source", "external_no"}};
  auto status = StepIn(db, *row, SystemActor(), classify, changed);
  if (!status.ok()) return status;
  row = db.FindToChange(ticket.ticket_no());
  if (!row) return absl::InternalError("a ticket that was just opened is not there");
  return StepIn(db, *row, SystemActor(), ticket::Register{row->version}, changed);
}

absl::StatusOr<exchange::v1::GetOrderResponse> TicketDesk::GetOrder(
    const exchange::v1::GetOrderRequest& request) {
  if (options_.exchange.source.empty()) return absl::FailedPreconditionError(kOff);
  exchange::v1::GetOrderResponse response;
  const auto status = store_.Read([&](TicketReader& db) -> absl::Status {
    const auto ticket_no = db.FindExternal(options_.exchange.source, request.external_no());
    const auto row = ticket_no ? db.Find(*ticket_no) : std::nullopt;
    if (!row) return absl::NotFoundError("no order of that number was ever pushed");
    const auto ticket = FromRow(*row);
    if (!ticket.ok()) return ticket.status();
    response.set_ticket_no(*ticket_no);
    *response.mutable_view() = ToProto(PublicViewOf(*ticket));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return response;
}

absl::StatusOr<exchange::v1::GetExchangeStatusResponse> TicketDesk::GetExchangeStatus() {
  exchange::v1::GetExchangeStatusResponse response;
  response.set_source(options_.exchange.source);
  const auto status = store_.Read([&](TicketReader& db) {
    const NoticeCounts counts =
        db.post().Count(options_.exchange.source, Now() - options_.exchange.alarm_after);
    response.set_waiting(counts.waiting);
    response.set_overdue(counts.overdue);
    for (const Notice& notice : db.post().Waiting(kNoticesShown)) {
      if (notice.destination != options_.exchange.source) continue;
      auto& one = *response.add_notices();
      one.set_ticket_no(notice.ticket_no);
      one.set_sequence(notice.version);
      *one.mutable_create_time() = hotline::ToProto(notice.create_time);
      one.set_tries(notice.tries);
      if (notice.next_try != absl::InfiniteFuture()) {
        *one.mutable_next_try_time() = hotline::ToProto(notice.next_try);
      }
      one.set_problem(notice.problem);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return response;
}

}  // namespace hotline::ticket
