// Messages to other systems and from them, as rows beside the tickets: a message leaves if, and
// only if, the change that it tells of is on the disk, and what one brings is done once.
//
// The outbox keeps a ticket's notices to one destination in the order of its versions: only the
// first has a time at which it may be tried, the next one gets its own when that is delivered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/ticket/store/ticket_rows.h"

namespace soci {
class session;
}

namespace hotline {
enum class SqlEngine;
}

namespace hotline::ticket {

/// A message that waits to be delivered.
struct Notice {
  std::string destination;  ///< "12345"
  std::string ticket_no;
  int64_t version = 0;  ///< of the event that it tells of
  std::string body;
  absl::Time create_time;
  int tries = 0;
  /// When it may be tried next; InfiniteFuture while an earlier one of its ticket waits.
  absl::Time next_try = absl::InfiniteFuture();
  std::string problem;  ///< of the last try
  friend bool operator==(const Notice&, const Notice&) = default;
};

/// What lies in the outbox for one destination.
struct NoticeCounts {
  int64_t waiting = 0;
  int64_t overdue = 0;  ///< of these, older than asked for
  absl::Time oldest = absl::InfiniteFuture();
};

/// Throws as all of the store's works do. Lives as long as the work.
class Post {
 public:
  Post(soci::session& db, SqlEngine engine) : db_(db), engine_(engine) {}

  // ---- outbox ----

  /// Those that may be tried at `now`, the longest due first: never two of one ticket.
  std::vector<Notice> Due(const std::string& destination, absl::Time now, int limit) const;
  /// When the next one may be tried, or InfiniteFuture.
  absl::Time NextTry(const std::string& destination) const;
  /// All that wait, the oldest first.
  std::vector<Notice> Waiting(int limit) const;
  NoticeCounts Count(const std::string& destination, absl::Time overdue_before) const;

  /// Requires: this work has written the ticket's event `notice.version` already (which keeps
  /// others from the ticket until it is over). tries, next_try and problem are ignored.
  void Add(const Notice& notice);
  /// It has been taken by its receiver; the ticket's next one may be tried from `now` on. Once more
  /// changes nothing.
  void Delivered(const Notice& notice, absl::Time now);
  void Failed(const Notice& notice, absl::Time next_try, const std::string& problem);

  // ---- inbox ----

  /// The reply that `source`'s message has got. A message that comes again with another content is
  /// another one: the hash tells them apart.
  std::optional<std::string> FindReply(const std::string& source, const std::string& message_id,
                                       const std::string& hash) const;
  /// Whether a message of that id has come, with whatever content.
  bool HasCome(const std::string& source, const std::string& message_id) const;
  void SaveReply(const std::string& source, const std::string& message_id, const std::string& hash,
                 const std::string& reply, absl::Time now);
  /// Drops replies that are older.
  void ForgetReplies(absl::Time before);

 private:
  soci::session& db_;
  const SqlEngine engine_;
};

}  // namespace hotline::ticket
