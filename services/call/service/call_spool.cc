#include "services/call/service/call_spool.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "services/runtime/log.h"
#include "services/runtime/spool.h"

namespace hotline::call {
namespace {

namespace v1 = router::v1;

/// The first byte of an entry says what follows.
enum class Tag : char { kLive = 'L', kDialog = 'D', kEnded = 'E', kAcknowledged = 'A' };

/// The file is written anew when it is so long and most of it is history: short, because callers'
/// numbers are in it.
constexpr uint64_t kCompactBytes = 2 << 20;
constexpr size_t kCallIdLength = 13;
constexpr uint64_t kMaxSpoolBytes = uint64_t{1} << 30;
/// Records of ended calls wait so long for others that share their sync: it costs more than all the
/// rest of the spool. What was appended before survives the process in any case.
constexpr std::chrono::milliseconds kSyncGather{10};
/// So often a spool that could not be written is written anew.
constexpr std::chrono::seconds kHealEvery{1};
/// With no call left the history goes, callers' numbers with it, if it is longer than so many
/// records.
constexpr uint64_t kIdleRecords = 64;

struct Entry {
  bool ended = false;
  std::string bytes;                   ///< a serialised CallRecord
  std::vector<std::string> farewells;  ///< none once it has ended
};

using Entries = std::map<std::string, Entry, std::less<>>;  ///< by call id

std::string Encode(Tag tag, std::string_view bytes) {
  std::string text(1, static_cast<char>(tag));
  text += bytes;
  return text;
}

void SetRecord(Entries& entries, const std::string& call_id, bool ended, std::string bytes) {
  Entry& entry = entries[call_id];
  entry.ended = ended;
  entry.bytes = std::move(bytes);
  if (ended) entry.farewells.clear();
}

/// Returns whether it was of use: the call lives.
bool AddFarewell(Entries& entries, std::string_view call_id, std::string_view farewell) {
  const auto it = entries.find(call_id);
  if (it == entries.end() || it->second.ended) return false;
  it->second.farewells.emplace_back(farewell);
  return true;
}

void Replay(std::string_view text, Entries& entries) {
  if (text.empty()) return;
  const auto tag = static_cast<Tag>(text[0]);
  text.remove_prefix(1);
  if (tag == Tag::kAcknowledged) {
    if (const auto it = entries.find(text); it != entries.end()) entries.erase(it);
    return;
  }
  if (tag == Tag::kDialog) {
    if (text.size() > kCallIdLength) {
      AddFarewell(entries, text.substr(0, kCallIdLength), text.substr(kCallIdLength));
    }
    return;
  }
  v1::CallRecord record;
  if (!record.ParseFromArray(text.data(), static_cast<int>(text.size()))) return;
  SetRecord(entries, record.request().call_id(), tag == Tag::kEnded, std::string(text));
}

class FileSpool : public CallSpool {
 public:
  FileSpool(Spool spool, Entries entries)
      : spool_(std::move(spool)), entries_(std::move(entries)), thread_([this] { Loop(); }) {}

  ~FileSpool() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_.notify_one();
    thread_.join();
  }

  void NoteLive(v1::CallRecord record) override {
    Push({.tag = Tag::kLive, .record = std::move(record)});
  }

  void NoteDialog(std::string call_id, std::string farewell) override {
    Push({.tag = Tag::kDialog, .call_id = std::move(call_id), .farewell = std::move(farewell)});
  }

  void NoteEnded(v1::CallRecord record, std::function<void()> done) override {
    Push({.tag = Tag::kEnded, .record = std::move(record), .done = std::move(done)});
  }

  void NoteAcknowledged(std::string call_id) override {
    Push({.tag = Tag::kAcknowledged, .call_id = std::move(call_id)});
  }

 private:
  using Clock = std::chrono::steady_clock;

  struct Job {
    Tag tag;
    v1::CallRecord record;
    std::string call_id;
    std::string farewell;
    std::function<void()> done;
  };

