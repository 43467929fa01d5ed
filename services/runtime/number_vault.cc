#include "services/runtime/number_vault.h"

#include <sodium.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "services/base/check.h"

namespace hotline {
namespace {

constexpr size_t kMasterBytes = crypto_kdf_KEYBYTES;
constexpr char kContext[] = "tickets1";  // crypto_kdf_CONTEXTBYTES characters
constexpr uint64_t kSealKeyId = 1, kIndexKeyId = 2;
constexpr size_t kIndexBytes = 20;  // no two of all numbers of a country meet

void InitSodium() {
  static const bool ready = sodium_init() >= 0;
  HOTLINE_CHECK(ready, "libsodium can be initialised");
}

const unsigned char* Octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Octets(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

struct NumberVault::Keys {
  std::array<unsigned char, crypto_secretbox_KEYBYTES> seal;
  std::array<unsigned char, crypto_generichash_KEYBYTES> index;

  ~Keys() { sodium_memzero(this, sizeof(*this)); }
};

NumberVault::NumberVault(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}

NumberVault::~NumberVault() = default;

absl::StatusOr<std::unique_ptr<NumberVault>> NumberVault::Open(const std::string& key_file) {
  InitSodium();

  struct stat info {};

  if (stat(key_file.c_str(), &info) != 0) {
    return absl::NotFoundError(absl::StrCat(
        "the key file ", key_file, " is not there: make it with 64 random hexadecimal digits"));
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("the key file ", key_file, " can be read by others: chmod 600"));
  }
  std::string text;
  std::ifstream(key_file) >> text;
  std::array<unsigned char, kMasterBytes> master;
  size_t length = 0;
  const bool read = sodium_hex2bin(master.data(), master.size(), text.data(), text.size(), nullptr,
                                   &length, nullptr) == 0 &&
                    length == kMasterBytes && text.size() == 2 * kMasterBytes;
  sodium_memzero(text.data(), text.size());
  if (!read) {
    return absl::InvalidArgumentError(
        absl::StrCat("the key file ", key_file, " must hold 64 hexadecimal digits"));
  }
  auto keys = std::make_unique<Keys>();
  crypto_kdf_derive_from_key(keys->seal.data(), keys->seal.size(), kSealKeyId, kContext,
                             master.data());
  crypto_kdf_derive_from_key(keys->index.data(), keys->index.size(), kIndexKeyId, kContext,
                             master.data());
  sodium_memzero(master.data(), master.size());
  return std::unique_ptr<NumberVault>(new NumberVault(std::move(keys)));
}

std::string NumberVault::Seal(const PhoneNumber& number) const {
  const std::string& clear = number.Unmasked();
  if (clear.empty()) return "";
  std::string box(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + clear.size(), '\0');
  randombytes_buf(box.data(), crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(Octets(box) + crypto_secretbox_NONCEBYTES, Octets(clear), clear.size(),
                        Octets(box), keys_->seal.data());
  return absl::Base64Escape(box);
}

absl::StatusOr<PhoneNumber> NumberVault::Unseal(std::string_view sealed) const {
  constexpr size_t kFrame = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  std::string box;
  if (!absl::Base64Unescape(absl::string_view(sealed.data(), sealed.size()), &box) ||
      box.size() <= kFrame) {
    return absl::DataLossError("a sealed number is damaged");
  }
  std::string clear(box.size() - kFrame, '\0');
  if (crypto_secretbox_open_easy(Octets(clear), Octets(box) + crypto_secretbox_NONCEBYTES,
                                 box.size() - crypto_secretbox_NONCEBYTES, Octets(box),
                                 keys_->seal.data()) != 0) {
    return absl::DataLossError("a sealed number is damaged or was sealed with another key");
  }
  return PhoneNumber::Parse(clear);
}

std::string NumberVault::KeyOf(const PhoneNumber& number) const {
  const std::string& clear = number.Unmasked();
  if (clear.empty()) return "";
  std::string hash(kIndexBytes, '\0');
  crypto_generichash(Octets(hash), hash.size(), Octets(clear), clear.size(), keys_->index.data(),
                     keys_->index.size());
  return absl::BytesToHexString(hash);
}

std::string ContentHash(std::string_view text) {
  InitSodium();
  std::string hash(crypto_generichash_BYTES, '\0');
  crypto_generichash(Octets(hash), hash.size(), Octets(text), text.size(), nullptr, 0);
  return absl::BytesToHexString(hash);
}

}  // namespace hotline
