#include "services/runtime/access_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

#include "services/base/check.h"

namespace hotline {
namespace {

static_assert(AccessKey::kBytes == crypto_auth_KEYBYTES);
static_assert(AccessKey::kMacBytes == crypto_auth_BYTES);

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

absl::Status Problem(const std::string& file, const std::string& what) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot use the access key ", file, ": ", what,
                   "; it is 32 random bytes, mode 600 (deploy/up makes one)"));
}

}  // namespace

AccessKey::AccessKey(std::string_view secret) {
  HOTLINE_CHECK(secret.size() == kBytes, "an access key has 32 bytes");
  HOTLINE_CHECK(sodium_init() >= 0, "libsodium finds randomness");
  std::memcpy(bytes_.data(), secret.data(), kBytes);
}

absl::StatusOr<AccessKey> AccessKey::Load(const std::string& file) {
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Problem(file, std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)

  struct stat about {};

  std::string text(kBytes + 1, '\0');
  const bool known = fstat(fd, &about) == 0;
  const ssize_t size = read(fd, text.data(), text.size());
  close(fd);
  if (!known || size != static_cast<ssize_t>(kBytes)) return Problem(file, "it has not 32 bytes");
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Problem(file, "others than its owner can read it");
  }
  text.resize(kBytes);
  return AccessKey(text);
}

std::string AccessKey::Sign(std::string_view text) const {
  std::string mac(kMacBytes, '\0');
  crypto_auth(reinterpret_cast<unsigned char*>(mac.data()), Bytes(text), text.size(),
              bytes_.data());
  return mac;
}

bool AccessKey::Verifies(std::string_view text, std::string_view mac) const {
  return mac.size() == kMacBytes &&
         crypto_auth_verify(Bytes(mac), Bytes(text), text.size(), bytes_.data()) == 0;
}

std::string ReadAccessKeyFile(ConfigReader section) {
  return section.String("key_file", "var/secrets/access.key");
}

AccessKey ReadAccessKey(ConfigReader section) {
  const auto key = AccessKey::Load(ReadAccessKeyFile(section));
  if (key.ok()) return *key;
  section.Error("key_file", std::string(key.status().message()));
  return AccessKey(std::string(AccessKey::kBytes, '\0'));
}

}  // namespace hotline
