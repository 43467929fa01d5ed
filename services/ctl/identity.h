// Somebody that a command speaks for: --as NAME/ROLES[/ORG[@PATH]]. Pure.
//
// Who holds the hotline's key may speak for anybody; what is done stands in the log under NAME.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/access/v1/access.pb.h"

namespace hotline::ctl {

/// Reads "stn1/station_clerk/stn-a@/city/x/a" or "sup1/supervisor,follow_up" as a person of `area`.
/// Returns: a usage error that names the roles there are.
absl::StatusOr<access::v1::Identity> ParseIdentity(std::string_view text, std::string_view area);

/// "station_clerk".
std::string RoleWord(int role);

/// "A,B" as A and B; empty parts are left out.
std::vector<std::string> SplitList(std::string_view text);

/// An organisation as people write it: "stn-a", or with its place "stn-a@/city/x/a".
struct UnitText {
  std::string org;
  std::string path;  ///< empty: not given
};

/// Returns: a usage error calling it `what` if the name is empty or the path does not begin with
/// "/".
absl::StatusOr<UnitText> ParseUnit(std::string_view what, std::string_view text);

}  // namespace hotline::ctl
