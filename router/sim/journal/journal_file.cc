#include "router/sim/journal/journal_file.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"

namespace hotline::sim {
namespace {

// A record is a kind, a seq of eight bytes (big-endian) and the bytes.
constexpr char kSnapshot = 'S';
constexpr char kEntry = 'E';
constexpr size_t kHead = 9;

/// A month of a large area.
constexpr SpoolOptions kLimits = {.max_bytes = 64ull << 30, .max_record_bytes = 256u << 20};

std::string Record(char kind, uint64_t seq, std::string_view bytes) {
  std::string record(1, kind);
  for (int shift = 56; shift >= 0; shift -= 8) record += static_cast<char>(seq >> shift);
  record += bytes;
  return record;
}

struct Parsed {
  char kind = 0;
  uint64_t seq = 0;
  std::string_view bytes;
};

absl::StatusOr<Parsed> Parse(std::string_view record) {
  if (record.size() < kHead || (record[0] != kSnapshot && record[0] != kEntry)) {
    return absl::DataLossError("it is no recorded journal");
  }
  Parsed parsed{.kind = record[0], .bytes = record.substr(kHead)};
  for (size_t i = 1; i < kHead; ++i) {
    parsed.seq = parsed.seq << 8 | static_cast<unsigned char>(record[i]);
  }
  return parsed;
}

}  // namespace

absl::StatusOr<JournalFile> JournalFile::Open(const std::string& file) {
  Parsed last;
  uint64_t entries = 0;
  bool has_snapshot = false;
  absl::Status status;
  auto spool = Spool::Open(file, kLimits, [&](std::string_view record) {
    const auto parsed = Parse(record);
    if (!parsed.ok()) {
      status = parsed.status();
      return;
    }
    last.seq = parsed->seq;
    entries += parsed->kind == kEntry ? 1 : 0;
    has_snapshot |= parsed->kind == kSnapshot;
  });
  if (!spool.ok()) return spool.status();
  if (!status.ok()) return status;
  JournalFile journal(*std::move(spool));
  journal.has_snapshot_ = has_snapshot;
  journal.last_seq_ = last.seq;
  journal.entries_ = entries;
  return journal;
}

absl::Status JournalFile::AddSnapshot(uint64_t seq, std::string_view state) {
  const absl::Status status = spool_.Append(Record(kSnapshot, seq, state));
  if (!status.ok()) return status;
  has_snapshot_ = true;
  last_seq_ = seq;
  return status;
}

absl::Status JournalFile::AddEntry(uint64_t seq, std::string_view bytes) {
  if (seq <= last_seq_) return absl::OkStatus();
  if (seq != last_seq_ + 1) {
    return absl::DataLossError(
        absl::StrCat("the journal's entries ", last_seq_ + 1, " to ", seq - 1,
                     " are gone: Redis keeps only the newest. Begin a new recording"));
  }
  const absl::Status status = spool_.Append(Record(kEntry, seq, bytes));
  if (!status.ok()) return status;
  last_seq_ = seq;
  ++entries_;
  return status;
}

absl::Status ReadJournalFile(const std::string& file,
                             const std::function<absl::Status(std::string_view)>& on_snapshot,
                             const std::function<absl::Status(std::string_view)>& on_entry) {
  if (!std::filesystem::exists(file)) {
    return absl::NotFoundError(absl::StrCat(file, ": there is no such file"));
  }
  absl::Status status;
  bool begun = false;
  const auto spool = Spool::Open(file, kLimits, [&](std::string_view record) {
    if (!status.ok()) return;
    const auto parsed = Parse(record);
    if (!parsed.ok()) {
      status = parsed.status();
    } else if (begun == (parsed->kind == kSnapshot)) {
      status = absl::DataLossError("a recording holds one snapshot, at its beginning");
    } else {
      begun = true;
      status = parsed->kind == kSnapshot ? on_snapshot(parsed->bytes) : on_entry(parsed->bytes);
    }
  });
  if (!spool.ok()) return spool.status();
  if (status.ok() && !begun) return absl::DataLossError(absl::StrCat(file, ": is empty"));
  return status;
}

}  // namespace hotline::sim
