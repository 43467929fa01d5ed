// directory history: who changed what, and when.
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "services/ctl/channel.h"
#include "services/ctl/directory_client.h"
#include "services/ctl/format.h"
#include "services/ctl/json.h"
#include "services/ctl/table.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

constexpr int kDefaultChanges = 50;

/// What a change did, on one line.
std::string WhatHappened(const directory_v1::Change& change) {
  if (!change.has_record()) return absl::StrCat(change.records(), " records");
  if (change.record().fields_size() == 0) return "gone";
  return absl::StrJoin(change.record().fields(), " ",
                       [](std::string* out, const directory_v1::Field& field) {
                         absl::StrAppend(out, field.column(), "=", field.value());
                       });
}

}  // namespace

absl::Status ShowDirectoryHistory(Session& session) {
  const auto stub = ConnectDirectory(session);
  if (!stub.ok()) return stub.status();
  directory_v1::ListHistoryRequest request;
  request.set_table(session.arguments().Text("--table"));
  request.set_key(session.arguments().Text("--key"));
  request.set_page_size(session.arguments().Count("--limit", kDefaultChanges));
  directory_v1::ListHistoryResponse response;
  const auto context = MakeCallContext(session.timeout());
  if (const auto status = (*stub)->ListHistory(context.get(), request, &response); !status.ok()) {
    return ToStatus(status);
  }
  boost::json::array json;
  Table table({"REVISION", "TIME", "BY", "RECORD", "WHAT"});
  for (const directory_v1::Change& change : response.changes()) {
    const absl::Time time = FromProto(change.time());
    boost::json::object entry{{"revision", change.revision()},
                              {"time", TimeToJson(time)},
                              {"account", change.account()},
                              {"records", change.records()}};
    if (change.has_record()) entry["record"] = RecordToJson(change.record());
    json.push_back(std::move(entry));
    table.Add({absl::StrCat(change.revision()), FormatDate(time, absl::LocalTimeZone()),
               change.account(), change.record().key(), WhatHappened(change)});
  }
  if (session.json()) {
    session.PrintJson(boost::json::object{{"changes", std::move(json)}});
  } else {
    session.out() << table.Render();
  }
  return absl::OkStatus();
}

}  // namespace hotline::ctl
