// What the directory answers: from a snapshot and a request to a response, cut to a message's size.
//
// Pure functions.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/directory/service/directory_book.h"

#include "hotline/access/v1/access.pb.h"
#include "hotline/directory/v1/directory_service.pb.h"

namespace hotline::directory {

/// People's telephone numbers are masked for those who need not call them.
absl::StatusOr<v1::GetRecordResponse> Get(const Snapshot& snapshot,
                                          const access::v1::Identity& caller,
                                          const v1::GetRecordRequest& request);
absl::StatusOr<v1::ListRecordsResponse> List(const Snapshot& snapshot,
                                             const access::v1::Identity& caller,
                                             const v1::ListRecordsRequest& request);
absl::StatusOr<v1::SearchNodesResponse> Search(const Snapshot& snapshot,
                                               const access::v1::Identity& caller,
                                               const v1::SearchNodesRequest& request);
absl::StatusOr<v1::CheckRostersResponse> CheckAll(const Snapshot& snapshot,
                                                  const access::v1::Identity& caller,
                                                  const v1::CheckRostersRequest& request);
/// Errors first; all are counted, the first of them told.
v1::ImportDirectoryResponse ToResponse(const ImportResult& result);

/// Returns: INVALID_ARGUMENT with the name of a table that there is not.
absl::Status CheckTables(const google::protobuf::RepeatedPtrField<std::string>& tables);

}  // namespace hotline::directory
