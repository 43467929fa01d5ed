#include "services/ctl/identity.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "services/ctl/command_line.h"
#include "services/ctl/format.h"

namespace hotline::ctl {
namespace {

using access::v1::Role;

std::string AllRoles() {
  std::vector<std::string> words;
  for (int role = access::v1::Role_MIN + 1; role <= access::v1::Role_MAX; ++role) {
    words.push_back(RoleWord(role));
  }
  return absl::StrJoin(words, ", ");
}

}  // namespace

std::string RoleWord(int role) {
  return EnumWord("ROLE_", access::v1::Role_Name(static_cast<Role>(role)));
}

std::vector<std::string> SplitList(std::string_view text) {
  return absl::StrSplit(std::string(text), ',', absl::SkipEmpty());
}

absl::StatusOr<access::v1::Identity> ParseIdentity(std::string_view text, std::string_view area) {
  const std::vector<std::string> parts = absl::StrSplit(std::string(text), absl::MaxSplits('/', 2));
  if (parts.size() < 2 || parts[0].empty()) {
    return UsageError(
        absl::StrCat("--as: \"", std::string(text), "\" is no NAME/ROLES[/ORG[@PATH]]"));
  }
  access::v1::Identity identity;
  identity.set_account(parts[0]);
  identity.set_area(std::string(area));
  for (const std::string& word : SplitList(parts[1])) {
    Role role = access::v1::ROLE_UNSPECIFIED;
    if (!access::v1::Role_Parse("ROLE_" + absl::AsciiStrToUpper(word), &role)) {
      return UsageError(absl::StrCat("--as: \"", word, "\" is no role; there are ", AllRoles()));
    }
    identity.add_roles(role);
  }
  if (parts.size() == 3) {
    const auto unit = ParseUnit("--as", parts[2]);
    if (!unit.ok()) return unit.status();
    identity.set_org(unit->org);
    identity.set_org_path(unit->path);
  }
  return identity;
}

absl::StatusOr<UnitText> ParseUnit(std::string_view what, std::string_view text) {
  const size_t at = text.find('@');
  UnitText unit{std::string(text.substr(0, at)), ""};
  if (at != std::string_view::npos) unit.path = text.substr(at + 1);
  if (unit.org.empty() || (at != std::string_view::npos && !unit.path.starts_with("/"))) {
    return UsageError(absl::StrCat(std::string(what), ": \"", std::string(text),
                                   "\" is no unit; write ORG or ORG@/city/county/station"));
  }
  return unit;
}

}  // namespace hotline::ctl
