// directory search, list, show, roster check: what the directory service knows.
#include <algorithm>
#include <ostream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "services/ctl/channel.h"
#include "services/ctl/commands.h"
#include "services/ctl/directory_client.h"
#include "services/ctl/format.h"
#include "services/ctl/json.h"
#include "services/ctl/table.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {

using boost::json::array;
using boost::json::object;

absl::StatusOr<std::unique_ptr<DirectoryStub>> ConnectDirectory(Session& session) {
  const auto endpoints = session.FindEndpoints();
  if (!endpoints.ok()) return endpoints.status();
  if (endpoints->directory.empty()) {
    return NotKnown(*endpoints, "the directory service", "--directory");
  }
  const auto address = ParseAddress(endpoints->directory);
  if (!address.ok()) return address.status();
  return directory_v1::DirectoryService::NewStub(MakeChannel(*address));
}

std::string CellOf(const directory_v1::Record& record, std::string_view column) {
  for (const directory_v1::Field& field : record.fields()) {
    if (field.column() == column) return field.value();
  }
  return "";
}

boost::json::value RecordToJson(const directory_v1::Record& record) {
  object json{{"key", record.key()}};
  for (const directory_v1::Field& field : record.fields()) json[field.column()] = field.value();
  return json;
}

namespace {

constexpr int kListPage = 500;

absl::Status ReadPlace(const std::string& text, directory_v1::Point& point) {
  const std::vector<std::string> parts = absl::StrSplit(text, ',');
  double longitude = 0, latitude = 0;
  if (parts.size() != 2 || !absl::SimpleAtod(parts[0], &longitude) ||
      !absl::SimpleAtod(parts[1], &latitude)) {
    return UsageError(absl::StrCat("--near: \"", text, "\" is no LONGITUDE,LATITUDE"));
  }
  point.set_longitude(longitude);
  point.set_latitude(latitude);
  return absl::OkStatus();
}

absl::StatusOr<directory_v1::SearchNodesRequest> ToRequest(const Arguments& arguments) {
  directory_v1::SearchNodesRequest request;
  request.set_area(arguments.Text("--area"));
  request.set_text(arguments.Text("--text"));
  request.set_division(arguments.Text("--division"));
  if (arguments.Has("--type")) request.add_types(arguments.Text("--type"));
  if (arguments.Has("--kind")) request.add_kinds(arguments.Text("--kind"));
  request.set_skill(arguments.Text("--skill"));
  request.set_level(arguments.Count("--level", 1));
  request.set_language(arguments.Text("--language"));
  if (arguments.Has("--open")) *request.mutable_open_time() = ToProto(absl::Now());
  if (arguments.Has("--near")) {
    const auto status = ReadPlace(arguments.Text("--near"), *request.mutable_from());
    if (!status.ok()) return status;
  }
  if (arguments.Has("--within")) {
    *request.mutable_within() = ToProto(arguments.Span("--within", absl::ZeroDuration()));
  }
  request.set_in_circle(arguments.Has("--circle"));
  request.set_limit(arguments.Count("--limit", 0));
  return request;
}

absl::Status SearchDirectory(Session& session) {
  const auto request = ToRequest(session.arguments());
  if (!request.ok()) return request.status();
  const auto stub = ConnectDirectory(session);
  if (!stub.ok()) return stub.status();
  directory_v1::SearchNodesResponse response;
  const auto context = MakeCallContext(session.timeout());
  if (const auto status = (*stub)->SearchNodes(context.get(), *request, &response); !status.ok()) {
    return ToStatus(status);
  }
  array json;
  Table table({"ID", "TYPE", "DIVISION", "PHONES", "KM>", "TRAVEL>", "NAME"});
  for (const auto& match : response.matches()) {
    const directory_v1::Record& node = match.record();
    object one = RecordToJson(node).as_object();
    std::string km, travel;
    if (match.has_travel()) {
      one["line_km"] = match.line_km();
      one["travel_seconds"] = match.travel().seconds();
      km = absl::StrFormat("%.1f", match.line_km());
      travel = absl::StrCat((match.travel().seconds() + 59) / 60, " min");
    }
    json.push_back(std::move(one));
    table.Add({node.key(), CellOf(node, "type"), CellOf(node, "division"), CellOf(node, "phones"),
               km, travel, CellOf(node, "name")});
  }
  if (session.json()) {
    session.PrintJson(json);
  } else {
    session.out() << table.Render();
  }
  return absl::OkStatus();
}

absl::Status ListDirectory(Session& session) {
  const auto stub = ConnectDirectory(session);
  if (!stub.ok()) return stub.status();
  directory_v1::ListRecordsRequest request;
  request.set_table(session.arguments().operand(0));
  request.set_page_size(kListPage);
  array json;
  Table table({"KEY", "NAME", "FIELDS"});
  do {
    directory_v1::ListRecordsResponse page;
    const auto context = MakeCallContext(session.timeout());
    if (const auto status = (*stub)->ListRecords(context.get(), request, &page); !status.ok()) {
      return ToStatus(status);
    }
    for (const directory_v1::Record& record : page.records()) {
      json.push_back(RecordToJson(record));
      std::string fields;
      for (const directory_v1::Field& field : record.fields()) {
        if (field.column() == "id" || field.column() == "name") continue;
        absl::StrAppend(&fields, fields.empty() ? "" : " ", field.column(), "=", field.value());
      }
      table.Add({record.key(), CellOf(record, "name"), fields});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (session.json()) {
    session.PrintJson(json);
  } else {
    session.out() << table.Render();
  }
  return absl::OkStatus();
}

absl::Status ShowRecord(Session& session) {
  const auto stub = ConnectDirectory(session);
  if (!stub.ok()) return stub.status();
  directory_v1::GetRecordRequest request;
  request.set_table(session.arguments().operand(0));
  request.set_key(session.arguments().operand(1));
  directory_v1::GetRecordResponse response;
  const auto context = MakeCallContext(session.timeout());
  if (const auto status = (*stub)->GetRecord(context.get(), request, &response); !status.ok()) {
    return ToStatus(status);
  }
  if (session.json()) {
    session.PrintJson(RecordToJson(response.record()));
    return absl::OkStatus();
  }
  for (const directory_v1::Field& field : response.record().fields()) {
    session.out() << field.column() << ": " << field.value() << "\n";
  }
  return absl::OkStatus();
}

absl::Status CheckRosters(Session& session) {
  const auto stub = ConnectDirectory(session);
  if (!stub.ok()) return stub.status();
  directory_v1::CheckRostersRequest request;
  request.set_roster(session.arguments().Text("--roster"));
  directory_v1::CheckRostersResponse response;
  const auto context = MakeCallContext(session.timeout());
  if (const auto status = (*stub)->CheckRosters(context.get(), request, &response); !status.ok()) {
    return ToStatus(status);
  }
  array json;
  Table table({"ROSTER", "NOBODY FROM", "UNTIL"});
  for (const auto& gap : response.gaps()) {
    const absl::Time start = FromProto(gap.start_time()), end = FromProto(gap.end_time());
    json.push_back(object{{"roster", gap.roster()},
                          {"start_time", TimeToJson(start)},
                          {"end_time", TimeToJson(end)}});
    table.Add({gap.roster(), FormatDate(start, absl::LocalTimeZone()),
               FormatDate(end, absl::LocalTimeZone())});
  }
  if (session.json()) {
    session.PrintJson(object{{"rosters", response.rosters()}, {"gaps", std::move(json)}});
  } else if (response.gaps_size() == 0) {
    session.out() << response.rosters() << " rosters, every minute is covered\n";
  } else {
    session.out() << table.Render();
  }
  if (response.gaps_size() == 0) return absl::OkStatus();
  return absl::FailedPreconditionError("there are minutes without anybody on duty");
}

}  // namespace

std::vector<Command> DirectoryCommands() {
  return {{.words = "directory search",
           .summary = "places and bodies, nearest first with --near",
           .options = {{"--text", Takes::kText, "WORDS", "part of the id, name, address or a tag"},
                       {"--division", Takes::kText, "CODE", "this division and those inside it"},
                       {"--area", Takes::kText, "AREA", "only of this area"},
                       {"--type", Takes::kText, "TYPE", "township_station, service_unit …"},
                       {"--kind", Takes::kText, "KIND", "legal_aid, notary, court …"},
                       {"--skill", Takes::kText, "SKILL", "that has this skill"},
                       {"--level", Takes::kCount, "N", "at this level at least (1)"},
                       {"--language", Takes::kText, "LANGUAGE", "that speaks it"},
                       {"--open", Takes::kNothing, "", "open and staffed now"},
                       {"--near", Takes::kText, "LNG,LAT", "nearest to this place first"},
                       {"--within", Takes::kSpan, "SPAN", "travel of at most so long"},
                       {"--circle", Takes::kNothing, "", "within the area's 30 or 60 minutes"},
                       {"--limit", Takes::kCount, "N", "at most N (50), up to 200"}},
           .run = &SearchDirectory},
          {.words = "directory list",
           .operands = "TABLE",
           .summary = "all records of a table",
           .run = &ListDirectory},
          {.words = "directory show",
           .operands = "TABLE KEY",
           .summary = "one record",
           .run = &ShowRecord},
          {.words = "directory import",
           .operands = "PATH",
           .summary = "replace the tables of a pack, all or nothing",
           .options = {{"--dry-run", Takes::kNothing, "", "only list what is wrong"},
                       {"--base", Takes::kCount, "N", "only if this is still the revision"}},
           .details = "PATH is a .csv (named after its table), a .yaml, or a folder of them.\n"
                      "Tables that are not there stay as they are.",
           .run = &ImportDirectory},
          {.words = "directory export",
           .operands = "FOLDER",
           .summary = "write the directory as files that import takes",
           .options = {{"--yaml", Takes::kNothing, "", "one directory.yaml instead of CSV files"},
                       {"--table", Takes::kText, "TABLE", "only this one"}},
           .run = &ExportDirectory},
          {.words = "directory roster-check",
           .summary = "minutes of the rosters in which nobody is on duty",
           .options = {{"--roster", Takes::kText, "ID", "only this one"}},
           .run = &CheckRosters},
          {.words = "directory history",
           .summary = "who changed what and when, the latest first",
           .options = {{"--table", Takes::kText, "TABLE", "changes of its records"},
                       {"--key", Takes::kText, "KEY", "of this record only; needs --table"},
                       {"--limit", Takes::kCount, "N", "at most N (50), up to 500"}},
           .run = &ShowDirectoryHistory}};
}

}  // namespace hotline::ctl
