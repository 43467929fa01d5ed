#include "router/service/journal_writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/time/clock.h"
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "services/base/check.h"
#include "services/runtime/log.h"

#include "hotline/router/v1/journal.pb.h"

namespace hotline::router {
namespace {

/// The lease is renewed when no commit has done so for this part of it.
constexpr int kRenewalsPerLease = 3;

absl::Duration Since(std::chrono::steady_clock::time_point start) {
  return absl::FromChrono(std::chrono::steady_clock::now() - start);
}

}  // namespace

class JournalWriter::Impl : public std::enable_shared_from_this<Impl> {
 public:
  enum class State { kClosed, kWriting, kSpooling, kReconciling };

  Impl(boost::asio::io_context& io, JournalStore& store, Spool* spool, uint64_t snapshot_every,
       Hooks hooks, Numbers numbers)
      : store_(store),
        spool_(spool),
        snapshot_every_(snapshot_every),
        hooks_(std::move(hooks)),
        numbers_(numbers),
        timer_(io) {}

  void Open(uint64_t epoch, uint64_t seq, bool emptied) {
    state_ = State::kWriting;
    epoch_ = epoch;
    seq_ = seq;
    Restore(emptied);
    ArmTimer();
  }

  void Abandon() {
    if (state_ == State::kClosed) return;
    state_ = State::kClosed;
    ++generation_;
    timer_.cancel();
    unconfirmed_ = 0;
    for (Item& item : std::exchange(items_, {})) {
      if (item.done) item.done(absl::AbortedError("another router rules this area"));
    }
  }

  void Release(std::function<void()> done) {
    released_ = std::move(done);
    MaybeRelease();
  }

  void Append(std::string bytes, Projection projection, std::function<void(absl::Status)> done) {
    HOTLINE_CHECK(state_ != State::kClosed, "only an open writer takes entries");
    items_.push_back({{++seq_, std::move(bytes), std::move(projection)}, std::move(done), {}});
    ++unconfirmed_;
    if (state_ != State::kWriting) return SpoolUnconfirmed();
    Send(items_.back());
    if (seq_ - snapshot_.second >= snapshot_every_) WriteSnapshot();
  }

  void OnLink(const absl::Status& status) {
    if (state_ == State::kClosed) return;
    if (!status.ok()) {
      StartSpooling(status);
    } else if (state_ == State::kSpooling) {
      Reconcile();
    }
  }

  State state_ = State::kClosed;
  uint64_t epoch_ = 0;
  uint64_t seq_ = 0;  ///< of the last appended entry

  /// Invariant: seqs without a gap, the last is seq_; those confirmed to the caller have no `done`.
  struct Item {
    Entry entry;
    std::function<void(absl::Status)> done;
    std::chrono::steady_clock::time_point sent;
  };

  std::deque<Item> items_;  ///< not confirmed by Redis

  bool spooling_ = false;   ///< from the first failure until Redis has everything again
  size_t unconfirmed_ = 0;  ///< items with `done`: the last so many

 private:
  using Answer = absl::StatusOr<FenceAnswer>;

  /// Wraps a callback so that answers to commands of an earlier life of the link are not heard.
  template <class F>
  auto Guard(F f) {
    return [weak = weak_from_this(), generation = generation_, f = std::move(f)](auto answer) {
      const auto self = weak.lock();
      if (self && self->generation_ == generation) f(std::move(answer));
    };
  }

  void Send(Item& item) {
    last_write_ = item.sent = std::chrono::steady_clock::now();
    store_.Commit(epoch_, item.entry, Guard([this](Answer answer) { OnCommitted(answer); }));
  }

  void OnCommitted(const Answer& answer) {
    const bool written =
        answer.ok() && (answer->verdict == Verdict::kOk || answer->verdict == Verdict::kRepeated);
    if (!written) return OnRefused(answer);
    HOTLINE_CHECK(!items_.empty(), "every confirmed commit is of an item");
    Item item = std::move(items_.front());
    items_.pop_front();
    numbers_.commit_seconds.Observe(absl::ToDoubleSeconds(Since(item.sent)));
    Confirm(item);
    MaybeRelease();
  }

  /// What a write came to if not to OK.
  void OnRefused(const Answer& answer) {
    if (answer.ok() && answer->verdict == Verdict::kFenced) return OnFenced(answer->epoch);
    if (answer.ok() && answer->verdict == Verdict::kOk) return;
    StartSpooling(answer.ok() ? absl::DataLossError("Redis has lost a part of the journal")
                              : answer.status());
    if (answer.ok()) Reconcile();
  }

