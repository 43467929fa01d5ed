// People whose organisation and roles the directory knows: a real directory, ticket service and
// gateway; what they see, and what becomes of their sessions.
#include <algorithm>
#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent_console/gateway/people/staff_book.h"
#include "services/base/check.h"
#include "services/directory/core/read.h"
#include "services/directory/files/pack.h"
#include "services/directory/follow/directory_follower.h"
#include "services/directory/service/directory_book.h"
#include "services/directory/service/directory_server.h"
#include "services/runtime/access.h"
#include "tests/console/gateway_fixture.h"
#include "tests/runtime/ask_until.h"
#include "tests/runtime/test_key.h"
#include "tests/ticket/service/ticket_fixture.h"

#include "hotline/ticket/v1/ticket_service.pb.h"

namespace hotline::console {
namespace {

using access::v1::Role;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kListTickets = Path("ticket", "TicketService", "ListTickets");
const std::string kGetSession = Path("console", "SessionService", "GetSession");

constexpr char kNodes[] =
    "id,area,type,kind,name,division,parent,settlement,hours,phones,responsible,liaison\n"
    "hall,test,city_centre,,H,990100,,urban,always,997001,p0,p0\n"
    "east,test,county_centre,,E,990102,hall,urban,always,997002,p0,p0\n"
    "west,test,county_centre,,W,990121,hall,urban,always,997003,p0,p0\n"
    "town-e,test,township_station,,T,990102100,east,rural,always,997004,p0,p0\n"
    "town-w,test,township_station,,U,990121100,west,rural,always,997005,p0,p0\n"
    "aid,test,service_unit,legal_aid,A,990100,hall,urban,always,997006,p0,p0\n";

constexpr char kStaff[] =
    "id,node,name,roles,employer,contractor,account,from,until,state,group\n"
    "p0,hall,Somebody,OPR,,no,,,,active,\n"
    "p1,east,East,CDS,,no,cds-east,,,active,\n"
    "p2,west,West,CDS,,no,cds-west,,,active,\n"
    "p3,town-e,Town,STN,,no,stn-e,,,active,\n"
    "p4,aid,Aid,UNT,firm-f,no,unit,,,active,\n"
    "p5,hall,Chief,SUP,,no,chief,,,active,a\n"
    "p6,hall,Dispatcher,DSP,,no,dsp,,,active,\n"
    "p7,hall,Former,OPR,,no,former,,2026-01-01,active,\n";

std::string With(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

directory::Directory ReadPack(const std::string& staff) {
  std::vector<directory::Problem> problems;
  auto draft = directory::ReadSheets(
      directory::ParsePack({{"nodes.csv", kNodes}, {"staff.csv", staff}}, problems));
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_THAT(draft.problems, IsEmpty());
  return draft.directory;
}

TEST(StaffBookTest, TheDirectorysWordIsTheOnlyOneOnRolesIfItHasARecord) {
  const StaffBook book(ReadPack(kStaff), "test");
  const absl::CivilDay day(2026, 11, 23);
  const auto unit = book.Resolve({.account = "unit",
                                  .display_name = "unit",
                                  .roles = {Role::ROLE_SUPERVISOR},
                                  .seats = {"s1"}},
                                 day);
  EXPECT_THAT(unit.roles, ElementsAre(Role::ROLE_HANDLING_UNIT));
  EXPECT_EQ(unit.org, "aid");
  EXPECT_EQ(unit.org_path, "/hall/aid");
  EXPECT_EQ(unit.employer, "firm-f");
  EXPECT_EQ(unit.display_name, "Aid");
  EXPECT_THAT(unit.seats, ElementsAre("s1")) << "seats are the accounts file's";
  EXPECT_EQ(book.Resolve({.account = "chief"}, day).group, "a");
  EXPECT_THAT(book.Resolve({.account = "former", .roles = {Role::ROLE_OPERATOR}}, day).roles,
              IsEmpty());
  const auto stranger = book.Resolve({.account = "x", .roles = {Role::ROLE_OPERATOR}}, day);
  EXPECT_THAT(stranger.roles, ElementsAre(Role::ROLE_OPERATOR)) << "without a record as before";
  EXPECT_EQ(StaffBook(ReadPack(kStaff), "elsewhere").size(), 0u);
}

class StaffTest : public GatewayTest {
 protected:
  StaffTest() : gate_(TestKey(), "test") {
    tickets_.Start();
    more_services_ = {{"hotline.ticket.v1", {tickets_.server().address()}}};
    for (const char* account : {"cds-east", "cds-west", "stn-e", "unit", "former"}) {
      AddAccount(account, {});
    }
    AddAccount("dsp", {});
    AddAccount("op", {Role::ROLE_OPERATOR});
    listen_ = *Endpoint::Parse("127.0.0.1:0");
    StartDirectory();
    Import(kStaff);
    StartGateway();
    Follow();
  }

  ~StaffTest() override { follower_.reset(); }

  void StartDirectory() {
    directory_metrics_ = std::make_unique<Metrics>();
    directory::DirectoryOptions options;
    options.listen = listen_;
    options.store.url = "sqlite:" + dir_.File("directory.db");
    auto server = directory::DirectoryServer::Start(options, gate_, absl::Now, *directory_metrics_);
    HOTLINE_CHECK(server.ok(), "a directory can be started");
    directory_ = *std::move(server);
    listen_ = directory_->address();
  }

  void Import(const std::string& staff) {
    // Not by gRPC: what an import says has tests of its own.
    auto store = directory::DirectoryStore::Open({.url = "sqlite:" + dir_.File("directory.db")});
    HOTLINE_CHECK(store.ok(), "its store can be opened");
    directory_.reset();
    auto book = directory::DirectoryBook::Open(**store, absl::Now);
    HOTLINE_CHECK(book.ok(), "and read");
    const std::vector<directory::PackFile> pack = {
        {"areas.csv", "id,name,division,calendar\ntest,T,990100,c\n"},
        {"calendars.csv", "id,name,working_hours\nc,C,09:00-12:00\n"},
        {"nodes.csv", kNodes},
        {"staff.csv", staff}};
    const auto done =
        (*book)->Import(pack, {.account = "test", .request_id = "r" + std::to_string(++imports_)});
    ASSERT_TRUE(done.ok()) << done.status();
    for (const auto& problem : done->problems) {
      if (problem.severity == directory::Problem::Severity::kError) {
        ADD_FAILURE() << directory::FormatProblem(problem);
      }
    }
    StartDirectory();
  }

  void Follow() {
    follower_.reset();
    follower_.emplace(directory::DirectoryFollowerOptions{.directory = listen_,
                                                          .file = dir_.File("directory.copy"),
                                                          .tables = {"nodes", "staff"}},
                      follower_metrics_.emplace_back(std::make_unique<Metrics>()).operator*(),
                      [this](const directory::FollowedDirectory& now) {
                        gateway().SetStaff(StaffBook(*now.directory, "test"));
                      });
  }

  /// Signs in as soon as the directory's word has arrived.
  Visitor Comes(const std::string& account) {
    Visitor visitor(address());
    EXPECT_TRUE(AskUntil([&] { return visitor.SignIn(account, kPassword).status == 200; }));
    return visitor;
  }

  /// A ticket that `path` answers for.
  std::string Dispatched(const std::string& org, const std::string& path) {
    auto client = tickets_.Client();
    const std::string id = "t" + std::to_string(++imports_);
    ticket::v1::Ticket ticket = client.Open(id, id);
    ticket::v1::UpdateTicketRequest edit;
    edit.set_request_id(id + "e");
    edit.set_ticket_no(ticket.ticket_no());
    edit.set_version(ticket.version());
    edit.mutable_content()->set_category(ticket::v1::CATEGORY_MEDIATION);
    edit.mutable_update_mask()->add_paths("category");
    EXPECT_TRUE(client.Update(edit, ticket).ok());
    ticket::v1::RegisterTicketRequest registration;
    registration.set_request_id(id + "r");
    registration.set_ticket_no(ticket.ticket_no());
    registration.set_version(ticket.version());
    EXPECT_TRUE(client.Register(registration, ticket).ok());
    ticket::v1::AdvanceTicketRequest dispatch;
    dispatch.set_request_id(id + "d");
    dispatch.set_ticket_no(ticket.ticket_no());
    dispatch.set_version(ticket.version());
    dispatch.set_act("dispatch");
    dispatch.mutable_unit()->set_org(org);
    dispatch.mutable_unit()->set_path(path);
    dispatch.set_yes(true);
    dispatch.add_rules("R4:division");
    const Visitor dispatcher = Comes("dsp");
    const auto answer = dispatcher.CallBytes(Path("ticket", "TicketService", "AdvanceTicket"),
                                             dispatch.SerializeAsString());
    EXPECT_EQ(answer.status, 200) << answer.body;
    return ticket.ticket_no();
  }

  static std::vector<std::string> Sees(const Visitor& visitor) {
    ticket::v1::ListTicketsResponse list;
    const auto answer = visitor.CallBytes(kListTickets, "");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_TRUE(list.ParseFromString(answer.body));
    std::vector<std::string> numbers;
    for (const auto& ticket : list.tickets()) numbers.push_back(ticket.ticket_no());
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }

  ticket::TicketFixture tickets_;
  Gate gate_;
  Endpoint listen_;
  int imports_ = 0;
  std::unique_ptr<Metrics> directory_metrics_;
  std::vector<std::unique_ptr<Metrics>> follower_metrics_;
  std::unique_ptr<directory::DirectoryServer> directory_;
  std::optional<directory::DirectoryFollower> follower_;
};

TEST_F(StaffTest, CountiesStationsAndUnitsSeeTheirOwnTicketsAndOnlyThose) {
  const std::string east = Dispatched("east", "/hall/east");
  const std::string town = Dispatched("town-e", "/hall/east/town-e");
  const std::string west = Dispatched("town-w", "/hall/west/town-w");
  const std::string aid = Dispatched("aid", "/hall/aid");
  EXPECT_THAT(Sees(Comes("cds-east")), ElementsAre(east, town));
  EXPECT_THAT(Sees(Comes("cds-west")), ElementsAre(west));
  EXPECT_THAT(Sees(Comes("stn-e")), ElementsAre(town));
  EXPECT_THAT(Sees(Comes("unit")), ElementsAre(aid));
  EXPECT_EQ(Sees(Comes("dsp")).size(), 4u) << "a dispatcher sees the whole area";
  const auto other = Comes("stn-e").Call(Path("ticket", "TicketService", "GetTicket"),
                                         R"({"ticketNo":")" + west + R"("})");
  EXPECT_EQ(other.status, 404) << other.body;
}

TEST_F(StaffTest, WhoLosesARoleLosesTheSessionAndNobodyElseDoes) {
  const Visitor town = Comes("stn-e"), county = Comes("cds-east"), op = Comes("op");
  Import(With(kStaff, "p3,town-e,Town,STN,,no,stn-e,,,active",
              "p3,town-e,Town,STN,,no,stn-e,,,suspended"));
  EXPECT_TRUE(AskUntil([&] { return town.Call(kGetSession, "{}").status == 401; }));
  EXPECT_EQ(county.Call(kGetSession, "{}").status, 200);
  EXPECT_EQ(op.Call(kGetSession, "{}").status, 200) << "the directory does not know this account";
  Visitor again(address());
  const auto refused = again.SignIn("stn-e", kPassword);
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("the directory says so"));
  Import(With(kStaff, "p1,east,East,CDS,,no,cds-east,,,active,\n", ""));
  EXPECT_TRUE(AskUntil([&] { return county.Call(kGetSession, "{}").status == 401; }));
  Visitor former(address());
  EXPECT_EQ(former.SignIn("former", kPassword).status, 403) << "has left long ago";
}

TEST_F(StaffTest, TheCopyOutlivesTheDirectoryAndTheGateway) {
  const Visitor town = Comes("stn-e");
  EXPECT_TRUE(AskUntil([&] { return std::filesystem::exists(dir_.File("directory.copy")); }));
  follower_.reset();
  directory_.reset();
  StopGateway();
  StartGateway();
  Follow();
  Visitor county(address());
  ASSERT_TRUE(AskUntil([&] { return county.SignIn("cds-east", kPassword).status == 200; }));
  EXPECT_THAT(county.Call(kGetSession, "{}").body, HasSubstr("ROLE_COUNTY_DISPATCHER"));
  StartDirectory();
  Import(With(kStaff, "p1,east,East,CDS", "p1,town-e,East,STN"));
  EXPECT_TRUE(AskUntil([&] { return county.Call(kGetSession, "{}").status == 401; }));
}

}  // namespace
}  // namespace hotline::console