  void Push(Job job) {
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(job));
    }
    work_.notify_one();
  }

  void Loop() {
    for (std::vector<Job> batch;; batch.clear()) {
      bool stopping = false;
      {
        std::unique_lock lock(mutex_);
        const auto woken = [this] {
          return stopping_ || !jobs_.empty();
        };
        if (!unsynced_.empty()) {
          work_.wait_until(lock, sync_at_, woken);
        } else if (!healthy_) {
          work_.wait_until(lock, heal_at_, woken);
        } else {
          work_.wait(lock, woken);
        }
        stopping = stopping_;
        batch.swap(jobs_);
      }
      Write(batch);
      const auto now = Clock::now();
      if (!unsynced_.empty() && (stopping || now >= sync_at_)) Sync();
      if (IsMostlyHistory() || (!healthy_ && (stopping || now >= heal_at_))) Compact();
      if (stopping && batch.empty()) return;
    }
  }

  void Write(std::vector<Job>& batch) {
    for (Job& job : batch) {
      Apply(job);
      if (job.tag != Tag::kEnded) continue;
      if (unsynced_.empty()) sync_at_ = Clock::now() + kSyncGather;
      unsynced_.push_back(std::move(job.done));
    }
  }

  /// Many records share one sync.
  void Sync() {
    if (healthy_) Check(spool_.Sync());
    for (const auto& done : std::exchange(unsynced_, {})) done();
  }

  bool IsMostlyHistory() const {
    return healthy_ && (entries_.empty() ? spool_.record_count() > kIdleRecords
                                         : spool_.size_bytes() > kCompactBytes &&
                                               spool_.record_count() > 4 * entries_.size());
  }

  void Apply(Job& job) {
    switch (job.tag) {
      case Tag::kLive:
      case Tag::kEnded: {
        std::string bytes = job.record.SerializeAsString();
        Append(job.tag, bytes);
        SetRecord(entries_, job.record.request().call_id(), job.tag == Tag::kEnded,
                  std::move(bytes));
        return;
      }
      case Tag::kDialog:
        if (AddFarewell(entries_, job.call_id, job.farewell)) {
          Append(job.tag, job.call_id + job.farewell);
        }
        return;
      case Tag::kAcknowledged:
        if (entries_.erase(job.call_id) != 0) Append(job.tag, job.call_id);
        return;
    }
  }

  /// What an unhealthy file misses, Compact() writes: `entries_` has it.
  void Append(Tag tag, std::string_view bytes) {
    if (healthy_) Check(spool_.Append(Encode(tag, bytes)));
  }

  void Compact() {
    std::vector<std::string> texts;
    for (const auto& [id, entry] : entries_) {
      texts.push_back(Encode(entry.ended ? Tag::kEnded : Tag::kLive, entry.bytes));
      for (const std::string& farewell : entry.farewells) {
        texts.push_back(Encode(Tag::kDialog, id + farewell));
      }
    }
    Check(spool_.Rewrite(texts));
  }

  void Check(const absl::Status& status) {
    if (!status.ok()) heal_at_ = Clock::now() + kHealEvery;
    if (status.ok() == healthy_) return;
    healthy_ = status.ok();
    if (healthy_) {
      LogInfo("the spool is written again, and whole");
    } else {
      LogError("the spool cannot be written: a crash now would lose records", {{"why", status}});
    }
  }

  Spool spool_;          ///< of the thread
  Entries entries_;      ///< of the thread: what the file amounts to
  bool healthy_ = true;  ///< of the thread: the file has all of `entries_`
  Clock::time_point heal_at_;
  std::vector<std::function<void()>> unsynced_;  ///< of the thread: told after the next sync
  Clock::time_point sync_at_;                    ///< of the thread: when that is
  std::mutex mutex_;
  std::condition_variable work_;
  std::vector<Job> jobs_;  ///< guarded; bounded by the calls that live and end
  bool stopping_ = false;  ///< guarded
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<CallSpool>> CallSpool::Open(const std::string& file,
                                                           Leftovers& leftovers) {
  Entries entries;
  absl::StatusOr<Spool> spool = Spool::Open(file, {.max_bytes = kMaxSpoolBytes},
                                            [&](std::string_view text) { Replay(text, entries); });
  if (!spool.ok()) return spool.status();
  if (spool->dropped_bytes() != 0) {
    LogWarn("the spool's end was damaged", {{"dropped_bytes", spool->dropped_bytes()}});
  }
  for (auto& [id, entry] : entries) {
    v1::CallRecord record;
    record.ParseFromString(entry.bytes);
    (entry.ended ? leftovers.ended : leftovers.died).push_back(std::move(record));
    for (std::string& farewell : entry.farewells) {
      leftovers.farewells.push_back(std::move(farewell));
    }
    entry.farewells.clear();  // said once, by us
  }
  return std::make_unique<FileSpool>(*std::move(spool), std::move(entries));
}

}  // namespace hotline::call
