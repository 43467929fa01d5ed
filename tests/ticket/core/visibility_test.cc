#include "services/ticket/core/visibility.h"

#include "gtest/gtest.h"

namespace hotline::ticket {
namespace {

Ticket Dispatched() {
  Ticket ticket;
  ticket.first_contact = "opr1";
  ticket.work.lead = {"stn-a", "/city/x/a"};
  return ticket;
}

Actor Clerk(const std::string& org, const std::string& path, Role role = Role::kStationClerk) {
  return {"clerk-" + org, {role}, org, path};
}

TEST(VisibilityTest, EachSeesItsOwnSubtree) {
  const Ticket ticket = Dispatched();
  EXPECT_TRUE(MaySee(ticket, Clerk("stn-a", "/city/x/a")));
  EXPECT_TRUE(MaySee(ticket, Clerk("x", "/city/x", Role::kCountyDispatcher)));
  EXPECT_FALSE(MaySee(ticket, Clerk("stn-b", "/city/x/b")));
  EXPECT_FALSE(MaySee(ticket, Clerk("a2", "/city/x/a2"))) << "a name that begins alike";
  EXPECT_FALSE(MaySee(ticket, Clerk("y", "/city/y", Role::kCountyDispatcher)));
  EXPECT_FALSE(MaySee(ticket, Clerk("vil-a1", "/city/x/a/1", Role::kVillageContact)))
      << "what lies above is not its own";
  EXPECT_FALSE(MaySee(ticket, Clerk("", "", Role::kHandlingUnit)));
}

TEST(VisibilityTest, WhoHelpsOrHadItSeesItToo) {
  Ticket ticket = Dispatched();
  ticket.work.co_handlers = {{"unt-la", "/city/la"}};
  ticket.work.hops = {{{"stn-b", "/city/x/b"}, absl::UnixEpoch(), absl::UnixEpoch()}};
  EXPECT_TRUE(MaySee(ticket, Clerk("unt-la", "/city/la", Role::kHandlingUnit)));
  EXPECT_TRUE(MaySee(ticket, Clerk("stn-b", "/city/x/b")));
}

TEST(VisibilityTest, WhomAComplaintIsAboutSeesNothing) {
  Ticket ticket = Dispatched();
  ticket.marks.respondents = {"lawyer-l", "firm-f", "/city/x/a"};
  EXPECT_FALSE(MaySee(ticket, {"lawyer-l", {Role::kExpert}}));
  EXPECT_FALSE(MaySee(ticket, {"ops1", {Role::kContractor}, "", "", "firm-f"}));
  EXPECT_FALSE(MaySee(ticket, {"sup9", {Role::kSupervisor}, "", "", "firm-f"}));
  EXPECT_FALSE(MaySee(ticket, Clerk("stn-a", "/city/x/a")));
  EXPECT_TRUE(MaySee(ticket, {"opr2", {Role::kOperator}}));
}

TEST(VisibilityTest, StrictTicketsAreForThoseWhoWorkOnThem) {
  Ticket ticket = Dispatched();
  ticket.marks.secrecy = Secrecy::kStrict;
  EXPECT_TRUE(MaySee(ticket, {"opr1", {Role::kOperator}})) << "the first contact";
  EXPECT_FALSE(MaySee(ticket, {"opr2", {Role::kOperator}}));
  EXPECT_TRUE(MaySee(ticket, {"sup1", {Role::kSupervisor}}));
  EXPECT_TRUE(MaySee(ticket, {"aud1", {Role::kAuditor}}));
}

TEST(VisibilityTest, TheCitizenOfAConfidentialTicketIsForThoseWhoNeedHim) {
  Ticket ticket = Dispatched();
  EXPECT_TRUE(SeesCitizen(ticket, {"opr2", {Role::kOperator}}));
  ticket.content.confidential = true;
  EXPECT_FALSE(SeesCitizen(ticket, {"opr2", {Role::kOperator}}));
  EXPECT_TRUE(SeesCitizen(ticket, {"opr1", {Role::kOperator}}));
  EXPECT_TRUE(SeesCitizen(ticket, Clerk("stn-a", "/city/x/a")));
}

}  // namespace
}  // namespace hotline::ticket
