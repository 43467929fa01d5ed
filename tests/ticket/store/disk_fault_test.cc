// A disk that is full or fails under SQLite: said loudly, nothing acknowledged lost, and no restart
// needed once there is room again. Writes fail at SQLite's own border to the system (its
// xSetSystemCall), fdatasync by the symbol of this program that hides the C library's.
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/database/database.h"
#include "services/ticket/store/ticket_store.h"
#include "tests/runtime/temp_dir.h"

#include <sqlite3.h>

namespace hotline::ticket {
namespace {

/// Counts down with each call; the call that finds 1 fails, and so do all after it while
/// `for_good`.
struct Fault {
  std::atomic<int> countdown = 0;  ///< 0: none
  std::atomic<bool> for_good = false;

  bool Strikes() {
    int left = countdown;
    while (left > 0) {
      if (left == 1 && for_good) return true;
      if (countdown.compare_exchange_weak(left, left - 1)) return left == 1;
    }
    return false;
  }

  void After(int calls, bool from_then_on) {
    for_good = from_then_on;
    countdown = calls;
  }
};

Fault write_fault, sync_fault;

ssize_t FaultyPwrite(int file, const void* bytes, size_t count, off_t offset) {
  if (write_fault.Strikes()) {
    errno = ENOSPC;
    return -1;
  }
  return pwrite(file, bytes, count, offset);
}

}  // namespace
}  // namespace hotline::ticket

/// SQLite's: the library looks its symbols up in the program first.
extern "C" int fdatasync(int file) {
  if (hotline::ticket::sync_fault.Strikes()) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fdatasync, file));
}

namespace hotline::ticket {
namespace {

const absl::Time kThen = absl::FromUnixSeconds(1'789'434'120);

class DiskFaultTest : public testing::Test {
 protected:
  DiskFaultTest() {
    vfs_ = sqlite3_vfs_find(nullptr);
    for (const char* call : {"pwrite", "pwrite64"}) {
      vfs_->xSetSystemCall(vfs_, call, reinterpret_cast<sqlite3_syscall_ptr>(FaultyPwrite));
    }
    Open();
  }

  ~DiskFaultTest() override {
    Heal();
    store_.reset();
    for (const char* call : {"pwrite", "pwrite64"}) vfs_->xSetSystemCall(vfs_, call, nullptr);
  }

  void Open() {
    store_.reset();
    auto store = TicketStore::Open({.url = Url(), .sessions = 2});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  std::string Url() const { return "sqlite:" + dir_.File("tickets.db"); }

  static void Heal() {
    write_fault.countdown = 0;
    sync_fault.countdown = 0;
  }

  /// A new ticket of some pages, as one transaction.
  absl::Status Save(int number) {
    const TicketRow row{.ticket_no = "GD" + std::to_string(number),
                        .version = 1,
                        .first_contact = "opr1",
                        .create_time = kThen + absl::Seconds(number),
                        .update_time = kThen,
                        .search_text = "拖欠工资",
                        .body = std::string(9'000, 'x')};
    return store_->Write([&](TicketWriter& db) {
      db.Insert(row, {{1, kThen, "opr1", "opened", "{}"}}, {});
      return absl::OkStatus();
    });
  }

  bool Has(int number) {
    bool found = false;
    const auto status = store_->Read([&](TicketReader& db) {
      found = db.Find("GD" + std::to_string(number)).has_value();
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return found;
  }

  std::string Integrity() const {
    std::string said;
    const auto database = *Database::Open(Url(), 1, "the test database");
    (void)database->Read([&](soci::session& db) {
      db << "pragma integrity_check", soci::into(said);
      return absl::OkStatus();
    });
    return said;
  }

  TempDir dir_;
  sqlite3_vfs* vfs_ = nullptr;
  std::unique_ptr<TicketStore> store_;
};

TEST_F(DiskFaultTest, AFullDiskRefusesLoudlyAndGoesOnOnceThereIsRoom) {
  int number = 0, refused = 0, full = 0;
  std::vector<int> acknowledged;
  for (int calls = 1; calls <= 40; ++calls) {
    write_fault.After(calls, true);
    for (int k = 0; k < 3; ++k) {
      const auto status = Save(++number);
      if (status.ok()) {
        acknowledged.push_back(number);
      } else {
        ++refused;
        // A session that is opened on a full disk cannot make its shared memory: UNAVAILABLE.
        full += status.code() == absl::StatusCode::kResourceExhausted;
        EXPECT_TRUE(absl::IsResourceExhausted(status) || absl::IsUnavailable(status)) << status;
      }
    }
    Heal();
    ASSERT_TRUE(Save(++number).ok()) << "with room again, after fault " << calls;
    acknowledged.push_back(number);
  }
  EXPECT_GT(refused, 40);
  EXPECT_GT(full, refused * 3 / 4);
  for (const int each : acknowledged) EXPECT_TRUE(Has(each)) << each;
  Open();
  for (const int each : acknowledged) EXPECT_TRUE(Has(each)) << each << " after a new start";
  EXPECT_EQ(Integrity(), "ok");
}

TEST_F(DiskFaultTest, AFailedSyncIsNoAcknowledgement) {
  int number = 0, refused = 0;
  std::vector<int> acknowledged;
  for (int calls = 1; calls <= 12; ++calls) {
    for (const bool for_good : {false, true}) {
      sync_fault.After(calls, for_good);
      for (int k = 0; k < 6; ++k) {
        const auto status = Save(++number);
        if (status.ok()) {
          acknowledged.push_back(number);
        } else {
          ++refused;
          EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
        }
      }
      Heal();
      ASSERT_TRUE(Save(++number).ok()) << "with a sound disk again, after fault " << calls;
      acknowledged.push_back(number);
    }
  }
  EXPECT_GT(refused, 12) << "was fdatasync reached at all?";
  Open();
  for (const int each : acknowledged) EXPECT_TRUE(Has(each)) << each;
  EXPECT_EQ(Integrity(), "ok");
}

}  // namespace
}  // namespace hotline::ticket
