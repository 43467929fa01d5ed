// Layout: kMagic, then per record
//
//   length  4 bytes, little-endian
//   crc32c  4 bytes, little-endian, over length and bytes
//   bytes
//
// The checksum covers the length, and is not zero for a length of zero: a tail of zeros, which some
// file systems leave after a power cut, is no record.
#include "services/runtime/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "boost/crc.hpp"

namespace hotline {
namespace {

constexpr std::string_view kMagic = "HLSPOOL1";
constexpr size_t kHeaderBytes = 8;

/// Castagnoli's polynomial (RFC 3720), as in SCTP, iSCSI and ext4.
using Crc32c = boost::crc_optimal<32, 0x1edc6f41, 0xffffffff, 0xffffffff, true, true>;

void PutUint32(uint32_t value, std::string& out) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift);
}

uint32_t GetUint32(std::string_view bytes) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

uint32_t Checksum(std::string_view length, std::string_view record) {
  Crc32c crc;
  crc.process_bytes(length.data(), length.size());
  crc.process_bytes(record.data(), record.size());
  return crc.checksum();
}

void AppendEncoded(std::string_view record, std::string& out) {
  const size_t start = out.size();
  PutUint32(static_cast<uint32_t>(record.size()), out);
  PutUint32(Checksum(std::string_view(out).substr(start, 4), record), out);
  out += record;
}

absl::Status SystemError(std::string_view what, const std::string& file) {
  const std::string text = absl::StrCat(file, ": ", std::string(what), ": ", strerror(errno));
  return errno == ENOSPC || errno == EDQUOT ? absl::ResourceExhaustedError(text)
                                            : absl::UnavailableError(text);
}

/// Closes on destruction, and with it gives up the lock.
class File {
 public:
  explicit File(int fd = -1) : fd_(fd) {}

  File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

  File& operator=(File&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  ~File() {
    if (fd_ >= 0) close(fd_);
  }

  int fd() const { return fd_; }

 private:
  int fd_;
};

absl::StatusOr<File> OpenLocked(const std::string& file, int flags) {
  File opened(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | flags, 0600));
  if (opened.fd() < 0) return SystemError("cannot open", file);
  if (flock(opened.fd(), LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(file, ": in use by another process"));
  }
  return opened;
}

bool WriteAt(int fd, std::string_view bytes, uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(written);
    offset += written;
  }
  return true;
}

