// Call 1 on its way: one function for each stage.
#pragma once

#include <string>

#include "tests/call/core/world.h"

namespace hotline::call {

inline constexpr CallId kCall{1};
inline constexpr LegId kCaller{kCall, 0};
inline constexpr LegId kSeat{kCall, 1};
inline const std::string kC = FormatLegId(kCaller);
inline const std::string kS = FormatLegId(kSeat);
inline const std::string kId = FormatCallId(kCall);

inline void ToSetup(World& w) {
  w.Invite(kCall);
}

inline void ToNotice(World& w) {
  ToSetup(w);
  w.AddMedia(kCaller);
}

inline void ToQueue(World& w) {
  ToNotice(w);
  w.Do(PromptFinished{kCaller, "notice"});
}

inline void ToOffered(World& w) {
  ToQueue(w);
  w.Offer(kCall, 7);
}

inline void ToInviting(World& w) {
  ToOffered(w);
  w.AddMedia(kSeat);
}

inline void ToRinging(World& w) {
  ToInviting(w);
  w.Do(Rang{kSeat});
}

inline void ToTalking(World& w) {
  ToRinging(w);
  w.Do(Answered{kSeat, kPhoneSdp});
}

inline void ToHeld(World& w) {
  ToTalking(w);
  w.Do(Reinvited{kSeat, HoldSdp("sendonly")});
}

inline void ToReleasing(World& w) {
  ToQueue(w);
  w.Do(Released{kCall, EndCause::kNoAgent});
}

}  // namespace hotline::call
