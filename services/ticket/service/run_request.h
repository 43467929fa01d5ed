// One gRPC request of the ticket service's process: the gate, the work pool, the counting.
#pragma once

#include <utility>

#include "absl/time/clock.h"
#include <grpcpp/grpcpp.h>

#include "services/runtime/access.h"
#include "services/runtime/work_pool.h"
#include "services/ticket/service/desk.h"
#include "services/ticket/service/grpc_status.h"
#include "services/ticket/service/ticket_metrics.h"
#include "services/ticket/service/ticket_service.h"

namespace hotline::ticket {

inline Actor ToActor(const access::v1::Identity& identity) {
  Actor actor{identity.account(), {}, identity.org(), identity.org_path(), identity.employer(),
              identity.group()};
  for (const int role : identity.roles()) {
    if (access::v1::Role_IsValid(role)) actor.roles.Add(static_cast<Role>(role));
  }
  return actor;
}

/// Runs `work` on the pool and answers with what it returns. `parts` must outlive the call.
template <class Request, class Response, class Work>
grpc::ServerUnaryReactor* RunRequest(ServiceParts& parts, const char* method,
                                     grpc::CallbackServerContext* context, const Request* request,
                                     Response* response, Work work) {
  const absl::Time start = absl::Now();
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const auto finish = [&parts, method, reactor, start](const absl::Status& status) {
    parts.metrics.CountRequest(method, status, absl::Now() - start);
    reactor->Finish(ToGrpc(status));
  };
  const auto caller = parts.gate.Check(*context, *request);
  if (!caller.ok()) {
    finish(caller.status());
    return reactor;
  }
  const bool posted =
      parts.pool.Post([&parts, context, request, response, finish, work, actor = ToActor(*caller)] {
        // Nobody waits any more: what was not begun need not be done.
        if (context->IsCancelled()) return finish(absl::CancelledError("the caller has gone"));
        auto answer = work(parts.desk, actor, *request);
        if (answer.ok()) *response = *std::move(answer);
        finish(answer.status());
      });
  if (!posted) {
    finish(absl::ResourceExhaustedError("too many requests wait already: try again in a moment"));
  }
  parts.metrics.waiting.Set(static_cast<double>(parts.pool.waiting()));
  return reactor;
}

}  // namespace hotline::ticket
