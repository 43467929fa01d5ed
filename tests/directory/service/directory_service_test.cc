// The directory service as its clients see it: gRPC on loopback, a store on disk.
#include <algorithm>
#include <array>
#include <thread>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <grpcpp/grpcpp.h>

#include "services/directory/service/directory_server.h"
#include "services/runtime/access.h"
#include "services/runtime/grpc_client.h"
#include "services/runtime/proto_time.h"
#include "tests/access/any_call.h"
#include "tests/directory/planted_faults.h"
#include "tests/runtime/ask_until.h"
#include "tests/runtime/temp_dir.h"
#include "tests/runtime/test_key.h"

#include "hotline/directory/v1/directory_service.grpc.pb.h"

#include <sqlite3.h>

namespace hotline::directory {
namespace {

using access::v1::Role;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr absl::Duration kTimeout = absl::Seconds(20);
constexpr size_t kPart = 1000;  // small, so that files come in several parts

class DirectoryServiceTest : public testing::Test {
 protected:
  DirectoryServiceTest() : gate_(TestKey(), "test") { Start(); }

  void Start() {
    server_.reset();
    metrics_ = std::make_unique<Metrics>();
    DirectoryOptions options;
    options.listen = *Endpoint::Parse("127.0.0.1:0");
    options.store.url = "sqlite:" + dir_.File("directory.db");
    auto server = DirectoryServer::Start(
        options, gate_, [] { return absl::FromUnixSeconds(1795400000); }, *metrics_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = MakeChannel(server_->address(), {.own_connection = true});
    stub_ = v1::DirectoryService::NewStub(channel_);
  }

  static std::unique_ptr<grpc::ClientContext> As(Role role) {
    return MakeContextFor(SignIdentity(TestKey(), Somebody(role)), kTimeout);
  }

  struct ImportAnswer {
    grpc::Status status;
    v1::ImportDirectoryResponse response;
  };

  ImportAnswer Import(const std::vector<PackFile>& pack, v1::ImportHeader header,
                      int64_t missing_bytes = 0) {
    ImportAnswer answer;
    const auto context = As(access::v1::ROLE_SUPERVISOR);
    const auto writer = stub_->ImportDirectory(context.get(), &answer.response);
    int64_t bytes = missing_bytes;
    for (const PackFile& file : pack) bytes += static_cast<int64_t>(file.text.size());
    header.set_total_bytes(bytes);
    v1::ImportDirectoryRequest first;
    *first.mutable_header() = header;
    bool open = writer->Write(first);
    for (const PackFile& file : pack) {
      for (size_t at = 0; open && at < file.text.size(); at += kPart) {
        v1::ImportDirectoryRequest part;
        part.mutable_file()->set_name(file.name);
        part.mutable_file()->set_text(file.text.substr(at, kPart));
        open = writer->Write(part);
      }
    }
    writer->WritesDone();
    answer.status = writer->Finish();
    return answer;
  }

  static v1::ImportHeader Header(const std::string& request, bool dry_run = false) {
    v1::ImportHeader header;
    header.set_request_id(request);
    header.set_dry_run(dry_run);
    return header;
  }

  std::vector<PackFile> Export(v1::ExportDirectoryRequest::Format format) {
    v1::ExportDirectoryRequest request;
    request.set_format(format);
    const auto context = As(access::v1::ROLE_SUPERVISOR);
    const auto reader = stub_->ExportDirectory(context.get(), request);
    std::vector<PackFile> files;
    v1::ExportDirectoryResponse part;
    while (reader->Read(&part)) {
      if (files.empty() || files.back().name != part.file().name()) {
        files.push_back({part.file().name(), ""});
      }
      files.back().text += part.file().text();
    }
    const auto status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return files;
  }

  std::string PhoneOf(const std::string& person, Role role) {
    v1::GetRecordRequest request;
    request.set_table("staff");
    request.set_key(person);
    v1::GetRecordResponse response;
    const auto status = stub_->GetRecord(As(role).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const auto& field : response.record().fields()) {
      if (field.column() == "phone") return field.value();
    }
    return "";
  }

  TempDir dir_;
  Gate gate_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<DirectoryServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::DirectoryService::Stub> stub_;
};

TEST_F(DirectoryServiceTest, NoMethodForgetsItsRule) {
  ExpectRulesHold(channel_, {"hotline.directory.v1.DirectoryService"});
}

TEST_F(DirectoryServiceTest, WhatIsImportedIsThereAfterARestartAndInTheExport) {
  const auto first = Import(DemoPack(), Header("r1"));
  ASSERT_TRUE(first.status.ok()) << first.status.error_message();
  EXPECT_EQ(first.response.errors(), 0);
  EXPECT_TRUE(first.response.changed());
  EXPECT_EQ(first.response.revision(), 1);
  const auto csv = Export(v1::ExportDirectoryRequest::FORMAT_CSV);
  Start();
  EXPECT_EQ(Export(v1::ExportDirectoryRequest::FORMAT_CSV), csv);
  const auto again = Import(Export(v1::ExportDirectoryRequest::FORMAT_YAML), Header("r2"));
  EXPECT_TRUE(again.status.ok()) << again.status.error_message();
  EXPECT_FALSE(again.response.changed()) << "a round trip changes nothing";
  EXPECT_TRUE(Import({{"skills.csv", "id,name,name_en\n"}}, Header("r2")).status.error_code() ==
              grpc::StatusCode::ALREADY_EXISTS)
      << "it is remembered all the same";
}

TEST_F(DirectoryServiceTest, FiftyFaultsAreAllReportedAndNothingIsChanged) {
  ASSERT_TRUE(Import(DemoPack(), Header("r1")).status.ok());
  const auto before = Export(v1::ExportDirectoryRequest::FORMAT_CSV);
  const std::vector<PackFile> faulty = FaultyPack();
  const auto refused = Import(faulty, Header("r2"));
  ASSERT_TRUE(refused.status.ok()) << refused.status.error_message();
  EXPECT_FALSE(refused.response.changed());
  EXPECT_EQ(refused.response.revision(), 1);
  EXPECT_GE(refused.response.errors(), 50);
  std::vector<Problem> problems;
  for (const auto& problem : refused.response.problems()) {
    problems.push_back({.severity = problem.severity() == v1::Problem::SEVERITY_ERROR
                                        ? Problem::Severity::kError
                                        : Problem::Severity::kWarning,
                        .file = problem.file(),
                        .line = problem.line(),
                        .reason = problem.reason()});
  }
  EXPECT_THAT(Unreported(faulty, problems), IsEmpty());
  EXPECT_EQ(Export(v1::ExportDirectoryRequest::FORMAT_CSV), before);
}

TEST_F(DirectoryServiceTest, ADryRunChangesNothing) {
  const auto dry = Import(DemoPack(), Header("r1", true));
  EXPECT_EQ(dry.response.errors(), 0);
  EXPECT_FALSE(dry.response.changed());
  EXPECT_EQ(dry.response.revision(), 0);
  const auto real = Import(DemoPack(), Header("r1"));
  EXPECT_GT(dry.response.changes(), 100);
  EXPECT_EQ(dry.response.changes(), real.response.changes()) << "it says what would happen";
  EXPECT_EQ(Import(DemoPack(), Header("r2", true)).response.changes(), 0);
}

TEST_F(DirectoryServiceTest, ARepeatedImportIsOneAndAnOldBaseIsRefused) {
  std::vector<PackFile> pack = DemoPack();
  for (PackFile& file : pack) {  // a village without an adviser is worth a warning
    if (file.name == "advisers.csv") file.text.erase(file.text.find("village-quay"));
  }
  const auto first = Import(pack, Header("r1"));
  const auto repeated = Import(pack, Header("r1"));
  EXPECT_EQ(repeated.response.revision(), first.response.revision());
  EXPECT_EQ(repeated.response.changes(), first.response.changes());
  EXPECT_GT(first.response.warnings(), 0);
  EXPECT_EQ(repeated.response.warnings(), first.response.warnings());
  EXPECT_EQ(Import({{"skills.csv", "id,name,name_en\n"}}, Header("r1")).status.error_code(),
            grpc::StatusCode::ALREADY_EXISTS);
  v1::ImportHeader old = Header("r3");
  old.set_base_revision(7);
  EXPECT_EQ(Import(DemoPack(), old).status.error_code(), grpc::StatusCode::ABORTED);
}

TEST_F(DirectoryServiceTest, WhatWasCutOffIsNotImported) {
  const auto cut = Import(DemoPack(), Header("r1"), 1);
  EXPECT_EQ(cut.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(cut.status.error_message(), HasSubstr("nothing was imported"));
}

TEST_F(DirectoryServiceTest, ThoseWhoAskKeepAThreadWhileImportsWait) {
  ASSERT_TRUE(Import(DemoPack(), Header("r0")).status.ok());
  // Somebody else holds the database: imports wait for it.
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(dir_.File("directory.db").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "begin immediate", nullptr, nullptr, nullptr), SQLITE_OK);
  std::vector<PackFile> pack = {{"skills.csv", ""}};
  for (const PackFile& file : DemoPack()) {
    if (file.name == "skills.csv") pack[0].text = file.text + "tax,税务,Tax\n";
  }
  std::vector<std::thread> importers;
  std::array<ImportAnswer, 2> answers;
  for (size_t i = 0; i < answers.size(); ++i) {
    importers.emplace_back(
        [&, i] { answers[i] = Import(pack, Header("waits-" + std::to_string(i))); });
  }
  // Until both have their places, nobody else tries for one.
  const Gauge under_way = metrics_->AddGauge(
      "hotline_directory_imports", "Imports under way; two are let in, others are refused.");
  EXPECT_TRUE(AskUntil([&] {
    EXPECT_NE(PhoneOf("demo-01", access::v1::ROLE_SUPERVISOR), "") << "who asks is answered";
    return under_way.value() == static_cast<double>(answers.size());
  }));
  const ImportAnswer refused =
      Import({{"skills.csv", "nonsense\n"}}, Header("third", /*dry_run=*/true));
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_NE(PhoneOf("demo-01", access::v1::ROLE_SUPERVISOR), "") << "who asks is answered";
  ASSERT_EQ(sqlite3_exec(other, "rollback", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  for (std::thread& importer : importers) importer.join();
  for (const ImportAnswer& answer : answers) {
    EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
  }
}

TEST_F(DirectoryServiceTest, ListsPageByPage) {
  ASSERT_TRUE(Import(DemoPack(), Header("r1")).status.ok());
  v1::ListRecordsRequest request;
  request.set_table("nodes");
  request.set_page_size(5);
  std::vector<std::string> keys;
  do {
    v1::ListRecordsResponse page;
    ASSERT_TRUE(stub_->ListRecords(As(access::v1::ROLE_OPERATOR).get(), request, &page).ok());
    for (const auto& record : page.records()) keys.push_back(record.key());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(keys.size(), 16u);
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST_F(DirectoryServiceTest, PeoplesNumbersAreMaskedForThoseWhoNeedNotCall) {
  ASSERT_TRUE(Import(DemoPack(), Header("r1")).status.ok());
  EXPECT_EQ(PhoneOf("demo-01", access::v1::ROLE_SUPERVISOR), "990001");
  EXPECT_NE(PhoneOf("demo-01", access::v1::ROLE_CONTRACTOR), "990001");
  EXPECT_NE(PhoneOf("demo-01", access::v1::ROLE_OPERATOR), "990001");
}

TEST_F(DirectoryServiceTest, SearchesAndSaysWhatItDoesNotKnow) {
  ASSERT_TRUE(Import(DemoPack(), Header("r1")).status.ok());
  v1::SearchNodesRequest request;
  request.add_types("township_station");
  request.mutable_from()->set_longitude(103.70);
  request.mutable_from()->set_latitude(29.90);
  request.set_in_circle(true);
  v1::SearchNodesResponse response;
  ASSERT_TRUE(stub_->SearchNodes(As(access::v1::ROLE_OPERATOR).get(), request, &response).ok());
  ASSERT_EQ(response.matches_size(), 2);
  EXPECT_EQ(response.matches(0).record().key(), "town-willow");
  EXPECT_GT(response.matches(1).travel().seconds(), 0);
  request.add_types("castle");
  const auto status = stub_->SearchNodes(As(access::v1::ROLE_OPERATOR).get(), request, &response);
  EXPECT_EQ(status.error_message(), "types: there is no \"castle\"");
}

TEST_F(DirectoryServiceTest, AWatcherHasAllAndThenEachChange) {
  ASSERT_TRUE(Import(DemoPack(), Header("r1")).status.ok());
  v1::WatchDirectoryRequest request;
  request.add_tables("skills");
  const auto context = As(access::v1::ROLE_SYSTEM);
  const auto reader = stub_->WatchDirectory(context.get(), request);
  v1::WatchDirectoryResponse message;
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_TRUE(message.reset() && message.complete());
  EXPECT_EQ(message.records_size(), 8);

  std::vector<PackFile> pack = {{"skills.csv", ""}};
  for (const PackFile& file : DemoPack()) {
    if (file.name == "skills.csv") pack[0].text = file.text + "tax,税务,Tax\n";
  }
  ASSERT_TRUE(Import(pack, Header("r2")).response.changed());
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_EQ(message.revision(), 2);
  ASSERT_EQ(message.records_size(), 1);
  EXPECT_EQ(message.records(0).key(), "tax");
  pack[0].text.erase(pack[0].text.find("tax,"));
  ASSERT_TRUE(Import(pack, Header("r3")).response.changed());
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_EQ(message.records_size(), 0);
  ASSERT_EQ(message.removed_size(), 1);
  EXPECT_EQ(message.removed(0).key(), "tax");
  context->TryCancel();
}

TEST_F(DirectoryServiceTest, AWatcherGoesOnWhereItStoppedIfItIsTheSameDirectory) {
  ASSERT_TRUE(Import(DemoPack(), Header("r1")).status.ok());
  const auto watch = [&](const v1::WatchPosition& position) {
    v1::WatchDirectoryRequest request;
    *request.mutable_position() = position;
    const auto context = As(access::v1::ROLE_SYSTEM);
    const auto reader = stub_->WatchDirectory(context.get(), request);
    v1::WatchDirectoryResponse all, part;
    while (!all.complete() && reader->Read(&part)) all.MergeFrom(part);
    context->TryCancel();
    return all;
  };
  const auto everything = watch({});
  EXPECT_TRUE(everything.reset());
  v1::WatchPosition position;
  position.set_revision(everything.revision());
  position.set_token(everything.token());
  std::vector<PackFile> pack = {{"skills.csv", ""}};
  for (const PackFile& file : DemoPack()) {
    if (file.name == "skills.csv") pack[0].text = file.text + "tax,税务,Tax\n";
  }
  ASSERT_TRUE(Import(pack, Header("r2")).response.changed());
  const auto change = [&] {
    Start();  // the past is on the disk
    return watch(position);
  }();
  EXPECT_FALSE(change.reset());
  EXPECT_EQ(change.revision(), 2);
  ASSERT_EQ(change.records_size(), 1);
  EXPECT_EQ(change.records(0).key(), "tax");

  position.set_token("of another directory");
  EXPECT_TRUE(watch(position).reset());
  position.set_token(everything.token());
  position.set_revision(77);
  EXPECT_TRUE(watch(position).reset()) << "this directory has not got so far";
}

TEST_F(DirectoryServiceTest, TheHistoryTellsWhoChangedWhat) {
  ASSERT_TRUE(Import(DemoPack(), Header("r1")).status.ok());
  std::vector<PackFile> pack = {{"skills.csv", ""}};
  for (const PackFile& file : DemoPack()) {
    if (file.name == "skills.csv") pack[0].text = file.text + "tax,税务,Tax\n";
  }
  ASSERT_TRUE(Import(pack, Header("r2")).response.changed());
  pack[0].text.erase(pack[0].text.find("tax,"));
  ASSERT_TRUE(Import(pack, Header("r3")).response.changed());

  v1::ListHistoryRequest request;
  v1::ListHistoryResponse history;
  const auto ask = [&] {
    return stub_->ListHistory(As(access::v1::ROLE_AUDITOR).get(), request, &history);
  };
  ASSERT_TRUE(ask().ok());
  ASSERT_EQ(history.changes_size(), 3);
  EXPECT_EQ(history.changes(0).revision(), 3);
  EXPECT_EQ(history.changes(0).records(), 1);
  EXPECT_EQ(history.changes(0).account(), "zhang");
  EXPECT_FALSE(history.changes(0).has_record());

  request.set_table("skills");
  request.set_key("tax");
  ASSERT_TRUE(ask().ok());
  ASSERT_EQ(history.changes_size(), 2);
  EXPECT_EQ(history.changes(0).record().fields_size(), 0) << "gone";
  EXPECT_GT(history.changes(1).record().fields_size(), 0);

  // Page by page, each change once, also within a revision.
  request.clear_key();
  request.set_page_size(3);
  std::vector<std::string> told;
  do {
    ASSERT_TRUE(ask().ok());
    for (const auto& change : history.changes()) {
      told.push_back(std::to_string(change.revision()) + change.record().key());
    }
    request.set_page_token(history.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(told.size(), 10u) << "eight at first, one more, one less";
  std::sort(told.begin(), told.end());
  EXPECT_EQ(std::unique(told.begin(), told.end()), told.end());

  request.set_page_size(0);
  request.set_table("staff");
  request.set_key("demo-01");
  ASSERT_TRUE(ask().ok());
  EXPECT_EQ(history.changes(0).record().ShortDebugString().find("990001"), std::string::npos)
      << "an auditor sees no numbers here either";
  request.set_table("");
  EXPECT_EQ(ask().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  request.clear_key();
  request.set_page_token("x");
  EXPECT_EQ(ask().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(DirectoryServiceTest, ACountySeesItsOwnTreeAndWhatIsAboveIt) {
  ASSERT_TRUE(Import(DemoPack(), Header("r1")).status.ok());
  const auto keys = [&](Role role, const std::string& org, const std::string& table) {
    auto who = Somebody(role);
    who.set_org(org);
    v1::ListRecordsRequest request;
    request.set_table(table);
    request.set_page_size(3);  // pages are of what is seen
    std::vector<std::string> found;
    do {
      v1::ListRecordsResponse page;
      const auto status = stub_->ListRecords(
          MakeContextFor(SignIdentity(TestKey(), who), kTimeout).get(), request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const auto& record : page.records()) found.push_back(record.key());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return found;
  };
  using testing::Contains;
  using testing::Not;
  const auto west = keys(access::v1::ROLE_COUNTY_DISPATCHER, "county-west", "nodes");
  EXPECT_THAT(
      west, testing::UnorderedElementsAre(
                "city-hall", "county-west", "town-willow", "town-mill", "village-plum",
                "village-stone-bridge", "legal-aid-centre", "notary-office", "mediation-committee",
                "veterans-station", "law-firm-demo", "court", "labour-office"));
  const auto people = keys(access::v1::ROLE_COUNTY_DISPATCHER, "county-west", "staff");
  EXPECT_THAT(people, Contains("demo-11"));
  EXPECT_THAT(people, Contains("demo-13"));
  EXPECT_THAT(people, Not(Contains("demo-08"))) << "of the other county";
  EXPECT_THAT(people, Not(Contains("demo-01"))) << "of the city";
  EXPECT_EQ(keys(access::v1::ROLE_STATION_CLERK, "town-lake", "advisers").size(), 1u);
  EXPECT_EQ(keys(access::v1::ROLE_CITY_DISPATCHER, "city-hall", "nodes").size(), 16u);
  EXPECT_EQ(keys(access::v1::ROLE_STATION_CLERK, "", "nodes").size(), 16u) << "nobody told";
  EXPECT_THAT(keys(access::v1::ROLE_STATION_CLERK, "no-such-place", "nodes"), IsEmpty());

  auto county = Somebody(access::v1::ROLE_COUNTY_DISPATCHER);
  county.set_org("county-west");
  v1::GetRecordRequest get;
  get.set_table("nodes");
  get.set_key("county-east");
  v1::GetRecordResponse record;
  EXPECT_EQ(
      stub_
          ->GetRecord(MakeContextFor(SignIdentity(TestKey(), county), kTimeout).get(), get, &record)
          .error_code(),
      grpc::StatusCode::NOT_FOUND);
  v1::SearchNodesRequest search;
  search.add_types("township_station");
  v1::SearchNodesResponse found;
  ASSERT_TRUE(stub_
                  ->SearchNodes(MakeContextFor(SignIdentity(TestKey(), county), kTimeout).get(),
                                search, &found)
                  .ok());
  EXPECT_EQ(found.matches_size(), 2);
}

TEST_F(DirectoryServiceTest, RostersAreCheckedAnyTime) {
  ASSERT_TRUE(Import(DemoPack(), Header("r1")).status.ok());
  v1::CheckRostersResponse response;
  ASSERT_TRUE(stub_->CheckRosters(As(access::v1::ROLE_SUPERVISOR).get(), {}, &response).ok());
  EXPECT_EQ(response.rosters(), 2);
  EXPECT_EQ(response.gaps_size(), 0);
}

}  // namespace
}  // namespace hotline::directory