std::optional<std::string> ReadAll(int fd, uint64_t limit) {
  std::string bytes;
  char buffer[64 << 10];
  while (bytes.size() <= limit) {
    const ssize_t got = pread(fd, buffer, sizeof(buffer), static_cast<off_t>(bytes.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return bytes;
    bytes.append(buffer, got);
  }
  errno = EFBIG;
  return std::nullopt;
}

std::string FolderOf(const std::string& file) {
  const size_t slash = file.rfind('/');
  if (slash == file.npos) return ".";
  return slash == 0 ? "/" : file.substr(0, slash);
}

/// A new or renamed file is only found after a power cut if its folder is synced too.
bool SyncFolder(const std::string& file) {
  const File folder(open(FolderOf(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder.fd() >= 0 && fsync(folder.fd()) == 0;
}

}  // namespace

struct Spool::State {
  std::string name;
  SpoolOptions options;
  File file;
  uint64_t size = 0;  ///< where the next record goes; never inside a record
  uint64_t records = 0;
  uint64_t dropped = 0;
  bool broken = false;  ///< a sync failed: the kernel may have thrown pages away

  absl::Status Start();
  void Replay(std::string_view bytes, const std::function<void(std::string_view)>& replay);
};

/// Writes the magic into an empty file.
absl::Status Spool::State::Start() {
  if (!WriteAt(file.fd(), kMagic, 0) || ftruncate(file.fd(), kMagic.size()) != 0 ||
      fdatasync(file.fd()) != 0 || !SyncFolder(name)) {
    return SystemError("cannot write", name);
  }
  size = kMagic.size();
  return absl::OkStatus();
}

void Spool::State::Replay(std::string_view bytes,
                          const std::function<void(std::string_view)>& replay) {
  size = kMagic.size();
  while (bytes.size() - size >= kHeaderBytes) {
    const std::string_view header = bytes.substr(size, kHeaderBytes);
    const uint32_t length = GetUint32(header);
    const std::string_view record = bytes.substr(size + kHeaderBytes, length);
    if (length > options.max_record_bytes || record.size() < length) break;
    if (Checksum(header.substr(0, 4), record) != GetUint32(header.substr(4))) break;
    replay(record);
    size += kHeaderBytes + length;
    ++records;
  }
  dropped = bytes.size() - size;
}

Spool::Spool(std::unique_ptr<State> state) : state_(std::move(state)) {}

Spool::Spool(Spool&&) noexcept = default;
Spool& Spool::operator=(Spool&&) noexcept = default;
Spool::~Spool() = default;

absl::StatusOr<Spool> Spool::Open(const std::string& file, const SpoolOptions& options,
                                  const std::function<void(std::string_view)>& replay) {
  if (mkdir(FolderOf(file).c_str(), 0700) != 0 && errno != EEXIST) {
    return SystemError("cannot make the folder", file);
  }
  auto opened = OpenLocked(file, 0);
  if (!opened.ok()) return opened.status();
  auto state =
      std::make_unique<State>(State{.name = file, .options = options, .file = *std::move(opened)});

  // A file may be over its limit by what a lower limit now says; it is still read.
  constexpr uint64_t kMaxReadable = uint64_t{4} << 30;
  const auto bytes = ReadAll(state->file.fd(), kMaxReadable);
  if (!bytes) return SystemError("cannot read", file);
  if (bytes->size() < kMagic.size() && kMagic.substr(0, bytes->size()) == *bytes) {
    state->dropped = bytes->size();  // died while making it
    if (auto status = state->Start(); !status.ok()) return status;
    return Spool(std::move(state));
  }
  if (bytes->compare(0, kMagic.size(), kMagic) != 0) {
    return absl::DataLossError(absl::StrCat(file, ": is no spool file of this version"));
  }
  state->Replay(*bytes, replay);
  if (state->dropped > 0 && ftruncate(state->file.fd(), static_cast<off_t>(state->size)) != 0) {
    return SystemError("cannot cut off the damaged end", file);
  }
  return Spool(std::move(state));
}

absl::Status Spool::Append(std::string_view record) {
  State& s = *state_;
  if (s.broken) {
    return absl::FailedPreconditionError(absl::StrCat(s.name, ": an earlier sync failed"));
  }
  if (record.size() > s.options.max_record_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat(
        s.name, ": a record of ", record.size(), " bytes; at most ", s.options.max_record_bytes));
  }
  if (s.size + kHeaderBytes + record.size() > s.options.max_bytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat(s.name, ": full; at most ", s.options.max_bytes, " bytes"));
  }
  std::string encoded;
  encoded.reserve(kHeaderBytes + record.size());
  AppendEncoded(record, encoded);
  if (!WriteAt(s.file.fd(), encoded, s.size)) {
    const absl::Status error = SystemError("cannot write", s.name);
    // Part of the record may be there; the next Append writes over it, a crash now cuts it off.
    if (ftruncate(s.file.fd(), static_cast<off_t>(s.size)) != 0) s.broken = true;
    return error;
  }
  s.size += encoded.size();
  ++s.records;
  return s.options.sync_every_append ? Sync() : absl::OkStatus();
}

absl::Status Spool::Sync() {
  if (fdatasync(state_->file.fd()) == 0) return absl::OkStatus();
  state_->broken = true;
  return SystemError("cannot sync", state_->name);
}

absl::Status Spool::Rewrite(const std::vector<std::string>& records) {
  State& s = *state_;
  std::string bytes(kMagic);
  for (const std::string& record : records) {
    if (record.size() > s.options.max_record_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(s.name, ": a record of ", record.size(), " bytes"));
    }
    AppendEncoded(record, bytes);
  }
  if (bytes.size() > s.options.max_bytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat(s.name, ": ", bytes.size(), " bytes; at most ", s.options.max_bytes));
  }
  // The new file is locked before it gets the name, so that nobody comes in between.
  const std::string next_name = s.name + ".new";
  auto next = OpenLocked(next_name, O_TRUNC);
  if (!next.ok()) return next.status();
  if (!WriteAt(next->fd(), bytes, 0) || fdatasync(next->fd()) != 0 ||
      rename(next_name.c_str(), s.name.c_str()) != 0) {
    const absl::Status error = SystemError("cannot rewrite", s.name);
    unlink(next_name.c_str());
    return error;
  }
  s.file = *std::move(next);
  s.size = bytes.size();
  s.records = records.size();
  s.broken = false;
  return SyncFolder(s.name) ? absl::OkStatus() : SystemError("cannot sync the folder", s.name);
}

uint64_t Spool::size_bytes() const {
  return state_->size;
}

uint64_t Spool::record_count() const {
  return state_->records;
}

uint64_t Spool::dropped_bytes() const {
  return state_->dropped;
}

}  // namespace hotline
