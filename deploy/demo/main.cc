// hotline-demo: a working day on a running hotline, played by robots.
//
// Registers a phone for every seat and station, lets agents sign in and callers call; on SIGTERM
// everybody hangs up, signs out and goes home. The wiring is in RunDemo(), the day in RunDay().
#include <signal.h>
#include <time.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "deploy/demo/agents.h"
#include "deploy/demo/area/area_watch.h"
#include "deploy/demo/crowd.h"
#include "deploy/demo/narrator.h"
#include "deploy/demo/options.h"
#include "deploy/demo/plan.h"
#include "deploy/demo/robot/robot_hub.h"
#include "services/runtime/access.h"

namespace hotline::demo {
namespace {

using robot::Instant;
using robot::Now;

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;
constexpr absl::Duration kSummaryEvery = absl::Seconds(10);
constexpr absl::Duration kRegisterTime = absl::Seconds(10);
constexpr absl::Duration kFarewell = absl::Seconds(5);
// Agents try again by themselves; closing time must not wait for a router that is gone.
constexpr absl::Duration kRouterPatience = absl::Seconds(1);

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// Waits until `due`. Returns: false if a stop signal came first.
bool WaitUntil(Instant due) {
  const absl::Duration left = std::max(absl::ZeroDuration(), robot::Between(Now(), due));
  const timespec timeout = absl::ToTimespec(left);
  const sigset_t signals = StopSignals();
  return sigtimedwait(&signals, nullptr, &timeout) < 0;
}

std::vector<std::shared_ptr<robot::Phone>> AddPhones(const std::vector<PhonePlan>& plans, int tone,
                                                     const std::shared_ptr<Crowd>& habits,
                                                     robot::RobotHub& hub) {
  std::vector<std::shared_ptr<robot::Phone>> phones;
  for (const PhonePlan& plan : plans) {
    phones.push_back(hub.AddPhone(
        {.extension = plan.extension, .password = plan.password, .lines = plan.lines}));
    // All planners run on the hub's one SIP thread, so they may share the dice.
    phones.back()->SetPlanner(
        [habits, tone](const robot::Invitation&) { return habits->NextAnswer(tone); });
  }
  return phones;
}

// Where callers come in.
struct Lines {
  robot::RobotHub& direct;
  robot::RobotHub& partner;

  size_t live_calls() const { return direct.live_calls() + partner.live_calls(); }