  void OnFenced(uint64_t epoch) {
    LogError("another router rules: stepping down", {{"epoch", epoch_}, {"other_epoch", epoch}});
    numbers_.fenced.Add(1);
    Abandon();
    ClearSpool();  // void: the other router has another history
    hooks_.on_fenced();
    if (released_) std::exchange(released_, nullptr)();
  }

  /// From now on nothing waits for Redis. What is under way there may or may not arrive; the
  /// fence's seq tells later.
  void StartSpooling(const absl::Status& why) {
    ++generation_;
    if (state_ == State::kReconciling) state_ = State::kSpooling;
    if (state_ == State::kWriting) {
      state_ = State::kSpooling;
      if (!std::exchange(spooling_, true)) {
        LogError("the journal cannot be written: routing goes on from memory", {{"why", why}});
        hooks_.on_spooling(true);
      }
      SpoolUnconfirmed();
    }
    ArmTimer();
    MaybeRelease();
  }

  void Confirm(Item& item) {
    if (!item.done) return;
    --unconfirmed_;
    std::exchange(item.done, nullptr)(absl::OkStatus());
  }

  /// A confirmation may append again: the loop then gets there, in order.
  void SpoolUnconfirmed() {
    if (std::exchange(spooling_items_, true)) return;
    while (unconfirmed_ > 0) {
      Item& item = items_[items_.size() - unconfirmed_];
      SpoolItem(item);
      Confirm(item);  // `item` may be gone afterwards
    }
    spooling_items_ = false;
    // The oldest go first; Redis then gets a snapshot instead.
    while (items_.size() > kMaxBacklog) items_.pop_front();
  }

  void SpoolItem(Item& item) {
    item.entry.projection.hashes.clear();
    item.entry.projection.calls_set.clear();
    item.entry.projection.calls_gone.clear();
    numbers_.spooled.Add(1);
    if (spool_) {
      v1::SpooledEntry record;
      record.set_owner(store_.options().owner);
      record.set_epoch(epoch_);
      record.set_seq(item.entry.seq);
      record.set_entry(item.entry.bytes);
      for (const auto& ended : item.entry.projection.ended) record.add_ended(ended);
      if (const auto status = spool_->Append(record.SerializeAsString()); !status.ok()) {
        numbers_.spool_failures.Add(1);
        LogError("an entry could not be spooled", {{"seq", item.entry.seq}, {"why", status}});
      }
    }
  }

  void ClearSpool() {
    if (spool_ == nullptr || spool_->record_count() == 0) return;
    if (const auto status = spool_->Rewrite({}); !status.ok()) {
      LogError("the spool could not be cleared", {{"why", status}});
    }
  }

  /// Redis may be back: finds out what it knows, and goes on from there.
  void Reconcile() {
    if (state_ != State::kSpooling) return;
    state_ = State::kReconciling;
    store_.LoadFunctions(Guard([this](const absl::Status& status) {
      if (!status.ok()) return StartSpooling(status);
      store_.Renew(epoch_, Guard([this](Answer answer) {
                     if (!answer.ok()) return StartSpooling(answer.status());
                     if (answer->verdict == Verdict::kFenced) return OnFenced(answer->epoch);
                     if (answer->verdict == Verdict::kOk) return Resume(answer->seq);
                     LogWarn("Redis was emptied or went back in time: writing all anew",
                             {{"epoch", epoch_}});
                     Reacquire();
                   }));
    }));
  }

  void Reacquire() {
    store_.Acquire(
        epoch_ + 1, Guard([this](Answer answer) {
          if (!answer.ok()) return StartSpooling(answer.status());
          if (answer->verdict == Verdict::kOk) return Reestablish(answer->epoch);
          if (answer->epoch > epoch_) return OnFenced(answer->epoch);
          StartSpooling(absl::UnavailableError("an older lease is still held"));  // it ends soon
        }));
  }

  /// Redis still has our epoch: it gets the entries it lacks if we still have them all, and then
  /// the whole picture, since the spooled ones came without theirs. With entries it never gets go
  /// the calls that ended in them: then the list of these is written anew as well.
  void Resume(uint64_t fence_seq) {
    const uint64_t first = seq_ + 1 - items_.size();
    while (!items_.empty() && items_.front().entry.seq <= fence_seq) items_.pop_front();
    const bool skips = first > fence_seq + 1;
    if (!skips) {
      state_ = State::kWriting;
      for (Item& item : items_) Send(item);
    }
    GoOn(/*replace_ended=*/skips);
  }

  void Reestablish(uint64_t epoch) {
    epoch_ = epoch;
    items_.clear();  // all confirmed, and contained in the snapshot
    GoOn(true);
    hooks_.on_epoch(epoch);
  }

