// What the directory says of accounts: roles, where the person works, who employs him, which group
// of supervisors he belongs to. Passwords and seats are not its business.
//
// Immutable; the day is passed in, because people begin and leave on one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

#include "agent_console/gateway/people/accounts.h"
#include "services/directory/core/records.h"

namespace hotline::console {

class StaffBook {
 public:
  /// Knows nobody.
  StaffBook() = default;
  /// The people of `area` who have an account.
  StaffBook(const directory::Directory& directory, std::string_view area);

  /// Returns what the account is on that day. Without a record: as it stands in the accounts file.
  /// With one, the roles are the directory's alone, and none if the person does not work then.
  Account Resolve(const Account& account, absl::CivilDay day) const;

  size_t size() const { return people_.size(); }

 private:
  struct Staffing {
    directory::Person person;
    std::string path;  ///< of the person's node
  };

  std::map<std::string, Staffing, std::less<>> people_;  ///< by account
};

}  // namespace hotline::console
