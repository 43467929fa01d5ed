#include "agent_console/gateway/people/staff_book.h"

#include "services/directory/core/read.h"
#include "services/directory/core/roster.h"
#include "services/directory/core/subtree.h"

namespace hotline::console {
namespace {

using directory::StaffRole;

access::v1::Role ToAccessRole(StaffRole role) {
  switch (role) {
    case StaffRole::kOperator:
      return access::v1::ROLE_OPERATOR;
    case StaffRole::kExpert:
      return access::v1::ROLE_EXPERT;
    case StaffRole::kCityDispatcher:
      return access::v1::ROLE_CITY_DISPATCHER;
    case StaffRole::kCountyDispatcher:
      return access::v1::ROLE_COUNTY_DISPATCHER;
    case StaffRole::kStationClerk:
      return access::v1::ROLE_STATION_CLERK;
    case StaffRole::kVillageContact:
      return access::v1::ROLE_VILLAGE_CONTACT;
    case StaffRole::kHandlingUnit:
      return access::v1::ROLE_HANDLING_UNIT;
    case StaffRole::kFollowUp:
      return access::v1::ROLE_FOLLOW_UP;
    case StaffRole::kSupervisor:
      return access::v1::ROLE_SUPERVISOR;
    case StaffRole::kContractor:
      return access::v1::ROLE_CONTRACTOR;
    case StaffRole::kAuditor:
      return access::v1::ROLE_AUDITOR;
  }
  return access::v1::ROLE_UNSPECIFIED;
}

}  // namespace

StaffBook::StaffBook(const directory::Directory& directory, std::string_view area) {
  for (const directory::Person& person : directory.staff) {
    if (person.account.empty()) continue;
    const directory::Node* node = directory::Find(directory.nodes, person.node);
    if (node == nullptr || node->area != area) continue;
    people_[person.account] = {person, directory::TreePathOf(directory, person.node)};
  }
}

Account StaffBook::Resolve(const Account& account, absl::CivilDay day) const {
  Account resolved = account;
  const auto found = people_.find(account.account);
  if (found == people_.end()) return resolved;
  const directory::Person& person = found->second.person;
  resolved.of_directory = true;
  resolved.roles.clear();
  if (directory::CanWork(person, day)) {
    for (const StaffRole role : person.roles) resolved.roles.push_back(ToAccessRole(role));
  }
  resolved.org = person.node;
  resolved.org_path = found->second.path;
  resolved.employer = person.employer;
  resolved.group = person.group;
  if (resolved.display_name == resolved.account) resolved.display_name = person.name;
  return resolved;
}

}  // namespace hotline::console
