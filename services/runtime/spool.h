// A small file of records that survives a crash: what must not be lost while its real home (Redis,
// the router) cannot take it.
//
// Records are appended with length and checksum. After a crash the file is read up to the first
// record that is not whole, and goes on from there. Rewrite() replaces the contents in one step.
//
// Thread-compatible; blocks on the disk. One process at a time has a spool open.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hotline {

struct SpoolOptions {
  /// Appends beyond it are refused.
  uint64_t max_bytes = 256 << 20;
  /// A longer record is refused, and when reading taken for damage.
  uint32_t max_record_bytes = 1 << 20;
  /// True: a record is on the disk when Append returns. False: it survives the process at once, the
  /// power cut after Sync().
  bool sync_every_append = false;
};

class Spool {
 public:
  /// Opens or makes `file` and calls `replay` for each record in it, oldest first. Its folder is
  /// made if it is missing (one level). Returns: FAILED_PRECONDITION if another process has it
  /// open, DATA_LOSS if it is no spool file, UNAVAILABLE for what the system says.
  static absl::StatusOr<Spool> Open(const std::string& file, const SpoolOptions& options,
                                    const std::function<void(std::string_view)>& replay);

  Spool(Spool&&) noexcept;
  Spool& operator=(Spool&&) noexcept;
  ~Spool();

  /// Appends a record; all or nothing.
  /// Returns: RESOURCE_EXHAUSTED over the limits or with a full disk, FAILED_PRECONDITION after a
  /// failed sync (what the disk holds is then unknown; Rewrite() helps), UNAVAILABLE for what the
  /// system says.
  absl::Status Append(std::string_view record);

  /// Brings all appended records to the disk.
  absl::Status Sync();

  /// Replaces all records by `records`; after a crash the file holds either the old or the new
  /// ones. Returns: as Append; the old contents then stay.
  absl::Status Rewrite(const std::vector<std::string>& records);

  uint64_t size_bytes() const;
  uint64_t record_count() const;
  /// Returns how many bytes Open cut off behind the last whole record; the owner logs it if not
  /// zero.
  uint64_t dropped_bytes() const;

 private:
  struct State;
  explicit Spool(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hotline
