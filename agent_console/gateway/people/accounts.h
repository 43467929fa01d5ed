// Who may sign in: a YAML file that `hotline-console account …` writes and the gateway reads again
// when it changes. No password is in it, only its Argon2id hash.
//
//   console:
//     accounts:
//       - {account: op8001, display_name: "Seat 8001", roles: [operator], seats: [s8001],
//          password: "$argon2id$…"}
//
// Plain values; blocks on the disk.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/access/v1/access.pb.h"

namespace hotline::console {

inline constexpr size_t kMaxAccounts = 10'000;
inline constexpr size_t kMaxAccountBytes = 64;

struct Account {
  std::string account;
  std::string display_name;
  std::vector<access::v1::Role> roles;  ///< empty: whatever the directory says
  std::vector<std::string> seats;       ///< empty: any seat of the area
  std::string password_hash;            ///< crypto_pwhash_str's text

  // What the directory adds (staff_book.h); not in the file.
  bool of_directory = false;  ///< the directory has a record of it: its roles are the directory's
  std::string org;            ///< where it works
  std::string org_path;       ///< of the org in the tree, "/city/county/station"
  std::string employer;
  std::string group;
};

/// All accounts, by name.
class Accounts {
 public:
  /// Returns: an empty set if there is no such file; INVALID_ARGUMENT with all mistakes in it.
  static absl::StatusOr<Accounts> Load(const std::string& file);
  /// Replaces the file in one step; only its owner can read it.
  absl::Status Save(const std::string& file) const;

  /// Loads `file`, lets `change` work on it and saves it, with nobody else in between (a lock file
  /// beside it): whoever changes accounts at the same time waits.
  /// Returns: what Load, `change` and Save do; after an error the file is as it was.
  static absl::Status Change(const std::string& file,
                             const std::function<absl::Status(Accounts&)>& change);

  /// Returns nullptr if there is none.
  const Account* Find(std::string_view account) const;
  /// Without a display name the account is shown.
  /// Returns: ALREADY_EXISTS, INVALID_ARGUMENT, RESOURCE_EXHAUSTED.
  absl::Status Add(Account account);
  /// Returns: NOT_FOUND.
  absl::Status SetPassword(std::string_view account, std::string hash);
  absl::Status Remove(std::string_view account);

  const std::vector<Account>& all() const { return accounts_; }

 private:
  std::vector<Account> accounts_;  ///< sorted by name
};

/// "operator" for ROLE_OPERATOR, and back.
std::string RoleWord(access::v1::Role role);
absl::StatusOr<access::v1::Role> ParseRole(std::string_view word);

/// Returns OK if `account` may be an account's name: 1 to 64 of letters, digits and ._@-, and not
/// "system", as which the hotline itself writes into tickets.
absl::Status CheckAccountName(std::string_view account);

}  // namespace hotline::console
