// What is answered from a snapshot of the directory, or from its past: to each caller what may be
// seen. Numbers of persons are masked for most; counties, stations, villages and units see their
// own tree (core/subtree.h).
//
// Thread-safe.
#pragma once

#include "absl/status/statusor.h"

#include "services/directory/service/directory_book.h"

#include "hotline/access/v1/access.pb.h"
#include "hotline/directory/v1/directory_service.pb.h"

namespace hotline::directory {

/// Returns: NOT_FOUND, also for what the caller may not see.
absl::StatusOr<v1::GetRecordResponse> AnswerGet(const Snapshot& snapshot,
                                                const access::v1::Identity& caller,
                                                const v1::GetRecordRequest& request);
/// Returns: INVALID_ARGUMENT for an unknown table.
absl::StatusOr<v1::ListRecordsResponse> AnswerList(const Snapshot& snapshot,
                                                   const access::v1::Identity& caller,
                                                   const v1::ListRecordsRequest& request);
/// Returns: what ToQuery says.
absl::StatusOr<v1::SearchNodesResponse> AnswerSearch(const Snapshot& snapshot,
                                                     const access::v1::Identity& caller,
                                                     const v1::SearchNodesRequest& request);
/// Returns: NOT_FOUND for an unknown roster.
absl::StatusOr<v1::CheckRostersResponse> AnswerRosters(const Snapshot& snapshot,
                                                       const access::v1::Identity& caller,
                                                       const v1::CheckRostersRequest& request);
/// Errors first; all are counted, the first of them told.
v1::ImportDirectoryResponse ToResponse(const ImportResult& result);

/// Returns: INVALID_ARGUMENT with the name of a table that there is not.
absl::Status CheckTables(const google::protobuf::RepeatedPtrField<std::string>& tables);

/// Blocks. Returns: INVALID_ARGUMENT; what the store says.
absl::StatusOr<v1::ListHistoryResponse> AnswerHistory(const DirectoryBook& book,
                                                      const access::v1::Identity& caller,
                                                      const v1::ListHistoryRequest& request);

}  // namespace hotline::directory
