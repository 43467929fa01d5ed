#include "services/directory/service/answers.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "services/directory/core/roster.h"
#include "services/directory/service/convert.h"
#include "services/runtime/access.h"
#include "services/runtime/proto_time.h"

namespace hotline::directory {
namespace {

using access::v1::Identity;

constexpr int kDefaultPage = 100;
constexpr int kMaxPage = 500;
/// A page is closed when it has so much.
constexpr size_t kPageBytes = size_t{200} << 10;
constexpr size_t kMostToldProblems = 500;
constexpr size_t kMostToldBytes = size_t{200} << 10;

Personal SeenBy(const Identity& identity) {
  for (const auto role : {access::v1::ROLE_SUPERVISOR, access::v1::ROLE_CITY_DISPATCHER,
                          access::v1::ROLE_COUNTY_DISPATCHER, access::v1::ROLE_SYSTEM}) {
    if (Has(identity, role)) return Personal::kClear;
  }
  return Personal::kMasked;
}

}  // namespace

absl::StatusOr<v1::GetRecordResponse> Get(const Snapshot& snapshot, const Identity& caller,
                                          const v1::GetRecordRequest& request) {
  v1::GetRecordResponse response;
  response.set_revision(snapshot.revision);
  ForEachTable([&](const auto& table) {
    if (table.name != request.table()) return;
    const auto* record = Find(snapshot.directory.*table.rows, request.key());
    if (record != nullptr) *response.mutable_record() = ToProto(ToRow(*record, SeenBy(caller)));
  });
  if (response.has_record()) return response;
  return absl::NotFoundError(
      absl::StrCat("there is no \"", request.key(), "\" in \"", request.table(), "\""));
}

absl::StatusOr<v1::ListRecordsResponse> List(const Snapshot& snapshot, const Identity& caller,
                                             const v1::ListRecordsRequest& request) {
  v1::ListRecordsResponse response;
  response.set_revision(snapshot.revision);
  const int wanted = request.page_size() <= 0 ? kDefaultPage : request.page_size();
  const int page = std::min(wanted, kMaxPage);
  bool known = false;
  ForEachTable([&](const auto& table) {
    if (table.name != request.table()) return;
    known = true;
    const auto& rows = snapshot.directory.*table.rows;
    // The token is the last key that was told, so that it holds in the next revision as well.
    auto at = std::find_if(rows.begin(), rows.end(), [&](const auto& row) {
      return request.page_token().empty() || row.Key() > request.page_token();
    });
    size_t bytes = 0;
    for (; at != rows.end() && response.records_size() < page && bytes < kPageBytes; ++at) {
      v1::Record& record = *response.add_records();
      record = ToProto(ToRow(*at, SeenBy(caller)));
      bytes += record.ByteSizeLong();
    }
    if (at != rows.end()) response.set_next_page_token(std::string((at - 1)->Key()));
  });
  if (!known) {
    return absl::InvalidArgumentError(absl::StrCat("there is no table \"", request.table(), "\""));
  }
  return response;
}

absl::StatusOr<v1::SearchNodesResponse> Search(const Snapshot& snapshot, const Identity& caller,
                                               const v1::SearchNodesRequest& request) {
  const auto query = ToQuery(request);
  if (!query.ok()) return query.status();
  v1::SearchNodesResponse response;
  response.set_revision(snapshot.revision);
  size_t bytes = 0;
  for (const NodeMatch& match : SearchNodes(snapshot.directory, *query)) {
    auto& found = *response.add_matches();
    *found.mutable_record() = ToProto(ToRow(*match.node, SeenBy(caller)));
    if (query->from) {
      found.set_line_km(match.line_km);
      *found.mutable_travel() = hotline::ToProto(match.travel);
    }
    bytes += found.ByteSizeLong();
    if (bytes > kPageBytes) break;
  }
  return response;
}

absl::StatusOr<v1::CheckRostersResponse> CheckAll(const Snapshot& snapshot, const Identity&,
                                                  const v1::CheckRostersRequest& request) {
  v1::CheckRostersResponse response;
  for (const Roster& roster : snapshot.directory.rosters) {
    if (!request.roster().empty() && roster.id != request.roster()) continue;
    response.set_rosters(response.rosters() + 1);
    for (const Gap& gap : UncoveredMinutes(snapshot.directory, roster)) {
      if (response.ByteSizeLong() > kPageBytes) return response;
      auto& told = *response.add_gaps();
      told.set_roster(roster.id);
      *told.mutable_start_time() = hotline::ToProto(ToTime(gap.start));
      *told.mutable_end_time() = hotline::ToProto(ToTime(gap.end));
    }
  }
  if (response.rosters() == 0 && !request.roster().empty()) {
    return absl::NotFoundError(absl::StrCat("there is no roster \"", request.roster(), "\""));
  }
  return response;
}

absl::Status CheckTables(const google::protobuf::RepeatedPtrField<std::string>& tables) {
  const std::vector<std::string> known = TableNames();
  for (const std::string& table : tables) {
    if (std::find(known.begin(), known.end(), table) == known.end()) {
      return absl::InvalidArgumentError(absl::StrCat("there is no table \"", table, "\""));
    }
  }
  return absl::OkStatus();
}

v1::ImportDirectoryResponse ToResponse(const ImportResult& result) {
  v1::ImportDirectoryResponse response;
  response.set_changed(result.changed);
  response.set_changes(static_cast<int>(result.changes));
  response.set_revision(result.revision);
  size_t bytes = 0;
  for (const auto severity : {Problem::Severity::kError, Problem::Severity::kWarning}) {
    int count = 0;
    for (const Problem& problem : result.problems) {
      if (problem.severity != severity) continue;
      ++count;
      if (response.problems_size() >= static_cast<int>(kMostToldProblems) ||
          bytes > kMostToldBytes) {
        continue;
      }
      v1::Problem& told = *response.add_problems();
      told = ToProto(problem);
      bytes += told.ByteSizeLong();
    }
    severity == Problem::Severity::kError ? response.set_errors(count)
                                          : response.set_warnings(count);
  }
  return response;
}

}  // namespace hotline::directory
