// The directory service as the directory's commands ask it. Only for the sources that talk gRPC.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include <boost/json/value.hpp>

#include "services/ctl/session.h"

#include "hotline/directory/v1/directory_service.grpc.pb.h"

namespace hotline::ctl {

namespace directory_v1 = hotline::directory::v1;
using DirectoryStub = directory_v1::DirectoryService::Stub;

absl::StatusOr<std::unique_ptr<DirectoryStub>> ConnectDirectory(Session& session);

/// A cell of the record; empty if it has none.
std::string CellOf(const directory_v1::Record& record, std::string_view column);

/// Columns and cells.
boost::json::value RecordToJson(const directory_v1::Record& record);

/// directory import, directory export.
absl::Status ImportDirectory(Session& session);
absl::Status ExportDirectory(Session& session);

/// `directory history`.
absl::Status ShowDirectoryHistory(Session& session);

}  // namespace hotline::ctl
