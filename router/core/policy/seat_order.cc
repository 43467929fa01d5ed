#include "router/core/policy/seat_order.h"

namespace hotline::router {
namespace {

int LevelsIn(const std::vector<SkillLevel>& skills, const std::vector<SkillLevel>& needs) {
  int sum = 0;
  auto has = skills.begin();
  for (const SkillLevel& need : needs) {
    while (has != skills.end() && has->skill < need.skill) ++has;
    if (has != skills.end() && has->skill == need.skill) sum += has->level;
  }
  return sum;
}

}  // namespace

uint64_t Scramble(uint64_t seed, std::string_view text, int64_t number) {
  // FNV-1a over all of it, then the finisher of splitmix64.
  uint64_t hash = 0xcbf29ce484222325 ^ seed;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  hash ^= static_cast<uint64_t>(number);
  hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ hash >> 27) * 0x94d049bb133111eb;
  return hash ^ hash >> 31;
}

int64_t SeatKey(SeatOrder order, const Seat& seat, const std::vector<SkillLevel>& needs,
                uint64_t seed) {
  switch (order) {
    case SeatOrder::kLongestIdle:
      return 0;
    case SeatOrder::kLeastBusy:
      return absl::ToInt64Milliseconds(seat.talk);
    case SeatOrder::kFewestCalls:
      return seat.answered;
    case SeatOrder::kRoundRobin:
      return static_cast<int64_t>(seat.last_offer.value);
    case SeatOrder::kMostSkilled:
      return -LevelsIn(seat.profile.skills, needs);
    case SeatOrder::kMostSpecialised:
      return static_cast<int64_t>(seat.profile.queues.size() + seat.profile.skills.size());
    case SeatOrder::kRandom:
      return static_cast<int64_t>(
          Scramble(seed, seat.profile.seat, absl::ToUnixMicros(seat.ready_since)));
  }
  return 0;
}

}  // namespace hotline::router
