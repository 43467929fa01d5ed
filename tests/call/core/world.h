// The rest of the world for tests of the call core: phones, media node and router as plain tables.
// Checks that every action is legal where it comes, and knows what may happen next.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "services/call/core/calls.h"

namespace hotline::call {

inline constexpr char kPhoneSdp[] =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 6000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n";

inline std::string HoldSdp(std::string_view direction) {
  return std::string(kPhoneSdp) + "a=" + std::string(direction) + "\r\n";
}

class World {
 public:
  enum class Phone { kCalling, kRung, kUp, kCancelled, kClosing };

  explicit World(CallConfig config = DefaultConfig()) : calls(std::move(config)) { Do(MediaUp{}); }

  static CallConfig DefaultConfig() {
    CallConfig config;
    config.numbers = {{.dialled = "12348", .queue = "general"}};
    return config;
  }

  /// Steps the core, applies its actions to the world and returns them as text.
  std::vector<std::string> Do(const Event& event) {
    if (std::holds_alternative<MediaDown>(event)) media.clear();
    if (const auto* closed = std::get_if<LegClosed>(&event)) phones.erase(closed->leg);
    if (const auto* answered = std::get_if<Answered>(&event)) phones[answered->leg] = Phone::kUp;
    if (const auto* in = std::get_if<Invited>(&event)) phones[{in->call, 0}] = Phone::kCalling;
    std::vector<std::string> texts;
    for (const Action& action : calls.Step(now, event)) {
      texts.push_back(FormatAction(action));
      std::visit(
          [this](const auto& plane) { std::visit([this](const auto& a) { Take(a); }, plane); },
          action);
    }
    return texts;
  }

  std::vector<std::string> Invite(CallId call, std::string sdp = kPhoneSdp) {
    return Do(Invited{.call = call, .dialled = "12348", .sdp = std::move(sdp)});
  }

  std::vector<std::string> AddMedia(LegId leg) {
    return Do(MediaLegAdded{leg, "127.0.0.1", static_cast<uint16_t>(40000 + 2 * leg.index)});
  }

  std::vector<std::string> Offer(CallId call, uint64_t offer) {
    return Do(Offered{call, {offer}, {TargetKind::kSeat, "s1"}, "8001", now + absl::Seconds(15)});
  }

  /// Time goes on, with Ticks when they are due.
  std::vector<std::string> Wait(absl::Duration span) {
    const absl::Time end = now + span;
    std::vector<std::string> texts;
    while (calls.next_deadline() <= end) {
      now = std::max(now, calls.next_deadline());
      for (std::string& text : Do(Tick{})) texts.push_back(std::move(text));
    }
    now = end;
    return texts;
  }

  /// Everything that was asked to close closes.
  void CloseAll() {
    for (bool again = true; again;) {
      again = false;
      for (const auto& [leg, phone] : std::map(phones)) {
        if (phone != Phone::kCancelled && phone != Phone::kClosing) continue;
        const bool cancelled = phone == Phone::kCancelled;
        Do(LegClosed{leg, cancelled ? Closure::kRefused : Closure::kBye, cancelled ? 487 : 0});
        again = true;
      }
    }
  }

  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  Calls calls;
  std::map<LegId, Phone> phones;  ///< dialogs that are not closed
  std::set<LegId> media;          ///< legs the node has
  std::map<CallId, std::vector<CallRecord>> ended;

 private:
  void Take(const RejectInvite& a) { Expect({a.call, 0}, Phone::kCalling, Phone::kClosing); }

  void Take(const AnswerInvite& a) { Expect({a.call, 0}, Phone::kCalling, Phone::kUp); }

  void Take(const InviteTarget& a) {
    EXPECT_FALSE(phones.contains(a.leg));
    EXPECT_TRUE(media.contains(a.leg));
    phones[a.leg] = Phone::kCalling;
  }

  void Take(const CancelLeg& a) {
    EXPECT_TRUE(phones[a.leg] == Phone::kCalling || phones[a.leg] == Phone::kRung);
    phones[a.leg] = Phone::kCancelled;
  }

  void Take(const ByeLeg& a) { Expect(a.leg, Phone::kUp, Phone::kClosing); }

  void Take(const AnswerReinvite& a) { Expect(a.leg, Phone::kUp, Phone::kUp); }

  void Take(const ForgetLeg& a) { EXPECT_EQ(phones.erase(a.leg), 1u); }

  void Expect(LegId leg, Phone before, Phone after) {
    EXPECT_EQ(phones[leg], before) << FormatLegId(leg);
    phones[leg] = after;
  }

  void Take(const AddMediaLeg& a) { EXPECT_TRUE(media.insert(a.leg).second); }

  void Take(const RemoveMediaLeg& a) { EXPECT_EQ(media.erase(a.leg), 1u) << FormatLegId(a.leg); }

  void Take(const SetPeer& a) { EXPECT_TRUE(media.contains(a.leg)); }

  void Take(const PlayPrompt& a) { EXPECT_TRUE(media.contains(a.leg)); }

  void Take(const StopPrompt& a) { EXPECT_TRUE(media.contains(a.leg)); }

  void Take(const SetRoute& a) { EXPECT_TRUE(media.contains(a.from) && media.contains(a.to)); }

  void Take(const ReportEnded& r) { ended[r.record.request.call].push_back(r.record); }

  template <class Other>
  void Take(const Other&) {}
};

}  // namespace hotline::call
