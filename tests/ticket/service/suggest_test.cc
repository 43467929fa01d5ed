// Dispatch by rules over gRPC, with a real directory that goes away.
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/directory/service/directory_book.h"
#include "services/directory/service/directory_server.h"
#include "services/directory/store/directory_store.h"
#include "services/runtime/grpc_client.h"
#include "services/runtime/proto_time.h"
#include "tests/directory/planted_faults.h"
#include "tests/runtime/ask_until.h"
#include "tests/runtime/test_key.h"
#include "tests/ticket/service/ticket_fixture.h"

namespace hotline::ticket {
namespace {

using access::v1::Role;
using grpc::StatusCode;
using testing::Contains;
using testing::ElementsAreArray;
using testing::HasSubstr;

class SuggestTest : public testing::Test {
 protected:
  SuggestTest() : gate_(TestKey(), "test") {
    auto store = directory::DirectoryStore::Open(StoreOptions());
    auto book = directory::DirectoryBook::Open(**store, absl::Now);
    const auto done =
        (*book)->Import(directory::DemoPack(), {.account = "test", .request_id = "import"});
    EXPECT_TRUE(done.ok()) << done.status();
    book->reset();
    store->reset();
    directory::DirectoryOptions options;
    options.listen = {"127.0.0.1", 0};
    options.store = StoreOptions();
    auto server = directory::DirectoryServer::Start(options, gate_, absl::Now, metrics_);
    EXPECT_TRUE(server.ok()) << server.status();
    directory_ = *std::move(server);
  }

  directory::DirectoryStoreOptions StoreOptions() const {
    return {.url = "sqlite:" + dir_.File("directory.db")};
  }

  static std::unique_ptr<grpc::ClientContext> Dispatcher() {
    access::v1::Identity identity;
    identity.set_account("dsp1");
    identity.set_area("test");
    identity.add_roles(Role::ROLE_CITY_DISPATCHER);
    *identity.mutable_expire_time() = ToProto(absl::Now() + absl::Hours(1));
    return MakeContextFor(SignIdentity(TestKey(), identity), absl::Seconds(20));
  }

  grpc::Status Ask(v1::SuggestDispatchResponse& suggestion) {
    v1::SuggestDispatchRequest request;
    request.set_ticket_no(ticket_.ticket_no());
    auto client = fixture_.Client();
    return client.stub().SuggestDispatch(Dispatcher().get(), request, &suggestion);
  }

  /// A quarrel between neighbours in Willow town, registered.
  void Open() {
    auto client = fixture_.Client();
    ticket_ = client.Open("open", "相邻纠纷");
    v1::UpdateTicketRequest edit;
    edit.set_request_id("edit");
    edit.set_ticket_no(ticket_.ticket_no());
    edit.set_version(ticket_.version());
    edit.mutable_content()->set_category(v1::CATEGORY_MEDIATION);
    edit.mutable_content()->set_division("990121100201");
    edit.mutable_update_mask()->add_paths("category");
    edit.mutable_update_mask()->add_paths("division");
    ASSERT_TRUE(client.Update(edit, ticket_).ok());
    v1::RegisterTicketRequest registration;
    registration.set_request_id("register");
    registration.set_ticket_no(ticket_.ticket_no());
    registration.set_version(ticket_.version());
    ASSERT_TRUE(client.Register(registration, ticket_).ok());
  }

  TempDir dir_;
  const Gate gate_;
  Metrics metrics_;
  std::unique_ptr<directory::DirectoryServer> directory_;
  TicketFixture fixture_;
  v1::Ticket ticket_;
};

TEST_F(SuggestTest, WithoutADirectoryItSaysWhatToDo) {
  fixture_.Start();
  Open();
  v1::SuggestDispatchResponse suggestion;
  const auto status = Ask(suggestion);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("ticket.directory"));
}

TEST_F(SuggestTest, WhatIsSuggestedIsDispatchedAndItsRulesStayInTheEvents) {
  fixture_.SetDirectory(directory_->address());
  fixture_.Start();
  Open();
  v1::SuggestDispatchResponse suggestion;
  ASSERT_TRUE(AskUntil([&] { return Ask(suggestion).ok(); }));
  EXPECT_EQ(suggestion.unit().org(), "town-willow");
  EXPECT_EQ(suggestion.fallback().org(), "county-west");
  EXPECT_EQ(suggestion.directory_revision(), 1);
  EXPECT_THAT(suggestion.rules(), Contains("R4 division 990121100201"));

  auto client = fixture_.Client();
  v1::AdvanceTicketRequest dispatch;
  dispatch.set_request_id("dispatch");
  dispatch.set_ticket_no(ticket_.ticket_no());
  dispatch.set_version(ticket_.version());
  dispatch.set_act("dispatch");
  *dispatch.mutable_unit() = suggestion.unit();
  *dispatch.mutable_fallback() = suggestion.fallback();
  *dispatch.mutable_rules() = suggestion.rules();
  dispatch.set_yes(true);
  v1::AdvanceTicketResponse response;
  const auto status = client.stub().AdvanceTicket(Dispatcher().get(), dispatch, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.ticket().lead().path(), "/city-hall/county-west/town-willow");
  v1::GetTicketRequest get;
  get.set_ticket_no(ticket_.ticket_no());
  v1::GetTicketResponse got;
  ASSERT_TRUE(client.stub().GetTicket(Dispatcher().get(), get, &got).ok());
  EXPECT_THAT(got.events().rbegin()->rules(), ElementsAreArray(suggestion.rules()));

  ASSERT_TRUE(Ask(suggestion).ok());
  EXPECT_EQ(suggestion.candidates(0).open(), 1) << "it counts as that station's open ticket now";
}

TEST_F(SuggestTest, GoesOnFromItsCopyWhileTheDirectoryIsAway) {
  fixture_.SetDirectory(directory_->address());
  fixture_.Start();
  Open();
  v1::SuggestDispatchResponse suggestion;
  ASSERT_TRUE(AskUntil([&] { return Ask(suggestion).ok(); }));
  directory_.reset();
  ASSERT_TRUE(Ask(suggestion).ok());
  fixture_.Start();  // again, with nobody at the directory's address
  suggestion.Clear();
  ASSERT_TRUE(AskUntil([&] { return Ask(suggestion).ok(); }));
  EXPECT_EQ(suggestion.unit().org(), "town-willow");
}

}  // namespace
}  // namespace hotline::ticket
