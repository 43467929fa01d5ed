// The core's whole state as bytes, and back. Equal states give equal bytes; what follows from other
// parts of the state (indexes, counts, next deadlines) is not written but built again.
//
// Layout: "HRC", version, rows (snapshot_rows.h), checksum of all before it.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

#include "router/core/state/area.h"

namespace hotline::router {

std::string WriteSnapshot(const Area& area);

/// Fills a new `area`. Returns: DATA_LOSS if the bytes are damaged, of another version, or say what
/// cannot be (a seat with two calls); `area` is then not to be used.
absl::Status ReadSnapshot(std::string_view bytes, Area& area);

/// Only what was learnt, to begin another area or day with. Not protected by a checksum.
std::string WriteLearned(const Learned& learned, const WaitEstimator& waits);
/// Returns: DATA_LOSS if the bytes cannot be read.
absl::Status ReadLearned(std::string_view bytes, Learned& learned, WaitEstimator& waits);

}  // namespace hotline::router
