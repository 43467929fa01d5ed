// How seats look in text. Pure.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "services/ctl/table.h"

#include "hotline/router/v1/seat.pb.h"

namespace hotline::ctl {

/// "on call", "not ready (break)" …
std::string SeatState(const router::v1::Seat& seat);
/// "s8001 on call 0ABC… agent 7012": a seat in one line.
std::string DescribeSeat(const router::v1::Seat& seat);
/// One row per seat; `now` is for the time in its state.
Table SeatTable(const google::protobuf::RepeatedPtrField<router::v1::Seat>& seats, absl::Time now);

}  // namespace hotline::ctl
