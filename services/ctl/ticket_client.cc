#include "services/ctl/ticket_client.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "services/base/ids.h"
#include "services/ctl/directory_client.h"
#include "services/ctl/identity.h"
#include "services/ctl/ticket_text.h"
#include "services/runtime/access.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

/// Levels of the tree: city, county, township, village, and units below them.
constexpr int kMaxTreeDepth = 8;

absl::StatusOr<std::string> SignFor(const Session& session, const Endpoints& endpoints) {
  const std::string text = session.arguments().Text("--as");
  if (text.empty()) return std::string();
  if (endpoints.area.empty()) {
    return UsageError("--as: of which area? Set HOTLINE_AREA, or AREA in the endpoints file");
  }
  if (endpoints.access_key.empty()) {
    return UsageError("--as needs the hotline's access key: give --access-key FILE");
  }
  auto identity = ParseIdentity(text, endpoints.area);
  if (!identity.ok()) return identity.status();
  *identity->mutable_expire_time() = ToProto(absl::Now() + kSystemIdentityLife);
  const auto key = AccessKey::Load(endpoints.access_key);
  if (!key.ok()) return UsageError(std::string(key.status().message()));
  return SignIdentity(*key, *identity);
}

}  // namespace

const Option kAsOption = {"--as", Takes::kText, "WHO",
                          "NAME/ROLES[/ORG[@PATH]]: for whom it is done"};

absl::StatusOr<TicketClient> TicketClient::Connect(Session& session) {
  const auto endpoints = session.FindEndpoints();
  if (!endpoints.ok()) return endpoints.status();
  if (endpoints->ticket.empty()) return NotKnown(*endpoints, "the ticket service", "--ticket");
  const auto address = ParseAddress(endpoints->ticket);
  if (!address.ok()) return address.status();
  auto identity = SignFor(session, *endpoints);
  if (!identity.ok()) return identity.status();
  TicketClient client;
  client.channel_ = MakeChannel(*address);
  client.stub_ = ticket::v1::TicketService::NewStub(client.channel_);
  client.identity_ = *std::move(identity);
  client.timeout_ = session.timeout();
  return client;
}

std::unique_ptr<grpc::ClientContext> TicketClient::Context(absl::Duration timeout) const {
  if (!identity_.empty()) return MakeContextFor(identity_, timeout);
  return timeout == absl::InfiniteDuration() ? MakeStreamContext() : MakeCallContext(timeout);
}

absl::StatusOr<ticket::v1::GetTicketResponse> TicketClient::Get(const std::string& which) const {
  ticket::v1::GetTicketRequest request;
  if (ParseCallId(which)) {
    request.set_call_id(which);
  } else {
    request.set_ticket_no(which);
  }
  return Ask(&Stub::GetTicket, request);
}

absl::Status TicketClient::Explain(const absl::Status& refusal,
                                   const std::string& ticket_no) const {
  if (!absl::IsFailedPrecondition(refusal) && !absl::IsPermissionDenied(refusal)) return refusal;
  const auto now = Get(ticket_no);
  if (!now.ok()) return refusal;
  return {refusal.code(), absl::StrCat(std::string(refusal.message()), "\n", StepsText(*now))};
}

absl::StatusOr<KnownUnit> FindUnit(Session& session, std::string_view option,
                                   const std::string& text) {
  const auto written = ParseUnit(option, text);
  if (!written.ok()) return written.status();
  KnownUnit known;
  known.unit.set_org(written->org);
  known.unit.set_path(written->path);
  if (!written->path.empty()) return known;
  const auto directory = ConnectDirectory(session);
  if (!directory.ok()) {
    return UsageError(absl::StrCat(std::string(option), ": where is ", written->org,
                                   "? There is no directory to ask: write ", written->org,
                                   "@/city/county/station"));
  }
  std::string path, node = written->org;
  for (int depth = 0; depth < kMaxTreeDepth && !node.empty(); ++depth) {
    directory_v1::GetRecordRequest request;
    request.set_table("nodes");
    request.set_key(node);
    directory_v1::GetRecordResponse response;
    const auto context = MakeCallContext(session.timeout());
    if (const auto status = (*directory)->GetRecord(context.get(), request, &response);
        !status.ok()) {
      return ToStatus(status);
    }
    if (depth == 0) {
      const std::string state = CellOf(response.record(), "state");
      known.active = state.empty() || state == "active";
    }
    path.insert(0, "/" + node);
    node = CellOf(response.record(), "parent");
  }
  known.unit.set_path(path);
  return known;
}

}  // namespace hotline::ctl
