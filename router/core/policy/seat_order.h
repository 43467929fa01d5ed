// Which of several ready seats goes first: one number per seat and queue, see SeatOrder in
// config.h. Pure functions.
#pragma once

#include <cstdint>

#include "router/core/state/entities.h"

namespace hotline::router {

/// Returns the seat's key for calls that need `needs` under `order`; smaller goes first. Depends
/// only on what does not change while the seat is ready.
int64_t SeatKey(SeatOrder order, const Seat& seat, const std::vector<SkillLevel>& needs,
                uint64_t seed);

/// Returns a number that looks random, from its inputs alone.
uint64_t Scramble(uint64_t seed, std::string_view text, int64_t number);

}  // namespace hotline::router
