#include "agent_console/gateway/people/accounts.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/runtime/config.h"

namespace hotline::console {
namespace {

constexpr size_t kMaxDisplayNameBytes = 100;
constexpr int kOwnerOnly = 0600;
constexpr std::string_view kSystemAccount = "system";

std::string YamlText(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + '"';
}

std::string ToYaml(const Account& account) {
  std::vector<std::string> roles, seats;
  for (const auto role : account.roles) roles.push_back(RoleWord(role));
  for (const auto& seat : account.seats) seats.push_back(YamlText(seat));
  return absl::StrCat("    - account: ", YamlText(account.account),
                      "\n      display_name: ", YamlText(account.display_name), "\n      roles: [",
                      absl::StrJoin(roles, ", "), "]\n      seats: [", absl::StrJoin(seats, ", "),
                      "]\n      password: ", YamlText(account.password_hash), "\n");
}

absl::Status CheckAccount(const Account& account) {
  if (auto status = CheckAccountName(account.account); !status.ok()) return status;
  if (account.display_name.size() > kMaxDisplayNameBytes ||
      std::any_of(account.display_name.begin(), account.display_name.end(),
                  [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); })) {
    return absl::InvalidArgumentError("a display name is one line of at most 100 bytes");
  }
  const bool system = std::find(account.roles.begin(), account.roles.end(),
                                access::v1::ROLE_SYSTEM) != account.roles.end();
  if (system) return absl::InvalidArgumentError("system is a role of processes, not of people");
  return absl::OkStatus();
}

bool Before(const Account& a, std::string_view name) {
  return a.account < name;
}

absl::Status WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(fd, text.data(), text.size());
    if (size < 0)
      return absl::UnavailableError(std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
    text.remove_prefix(static_cast<size_t>(size));
  }
  if (fsync(fd) != 0) return absl::UnavailableError("fsync failed");
  return absl::OkStatus();
}

}  // namespace

std::string RoleWord(access::v1::Role role) {
  return absl::AsciiStrToLower(access::v1::Role_Name(role).substr(std::strlen("ROLE_")));
}

absl::StatusOr<access::v1::Role> ParseRole(std::string_view word) {
  access::v1::Role role;
  const std::string name = absl::StrCat("ROLE_", absl::AsciiStrToUpper({word.data(), word.size()}));
  if (access::v1::Role_Parse(name, &role) && role != access::v1::ROLE_UNSPECIFIED) return role;
  return absl::InvalidArgumentError(
      absl::StrCat("there is no role \"", std::string(word),
                   "\"; among them are operator, expert, contractor, station_clerk, supervisor and "
                   "auditor"));
}

absl::Status CheckAccountName(std::string_view account) {
  const bool good = !account.empty() && account.size() <= kMaxAccountBytes &&
                    std::all_of(account.begin(), account.end(), [](char c) {
                      return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                             std::strchr("._@-", c) != nullptr;
                    });
  if (account == kSystemAccount) {
    return absl::InvalidArgumentError("\"system\" is the hotline itself, not a person");
  }
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError("an account is 1 to 64 letters, digits and . _ @ -");
}

absl::StatusOr<Accounts> Accounts::Load(const std::string& file) {
  Accounts accounts;
  auto config = ConfigFile::Load(file, {});
  if (absl::IsNotFound(config.status())) return accounts;
  if (!config.ok()) return config.status();
  ConfigReader console = config->Section("console");
  console.List("accounts", [&](ConfigReader& item) {
    Account account{.account = item.String("account"),
                    .display_name = item.String("display_name", ""),
                    .seats = item.Strings("seats"),
                    .password_hash = item.String("password")};
    for (const std::string& word : item.Strings("roles")) {
      const auto role = ParseRole(word);
      if (role.ok()) account.roles.push_back(*role);
      if (!role.ok()) item.Error("roles", std::string(role.status().message()));
    }
    const auto status = accounts.Add(std::move(account));
    if (!status.ok()) item.Error("account", std::string(status.message()));
  });
  if (const auto status = config->status(); !status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": ", std::string(status.message())));
  }
  return accounts;
}

absl::Status Accounts::Save(const std::string& file) const {
  std::string text = "# Written by hotline-console account …\nconsole:\n  accounts:\n";
  for (const Account& account : accounts_) text += ToYaml(account);
  const std::string fresh = file + ".new";
  const auto problem = [&](const std::string& why) {
    return absl::UnavailableError(absl::StrCat("cannot write ", file, ": ", why));
  };
  const int fd = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) return problem(std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
  const absl::Status written = WriteAll(fd, text);
  close(fd);
  if (!written.ok()) return problem(std::string(written.message()));
  if (rename(fresh.c_str(), file.c_str()) != 0) return problem("it cannot be replaced");
  return absl::OkStatus();
}

absl::Status Accounts::Change(const std::string& file,
                              const std::function<absl::Status(Accounts&)>& change) {
  const std::string name = file + ".lock";
  const int lock = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (lock < 0 || flock(lock, LOCK_EX) != 0) {
    const std::string why = std::strerror(errno);  // NOLINT(concurrency-mt-unsafe)
    if (lock >= 0) close(lock);
    return absl::UnavailableError(absl::StrCat("cannot lock ", name, ": ", why));
  }
  auto accounts = Load(file);
  absl::Status status = accounts.status();
  if (status.ok()) status = change(*accounts);
  if (status.ok()) status = accounts->Save(file);
  close(lock);
  return status;
}

const Account* Accounts::Find(std::string_view account) const {
  const auto it = std::lower_bound(accounts_.begin(), accounts_.end(), account, Before);
  return it != accounts_.end() && it->account == account ? &*it : nullptr;
}

absl::Status Accounts::Add(Account account) {
  if (account.display_name.empty()) account.display_name = account.account;
  if (auto status = CheckAccount(account); !status.ok()) return status;
  if (accounts_.size() >= kMaxAccounts) return absl::ResourceExhaustedError("too many accounts");
  const auto it = std::lower_bound(accounts_.begin(), accounts_.end(),
                                   std::string_view(account.account), Before);
  if (it != accounts_.end() && it->account == account.account) {
    return absl::AlreadyExistsError(absl::StrCat("there is an account ", account.account));
  }
  accounts_.insert(it, std::move(account));
  return absl::OkStatus();
}

absl::Status Accounts::SetPassword(std::string_view account, std::string hash) {
  const auto it = std::lower_bound(accounts_.begin(), accounts_.end(), account, Before);
  if (it == accounts_.end() || it->account != account) {
    return absl::NotFoundError(absl::StrCat("there is no account ", std::string(account)));
  }
  it->password_hash = std::move(hash);
  return absl::OkStatus();
}

absl::Status Accounts::Remove(std::string_view account) {
  const auto it = std::lower_bound(accounts_.begin(), accounts_.end(), account, Before);
  if (it == accounts_.end() || it->account != account) {
    return absl::NotFoundError(absl::StrCat("there is no account ", std::string(account)));
  }
  accounts_.erase(it);
  return absl::OkStatus();
}

}  // namespace hotline::console
