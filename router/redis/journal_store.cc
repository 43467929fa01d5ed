#include "router/redis/journal_store.h"

#include <array>

#include "absl/strings/str_cat.h"

#include "router/redis/function_library.h"

namespace hotline::router {
namespace {

using redis::Reply;
using redis::ToInteger;

/// Snapshots and the like may be tens of megabytes.
constexpr absl::Duration kBulkTimeout = absl::Seconds(10);

absl::Status Malformed() {
  return absl::InternalError("a function of hotline.lua answered oddly");
}

/// Reads an array whose elements from `first` on are `N` integers.
template <size_t N>
absl::StatusOr<std::array<int64_t, N>> Integers(const Reply& reply, size_t first = 0) {
  std::array<int64_t, N> numbers{};
  if (reply.elements.size() < first + N) return Malformed();
  for (size_t i = 0; i < N; ++i) {
    const auto number = ToInteger(reply.elements[first + i]);
    if (!number.ok()) return number.status();
    numbers[i] = *number;
  }
  return numbers;
}

redis::Connection::Callback ParseFence(JournalStore::Done<FenceAnswer> done) {
  return [done = std::move(done)](absl::StatusOr<Reply> reply) {
    if (!reply.ok()) return done(reply.status());
    const auto n = Integers<3>(*reply);
    if (!n.ok()) return done(n.status());
    done(FenceAnswer{static_cast<Verdict>((*n)[0]), static_cast<uint64_t>((*n)[1]),
                     static_cast<uint64_t>((*n)[2])});
  };
}

void Append(std::vector<std::string>& args, const std::vector<std::string>& values, size_t count) {
  args.push_back(absl::StrCat(count));
  args.insert(args.end(), values.begin(), values.end());
}

/// Adds a projection as project() in hotline.lua reads it.
void Append(std::vector<std::string>& keys, std::vector<std::string>& args, const Projection& p) {
  for (const auto& [key, fields] : p.hashes) {
    keys.push_back(key);
    Append(args, fields, fields.size());
  }
  Append(args, p.calls_set, p.calls_set.size());
  Append(args, p.calls_gone, p.calls_gone.size());
  args.push_back(absl::StrCat(JournalStore::kMostEnded));
  Append(args, p.ended, p.ended.size());
}

}  // namespace

JournalStore::JournalStore(redis::Connection& connection, Options options)
    : connection_(connection),
      options_(std::move(options)),
      keys_(options_.area),
      lease_ms_(absl::StrCat(absl::ToInt64Milliseconds(options_.lease))) {}

void JournalStore::LoadFunctions(std::function<void(absl::Status)> done) {
  connection_.Fcall("hotline_version", {}, {}, [this, done](absl::StatusOr<Reply> reply) {
    if (reply.ok() && reply->integer >= kFunctionLibraryVersion) return done(absl::OkStatus());
    if (!reply.ok() && !absl::IsNotFound(reply.status())) return done(reply.status());
    connection_.Command({"FUNCTION", "LOAD", "REPLACE", std::string(FunctionLibrary())},
                        [done](absl::StatusOr<Reply> loaded) { done(loaded.status()); });
  });
}

std::vector<std::string> JournalStore::Claim(uint64_t epoch) const {
  return {options_.owner, absl::StrCat(epoch)};
}

void JournalStore::Acquire(uint64_t min_epoch, Done<FenceAnswer> done) {
  connection_.Fcall("hotline_acquire", {keys_.fence(), keys_.lease()},
                    {options_.owner, lease_ms_, absl::StrCat(min_epoch)},
                    ParseFence(std::move(done)));
}

void JournalStore::Release(uint64_t epoch, Done<FenceAnswer> done) {
  connection_.Fcall("hotline_release", {keys_.fence(), keys_.lease()}, Claim(epoch),
                    ParseFence(std::move(done)));
}

void JournalStore::Renew(uint64_t epoch, Done<FenceAnswer> done) {
  connection_.Fcall("hotline_commit", {keys_.fence(), keys_.lease()},
                    {options_.owner, absl::StrCat(epoch), lease_ms_, "0"},
                    ParseFence(std::move(done)));
}

void JournalStore::Commit(uint64_t epoch, const Entry& entry, Done<FenceAnswer> done) {
  std::vector<std::string> keys = {keys_.fence(), keys_.lease(), keys_.journal(),
                                   keys_.ended(), keys_.calls(), keys_.index()};
  std::vector<std::string> args = {options_.owner, absl::StrCat(epoch), lease_ms_,
                                   absl::StrCat(entry.seq), entry.bytes};
  Append(keys, args, entry.projection);
  connection_.Fcall("hotline_commit", keys, args, ParseFence(std::move(done)));
}

void JournalStore::WriteSnapshot(uint64_t epoch, uint64_t seq, std::string state,
                                 std::pair<uint64_t, uint64_t> keep_from, Done<FenceAnswer> done) {
  auto args = Claim(epoch);
  args.push_back(absl::StrCat(seq));
  args.push_back(std::move(state));
  args.push_back(keep_from.first ? absl::StrCat(keep_from.first, "-", keep_from.second) : "");
  connection_.Fcall("hotline_snapshot", {keys_.fence(), keys_.snapshot(), keys_.journal()}, args,
                    ParseFence(std::move(done)), kBulkTimeout);
}

void JournalStore::Restore(uint64_t epoch, uint64_t seq, std::string state,
                           const Projection& everything, bool replace_ended,
                           Done<FenceAnswer> done) {
  std::vector<std::string> keys = {keys_.fence(), keys_.lease(), keys_.journal(), keys_.ended(),
                                   keys_.calls(), keys_.index(), keys_.snapshot()};
  std::vector<std::string> args = {options_.owner,   absl::StrCat(epoch),
                                   lease_ms_,        absl::StrCat(seq),
                                   std::move(state), replace_ended ? "1" : "0"};
  Append(keys, args, everything);
  connection_.Fcall("hotline_restore", keys, args, ParseFence(std::move(done)), kBulkTimeout);
}

void JournalStore::ReadFence(Done<FenceState> done) {
  connection_.Fcall("hotline_fence", {keys_.fence(), keys_.lease()}, {},
                    [done = std::move(done)](absl::StatusOr<Reply> reply) {
                      if (!reply.ok()) return done(reply.status());
                      const auto n = Integers<3>(*reply, 1);
                      if (!n.ok()) return done(n.status());
                      done(FenceState{reply->elements[0].text, static_cast<uint64_t>((*n)[0]),
                                      static_cast<uint64_t>((*n)[1]), absl::Milliseconds((*n)[2])});
                    });
}

void JournalStore::Load(Done<Loaded> done) {
  connection_.Fcall(
      "hotline_load", {keys_.fence(), keys_.snapshot(), keys_.ended()}, {absl::StrCat(kMostEnded)},
      [done = std::move(done)](absl::StatusOr<Reply> reply) {
        if (!reply.ok()) return done(reply.status());
        const auto n = Integers<3>(*reply);
        if (!n.ok() || reply->elements.size() != 5) return done(Malformed());
        Loaded loaded{.epoch = static_cast<uint64_t>((*n)[0]),
                      .seq = static_cast<uint64_t>((*n)[1]),
                      .snapshot_seq = static_cast<uint64_t>((*n)[2]),
                      .snapshot = std::move(reply->elements[3].text)};
        for (auto& record : reply->elements[4].elements)
          loaded.ended.push_back(std::move(record.text));
        done(std::move(loaded));
      },
      kBulkTimeout);
}

}  // namespace hotline::router
