// What a restart must know: the calls that live, and the records no router has acknowledged. On
// disk, written by a thread of its own so that a slow disk delays no call.
//
//   live (as if lost) ──► ended ──► acknowledged
//
// A record counts as sent only after it is on the disk: Ended's `done` runs after the sync.
// Thread-safe, but for construction and destruction.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/router/v1/call.pb.h"

namespace hotline::call {

class CallSpool {
 public:
  /// What the process before left: records of calls that had ended, and of those that died with it.
  struct Leftovers {
    std::vector<router::v1::CallRecord> ended;
    std::vector<router::v1::CallRecord> died;  ///< as they were when last noted
    std::vector<std::string> farewells;        ///< for the dialogs of those that died
  };

  /// Opens `file` and reads it into `leftovers`; their records stay until they are acknowledged.
  /// Returns: as Spool::Open.
  static absl::StatusOr<std::unique_ptr<CallSpool>> Open(const std::string& file,
                                                         Leftovers& leftovers);
  virtual ~CallSpool() = default;

  /// Notes a live call: `record` is what to tell of it if this process dies.
  virtual void NoteLive(router::v1::CallRecord record) = 0;
  /// Notes how to end a dialog of a live call from another process.
  virtual void NoteDialog(std::string call_id, std::string farewell) = 0;
  /// Notes a record and runs `done` on the spool's thread when it is on the disk, or when the disk
  /// refuses: a full disk must not keep records from the router.
  virtual void NoteEnded(router::v1::CallRecord record, std::function<void()> done) = 0;
  /// The record of this call need not be kept any longer.
  virtual void NoteAcknowledged(std::string call_id) = 0;
};

}  // namespace hotline::call
