#include "agent_console/gateway/people/sessions.h"

#include <sodium.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "agent_console/gateway/http/text.h"
#include "services/base/check.h"
#include "services/runtime/log.h"

namespace hotline::console {
namespace {

constexpr size_t kTokenBytes = 32;
constexpr size_t kHashBytes = 32;
/// Records before the file is written anew with what is alive.
constexpr uint64_t kRewriteAfter = 5000;
constexpr size_t kRecordFields = 5;

/// A hash of `text` for one purpose.
std::string Hash(std::string_view purpose, std::string_view text) {
  std::string hash(kHashBytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size());
  return EncodeBase64Url(hash);
}

std::string KeyOf(std::string_view token) {
  return Hash("hotline-console-session", token);
}

/// "key account stamp expire_ms last_used_ms csrf"; an ended session has no account.
std::string ToRecord(const std::string& key, const Session& session) {
  return absl::StrCat(key, " ", session.account, " ", session.account_stamp, " ",
                      absl::ToUnixMillis(session.expire_time), " ",
                      absl::ToUnixMillis(session.last_used), " ", session.csrf_token);
}

}  // namespace

std::string Sessions::CsrfTokenOf(std::string_view token) {
  return Hash("hotline-console-csrf-token", token);
}

absl::StatusOr<std::unique_ptr<Sessions>> Sessions::Open(const std::string& file,
                                                         const SessionLimits& limits, Clock clock) {
  HOTLINE_CHECK(sodium_init() >= 0, "libsodium finds randomness");
  std::unique_ptr<Sessions> sessions(new Sessions(limits, std::move(clock)));
  if (file.empty()) return sessions;
  auto spool = Spool::Open(file, {.max_bytes = 16 << 20},
                           [&](std::string_view record) { sessions->Replay(record); });
  if (!spool.ok()) return spool.status();
  sessions->spool_ = std::make_unique<Spool>(*std::move(spool));
  const absl::Time now = sessions->clock_();
  absl::erase_if(sessions->sessions_,
                 [&](const auto& entry) { return sessions->IsOver(entry.second, now); });
  return sessions;
}

void Sessions::Replay(std::string_view record) {
  const std::vector<std::string> fields =
      absl::StrSplit(absl::string_view(record.data(), record.size()), ' ');
  if (fields.size() == 1) {
    sessions_.erase(fields[0]);
    return;
  }
  Session session;
  int64_t expire = 0, used = 0;
  if (fields.size() != kRecordFields + 1 || !absl::SimpleAtoi(fields[2], &session.account_stamp) ||
      !absl::SimpleAtoi(fields[3], &expire) || !absl::SimpleAtoi(fields[4], &used)) {
    return;  // of another version
  }
  session.account = fields[1];
  session.expire_time = absl::FromUnixMillis(expire);
  session.last_used = absl::FromUnixMillis(used);
  session.csrf_token = fields[5];
  sessions_[fields[0]] = std::move(session);
}

void Sessions::Write(const std::string& key, const Session& session) {
  if (!spool_) return;
  absl::Status status;
  if (spool_->record_count() >= kRewriteAfter + sessions_.size()) {
    std::vector<std::string> records;
    for (const auto& [k, s] : sessions_) records.push_back(ToRecord(k, s));
    status = spool_->Rewrite(records);
  } else {
    status = spool_->Append(session.account.empty() ? key : ToRecord(key, session));
  }
  // People stay signed in until the next restart.
  if (!status.ok()) LogWarn("a session was not written down", {{"why", status.ToString()}});
}

bool Sessions::IsOver(const Session& session, absl::Time now) const {
  return now >= session.expire_time || now >= session.last_used + limits_.idle;
}

void Sessions::MakeRoom(const std::string& account, absl::Time now) {
  std::vector<std::pair<absl::Time, std::string>> own;
  std::vector<std::string> over;
  for (const auto& [key, session] : sessions_) {
    if (IsOver(session, now)) {
      over.push_back(key);
    } else if (session.account == account) {
      own.emplace_back(session.last_used, key);
    }
  }
  for (const std::string& key : over) Remove(key);
  if (own.size() < kMaxPerAccount) return;
  Remove(std::min_element(own.begin(), own.end())->second);
}

absl::StatusOr<std::string> Sessions::Begin(const std::string& account, uint64_t account_stamp) {
  const absl::Time now = clock_();
  MakeRoom(account, now);
  if (sessions_.size() >= kMaxSessions) {
    return absl::ResourceExhaustedError("too many people are signed in");
  }
  std::string bytes(kTokenBytes, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  const std::string token = EncodeBase64Url(bytes);
  const std::string key = KeyOf(token);
  const Session& session = sessions_[key] = {.account = account,
                                             .account_stamp = account_stamp,
                                             .expire_time = now + limits_.longest,
                                             .last_used = now,
                                             .csrf_token = CsrfTokenOf(token)};
  Write(key, session);
  return token;
}

Session* Sessions::Find(std::string_view token, std::string& key) {
  key = KeyOf(token);
  const auto found = sessions_.find(key);
  if (found == sessions_.end()) return nullptr;
  if (!IsOver(found->second, clock_())) return &found->second;
  Remove(key);
  return nullptr;
}

const Session* Sessions::Use(std::string_view token) {
  std::string key;
  Session* session = Find(token, key);
  if (session == nullptr) return nullptr;
  const absl::Time now = clock_();
  // Between two notes the use is known to nobody else, so that a restart may end an idle session a
  // minute early, never late.
  if (now - session->last_used >= kNoteUse) {
    session->last_used = now;
    Write(key, *session);
  }
  return session;
}

const Session* Sessions::Peek(std::string_view token) {
  std::string key;
  return Find(token, key);
}

void Sessions::End(std::string_view token) {
  std::string key;
  if (Find(token, key) != nullptr) Remove(key);
}

void Sessions::Remove(const std::string& key) {
  const std::string kept = key;
  sessions_.erase(kept);
  Write(kept, {});
}

}  // namespace hotline::console
