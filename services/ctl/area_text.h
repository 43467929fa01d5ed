// How an area, its queues and its figures look in text. Pure.
#pragma once

#include <string>

#include "google/protobuf/repeated_ptr_field.h"

#include "services/ctl/table.h"

#include "hotline/router/v1/area_service.pb.h"

namespace hotline::ctl {

/// "area demo, router-1 active, epoch 4, draining": an area in one line.
std::string AreaLine(const router::v1::GetAreaResponse& area);
/// One row per queue.
Table QueueTable(const google::protobuf::RepeatedPtrField<router::v1::Queue>& queues);
/// All figures, a line each, and the results that occurred with their meaning.
std::string StatsText(const router::v1::AreaStats& stats);

}  // namespace hotline::ctl