  void GoOn(bool replace_ended) {
    if (state_ != State::kWriting) items_.clear();
    state_ = State::kWriting;
    Restore(replace_ended);
    ArmTimer();
  }

  void Restore(bool replace_ended) {
    last_write_ = std::chrono::steady_clock::now();
    previous_snapshot_ = snapshot_ = {epoch_, seq_};
    store_.Restore(epoch_, seq_, hooks_.snapshot(), hooks_.everything(replace_ended), replace_ended,
                   Guard([this](Answer answer) {
                     if (!answer.ok() || answer->verdict != Verdict::kOk) return OnRefused(answer);
                     OnRestored();
                   }));
  }

  void OnRestored() {
    ClearSpool();  // contained in what Redis has now, or void: of an epoch before ours
    if (!std::exchange(spooling_, false)) return;
    LogInfo("the journal is written again", {{"epoch", epoch_}, {"seq", seq_}});
    hooks_.on_spooling(false);
  }

  /// A stand-by that lags a little still finds its entries: they go one snapshot later.
  void WriteSnapshot() {
    previous_snapshot_ = std::exchange(snapshot_, {epoch_, seq_});
    store_.WriteSnapshot(epoch_, seq_, hooks_.snapshot(), previous_snapshot_,
                         Guard([this](Answer answer) { OnRefused(answer); }));
  }

  void ArmTimer() {
    const bool writing = state_ == State::kWriting;
    const auto pause = writing ? store_.options().lease / kRenewalsPerLease : kRetryPause;
    timer_.expires_after(absl::ToChronoNanoseconds(pause));
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
      if (const auto self = weak.lock(); self && !ec) self->OnTimer();
    });
  }

  void OnTimer() {
    if (state_ == State::kClosed) return;
    if (state_ == State::kSpooling) Reconcile();
    const auto pause = store_.options().lease / kRenewalsPerLease;
    if (state_ == State::kWriting && Since(last_write_) >= pause / 2) {
      last_write_ = std::chrono::steady_clock::now();
      store_.Renew(epoch_, Guard([this](Answer answer) { OnRefused(answer); }));
    }
    ArmTimer();
  }

  void MaybeRelease() {
    if (!released_ || releasing_ || (state_ == State::kWriting && !items_.empty())) return;
    if (state_ != State::kWriting) return Released();
    releasing_ = true;
    store_.Release(epoch_, [weak = weak_from_this()](const Answer&) {
      if (const auto self = weak.lock()) self->Released();
    });
  }

  void Released() {
    Abandon();  // a spool that Redis has not got stays for the next start
    if (released_) std::exchange(released_, nullptr)();
  }

  JournalStore& store_;
  Spool* const spool_;
  const uint64_t snapshot_every_;
  const Hooks hooks_;
  Numbers numbers_;
  boost::asio::steady_timer timer_;
  uint64_t generation_ = 0;  ///< grows when answers under way are void
  std::pair<uint64_t, uint64_t> snapshot_, previous_snapshot_;  ///< epoch and seq
  std::chrono::steady_clock::time_point last_write_;
  bool spooling_items_ = false;
  std::function<void()> released_;
  bool releasing_ = false;
};

JournalWriter::JournalWriter(boost::asio::io_context& io, JournalStore& store, Spool* spool,
                             uint64_t snapshot_every, Hooks hooks, Numbers numbers)
    : impl_(std::make_shared<Impl>(io, store, spool, snapshot_every, std::move(hooks), numbers)) {}

JournalWriter::~JournalWriter() = default;

void JournalWriter::Open(uint64_t epoch, uint64_t seq, bool redis_was_emptied) {
  impl_->Open(epoch, seq, redis_was_emptied);
}

void JournalWriter::Abandon() {
  impl_->Abandon();
}

void JournalWriter::Release(std::function<void()> done) {
  impl_->Release(std::move(done));
}

uint64_t JournalWriter::next_seq() const {
  return impl_->seq_ + 1;
}

uint64_t JournalWriter::epoch() const {
  return impl_->epoch_;
}

bool JournalWriter::spooling() const {
  return impl_->spooling_;
}

size_t JournalWriter::unconfirmed() const {
  return impl_->unconfirmed_;
}

void JournalWriter::Append(std::string bytes, Projection projection,
                           std::function<void(absl::Status)> done) {
  impl_->Append(std::move(bytes), std::move(projection), std::move(done));
}

void JournalWriter::OnLink(const absl::Status& status) {
  impl_->OnLink(status);
}

}  // namespace hotline::router
