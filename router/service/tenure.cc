#include "router/service/tenure.h"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "router/service/projection.h"
#include "router/service/spool_recovery.h"
#include "services/runtime/log.h"

namespace hotline::router {
namespace {

constexpr absl::Duration kRecoveryPause = absl::Milliseconds(200);
/// An announcement of all that a call service may keep is one entry, and its records go along.
constexpr uint32_t kMaxSpooledEntryBytes = 128 << 20;

/// Redis is away, loads its file, is out of memory, or has just lost its functions.
bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsResourceExhausted(status) || absl::IsNotFound(status);
}

}  // namespace

Tenure::Tenure(boost::asio::io_context& io, Options options, Replica& replica,
               JournalWriter::Numbers numbers, Hooks hooks)
    : io_(io),
      options_(std::move(options)),
      hooks_(std::move(hooks)),
      numbers_(std::move(numbers)),
      replica_(replica),
      connection_(io, options_.redis),
      store_(connection_, options_.store),
      recovery_timer_(io) {}

absl::Status Tenure::OpenSpool() {
  if (options_.spool_file.empty()) return absl::OkStatus();
  auto spool = Spool::Open(options_.spool_file, {.max_record_bytes = kMaxSpooledEntryBytes},
                           [this](std::string_view record) { spooled_.emplace_back(record); });
  if (!spool.ok()) return spool.status();
  spool_ = std::make_unique<Spool>(*std::move(spool));
  return absl::OkStatus();
}

void Tenure::Connect() {
  connection_.Start([this](const absl::Status& status) { OnLink(status); });
}

void Tenure::OnLink(const absl::Status& status) {
  if (!status.ok() && link_up_ != false) {
    LogError("Redis cannot be reached: trying again", {{"why", status}});
  }
  link_up_ = status.ok();
  if (writer_) writer_->OnLink(status);
  if (follower_) follower_->OnLink(status);
  if (status.ok() && !retired_ && !std::exchange(started_, true)) RecoverThenStandBy();
}

/// What an earlier run could not tell Redis goes first, however long Redis takes to be ready for
/// it: once another epoch has begun it would be void.
void Tenure::RecoverThenStandBy() {
  if (spooled_.empty()) return StandBy();
  store_.LoadFunctions([this](const absl::Status& loaded) {
    if (!loaded.ok()) return OnRecovered(loaded);
    RecoverSpool(connection_, store_.options(), spooled_,
                 [this](const absl::Status& recovered) { OnRecovered(recovered); });
  });
}

void Tenure::OnRecovered(const absl::Status& status) {
  if (retired_) return;
  if (MayPass(status)) {
    LogWarn("Redis cannot take the spooled entries yet: trying again", {{"why", status}});
    recovery_timer_.expires_after(absl::ToChronoNanoseconds(kRecoveryPause));
    return recovery_timer_.async_wait([this](boost::system::error_code ec) {
      if (!ec) RecoverThenStandBy();
    });
  }
  if (!status.ok()) LogError("Redis refuses the spooled entries: given up", {{"why", status}});
  spooled_.clear();
  if (status.ok() && spool_) (void)spool_->Rewrite({});
  StandBy();
}

void Tenure::StandBy() {
  active_ = false;
  writer_.reset();
  replica_.Clear();
  hooks_.on_standby();
  if (retired_) return;
  follower_ = std::make_unique<Follower>(
      io_, connection_, options_.redis, store_,
      Follower::Hooks{.on_load =
                          [this](const Loaded& loaded) {
                            auto status = replica_.Load(loaded);
                            hooks_.on_reload();
                            return status;
                          },
                      .on_entry =
                          [this](const TailEntry& entry) {
                            auto changes = replica_.Replay(entry);
                            if (changes.ok()) hooks_.on_replayed(*std::move(changes));
                            return changes.status();
                          },
                      .on_warm =
                          [this] {
                            replica_.NoteEpoch(follower_->epoch());
                            hooks_.on_warm();
                          },
                      .on_active =
                          [this](uint64_t epoch, uint64_t seq, bool emptied) {
                            Activate(epoch, seq, emptied);
                          }});
  follower_->Start(replica_.epoch());
}

void Tenure::Activate(uint64_t epoch, uint64_t seq, bool emptied) {
  LogInfo("this router is active",
          {{"epoch", epoch}, {"seq", seq}, {"redis_was_emptied", emptied}});
  active_ = true;
  replica_.TakeOver(epoch, seq);
  writer_ = std::make_unique<JournalWriter>(io_, store_, spool_.get(), options_.snapshot_every,
                                            WriterHooks(), numbers_);
  writer_->Open(epoch, seq, emptied);
  follower_.reset();
  hooks_.on_active();
}

JournalWriter::Hooks Tenure::WriterHooks() {
  return {.snapshot = [this] { return replica_.core().EncodeSnapshot(); },
          .everything =
              [this](bool with_ended) {
                auto all = ProjectEverything(replica_.core(), store_.keys(), replica_.now());
                if (with_ended) all.ended = replica_.ended().all();
                return all;
              },
          .on_epoch =
              [this](uint64_t epoch) {
                replica_.NoteEpoch(epoch);
                hooks_.on_epoch();
              },
          .on_fenced =
              [this] {
                active_ = false;
                // Not from inside the writer, which goes away with it.
                boost::asio::post(io_, [this] { StandBy(); });
              },
          .on_spooling =
              [this](bool spooling) {
                hooks_.on_spooling(spooling);
              }};
}

void Tenure::Retire() {
  retired_ = true;
  if (follower_) follower_->Stop();
}

void Tenure::Release(std::function<void()> done) {
  writer_->Release([this, done = std::move(done)] {
    active_ = false;
    done();
  });
}

void Tenure::Stop() {
  retired_ = true;
  active_ = false;
  if (follower_) follower_->Stop();
  if (writer_) writer_->Abandon();
  recovery_timer_.cancel();
  connection_.Stop();
}

}  // namespace hotline::router
