#include "tests/integration/hotline_fixture.h"

#include <algorithm>
#include <condition_variable>
#include <iostream>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"

#include "tests/stack/call_floor.h"

namespace hotline::test {
namespace {

using google::protobuf::util::TimeUtil;

const std::vector<int>& AllTones() {
  static const std::vector<int> tones = {
      kCallerTone, kSeatTone,  kStationTone, kOtherCallerTone, kOtherSeatTone,
      kNoticeTone, kMusicTone, kNoAgentTone, kBusyTone,        kGoodbyeTone};
  return tones;
}

constexpr int kLinesOfAFailure = 40;  // of each process's log

}  // namespace

bool Eventually(absl::Duration timeout, const std::function<bool()>& condition) {
  const robot::Instant deadline = robot::Now() + robot::ToChrono(timeout);
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  while (!condition()) {
    if (robot::Now() >= deadline) return false;
    never.wait_for(lock, robot::ToChrono(kPollInterval));
  }
  return true;
}

std::unique_ptr<Stack> HotlineTest::stack_;

void HotlineTest::SetUpTestSuite() {
  // No assertion here: GoogleTest would skip the suite's tests, which nobody takes for a failure.
  auto stack = Stack::Start({.config = TestAreaConfig()});
  if (stack.ok()) stack_ = *std::move(stack);
  if (stack_ == nullptr) std::cout << stack.status().message() << std::endl;
}

void HotlineTest::TearDownTestSuite() {
  stack_.reset();
}

void HotlineTest::SetUp() {
  ASSERT_NE(stack_, nullptr) << "the hotline did not start";
  client_ = std::make_unique<demo::AreaClient>(stack_->routers());
  watch_ = std::make_unique<demo::AreaWatch>(*client_);
  hub_ = std::make_unique<robot::RobotHub>(
      robot::HubOptions{.sip = {.proxy = stack_->endpoint("SIP")}, .tones = AllTones()});
  ASSERT_TRUE(watch_->Wait(kLong, [](const demo::AreaView& view) { return view.connected; }));
}

void HotlineTest::TearDown() {
  if (stack_ == nullptr || watch_ == nullptr) return;
  if (HasFailure()) std::cout << stack_->LogTails(kLinesOfAFailure) << std::endl;
  for (const auto& [id, seat] : watch_->view().seats) {
    if (seat.state() != router::v1::Seat::STATE_SIGNED_OUT) (void)client_->SignOut(id);
  }
  hub_.reset();
  if (!watch_->Wait(kSoon, [](const demo::AreaView& view) { return view.calls.empty(); })) {
    ADD_FAILURE() << "a call is stuck\n" << stack_->LogTails(kLinesOfAFailure);
  }
  for (const auto& phone : phones_) {
    EXPECT_EQ(phone->counters().double_invites, 0)
        << "extension " << phone->extension() << " was offered two calls at once";
  }
  phones_.clear();
}

std::shared_ptr<robot::Phone> HotlineTest::AddPhone(const std::string& extension, int tone,
                                                    robot::AnswerPlan plan) {
  plan.tone_hz = tone;
  auto phone = hub_->AddPhone(
      {.extension = extension, .password = stack_->password(extension), .plan = plan});
  EXPECT_TRUE(phone->WaitRegistered(kSoon)) << extension;
  phones_.push_back(phone);
  return phone;
}

void HotlineTest::SignIn(const std::string& seat) {
  const auto signed_in = client_->SignIn(seat, /*ready=*/true, absl::InfiniteDuration());
  ASSERT_TRUE(signed_in.ok()) << signed_in.status();
}

std::unique_ptr<Staff> HotlineTest::StaffLoadQueue() {
  constexpr int kSilentEvery = 10;
  std::vector<std::string> seats;
  for (int i = 1; i <= kLoadSeats; ++i) {
    const std::string extension = absl::StrCat(8000 + i);
    seats.push_back("s" + extension);
    const auto phone = AddPhone(extension, kSeatTone);
    if (i % kSilentEvery == 0) {
      phone->SetPlan({.action = robot::AnswerPlan::Action::kIgnore});
      continue;
    }
    phone->SetPlanner([calls = 0](const robot::Invitation&) mutable {
      return robot::AnswerPlan{.talk = absl::Milliseconds(2000 + 500 * (calls++ % 5)),
                               .tone_hz = kSeatTone};
    });
  }
  return std::make_unique<Staff>(*client_, seats);
}

robot::CallerOptions HotlineTest::Caller(const std::string& number) const {
  return {.number = number,
          .tone_hz = kCallerTone,
          .person_tones = {kSeatTone, kOtherSeatTone, kStationTone}};
}

std::shared_ptr<robot::RobotCall> HotlineTest::Call(const robot::CallerOptions& options) {
  auto call = hub_->Call(options);
  EXPECT_NE(call, nullptr);
  return call;
}

std::vector<router::v1::CallRecord> HotlineTest::WaitEnded(size_t count, absl::Duration timeout) {
  EXPECT_TRUE(watch_->Wait(
      timeout, [count](const demo::AreaView& view) { return view.ended.size() >= count; }));
  std::vector<router::v1::CallRecord> records;
  for (const auto& [id, record] : watch_->view().ended) records.push_back(record);
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
    return TimeUtil::TimestampToNanoseconds(a.end_time()) <
           TimeUtil::TimestampToNanoseconds(b.end_time());
  });
  EXPECT_EQ(records.size(), count);
  return records;
}

bool HotlineTest::WaitCalls(router::v1::Call::State state, int count, absl::Duration timeout) {
  return watch_->Wait(timeout, [state, count](const demo::AreaView& view) {
    return view.CountCalls(state) == count;
  });
}

bool HotlineTest::WaitSeat(const std::string& seat, router::v1::Seat::State state,
                           absl::Duration timeout) {
  return watch_->Wait(timeout, [&](const demo::AreaView& view) {
    const auto found = view.seats.find(seat);
    return found != view.seats.end() && found->second.state() == state;
  });
}

}  // namespace hotline::test
