#include "services/directory/service/answers.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "services/directory/core/roster.h"
#include "services/directory/core/subtree.h"
#include "services/directory/service/convert.h"
#include "services/runtime/access.h"
#include "services/runtime/proto_time.h"

namespace hotline::directory {
namespace {

using access::v1::Identity;

constexpr int kDefaultPage = 100;
constexpr int kDefaultPast = 50;
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

/// Whose view ends where their own tree does. Whoever has another role as well sees all.
bool IsOfATree(access::v1::Role role) {
  return role == access::v1::ROLE_COUNTY_DISPATCHER || role == access::v1::ROLE_STATION_CLERK ||
         role == access::v1::ROLE_VILLAGE_CONTACT || role == access::v1::ROLE_HANDLING_UNIT;
}

/// An account whose organisation nobody has told sees what its roles let it call.
Sight SightOf(const Directory& directory, const Identity& caller) {
  const bool all = std::any_of(caller.roles().begin(), caller.roles().end(), [](int role) {
    return !IsOfATree(static_cast<access::v1::Role>(role));
  });
  return all || caller.org().empty() ? Sight() : Sight(directory, caller.org());
}

/// What belongs to no place is everybody's.
template <class T>
bool Sees(const Sight&, const T&) {
  return true;
}

bool Sees(const Sight& sight, const Node& node) {
  return sight.Sees(node);
}

bool Sees(const Sight& sight, const Person& person) {
  return sight.SeesPeopleOf(person.node);
}

bool Sees(const Sight& sight, const Adviser& adviser) {
  return sight.SeesPeopleOf(adviser.village);
}

bool Sees(const Sight& sight, const Roster& roster) {
  return sight.SeesPeopleOf(roster.node);
}

bool Sees(const Sight& sight, const Duty& duty) {
  return sight.SeesPeopleOf(duty.organisation);
}

/// A stored record as it may be shown.
v1::Record PastRecord(const StoredRecord& stored, Personal personal) {
  Row row{stored.table, stored.key, {}};
  if (stored.body) row.fields = DecodeFields(*stored.body);
  if (personal == Personal::kMasked) {
    ForEachTable([&](const auto& table) {
      if (table.name != row.table) return;
      for (auto& [name, cell] : row.fields) {
        for (const auto& column : table.columns) {
          if (column.name == name && column.personal) cell = MaskCell(cell);
        }
      }
    });
  }
  return ToProto(row);
}

}  // namespace

absl::StatusOr<v1::GetRecordResponse> AnswerGet(const Snapshot& snapshot, const Identity& caller,
                                                const v1::GetRecordRequest& request) {
  const Sight sight = SightOf(snapshot.directory, caller);
  v1::GetRecordResponse response;
  response.set_revision(snapshot.revision);
  ForEachTable([&](const auto& table) {
    if (table.name != request.table()) return;
    const auto* record = Find(snapshot.directory.*table.rows, request.key());
    if (record == nullptr || !Sees(sight, *record)) return;
    *response.mutable_record() = ToProto(ToRow(*record, SeenBy(caller)));
  });
  if (response.has_record()) return response;
  return absl::NotFoundError(
      absl::StrCat("there is no \"", request.key(), "\" in \"", request.table(), "\""));
}

absl::StatusOr<v1::ListRecordsResponse> AnswerList(const Snapshot& snapshot, const Identity& caller,
                                                   const v1::ListRecordsRequest& request) {
  const Sight sight = SightOf(snapshot.directory, caller);
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
      if (!Sees(sight, *at)) continue;
      v1::Record& record = *response.add_records();
      record = ToProto(ToRow(*at, SeenBy(caller)));
      bytes += record.ByteSizeLong();
    }
    if (at != rows.end()) {
      response.set_next_page_token(response.records(response.records_size() - 1).key());
    }
  });
  if (!known) {
    return absl::InvalidArgumentError(absl::StrCat("there is no table \"", request.table(), "\""));
  }
  return response;
}

absl::StatusOr<v1::SearchNodesResponse> AnswerSearch(const Snapshot& snapshot,
                                                     const Identity& caller,
                                                     const v1::SearchNodesRequest& request) {
  auto query = ToQuery(request);
  if (!query.ok()) return query.status();
  const Sight sight = SightOf(snapshot.directory, caller);
  query->seen = [&sight](const Node& node) {
    return sight.Sees(node);
  };
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

absl::StatusOr<v1::CheckRostersResponse> AnswerRosters(const Snapshot& snapshot,
                                                       const Identity& caller,
                                                       const v1::CheckRostersRequest& request) {
  const Sight sight = SightOf(snapshot.directory, caller);
  v1::CheckRostersResponse response;
  for (const Roster& roster : snapshot.directory.rosters) {
    if (!request.roster().empty() && roster.id != request.roster()) continue;
    if (!sight.SeesPeopleOf(roster.node)) continue;
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

absl::StatusOr<v1::ListHistoryResponse> AnswerHistory(const DirectoryBook& book,
                                                      const Identity& caller,
                                                      const v1::ListHistoryRequest& request) {
  if (request.table().empty() && !request.key().empty()) {
    return absl::InvalidArgumentError("table: is needed to say whose key it is");
  }
  google::protobuf::RepeatedPtrField<std::string> tables;
  if (!request.table().empty()) tables.Add(std::string(request.table()));
  if (auto status = CheckTables(tables); !status.ok()) return status;
  const int wanted = request.page_size() <= 0 ? kDefaultPast : request.page_size();
  PastQuery query{
      .table = request.table(), .key = request.key(), .limit = std::min(wanted, kMaxPage)};
  if (!request.page_token().empty()) {
    // The revision, and the key that was told last.
    const std::pair<std::string, std::string> token =
        absl::StrSplit(request.page_token(), absl::MaxSplits('/', 1));
    if (!absl::SimpleAtoi(token.first, &query.before) || query.before <= 0) {
      return absl::InvalidArgumentError("page_token: is none of ListHistory's");
    }
    query.before_key = token.second;
  }
  const auto past = book.Past(query);
  if (!past.ok()) return past.status();
  v1::ListHistoryResponse response;
  size_t bytes = 0;
  for (const PastRevision& revision : *past) {
    if (bytes > kPageBytes) break;
    v1::Change& change = *response.add_changes();
    change.set_revision(revision.revision);
    *change.mutable_time() = hotline::ToProto(revision.info.time);
    change.set_account(revision.info.account);
    change.set_records(revision.changes);
    if (revision.record) {
      *change.mutable_record() = PastRecord(*revision.record, SeenBy(caller));
    }
    bytes += change.ByteSizeLong();
  }
  const int told = response.changes_size();
  if (told == query.limit || told < static_cast<int>(past->size())) {
    const v1::Change& last = response.changes(told - 1);
    response.set_next_page_token(absl::StrCat(last.revision(), "/", last.record().key()));
  }
  return response;
}

}  // namespace hotline::directory
