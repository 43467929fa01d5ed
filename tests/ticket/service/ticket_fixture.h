// A ticket service in this process over a real SQLite file, with a clock that tests move, and a
// client that speaks to it over gRPC.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include <google/protobuf/any.pb.h>
#include <grpcpp/grpcpp.h>

#include "services/runtime/access.h"
#include "services/runtime/metrics.h"
#include "services/ticket/service/ticket_server.h"
#include "tests/runtime/temp_dir.h"

#include "hotline/call/v1/call_service.grpc.pb.h"
#include "hotline/ticket/v1/ticket_service.grpc.pb.h"

namespace hotline::ticket {

/// Returns the detail of type T in an error's grpc-status-details-bin.
template <class T>
std::optional<T> DetailOf(const grpc::Status& status);

/// Returns a context that says who speaks: an operator "opr1", a supervisor "sup1", an auditor
/// "aud1".
std::unique_ptr<grpc::ClientContext> ContextOf(const std::string& account,
                                               absl::Duration timeout = absl::InfiniteDuration());

class TicketClient {
 public:
  TicketClient(const Endpoint& server, std::string account);

  grpc::Status Create(const v1::CreateTicketRequest& request, v1::Ticket& ticket);
  grpc::Status Update(const v1::UpdateTicketRequest& request, v1::Ticket& ticket);
  grpc::Status Register(const v1::RegisterTicketRequest& request, v1::Ticket& ticket);
  grpc::Status Close(const v1::CloseTicketRequest& request, v1::Ticket& ticket);
  grpc::Status Get(const v1::GetTicketRequest& request, v1::GetTicketResponse& response);
  grpc::Status List(const v1::ListTicketsRequest& request, v1::ListTicketsResponse& response);

  /// A ticket of a visit, opened under `request_id`.
  v1::Ticket Open(const std::string& request_id, const std::string& title = "");
  /// The ticket of a call; nothing if there is none.
  std::optional<v1::GetTicketResponse> OfCall(const std::string& call_id);

  v1::TicketService::Stub& stub() { return *stub_; }

 private:
  std::unique_ptr<grpc::ClientContext> Context() const;

  std::string account_;
  std::unique_ptr<v1::TicketService::Stub> stub_;
};

/// A call service that tells the numbers it is told to.
class FakeCallers : public call::v1::CallService::Service {
 public:
  FakeCallers();
  ~FakeCallers() override;

  grpc::Status GetCaller(grpc::ServerContext*, const call::v1::GetCallerRequest* request,
                         call::v1::GetCallerResponse* response) override;

  const Endpoint& address() const { return address_; }

  /// A number, "withheld", "away" or "unknown": what is answered from now on.
  void Answer(const std::string& what);

 private:
  std::mutex mutex_;
  std::string answer_ = "13812341234";  ///< guarded
  std::unique_ptr<grpc::Server> server_;
  Endpoint address_;
};

class TicketFixture {
 public:
  TicketFixture();

  /// Starts the service over the same database as before.
  void Start(const std::vector<Endpoint>& routers = {{"127.0.0.1", 9}});

  void Stop() { server_.reset(); }

  /// From the next start on.
  void SetCalendar(WorkingCalendar calendar) { calendar_ = std::move(calendar); }

  /// Another database than the SQLite file, from the next start on.
  void SetStore(std::string url) { url_ = std::move(url); }

  TicketClient Client(const std::string& account = "opr1") { return {server_->address(), account}; }

  /// From the next start on: the copy that the service goes on with, while nobody answers at
  /// `directory`.
  void SetDirectory(Endpoint directory) { directory_ = std::move(directory); }

  /// From the next start on: 12345 is told at `partner`.
  void SetPartner(Endpoint partner) { partner_ = std::move(partner); }

  std::string directory_copy() const { return dir_.File("directory.copy"); }

  void Advance(absl::Duration by) { offset_us_ += absl::ToInt64Microseconds(by); }

  FakeCallers& callers() { return callers_; }

  TicketServer& server() { return *server_; }

 private:
  TempDir dir_;
  WorkingCalendar calendar_;
  std::optional<Endpoint> directory_, partner_;
  std::string url_;
  FakeCallers callers_;
  const Gate gate_;
  std::atomic<int64_t> offset_us_ = 0;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<TicketServer> server_;
};

template <class T>
std::optional<T> DetailOf(const grpc::Status& status) {
  // google.rpc.Status without its class: its field 3 holds Anys.
  const std::string& bytes = status.error_details();
  const std::string name = "type.googleapis.com/" + std::string(T::descriptor()->full_name());
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != 0x1a) continue;  // field 3, length-delimited; the length has one to three bytes
    for (size_t skip = 2; skip <= 4 && i + skip <= bytes.size(); ++skip) {
      google::protobuf::Any any;
      T detail;
      if (any.ParseFromString(bytes.substr(i + skip)) && any.type_url() == name &&
          detail.ParseFromString(any.value())) {
        return detail;
      }
    }
  }
  return std::nullopt;
}

}  // namespace hotline::ticket
