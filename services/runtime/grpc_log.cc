#include "services/runtime/grpc_log.h"

#include "grpc/support/log.h"
#include "services/runtime/log.h"

namespace hotline {
namespace {

/// gRPC calls a refused connection an error; for a process that connects again it is a warning.
LogLevel ToLevel(gpr_log_severity severity) {
  switch (severity) {
    case GPR_LOG_SEVERITY_ERROR:
      return LogLevel::kWarn;
    case GPR_LOG_SEVERITY_INFO:
      return LogLevel::kInfo;
    case GPR_LOG_SEVERITY_DEBUG:
      return LogLevel::kDebug;
  }
  return LogLevel::kWarn;
}

void LogFromGrpc(gpr_log_func_args* args) {
  const LogLevel level = ToLevel(args->severity);
  if (!LogEnabled(level)) return;
  Log(level, "grpc", {{"text", args->message}, {"file", args->file}, {"line", args->line}});
}

}  // namespace

void RouteGrpcLog() {
  gpr_set_log_function(LogFromGrpc);
}

}  // namespace hotline
