// One call, from INVITE to the end of its last dialog: the state machine.
//
//            200 sent        notice over       Offered          200 from target
//   setup ───────────► notice ────────► queued ◄──────► offered ───────────► talking
//     │                  │                │  failed,     │                     │
//     │                  │                │  withdrawn   │                     │
//     │                  │                └─► releasing ◄┘ Released            │
//     │                  │                        │                            │
//     └──────────────────┴───── any ending ───────┴────────────────────────────┴─► ended
//
// `ended` lasts until every dialog is closed. The record goes out once, on entering it.
//
// Pure; owned and driven by Calls, which gives it time, the way to the media node and a list for
// its actions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/call/core/action.h"
#include "services/call/core/event.h"
#include "services/call/core/media_plan.h"
#include "services/call/core/placement.h"
#include "services/call/core/sdp.h"

namespace hotline::call {

/// What calls are configured with.
struct CallConfig {
  std::vector<NumberRule> numbers;
  std::string notice = "notice";      ///< prompt before the queue; empty: none
  std::string music = "music";        ///< loops while the caller waits; empty: silence
  std::string no_agent = "no_agent";  ///< prompt of a release; empty: none
  std::string busy = "busy";          ///< prompt of a release because the queue is full
  absl::Duration setup_timeout = absl::Seconds(5);  ///< INVITE to our 200; then 503
  absl::Duration prompt_limit = absl::Minutes(2);   ///< a prompt that does not end is over
  absl::Duration offer_grace =
      absl::Seconds(3);  ///< past an offer's expiry, if no router withdraws
  absl::Duration media_grace = absl::Seconds(20);  ///< a call may be without media so long
  absl::Duration closing_limit =
      absl::Seconds(70);                           ///< > 64*T1 for the INVITE and again for the BYE
  absl::Duration rtp_timeout = absl::Seconds(30);  ///< shorter silences are ignored; zero: all
};

/// Offers a call may get; a record has no more legs. Routers are told FAILED after that.
inline constexpr uint32_t kMaxOffers = 250;

class Call {
 public:
  /// What one step may use.
  struct Context {
    absl::Time now;
    MediaOut media;

    void Emit(Action action) const { media.actions->push_back(std::move(action)); }
  };

  /// Starts a call whose place and offer are good: asks for the caller's media leg. An unusable
  /// `offer` means that the INVITE had no SDP.
  Call(const CallConfig& config, CallRequest request, Sdp offer, const Context& context);

  void On(const Rang& event, const Context& context);
  void On(const Answered& event, const Context& context);
  void On(const Acked& event, const Context& context);
  void On(const Reinvited& event, const Context& context);
  void On(const LegClosed& event, const Context& context);
  void On(const MediaLegAdded& event, const Context& context);
  void On(const MediaFailed& event, const Context& context);
  void On(const PromptFinished& event, const Context& context);
  void On(const LineSilent& event, const Context& context);
  void On(const Offered& event, const Context& context);
  void On(const Withdrawn& event, const Context& context);
  void On(const Released& event, const Context& context);
  void OnMediaUp(const std::vector<LegId>& alive, const Context& context);
  void OnMediaDown(const Context& context);
  void OnStopping(const Context& context);
  void OnDeadline(const Context& context);

  /// When OnDeadline wants to be called, or InfiniteFuture.
  absl::Time deadline() const { return std::min(stage_deadline_, media_deadline_); }

  /// The record is out.
  bool ended() const { return stage_ == Stage::kEnded; }

  /// Ended, and every dialog is closed: the call can go.
  bool finished() const;

  bool uses_media(uint32_t leg) const { return plan_.has(leg); }

  /// What routers know; nothing before the queue and after the end.
  std::optional<LiveCall> live() const;
  /// The record as it would be if the call ended at `now` with `cause`.
  CallRecord RecordAt(absl::Time now, EndCause cause) const;

 private:
  enum class Stage : uint8_t { kSetup, kNotice, kQueued, kOffered, kTalking, kReleasing, kEnded };
  enum class Dialog : uint8_t {
    kIdle,        ///< no INVITE yet: waits for its port
    kInvited,     ///< INVITE pending
    kUp,          ///< 200
    kCancelling,  ///< our CANCEL is out
    kClosing,     ///< our BYE or refusal is out
    kClosed,
  };

  struct Leg {
    uint32_t index = 0;
    Dialog dialog = Dialog::kIdle;
    OfferId offer;
    absl::Time offer_expire;
    std::string extension;
    LegRecord record;
    Sdp remote;                    ///< the peer's last description; unusable: none yet
    bool awaiting_answer = false;  ///< we made the offer in a 200; the answer comes in the ACK
    uint32_t sdp_version = 0;
    std::string last_sdp;
    bool wants_audio() const;  ///< false while the peer has us on hold
  };

  LegId Id(const Leg& leg) const { return {request_.call, leg.index}; }

  Leg& caller() { return legs_.front(); }

  const Leg& caller() const { return legs_.front(); }

  /// Who rings (kOffered) or talks (kTalking), else null.
  Leg* target();
  Leg* Find(uint32_t index);
  bool InUse(const Leg& leg);

  void AnswerCaller(const Context& context);
  void StartNotice(const Context& context);
  void EnterQueue(const Context& context);
  void Connect(Leg& leg, const Context& context);
  void TakeDescription(Leg& leg, Sdp sdp, const Context& context);
  void UpdateHold(const Context& context);
  /// Ends an offered leg that came to nothing, and tells the router why.
  void FailOffer(Leg& leg, LegEnd why, int status, const Context& context);
  /// Back to waiting for the next offer.
  void ReturnToQueue(const Context& context);
  /// Ends the dialog of a target's leg, whatever its state, and frees its port.
  void CloseTarget(Leg& leg, LegEnd why, const Context& context);
  void CloseCaller(LegEnd why, const Context& context);
  void End(EndCause cause, const Context& context);
  /// Our description for `leg`: an answer if it has a usable one of the peer's, else an offer.
  std::string Describe(Leg& leg, bool offer);

  const CallConfig& config_;
  CallRequest request_;
  Stage stage_ = Stage::kSetup;
  std::vector<Leg> legs_;  ///< the caller's first; never empty
  MediaPlan plan_;
  size_t target_ = 0;  ///< index into legs_ of who rings or talks; 0: nobody
  bool held_ = false;
  std::optional<EndCause> release_;  ///< set in kReleasing
  absl::Time stage_deadline_ = absl::InfiniteFuture();
  absl::Time media_deadline_ = absl::InfiniteFuture();
};

}  // namespace hotline::call
