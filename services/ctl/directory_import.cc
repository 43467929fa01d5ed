// directory import, directory export: packs over gRPC's streams.
#include <ostream>

#include "absl/strings/str_cat.h"
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "services/ctl/channel.h"
#include "services/ctl/directory_client.h"
#include "services/ctl/json.h"
#include "services/directory/core/sheet.h"
#include "services/directory/files/pack.h"

namespace hotline::ctl {
namespace {

using directory::PackFile;

/// Part of a file in a message.
constexpr size_t kFilePart = size_t{96} << 10;
/// A country's directory is read, checked and saved in seconds; a slow disk may need more.
constexpr absl::Duration kLeastImportTime = absl::Minutes(2);

directory::Problem FromMessage(const directory_v1::Problem& problem) {
  return {.severity = problem.severity() == directory_v1::Problem::SEVERITY_ERROR
                          ? directory::Problem::Severity::kError
                          : directory::Problem::Severity::kWarning,
          .file = problem.file(),
          .line = problem.line(),
          .table = problem.table(),
          .column = problem.column(),
          .reason = problem.reason()};
}

absl::StatusOr<directory_v1::ImportDirectoryResponse> SendPack(Session& session,
                                                               DirectoryStub& stub,
                                                               const std::vector<PackFile>& pack) {
  directory_v1::ImportDirectoryResponse response;
  const auto context = MakeCallContext(std::max(session.timeout(), kLeastImportTime));
  const auto writer = stub.ImportDirectory(context.get(), &response);
  directory_v1::ImportDirectoryRequest message;
  directory_v1::ImportHeader& header = *message.mutable_header();
  header.set_request_id(MakeRequestId());
  header.set_dry_run(session.arguments().Has("--dry-run"));
  header.set_base_revision(session.arguments().Count("--base", 0));
  for (const PackFile& file : pack) {
    header.set_total_bytes(header.total_bytes() + static_cast<int64_t>(file.text.size()));
  }
  bool open = writer->Write(message);
  message.clear_header();
  for (const PackFile& file : pack) {
    size_t at = 0;
    do {  // an empty file is a file as well
      message.mutable_file()->set_name(file.name);
      message.mutable_file()->set_text(file.text.substr(at, kFilePart));
      open = open && writer->Write(message);
      at += kFilePart;
    } while (at < file.text.size());
  }
  writer->WritesDone();
  if (const auto status = writer->Finish(); !status.ok()) return ToStatus(status);
  return response;
}

void PrintImport(Session& session, const directory_v1::ImportDirectoryResponse& response) {
  if (session.json()) {
    boost::json::array problems;
    for (const directory_v1::Problem& problem : response.problems()) {
      problems.push_back(boost::json::object{
          {"severity",
           problem.severity() == directory_v1::Problem::SEVERITY_ERROR ? "error" : "warning"},
          {"file", problem.file()},
          {"line", problem.line()},
          {"table", problem.table()},
          {"column", problem.column()},
          {"reason", problem.reason()}});
    }
    session.PrintJson(boost::json::object{{"problems", std::move(problems)},
                                          {"errors", response.errors()},
                                          {"warnings", response.warnings()},
                                          {"changed", response.changed()},
                                          {"changes", response.changes()},
                                          {"revision", response.revision()}});
    return;
  }
  for (const directory_v1::Problem& problem : response.problems()) {
    session.out() << directory::FormatProblem(FromMessage(problem)) << "\n";
  }
  session.out() << response.errors() << " errors, " << response.warnings() << " warnings; "
                << (response.changed() ? absl::StrCat(response.changes(), " records changed")
                    : response.changes() > 0
                        ? absl::StrCat("nothing changed, ", response.changes(), " records would")
                        : std::string("nothing changed"))
                << ", revision " << response.revision() << "\n";
}

}  // namespace

absl::Status ImportDirectory(Session& session) {
  const auto pack = directory::ReadPackFiles({session.arguments().operand(0)});
  if (!pack.ok()) return UsageError(std::string(pack.status().message()));
  const auto stub = ConnectDirectory(session);
  if (!stub.ok()) return stub.status();
  const auto response = SendPack(session, **stub, *pack);
  if (!response.ok()) return response.status();
  PrintImport(session, *response);
  if (response->errors() == 0) return absl::OkStatus();
  return absl::InvalidArgumentError("the files have errors: nothing was imported");
}

absl::Status ExportDirectory(Session& session) {
  const auto stub = ConnectDirectory(session);
  if (!stub.ok()) return stub.status();
  directory_v1::ExportDirectoryRequest request;
  request.set_format(session.arguments().Has("--yaml")
                         ? directory_v1::ExportDirectoryRequest::FORMAT_YAML
                         : directory_v1::ExportDirectoryRequest::FORMAT_CSV);
  if (session.arguments().Has("--table")) request.add_tables(session.arguments().Text("--table"));
  const auto context = MakeCallContext(std::max(session.timeout(), kLeastImportTime));
  const auto reader = (*stub)->ExportDirectory(context.get(), request);
  std::vector<PackFile> files;
  directory_v1::ExportDirectoryResponse part;
  while (reader->Read(&part)) {
    if (files.empty() || files.back().name != part.file().name()) {
      files.push_back({part.file().name(), ""});
    }
    files.back().text += part.file().text();
  }
  if (const auto status = reader->Finish(); !status.ok()) return ToStatus(status);
  const std::string& folder = session.arguments().operand(0);
  if (auto status = directory::WritePackFiles(folder, files); !status.ok()) return status;
  boost::json::array names;
  for (const PackFile& file : files) names.emplace_back(file.name);
  if (session.json()) {
    session.PrintJson(names);
  } else {
    session.out() << files.size() << " files written to " << folder << "\n";
  }
  return absl::OkStatus();
}

}  // namespace hotline::ctl
