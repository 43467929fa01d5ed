#include "router/service/follower.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "services/runtime/log.h"

namespace hotline::router {
namespace {

/// How long a read of the journal waits for the next entry.
constexpr absl::Duration kTailBlock = absl::Seconds(1);
/// Between two reads: entries are gathered so long, since each read costs Redis and us as much as
/// the entry itself. Nobody waits for a stand-by, and a takeover reads what is left at once.
constexpr absl::Duration kTailGather = absl::Milliseconds(20);
/// Between two looks at the lease: a released lease is seen so soon, an expired one at once.
constexpr absl::Duration kLeaseLook = absl::Milliseconds(100);
/// After the lease's end, for the millisecond in which Redis drops it.
constexpr absl::Duration kLeaseMargin = absl::Milliseconds(2);
/// After an error that no change of the link will report.
constexpr absl::Duration kErrorPause = absl::Milliseconds(200);

using SteadyClock = std::chrono::steady_clock;

}  // namespace

class Follower::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& io, redis::Connection& connection, redis::ConnectionOptions address,
       JournalStore& store, Hooks hooks)
      : connection_(connection),
        tail_(io, std::move(address)),
        store_(store),
        hooks_(std::move(hooks)),
        timer_(io),
        tail_timer_(io) {}

  void Start(uint64_t last_epoch) {
    epoch_ = last_epoch;
    tail_.Start([this](const absl::Status& status) {
      if (status.ok() && stage_ == Stage::kFollowing) Tail();
    });
    if (connection_.up()) Load();
  }

  void Stop() {
    stage_ = Stage::kStopped;
    ++generation_;
    timer_.cancel();
    tail_timer_.cancel();
    tail_.Stop();
  }

  void OnLink(const absl::Status& status) {
    if (stage_ == Stage::kStopped) return;
    ++generation_;
    timer_.cancel();
    stage_ = Stage::kLoading;  // a takeover under way begins again: the lease is still ours or over
    if (!status.ok()) return;
    if (warm_) {
      Follow();
    } else {
      Load();
    }
  }

  uint64_t epoch_ = 0;  ///< the highest seen, in the fence or an entry
  uint64_t seq_ = 0;    ///< the last applied

 private:
  enum class Stage { kLoading, kFollowing, kTakingOver, kStopped };

  /// Wraps a callback so that it is not heard after a Stop, a reload or a change of the link.
  template <class F>
  auto Guard(F f) {
    return [weak = weak_from_this(), generation = generation_, f = std::move(f)](auto answer) {
      const auto self = weak.lock();
      if (self && self->generation_ == generation) f(std::move(answer));
    };
  }

  void After(absl::Duration pause, void (Impl::*next)()) {
    timer_.expires_after(absl::ToChronoNanoseconds(std::max(pause, absl::Milliseconds(1))));
    timer_.async_wait(Guard([this, next](boost::system::error_code ec) {
      if (!ec) (this->*next)();
    }));
  }

  void Retry(const absl::Status& why, void (Impl::*next)()) {
    LogWarn("the stand-by cannot read the journal", {{"why", why}});
    After(kErrorPause, next);
  }

  // Loading.

  void Load() {
    ++generation_;
    if (stage_ == Stage::kFollowing) stage_ = Stage::kLoading;
    store_.LoadFunctions(Guard([this](const absl::Status& status) {
      if (!status.ok()) return Retry(status, &Impl::Load);
      store_.Load(Guard([this](absl::StatusOr<Loaded> loaded) {
        if (!loaded.ok()) return Retry(loaded.status(), &Impl::Load);
        OnLoaded(*loaded);
      }));
    }));
  }

  void OnLoaded(const Loaded& loaded) {
    // What is in memory is better than an emptied Redis. Its writer may be about to come.
    if (warm_ && (loaded.epoch < epoch_ || loaded.seq == 0)) return Follow();
    if (const auto status = hooks_.on_load(loaded); !status.ok()) {
      // Going on with an empty core is better than no hotline: the call services announce all
      // calls.
      LogError("the snapshot cannot be used: starting empty", {{"why", status}});
    }
    epoch_ = std::max(epoch_, loaded.epoch);
    seq_ = loaded.snapshot_seq;
    position_ = {};
    CatchUp();
  }

  void CatchUp() {
    ReadJournal(connection_, store_.keys().journal(), position_.first, position_.second,
                absl::ZeroDuration(), Guard([this](absl::StatusOr<std::vector<TailEntry>> entries) {
                  if (!entries.ok()) return Retry(entries.status(), &Impl::Load);
                  if (!Apply(*entries)) return OnGap();
                  if (entries->size() >= kTailCount) return CatchUp();
                  OnCaughtUp();
                }));
  }

  void OnCaughtUp() {
    if (stage_ == Stage::kTakingOver) return FinishTakeover();
    warm_ = true;
    hooks_.on_warm();
    Follow();
  }

  /// Entries are missing between ours and the journal's: only the snapshot can tell.
  void OnGap() {
    LogInfo("a gap in the journal: loading the snapshot again", {{"seq", seq_}});
    Load();
  }

  /// Returns whether the entries continue what is applied.
  bool Apply(const std::vector<TailEntry>& entries) {
    for (const TailEntry& entry : entries) {
      position_ = {entry.epoch, entry.seq};
      const bool rewritten = entry.seq <= seq_ && entry.epoch > epoch_ && warm_;
      if (rewritten || entry.seq > seq_ + 1) return false;
      epoch_ = std::max(epoch_, entry.epoch);
      if (entry.seq <= seq_) continue;
      if (const auto status = hooks_.on_entry(entry); !status.ok()) {
        LogError("a journal entry cannot be read", {{"seq", entry.seq}, {"why", status}});
      }
      seq_ = entry.seq;
    }
    return true;
  }

  // Following.

  void Follow() {
    if (stage_ == Stage::kLoading) stage_ = Stage::kFollowing;
    tail_busy_ = false;
    Tail();
    LookAtLease();
  }

  void Tail() {
    if (tail_busy_ || !tail_.up()) return;
    tail_busy_ = true;
    ReadJournal(
        tail_, store_.keys().journal(), position_.first, position_.second, kTailBlock,
        Guard([this](absl::StatusOr<std::vector<TailEntry>> entries) {
          tail_busy_ = false;
          if (stage_ != Stage::kFollowing) return;
          if (!entries.ok()) {  // Tail() again when the link is up, or at the next look
            return LogWarn("the stand-by cannot follow the journal", {{"why", entries.status()}});
          }
          if (!Apply(*entries)) return OnGap();
          if (entries->empty() || entries->size() >= kTailCount) return Tail();
          tail_timer_.expires_after(absl::ToChronoNanoseconds(kTailGather));
          tail_timer_.async_wait(Guard([this](boost::system::error_code ec) {
            if (!ec && stage_ == Stage::kFollowing) Tail();
          }));
        }));
  }

  void LookAtLease() {
    store_.ReadFence(Guard([this](absl::StatusOr<FenceState> fence) {
      if (stage_ != Stage::kFollowing) return;
      if (!fence.ok()) return Retry(fence.status(), &Impl::Load);
      OnFence(*fence);
    }));
  }

  void OnFence(const FenceState& fence) {
    if (fence.epoch == 0 || fence.epoch < epoch_) return OnEmptied();
    emptied_since_.reset();
    if (fence.epoch > epoch_ && fence.seq < seq_) return OnGap();  // somebody began from less
    // An outage's entries come as a snapshot, without entries in the stream.
    if (fence.seq > seq_ && fence.seq == lagging_at_ && seq_ == lagging_from_) return OnGap();
    lagging_at_ = fence.seq;
    lagging_from_ = seq_;
    epoch_ = fence.epoch;
    if (fence.lease_left <= absl::ZeroDuration()) return TakeOver();
    Tail();  // in case it has ended with an error
    After(std::min(fence.lease_left + kLeaseMargin, kLeaseLook), &Impl::LookAtLease);
  }

  /// No fence, or an old one. The active router notices within a renewal and writes its truth anew;
  /// we follow only if it does not. Who knows nothing waits longest.
  void OnEmptied() {
    const auto now = SteadyClock::now();
    if (!emptied_since_) emptied_since_ = now;
    const auto grace = store_.options().lease * (epoch_ > 0 ? 1 : 2);
    if (absl::FromChrono(now - *emptied_since_) >= grace) return TakeOver();
    After(kLeaseLook, &Impl::LookAtLease);
  }

  // Taking over.

  void TakeOver() {
    store_.Acquire(epoch_ + 1, Guard([this](absl::StatusOr<FenceAnswer> answer) {
                     if (stage_ != Stage::kFollowing) return;
                     if (!answer.ok()) return Retry(answer.status(), &Impl::Load);
                     if (answer->verdict != Verdict::kOk) {
                       emptied_since_.reset();
                       return After(kLeaseLook, &Impl::LookAtLease);
                     }
                     stage_ = Stage::kTakingOver;
                     taken_ = *answer;
                     if (seq_ >= taken_.seq) return FinishTakeover();
                     CatchUp();
                   }));
  }

  void FinishTakeover() {
    if (seq_ < taken_.seq && !std::exchange(reloaded_, true)) return OnGap();
    const bool emptied = taken_.seq < seq_;
    Stop();
    hooks_.on_active(taken_.epoch, std::max(seq_, taken_.seq), emptied);
  }

  redis::Connection& connection_;
  redis::Connection tail_;
  JournalStore& store_;
  const Hooks hooks_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer tail_timer_;
  Stage stage_ = Stage::kLoading;
  bool warm_ = false;
  bool tail_busy_ = false;
  bool reloaded_ = false;
  uint64_t generation_ = 0;                     ///< grows when answers under way are void
  std::pair<uint64_t, uint64_t> position_;      ///< epoch and seq of the last entry read
  uint64_t lagging_at_ = 0, lagging_from_ = 0;  ///< the fence's seq and ours at the last look
  std::optional<SteadyClock::time_point> emptied_since_;
  FenceAnswer taken_;
};

Follower::Follower(boost::asio::io_context& io, redis::Connection& connection,
                   redis::ConnectionOptions address, JournalStore& store, Hooks hooks)
    : impl_(std::make_shared<Impl>(io, connection, std::move(address), store, std::move(hooks))) {}

Follower::~Follower() {
  impl_->Stop();
}

void Follower::Start(uint64_t last_epoch) {
  impl_->Start(last_epoch);
}

void Follower::Stop() {
  impl_->Stop();
}

void Follower::OnLink(const absl::Status& status) {
  impl_->OnLink(status);
}

uint64_t Follower::epoch() const {
  return impl_->epoch_;
}

uint64_t Follower::seq() const {
  return impl_->seq_;
}

}  // namespace hotline::router
