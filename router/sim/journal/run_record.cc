#include "router/sim/journal/run_record.h"

#include <csignal>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "router/redis/journal_store.h"
#include "router/redis/journal_tail.h"
#include "router/service/area_file.h"
#include "router/sim/formulas.h"
#include "router/sim/journal/journal_file.h"
#include "services/runtime/config.h"

#include <fmt/format.h>

namespace hotline::sim {
namespace {

/// How long a read waits for the next entry.
constexpr absl::Duration kBlock = absl::Seconds(1);

/// Copies snapshot and entries, then ends, or follows until SIGINT or SIGTERM.
class Recorder {
 public:
  Recorder(redis::ConnectionOptions redis, const std::string& area, JournalFile& file, bool follow)
      : connection_(io_, std::move(redis)),
        store_(connection_, {.area = area, .owner = "recorder"}),
        file_(file),
        follow_(follow),
        signals_(io_, SIGINT, SIGTERM) {}

  absl::Status Run() {
    signals_.async_wait([this](auto, int) { End(absl::OkStatus()); });
    connection_.Start([this](const absl::Status& link) {
      if (!link.ok() && !follow_) return End(link);
      if (link.ok()) Begin();
    });
    io_.run();
    return status_;
  }

 private:
  void Begin() {
    ++generation_;
    if (!file_.empty()) return Read();
    store_.Load([this](absl::StatusOr<router::Loaded> loaded) {
      if (!loaded.ok()) return End(loaded.status());
      const auto status = file_.AddSnapshot(loaded->snapshot_seq, loaded->snapshot);
      if (!status.ok()) return End(status);
      Read();
    });
  }

  void Read() {
    router::ReadJournal(connection_, store_.keys().journal(), epoch_, seq_,
                        follow_ ? kBlock : absl::ZeroDuration(),
                        [this, generation = generation_](auto entries) {
                          if (generation == generation_) Take(std::move(entries));
                        });
  }

  void Take(absl::StatusOr<std::vector<router::TailEntry>> entries) {
    if (over_) return;
    // A broken link comes back by itself, and Begin() goes on from the last entry.
    if (!entries.ok()) return follow_ ? void() : End(entries.status());
    for (const router::TailEntry& entry : *entries) {
      epoch_ = entry.epoch;
      seq_ = entry.seq;
      if (const auto status = file_.AddEntry(entry.seq, entry.bytes); !status.ok()) {
        return End(status);
      }
    }
    if (entries->empty() && !follow_) return End(absl::OkStatus());
    Read();
  }

  void End(const absl::Status& status) {
    if (over_) return;
    over_ = true;
    status_ = status;
    if (status_.ok()) status_ = file_.Sync();
    signals_.cancel();
    connection_.Stop();
  }

  boost::asio::io_context io_;
  redis::Connection connection_;
  router::JournalStore store_;
  JournalFile& file_;
  const bool follow_;
  boost::asio::signal_set signals_;
  absl::Status status_;
  bool over_ = false;
  int generation_ = 0;
  uint64_t epoch_ = 0, seq_ = 0;  ///< the last read from the stream
};

}  // namespace

int RunRecord(Options options) {
  const std::string config_file = options.Text("config");
  const std::string out = options.Text("out");
  const bool follow = options.Flag("follow");
  if (const int code = ReportErrors(options.Finish())) return code;

  auto config = ConfigFile::Load(config_file, ProcessEnvironment());
  if (!config.ok()) return ReportErrors({std::string(config.status().message())});
  const router::AreaFile area = router::ReadArea(config->Section("area"));
  const router::RouterFile router = router::ReadRouter(config->Section("router"));
  if (const auto status = config->status(); !status.ok()) {
    return ReportErrors(absl::StrSplit(status.message(), '\n'));
  }
  auto file = JournalFile::Open(out);
  if (!file.ok()) return ReportErrors({std::string(file.status().message())});

  const auto status =
      Recorder(*redis::ParseAddress(router.redis), area.config.id, *file, follow).Run();
  fmt::print("{}: {} entries\n", out, file->entries());
  if (status.ok()) return 0;
  fmt::print(stderr, "hotline-sim: {}\n", std::string(status.message()));
  return 1;
}

}  // namespace hotline::sim
