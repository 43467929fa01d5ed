// A process's own copy of the directory, in memory and in a file: what it goes on with while
// hotline-directory is away, and begins with after a restart. Telephone numbers of persons are not
// kept: nobody who follows needs them.
//
// Thread-compatible; Save and Load block.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/directory/core/records.h"

#include "hotline/directory/v1/directory_service.pb.h"

namespace hotline::directory {

class DirectoryCopy {
 public:
  /// Takes a part of what WatchDirectory says. Until the one that is `complete`, Take is not to be
  /// asked for a Directory.
  void Add(const v1::WatchDirectoryResponse& message);

  /// Returns the records as a Directory. Returns: DATA_LOSS if some cannot be read, perhaps because
  /// a later program wrote them.
  absl::StatusOr<Directory> Read() const;

  /// Up to where it is; revision 0: it has nothing.
  const v1::WatchPosition& position() const { return position_; }

  /// Replaces `file` in one step; only its owner can read it. Returns: UNAVAILABLE.
  absl::Status Save(const std::string& file) const;
  /// Returns: NOT_FOUND if there is no such file; DATA_LOSS if it is not whole, or has other
  /// tables.
  static absl::StatusOr<DirectoryCopy> Load(const std::string& file,
                                            const std::vector<std::string>& tables);

  /// `tables`: what is asked of WatchDirectory; empty: all.
  explicit DirectoryCopy(std::vector<std::string> tables) : tables_(std::move(tables)) {}

  const std::vector<std::string>& tables() const { return tables_; }

 private:
  std::vector<std::string> tables_;
  v1::WatchPosition position_;
  std::map<std::pair<std::string, std::string>, v1::Record> records_;  ///< by table and key
};

}  // namespace hotline::directory