  std::shared_ptr<robot::RobotCall> Call(const robot::CallerOptions& caller) const {
    return (caller.headers.empty() ? direct : partner).Call(caller);
  }
};

// Callers and summaries by the clock until a stop signal comes.
void RunDay(const DemoOptions& options, Crowd& crowd, const Lines& lines, const AreaWatch& watch,
            Narrator& narrator) {
  const Instant start = Now();
  const auto at = [start](absl::Duration elapsed) {
    return start + robot::ToChrono(elapsed);
  };
  absl::Duration next_call = crowd.NextArrival(absl::ZeroDuration());
  absl::Duration next_summary = kSummaryEvery;
  while (WaitUntil(at(std::min(next_call, next_summary)))) {
    const absl::Duration elapsed = robot::Between(start, Now());
    if (elapsed >= next_call) {
      next_call = crowd.NextArrival(next_call);
      // The dice are thrown even for a caller who finds no line, so that a seed stays a seed.
      const robot::CallerOptions caller = crowd.NextCaller();
      const bool line_free = lines.live_calls() < static_cast<size_t>(options.max_calls);
      if (line_free && lines.Call(caller) == nullptr) narrator.Say("no UDP port left for a caller");
    }
    if (elapsed >= next_summary) {
      next_summary += kSummaryEvery;
      narrator.Summary(crowd.TimeOfDay(elapsed), lines.live_calls(), watch.view());
    }
  }
}

int Fail(const absl::Status& status) {
  std::cerr << "hotline-demo: " << status.message() << std::endl;
  return kExitFailed;
}

int RunDemo(const DemoOptions& options) {
  auto plan = LoadPlan(options.config, options.secrets);
  if (!plan.ok()) return Fail(plan.status());
  const auto key = AccessKey::Load(options.access_key);
  if (!key.ok()) return Fail(key.status());
  ActAsSystem(*key, "hotline-demo");
  auto endpoints = LoadEndpoints(options.endpoints);
  if (!endpoints.ok()) return Fail(endpoints.status());
  std::vector<std::string> routers;
  for (const char* name : {"ROUTER", "ROUTER_2"}) {
    if (endpoints->contains(name)) routers.push_back((*endpoints)[name]);
  }
  if (routers.empty() || !endpoints->contains("SIP")) {
    return Fail(absl::NotFoundError("no ROUTER or no SIP in " + options.endpoints));
  }
  if (!endpoints->contains("SIP_PARTNER")) {
    std::erase_if(plan->numbers, [](const DialledNumber& number) { return number.partner(); });
  }

  Narrator narrator;
  robot::RobotHub hub({.sip = {.proxy = (*endpoints)["SIP"], .domain = plan->domain},
                       .tones = {kCallerTone, kSeatTone, kStationTone}});
  // The border of the 12345 line, the only one whose headers are believed.
  robot::RobotHub partner_hub({.sip = {.proxy = (*endpoints)["SIP_PARTNER"],
                                       .transport = robot::SipTransport::kTcp,
                                       .domain = plan->domain},
                               .tones = {kCallerTone, kSeatTone, kStationTone}});
  const auto habits =
      std::make_shared<Crowd>(CrowdOptions{.seed = options.seed + 1, .numbers = plan->numbers});
  auto phones = AddPhones(plan->seats, kSeatTone, habits, hub);
  const auto station_phones = AddPhones(plan->stations, kStationTone, habits, hub);
  phones.insert(phones.end(), station_phones.begin(), station_phones.end());
  for (const auto& phone : phones) {
    if (phone->WaitRegistered(kRegisterTime)) continue;
    return Fail(absl::UnavailableError(absl::StrCat(
        "phone ", phone->extension(), " could not register at ", (*endpoints)["SIP"])));
  }
  narrator.Say(absl::StrCat(phones.size(), " phones are registered at ", (*endpoints)["SIP"]));

  AreaClient client(routers, kRouterPatience);
  std::vector<std::string> seat_ids;
  for (const PhonePlan& seat : plan->seats) {
    if (seat.id != options.seat_by_hand) seat_ids.push_back(seat.id);
  }
  Agents agents(client, seat_ids, {.seed = options.seed + 2, .after_call = Crowd::kMeanAfterCall});
  auto watch = std::make_unique<AreaWatch>(
      client, [&](const router::v1::WatchAreaResponse& update, const AreaView&) {
        agents.OnUpdate(update);
        narrator.OnUpdate(update);
      });
  Crowd crowd({.seed = options.seed,
               .seats = static_cast<int>(plan->seats.size()),
               .pace = options.pace,
               .numbers = plan->numbers});
  RunDay(options, crowd, {.direct = hub, .partner = partner_hub}, *watch, narrator);

  narrator.Say("closing time: everybody hangs up");
  agents.GoHome();
  watch.reset();
  partner_hub.Shutdown(kFarewell);
  hub.Shutdown(kFarewell);
  int double_invites = 0;
  for (const auto& phone : phones) double_invites += phone->counters().double_invites;
  narrator.Say(absl::StrCat("INVITEs to a phone without a free line: ", double_invites));
  return 0;
}

}  // namespace
}  // namespace hotline::demo

int main(int argc, char** argv) {
  const auto options = hotline::demo::ParseOptions(argc, argv);
  if (!options.ok()) {
    std::cerr << "hotline-demo: " << options.status().message() << "\n"
              << hotline::demo::kDemoUsage;
    return hotline::demo::kExitUsage;
  }
  if (options->help) {
    std::cout << hotline::demo::kDemoUsage;
    return 0;
  }
  // Before any thread: they inherit the mask, so that only WaitUntil() sees the signals.
  const sigset_t signals = hotline::demo::StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return hotline::demo::RunDemo(*options);
}
