// Rows, problems and questions to and from messages.
#pragma once

#include <vector>

#include "absl/status/statusor.h"

#include "services/directory/core/rows.h"
#include "services/directory/core/search.h"
#include "services/directory/core/sheet.h"

#include "hotline/directory/v1/directory_service.pb.h"

namespace hotline::directory {

v1::Record ToProto(const Row& row);
v1::Problem ToProto(const Problem& problem);
/// Returns: INVALID_ARGUMENT for a word that is no type or kind, or a point that is none.
absl::StatusOr<NodeQuery> ToQuery(const v1::SearchNodesRequest& request);

}  // namespace hotline::directory
