#include "tests/ticket/service/ticket_fixture.h"

#include <sys/stat.h>

#include <utility>

#include "absl/time/clock.h"

#include "services/base/check.h"
#include "services/runtime/grpc_client.h"
#include "services/runtime/proto_time.h"
#include "tests/runtime/test_key.h"

namespace hotline::ticket {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(20);
}  // namespace

std::unique_ptr<grpc::ClientContext> ContextOf(const std::string& account, absl::Duration timeout) {
  const std::string prefix = account.substr(0, 3);
  access::v1::Identity identity;
  identity.set_account(account);
  identity.set_area("test");
  identity.add_roles(prefix == "opr"   ? access::v1::ROLE_OPERATOR
                     : prefix == "sup" ? access::v1::ROLE_SUPERVISOR
                                       : access::v1::ROLE_AUDITOR);
  *identity.mutable_expire_time() = ToProto(absl::Now() + absl::Hours(1));
  auto context = MakeContextFor(SignIdentity(TestKey(), identity), timeout);
  context->set_wait_for_ready(true);
  return context;
}

TicketClient::TicketClient(const Endpoint& server, std::string account)
    : account_(std::move(account)),
      stub_(v1::TicketService::NewStub(MakeChannel(server, {.own_connection = true}))) {}

std::unique_ptr<grpc::ClientContext> TicketClient::Context() const {
  return ContextOf(account_, kTimeout);
}

grpc::Status TicketClient::Create(const v1::CreateTicketRequest& request, v1::Ticket& ticket) {
  v1::CreateTicketResponse response;
  auto status = stub_->CreateTicket(Context().get(), request, &response);
  ticket = response.ticket();
  return status;
}

grpc::Status TicketClient::Update(const v1::UpdateTicketRequest& request, v1::Ticket& ticket) {
  v1::UpdateTicketResponse response;
  auto status = stub_->UpdateTicket(Context().get(), request, &response);
  ticket = response.ticket();
  return status;
}

grpc::Status TicketClient::Register(const v1::RegisterTicketRequest& request, v1::Ticket& ticket) {
  v1::RegisterTicketResponse response;
  auto status = stub_->RegisterTicket(Context().get(), request, &response);
  ticket = response.ticket();
  return status;
}

grpc::Status TicketClient::Close(const v1::CloseTicketRequest& request, v1::Ticket& ticket) {
  v1::CloseTicketResponse response;
  auto status = stub_->CloseTicket(Context().get(), request, &response);
  ticket = response.ticket();
  return status;
}

grpc::Status TicketClient::Get(const v1::GetTicketRequest& request,
                               v1::GetTicketResponse& response) {
  return stub_->GetTicket(Context().get(), request, &response);
}

grpc::Status TicketClient::List(const v1::ListTicketsRequest& request,
                                v1::ListTicketsResponse& response) {
  return stub_->ListTickets(Context().get(), request, &response);
}

v1::Ticket TicketClient::Open(const std::string& request_id, const std::string& title) {
  v1::CreateTicketRequest request;
  request.set_request_id(request_id);
  request.mutable_content()->set_title(title);
  v1::Ticket ticket;
  const auto status = Create(request, ticket);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return ticket;
}

std::optional<v1::GetTicketResponse> TicketClient::OfCall(const std::string& call_id) {
  v1::GetTicketRequest request;
  request.set_call_id(call_id);
  v1::GetTicketResponse response;
  if (!Get(request, response).ok()) return std::nullopt;
  return response;
}

FakeCallers::FakeCallers() {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  address_ = {"127.0.0.1", static_cast<uint16_t>(port)};
}

FakeCallers::~FakeCallers() {
  server_->Shutdown(std::chrono::system_clock::now());
}

void FakeCallers::Answer(const std::string& what) {
  const std::lock_guard lock(mutex_);
  answer_ = what;
}

grpc::Status FakeCallers::GetCaller(grpc::ServerContext*, const call::v1::GetCallerRequest*,
                                    call::v1::GetCallerResponse* response) {
  const std::lock_guard lock(mutex_);
  if (answer_ == "away") return {grpc::StatusCode::UNAVAILABLE, "away"};
  if (answer_ == "unknown") return {grpc::StatusCode::NOT_FOUND, "unknown"};
  if (answer_ == "withheld") {
    response->set_withheld(true);
  } else {
    response->set_number(answer_);
  }
  return grpc::Status::OK;
}

TicketFixture::TicketFixture()
    : url_("sqlite:" + dir_.File("tickets.db")), gate_(TestKey(), "test") {
  ActAsSystem(TestKey(), "ticket");
  WriteFile(dir_.File("key"), std::string(64, 'a'));
  HOTLINE_CHECK(chmod(dir_.File("key").c_str(), 0600) == 0, "the file is ours");
}

void TicketFixture::Start(const std::vector<Endpoint>& routers) {
  server_.reset();
  metrics_ = std::make_unique<Metrics>();
  const TicketOptions options{.area = "test",
                              .listen = {"127.0.0.1", 0},
                              .routers = routers,
                              .call = callers_.address(),
                              .directory = directory_,
                              .directory_copy = directory_copy(),
                              .store = {.url = url_, .sessions = 7},
                              .key_file = dir_.File("key"),
                              .threads = 4,
                              .partner = partner_,
                              .desk = {.org_code = "990001",
                                       .policy = {.calendar = calendar_},
                                       .area = "demo",
                                       .exchange = {.source = partner_ ? "12345" : ""}}};
  auto server = TicketServer::Start(
      options, gate_, [this] { return absl::Now() + absl::Microseconds(offset_us_.load()); },
      *metrics_);
  ASSERT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
}

}  // namespace hotline::ticket
