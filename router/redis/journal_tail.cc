#include "router/redis/journal_tail.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace hotline::router {
namespace {

using redis::Reply;

/// An answer of a blocking read may take longer than the block itself.
constexpr absl::Duration kAnswerMargin = absl::Seconds(1);

/// One stream entry: [id, [field, value]].
bool ParseEntry(Reply& reply, TailEntry& entry) {
  if (reply.elements.size() != 2 || reply.elements[1].elements.size() != 2) return false;
  const std::pair<std::string, std::string> id = absl::StrSplit(reply.elements[0].text, '-');
  entry.bytes = std::move(reply.elements[1].elements[1].text);
  return absl::SimpleAtoi(id.first, &entry.epoch) && absl::SimpleAtoi(id.second, &entry.seq);
}

absl::StatusOr<std::vector<TailEntry>> ParseEntries(absl::StatusOr<Reply> reply) {
  if (!reply.ok()) return reply.status();
  std::vector<TailEntry> entries;
  if (reply->nil()) return entries;
  // One stream asked for, one answered: [[key, [entry …]]].
  if (reply->elements.size() != 1 || reply->elements[0].elements.size() != 2) {
    return absl::InternalError("XREAD answered oddly");
  }
  auto& list = reply->elements[0].elements[1].elements;
  entries.resize(list.size());
  for (size_t i = 0; i < list.size(); ++i) {
    if (!ParseEntry(list[i], entries[i])) {
      return absl::InternalError("the journal holds an entry that no router wrote");
    }
  }
  return entries;
}

}  // namespace

void ReadJournal(redis::Connection& connection, const std::string& journal, uint64_t after_epoch,
                 uint64_t after_seq, absl::Duration block,
                 std::function<void(absl::StatusOr<std::vector<TailEntry>>)> done) {
  std::vector<std::string> args = {"XREAD", "COUNT", absl::StrCat(kTailCount)};
  if (block > absl::ZeroDuration()) {
    args.push_back("BLOCK");
    args.push_back(absl::StrCat(absl::ToInt64Milliseconds(block)));
  }
  args.push_back("STREAMS");
  args.push_back(journal);
  args.push_back(absl::StrCat(after_epoch, "-", after_seq));
  connection.Command(
      args,
      [done = std::move(done)](absl::StatusOr<Reply> reply) {
        done(ParseEntries(std::move(reply)));
      },
      block + kAnswerMargin);
}

}  // namespace hotline::router
