// What `watch` shows of an AreaPicture: lines of text, or JSON. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include <boost/json/value.hpp>

#include "services/ctl/area_picture.h"

namespace hotline::ctl {

/// How much room there is.
struct ViewSize {
  size_t rows = 60;
  size_t columns = 200;
};

/// The picture at `local` (our clock): waits, figures, queues, waiting calls, seats, last outcomes.
/// Lists that do not fit are cut and say how many are left out.
///
/// Returns: at most size.rows lines of at most size.columns characters.
std::vector<std::string> RenderWatch(const AreaPicture& picture, absl::Time local,
                                     absl::TimeZone zone, ViewSize size);

/// {"time", "trouble", "area", "stats", "queues", "seats", "stations", "calls", "ended"}.
boost::json::value WatchToJson(const AreaPicture& picture, absl::Time local);

}  // namespace hotline::ctl
