#include "router/service/spool_recovery.h"

#include <memory>
#include <utility>

#include "services/runtime/log.h"

#include "hotline/router/v1/journal.pb.h"

namespace hotline::router {
namespace {

/// One entry after the other; keeps itself alive through its callbacks.
class Recovery : public std::enable_shared_from_this<Recovery> {
 public:
  Recovery(redis::Connection& connection, JournalStore::Options options,
           const std::vector<std::string>& spooled, std::function<void(absl::Status)> done)
      : connection_(connection),
        options_(std::move(options)),
        spooled_(spooled),
        done_(std::move(done)) {
    v1::SpooledEntry last;
    if (last.ParseFromString(spooled_.back())) last_epoch_ = last.epoch();
  }

  void Next() {
    v1::SpooledEntry record;
    do {
      if (at_ == spooled_.size()) return Finish("all spooled entries are in the journal");
      if (!record.ParseFromString(spooled_[at_++])) return Finish("a spooled entry is damaged");
    } while (record.epoch() < last_epoch_);
    options_.owner = record.owner();
    store_ = std::make_unique<JournalStore>(connection_, options_);
    Entry entry{.seq = record.seq(), .bytes = record.entry()};
    entry.projection.ended.assign(record.ended().begin(), record.ended().end());
    store_->Commit(record.epoch(), entry,
                   [self = shared_from_this()](absl::StatusOr<FenceAnswer> answer) {
                     if (!answer.ok()) return self->done_(answer.status());
                     const bool written =
                         answer->verdict == Verdict::kOk || answer->verdict == Verdict::kRepeated;
                     if (!written) return self->Finish("the rest of the spooled entries is void");
                     ++self->written_;
                     self->Next();
                   });
  }

 private:
  void Finish(std::string_view what) {
    LogWarn(what, {{"written", written_}, {"spooled", spooled_.size()}});
    done_(absl::OkStatus());
  }

  redis::Connection& connection_;
  JournalStore::Options options_;
  const std::vector<std::string>& spooled_;
  const std::function<void(absl::Status)> done_;
  std::unique_ptr<JournalStore> store_;
  uint64_t last_epoch_ = 0;
  size_t at_ = 0, written_ = 0;
};

}  // namespace

void RecoverSpool(redis::Connection& connection, const JournalStore::Options& store,
                  const std::vector<std::string>& spooled, std::function<void(absl::Status)> done) {
  if (spooled.empty()) return done(absl::OkStatus());
  std::make_shared<Recovery>(connection, store, spooled, std::move(done))->Next();
}

}  // namespace hotline::router
