#include "agent_console/gateway/account_commands.h"

#include <istream>
#include <map>
#include <ostream>

#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "agent_console/gateway/people/accounts.h"
#include "services/runtime/process.h"

namespace hotline::console {
namespace {

struct Words {
  std::vector<std::string> operands;
  std::map<std::string, std::string> options;
};

absl::StatusOr<Words> Split(const std::vector<std::string>& arguments) {
  Words words;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!arguments[i].starts_with("--")) {
      words.operands.push_back(arguments[i]);
      continue;
    }
    if (arguments[i] != "--role" && arguments[i] != "--seat" && arguments[i] != "--name") {
      return absl::InvalidArgumentError("there is no option " + arguments[i]);
    }
    if (i + 1 == arguments.size())
      return absl::InvalidArgumentError(arguments[i] + " needs a value");
    words.options[arguments[i]] = arguments[i + 1];
    ++i;
  }
  return words;
}

/// Reads a password, or makes one and says so.
absl::StatusOr<std::string> ReadPassword(std::istream& in, std::ostream& out,
                                         const std::string& account) {
  std::string password;
  std::getline(in, password);
  if (password.empty()) {
    password = MakePassword();
    out << account << " " << password << "\n";
  }
  if (auto status = CheckPassword(password); !status.ok()) return status;
  return password;
}

void Print(const Accounts& accounts, std::ostream& out) {
  for (const Account& account : accounts.all()) {
    std::vector<std::string> roles;
    for (const auto role : account.roles) roles.push_back(RoleWord(role));
    out << account.account << "\t" << absl::StrJoin(roles, ",") << "\t"
        << (account.seats.empty() ? "any seat" : absl::StrJoin(account.seats, ",")) << "\t"
        << account.display_name << "\n";
  }
}

absl::StatusOr<Account> ReadAccount(const Words& words) {
  Account account{.account = words.operands[2], .display_name = words.operands[2]};
  const auto option = [&words](const std::string& name) {
    const auto found = words.options.find(name);
    return found == words.options.end() ? std::string() : found->second;
  };
  if (!option("--name").empty()) account.display_name = option("--name");
  for (const absl::string_view word : absl::StrSplit(option("--role"), ',', absl::SkipEmpty())) {
    const auto role = ParseRole({word.data(), word.size()});
    if (!role.ok()) return role.status();
    account.roles.push_back(*role);
  }
  for (const absl::string_view seat : absl::StrSplit(option("--seat"), ',', absl::SkipEmpty())) {
    account.seats.emplace_back(seat);
  }
  return account;
}

// A person takes a while to type a password: what can be refused is refused before, and the
// accounts are read again afterwards, for somebody else may have changed them.

absl::Status Add(const std::string& file, const Words& words, std::istream& in, std::ostream& out,
                 HashCost cost) {
  auto account = ReadAccount(words);
  if (!account.ok()) return account.status();
  auto known = Accounts::Load(file);
  if (!known.ok()) return known.status();
  if (auto status = known->Add(*account); !status.ok()) return status;
  const auto password = ReadPassword(in, out, account->account);
  if (!password.ok()) return password.status();
  account->password_hash = HashPassword(*password, cost);
  return Accounts::Change(file, [&](Accounts& accounts) { return accounts.Add(*account); });
}

absl::Status SetPassword(const std::string& file, const Words& words, std::istream& in,
                         std::ostream& out, HashCost cost) {
  const std::string& name = words.operands[2];
  const auto known = Accounts::Load(file);
  if (!known.ok()) return known.status();
  if (known->Find(name) == nullptr) return absl::NotFoundError("there is no account " + name);
  const auto password = ReadPassword(in, out, name);
  if (!password.ok()) return password.status();
  const std::string hash = HashPassword(*password, cost);
  return Accounts::Change(file,
                          [&](Accounts& accounts) { return accounts.SetPassword(name, hash); });
}

absl::Status Remove(const std::string& file, const Words& words) {
  return Accounts::Change(file,
                          [&](Accounts& accounts) { return accounts.Remove(words.operands[2]); });
}

absl::Status List(const std::string& file, std::ostream& out) {
  const auto accounts = Accounts::Load(file);
  if (accounts.ok()) Print(*accounts, out);
  return accounts.status();
}

}  // namespace

int RunAccountCommand(const std::vector<std::string>& arguments, std::istream& in,
                      std::ostream& out, std::ostream& err, HashCost cost) {
  const auto words = Split(arguments);
  const size_t operands = words.ok() ? words->operands.size() : 0;
  const std::string verb = operands > 0 ? words->operands[0] : "";
  const bool known = (verb == "list" && operands == 2) ||
                     ((verb == "add" || verb == "passwd" || verb == "remove") && operands == 3);
  if (!known) {
    if (!words.ok()) err << "hotline-console: " << words.status().message() << "\n";
    err << kAccountUsage;
    return kExitConfiguration;
  }
  const std::string& file = words->operands[1];
  absl::Status status;
  if (verb == "list") status = List(file, out);
  if (verb == "add") status = Add(file, *words, in, out, cost);
  if (verb == "passwd") status = SetPassword(file, *words, in, out, cost);
  if (verb == "remove") status = Remove(file, *words);
  if (status.ok()) return kExitOk;
  err << "hotline-console: " << status.message() << "\n";
  return kExitFailed;
}

}  // namespace hotline::console
