// Those who watch the directory. A watcher gets all records and then each change, without a gap and
// in order: joining and telling exclude each other.
//
// Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "services/directory/service/directory_book.h"

#include "hotline/directory/v1/directory_service.pb.h"

namespace hotline::directory {

class DirectoryWatcher {
 public:
  virtual ~DirectoryWatcher() = default;
  /// Takes a message; false if the watcher is gone.
  virtual bool Send(const v1::WatchDirectoryResponse& message) = 0;
};

class WatchHub {
 public:
  static constexpr size_t kMaxWatchers = 64;
  /// Messages that may wait for a reader: a country's directory has some 300.
  static constexpr size_t kBacklog = 4096;
  /// A message is closed when it has so much.
  static constexpr size_t kMessageBytes = size_t{96} << 10;

  explicit WatchHub(const DirectoryBook& book) : book_(book) {}

  /// Sends all records, or what changed since `position` if the book still knows it, and keeps the
  /// watcher for changes. `tables`: empty for all. Returns false if there are too many. Blocks.
  bool Add(std::shared_ptr<DirectoryWatcher> watcher, std::vector<std::string> tables,
           const v1::WatchPosition& position = {});
  void Remove(const DirectoryWatcher* watcher);
  void Tell(const DirectoryChange& change);

 private:
  struct Entry {
    std::shared_ptr<DirectoryWatcher> watcher;
    std::vector<std::string> tables;
    int64_t revision = 0;  ///< what it has been told
  };

  const DirectoryBook& book_;
  std::mutex mutex_;
  std::vector<Entry> watchers_;  ///< guarded
};

}  // namespace hotline::directory
