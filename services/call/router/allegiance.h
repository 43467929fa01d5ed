// Which router is followed: the one that says it is active with the highest epoch.
//
// A router that slept through its lease still believes it is active; its epoch gives it away.
// Plain data; no I/O. Thread-compatible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "hotline/router/v1/attach_service.pb.h"

namespace hotline::call {

class Allegiance {
 public:
  explicit Allegiance(size_t routers) : routers_(routers) {}

  /// What to do with a message.
  enum class Verdict {
    kIgnore,    ///< a status that changes nothing
    kRefuse,    ///< a decision that is not the followed router's, or of an old epoch
    kFollow,    ///< this router is followed from now on: announce
    kUnfollow,  ///< the followed router is active no more
    kObey,      ///< a decision or an acknowledgement of the followed router
  };
  Verdict Judge(size_t router, const router::v1::AttachResponse& message);

  /// The router's stream is up; it has not said anything yet.
  void Connected(size_t router);
  /// Returns true if it was the one followed.
  bool Disconnected(size_t router);

  struct View {
    bool connected = false;
    router::v1::RouterStatus::Role role = router::v1::RouterStatus::ROLE_UNSPECIFIED;
    uint64_t epoch = 0;
  };

  const std::vector<View>& routers() const { return routers_; }

  std::optional<size_t> followed() const { return followed_; }

  uint64_t refused() const { return refused_; }

 private:
  Verdict JudgeStatus(size_t router, uint64_t epoch, router::v1::RouterStatus::Role role);
  Verdict Refuse();

  std::vector<View> routers_;
  std::optional<size_t> followed_;
  uint64_t epoch_ = 0;  ///< highest seen from an active router
  uint64_t refused_ = 0;
};

}  // namespace hotline::call
