#include "router/core/rules/check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace hotline::router {
namespace {

absl::Status CheckPresent(const Area& area, const std::string& id) {
  const Seat* seat = area.FindSeat(id);
  if (seat == nullptr) return absl::NotFoundError(absl::StrCat("no seat \"", id, "\" is known"));
  if (!seat->enrolled) {
    return absl::FailedPreconditionError(absl::StrCat("nobody is signed in at seat ", id));
  }
  return absl::OkStatus();
}

bool IsReason(const std::string& reason) {
  return !reason.empty() && reason.size() <= kMaxReasonLength &&
         std::all_of(reason.begin(), reason.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

struct Checker {
  const Area& area;

  absl::Status operator()(const SeatSignedIn& e) const {
    const SeatProfile& profile = e.profile;
    if (profile.seat.empty()) return absl::InvalidArgumentError("the seat has no id");
    for (const std::string& queue : profile.queues) {
      if (area.FindQueue(queue) == nullptr) {
        return absl::NotFoundError(absl::StrCat("seat ", profile.seat, " wants queue \"", queue,
                                                "\", which is not configured"));
      }
    }
    const Seat* seat = area.FindSeat(profile.seat);
    if (seat == nullptr) {
      if (area.seats.size() < kMaxSeats) return absl::OkStatus();
      return absl::ResourceExhaustedError(absl::StrCat("the area has ", kMaxSeats, " seats"));
    }
    // Who holds a seat keeps it as long as there is proof of life.
    if (seat->enrolled && seat->profile.agent != profile.agent &&
        seat->state != SeatState::kUnknown) {
      return absl::FailedPreconditionError(absl::StrCat(
          "seat ", profile.seat, " is taken: ", seat->profile.agent, " is signed in there"));
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const SeatSignedOut& e) const { return CheckPresent(area, e.seat); }

  absl::Status operator()(const SeatReady& e) const { return CheckPresent(area, e.seat); }

  absl::Status operator()(const SeatNotReady& e) const {
    if (!IsReason(e.reason)) {
      return absl::InvalidArgumentError("a not-ready reason has 1 to 32 characters of [a-z0-9_]");
    }
    return CheckPresent(area, e.seat);
  }

  absl::Status operator()(const WrapUpExtended& e) const {
    if (e.extension <= absl::ZeroDuration() || e.extension > kMaxWrapUpExtension) {
      return absl::InvalidArgumentError("a wrap-up is extended by up to 10 minutes at a time");
    }
    if (auto status = CheckPresent(area, e.seat); !status.ok()) return status;
    if (area.FindSeat(e.seat)->state == SeatState::kWrapUp) return absl::OkStatus();
    return absl::FailedPreconditionError(absl::StrCat("seat ", e.seat, " is not in wrap-up"));
  }

  absl::Status operator()(const SeatHeartbeat& e) const { return CheckPresent(area, e.seat); }

  absl::Status operator()(const NodeEvent& e) const {
    if (auto status = CheckNode(e.node); !status.ok()) return status;
    if (e.seq > area.FindNode(e.node.name)->last_seq) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("event ", e.seq, " of ", e.node.name, " was applied before"));
  }

  absl::Status operator()(const NodeAnnounced& e) const {
    if (e.node.name.empty()) return absl::InvalidArgumentError("the call service has no name");
    const NodeEntry* node = area.FindNode(e.node.name);
    if (node == nullptr) {
      if (area.nodes.size() < kMaxNodes) return absl::OkStatus();
      return absl::ResourceExhaustedError(absl::StrCat("the area has ", kMaxNodes, " nodes"));
    }
    if (e.node.instance >= node->node.instance) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("a newer instance of ", e.node.name, " is known"));
  }

  absl::Status operator()(const NodeDetached& e) const { return CheckNode(e.node); }

  absl::Status operator()(const DrainSet&) const { return absl::OkStatus(); }

  absl::Status operator()(const CallbackCancelled& e) const {
    const Call* call = area.FindCall(e.callback);
    if (call == nullptr || !call->callback) {
      return absl::NotFoundError(
          absl::StrCat("no call-back ", FormatCallId(e.callback), " is booked"));
    }
    if (call->away()) return absl::OkStatus();
    return absl::FailedPreconditionError("the caller is on the line already");
  }

  absl::Status operator()(const ControlSet&) const { return absl::OkStatus(); }

  absl::Status operator()(const EpochStarted&) const { return absl::OkStatus(); }

  absl::Status operator()(const Tick&) const { return absl::OkStatus(); }

  absl::Status CheckNode(const Node& node) const {
    const NodeEntry* known = area.FindNode(node.name);
    if (known == nullptr || known->node.instance != node.instance) {
      return absl::FailedPreconditionError(absl::StrCat("this instance of call service \"",
                                                        node.name, "\" has not announced itself"));
    }
    return absl::OkStatus();
  }
};

}  // namespace

absl::Status CheckEvent(const Area& area, const Event& event) {
  return std::visit(Checker{area}, event);
}

}  // namespace hotline::router
