#include "router/sim/world/timed_rings.h"

#include <algorithm>
#include <queue>
#include <set>
#include <tuple>
#include <vector>

namespace hotline::sim {
namespace {

class Rings {
 public:
  Rings(const Day& day, double widen) : day_(day), widen_(widen), seats_(day.sessions.size()) {
    run_.calls.resize(day.calls.size());
    run_.seat_busy.resize(day.sessions.size());
  }

  DayRun Run() {
    for (uint32_t i = 0; i < day_.first_attempts(); ++i) {
      due_.push({day_.calls[i].time, kArrives, i});
    }
    for (uint32_t i = 0; i < day_.sessions.size(); ++i) {
      due_.push({day_.sessions[i].start, kFree, i});
      due_.push({day_.sessions[i].end, kLeaves, i});
    }
    while (!due_.empty()) {
      const auto [time, kind, index] = due_.top();
      due_.pop();
      ++run_.steps;
      Happen(time, kind, index);
    }
    return std::move(run_);
  }

 private:
  enum Kind : uint8_t { kFree, kLeaves, kArrives, kWidens, kGivesUp };

  using Due = std::tuple<double, Kind, uint32_t>;

  struct Seat {
    bool gone = false;
    double idle_since = -1;  ///< negative: busy
  };

  void Happen(double now, Kind kind, uint32_t index) {
    switch (kind) {
      case kFree:
        if (!seats_[index].gone) TakeCall(now, index);
        return;
      case kLeaves:
        seats_[index] = {true, -1};
        return;
      case kArrives:
        run_.calls[index].called = true;
        run_.calls[index].time = now;
        waiting_.insert({now, index});
        if (FindSeat(now, index)) return;
        due_.push({now + day_.calls[index].patience, kGivesUp, index});
        if (widen_ > 0) due_.push({now + widen_, kWidens, index});
        return;
      case kWidens:
        if (waiting_.contains({day_.calls[index].time, index})) FindSeat(now, index);
        return;
      case kGivesUp:
        if (waiting_.erase({day_.calls[index].time, index}) > 0) {
          run_.calls[index].wait = day_.calls[index].patience;
        }
        return;
    }
  }

  bool IsHome(uint32_t seat, uint32_t call) const {
    return day_.homes[day_.calls[call].type] == day_.sessions[seat].group;
  }

  bool MayTake(double now, uint32_t seat, uint32_t call) const {
    const auto& types = day_.sessions[seat].types;
    if (!std::binary_search(types.begin(), types.end(), day_.calls[call].type)) return false;
    return IsHome(seat, call) || now >= day_.calls[call].time + widen_;
  }

  /// The home seat first, then the longest idle.
  bool FindSeat(double now, uint32_t call) {
    const Seat* best = nullptr;
    uint32_t chosen = 0;
    for (uint32_t i = 0; i < seats_.size(); ++i) {
      const Seat& seat = seats_[i];
      if (seat.idle_since < 0 || !MayTake(now, i, call)) continue;
      const bool better =
          best == nullptr || std::tuple(!IsHome(i, call), seat.idle_since) <
                                 std::tuple(!IsHome(chosen, call), best->idle_since);
      if (better) {
        best = &seat;
        chosen = i;
      }
    }
    if (best != nullptr) Serve(now, chosen, call);
    return best != nullptr;
  }

  void TakeCall(double now, uint32_t seat) {
    seats_[seat].idle_since = now;
    for (const auto& [since, call] : waiting_) {
      if (MayTake(now, seat, call)) return Serve(now, seat, call);
    }
  }

  void Serve(double now, uint32_t seat, uint32_t index) {
    const DayCall& call = day_.calls[index];
    waiting_.erase({call.time, index});
    seats_[seat].idle_since = -1;
    CallResult& result = run_.calls[index];
    result.wait = now - call.time;
    result.answered = true;
    result.at_home = IsHome(seat, index);
    ++run_.decisions;
    run_.digest = run_.digest * 31 + index * 7 + seat;
    run_.seat_busy[seat] += call.service + call.wrap_up;
    due_.push({now + call.service + call.wrap_up, kFree, seat});
  }

  const Day& day_;
  const double widen_;
  DayRun run_;
  std::vector<Seat> seats_;
  std::set<std::pair<double, uint32_t>> waiting_;  ///< by arrival
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

}  // namespace

DayRun RunTimedRings(const Day& day, double widen) {
  return Rings(day, widen).Run();
}

}  // namespace hotline::sim
