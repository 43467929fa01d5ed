#include "tests/stack/call_floor.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"

namespace hotline::test {
namespace {

constexpr absl::Duration kWait = absl::Seconds(20);

}  // namespace

std::string TestAreaConfig() {
  std::ifstream in(SourceDir() + "/tests/stack/area.yaml");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string CallFloor::SeatId(int index) {
  return absl::StrCat("s", 8001 + index);
}

CallFloor::CallFloor(Stack& stack)
    : stack_(stack),
      client_(stack.routers()),
      watch_(client_),
      hub_(std::make_unique<robot::RobotHub>(
          robot::HubOptions{.sip = {.proxy = stack.endpoint("SIP")},
                            .tones = {kCallerTone, kSeatTone, kNoticeTone, kMusicTone}})) {}

// Seats leave before their phones do, so that nobody is offered a call there.
CallFloor::~CallFloor() {
  for (size_t i = 0; i < phones_.size(); ++i) {
    if (absl::IsUnavailable(client_.SignOut(SeatId(static_cast<int>(i))).status())) break;
  }
  hub_.reset();
}

absl::StatusOr<std::unique_ptr<CallFloor>> CallFloor::Open(Stack& stack, int seats) {
  std::unique_ptr<CallFloor> floor(new CallFloor(stack));
  for (int i = 0; i < seats; ++i) {
    const std::string extension = absl::StrCat(8001 + i);
    floor->phones_.push_back(floor->hub_->AddPhone({.extension = extension,
                                                    .password = stack.password(extension),
                                                    .plan = {.tone_hz = kSeatTone}}));
  }
  for (const auto& phone : floor->phones_) {
    if (!phone->WaitRegistered(kWait)) {
      return absl::UnavailableError("phone " + phone->extension() + " could not register");
    }
  }
  if (!floor->watch_.Wait(kWait, [](const demo::AreaView& view) { return view.connected; })) {
    return absl::UnavailableError("no router to watch");
  }
  return floor;
}

std::shared_ptr<robot::RobotCall> CallFloor::Call() {
  return hub_->Call({.number = kNumber, .tone_hz = kCallerTone, .person_tones = {kSeatTone}});
}

std::shared_ptr<robot::RobotCall> CallFloor::CallDeaf() {
  return hub_->Call({.number = kNumber, .deaf = true});
}

absl::Status CallFloor::Fill(int talking, int waiting) {
  for (int i = 0; i < talking; ++i) {
    const auto seat = client_.SignIn(SeatId(i), /*ready=*/true, absl::InfiniteDuration());
    if (!seat.ok()) return seat.status();
    talking_.push_back(Call());
    answered_.push_back(phones_[i]->WaitCall(1, kWait));
    if (answered_.back() == nullptr || !talking_.back()->WaitPerson(kWait) ||
        !answered_.back()->ear().WaitHears(kCallerTone, kWait)) {
      return absl::DeadlineExceededError(absl::StrCat("seat ", i, " did not come to talk"));
    }
  }
  for (int i = 0; i < waiting; ++i) {
    waiting_.push_back(Call());
    const bool queued = watch_.Wait(kWait, [i](const demo::AreaView& view) {
      return view.CountCalls(router::v1::Call::STATE_QUEUED) == i + 1;
    });
    if (!queued) return absl::DeadlineExceededError(absl::StrCat("caller ", i, " does not wait"));
  }
  return absl::OkStatus();
}

void CallFloor::StartGapChecks() {
  for (const auto& call : talking_) call->ear().StartGapCheck();
  for (const auto& call : answered_) call->ear().StartGapCheck();
}

absl::Duration CallFloor::LongestGap() const {
  absl::Duration longest;
  for (size_t i = 0; i < talking_.size(); ++i) {
    // A pair that hung up on purpose has nothing to say.
    if (talking_[i]->report().state == robot::CallReport::State::kEnded) continue;
    longest = std::max({longest, talking_[i]->ear().LongestGap(kSeatTone),
                        answered_[i]->ear().LongestGap(kCallerTone)});
  }
  return longest;
}

int CallFloor::Dropped() const {
  int dropped = 0;
  for (const auto* calls : {&talking_, &waiting_}) {
    for (const auto& call : *calls) {
      const robot::CallReport report = call->report();
      if (report.state == robot::CallReport::State::kEnded && !report.ended_here) ++dropped;
    }
  }
  return dropped;
}

int CallFloor::DoubleInvites() const {
  int count = 0;
  for (const auto& phone : phones_) count += phone->counters().double_invites;
  return count;
}

}  // namespace hotline::test
