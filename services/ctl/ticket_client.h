// The ticket service as the ticket commands ask it: for whom, with which limits, and what a refusal
// says. Only for the sources that talk gRPC.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/ctl/channel.h"
#include "services/ctl/session.h"

#include "hotline/directory/v1/directory_service.pb.h"
#include "hotline/ticket/v1/ticket_service.grpc.pb.h"

namespace hotline::ctl {

/// --as, which every ticket command takes.
extern const Option kAsOption;

class TicketClient {
 public:
  using Stub = ticket::v1::TicketService::Stub;

  /// Returns: a usage error if the service or who asks is not known.
  static absl::StatusOr<TicketClient> Connect(Session& session);

  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                            Response*),
                               const Request& request) const {
    Response response;
    const auto context = Context(timeout_);
    if (const auto status = ((*stub_).*method)(context.get(), request, &response); !status.ok()) {
      return ToStatus(status);
    }
    return response;
  }

  /// By its number, or its call's id.
  absl::StatusOr<ticket::v1::GetTicketResponse> Get(const std::string& which) const;

  /// `refusal`, and after it which steps the ticket has now and for whom, if that helps.
  absl::Status Explain(const absl::Status& refusal, const std::string& ticket_no) const;

  std::unique_ptr<grpc::ClientContext> Context(absl::Duration timeout) const;

  Stub& stub() const { return *stub_; }

  /// For the other services of the same process.
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<Stub> stub_;
  std::string identity_;  ///< signed; empty: this process itself
  absl::Duration timeout_;
};

/// Reads a unit; where no place is given, the directory is asked for it and for whether it is open
/// for work.
struct KnownUnit {
  ticket::v1::Unit unit;
  bool active = true;
};

absl::StatusOr<KnownUnit> FindUnit(Session& session, std::string_view option,
                                   const std::string& text);

}  // namespace hotline::ctl
