#include "services/directory/service/watch_hub.h"

#include <algorithm>
#include <utility>

#include "services/directory/service/convert.h"

namespace hotline::directory {
namespace {

/// Cuts a change into messages and sends them.
bool SendChange(DirectoryWatcher& watcher, const std::vector<std::string>& tables,
                const DirectoryChange& change, bool reset) {
  v1::WatchDirectoryResponse message;
  message.set_revision(change.revision);
  message.set_reset(reset);
  size_t bytes = 0;
  const auto add = [&](const std::vector<Row>& rows, auto&& target) {
    for (const Row& row : rows) {
      if (!tables.empty() && std::find(tables.begin(), tables.end(), row.table) == tables.end()) {
        continue;
      }
      v1::Record record = ToProto(row);
      bytes += record.ByteSizeLong();
      *target(message) = std::move(record);
      if (bytes < WatchHub::kMessageBytes) continue;
      if (!watcher.Send(message)) return false;
      message.Clear();
      message.set_revision(change.revision);
      bytes = 0;
    }
    return true;
  };
  if (!add(change.records, [](auto& m) { return m.add_records(); })) return false;
  if (!add(change.removed, [](auto& m) { return m.add_removed(); })) return false;
  message.set_complete(true);
  message.set_token(change.token);
  return watcher.Send(message);
}

}  // namespace

bool WatchHub::Add(std::shared_ptr<DirectoryWatcher> watcher, std::vector<std::string> tables,
                   const v1::WatchPosition& position) {
  const std::lock_guard lock(mutex_);
  if (watchers_.size() >= kMaxWatchers) return false;
  const auto snapshot = book_.current();
  auto change = book_.ChangesSince(position.revision(), position.token(), *snapshot);
  const bool reset = !change;
  if (reset) change = {snapshot->revision, snapshot->token, ToRows(snapshot->directory), {}};
  if (SendChange(*watcher, tables, *change, reset)) {
    watchers_.push_back({std::move(watcher), std::move(tables), snapshot->revision});
  }
  return true;
}

void WatchHub::Remove(const DirectoryWatcher* watcher) {
  std::shared_ptr<DirectoryWatcher> last;  // goes after the lock
  const std::lock_guard lock(mutex_);
  const auto it = std::find_if(watchers_.begin(), watchers_.end(),
                               [&](const Entry& entry) { return entry.watcher.get() == watcher; });
  if (it == watchers_.end()) return;
  last = std::move(it->watcher);
  watchers_.erase(it);
}

void WatchHub::Tell(const DirectoryChange& change) {
  const std::lock_guard lock(mutex_);
  std::erase_if(watchers_, [&](Entry& entry) {
    // One who joined between the change and this word of it has it already.
    if (entry.revision >= change.revision) return false;
    entry.revision = change.revision;
    return !SendChange(*entry.watcher, entry.tables, change, false);
  });
}

}  // namespace hotline::directory
