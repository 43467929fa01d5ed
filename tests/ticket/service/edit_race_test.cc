// Many people write in the same few tickets: whoever was second is told so, and no word is lost.
//
//   HOTLINE_EDITS=1000 service_tests --gtest_filter=EditRaceTest.*     (edits of each person)
#include <cstdlib>
#include <map>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

#include "tests/ticket/service/ticket_fixture.h"

namespace hotline::ticket {
namespace {

constexpr int kPeople = 10, kTickets = 10, kDefaultEdits = 20;

int EditsOfEach() {
  const char* given = std::getenv("HOTLINE_EDITS");
  return given == nullptr ? kDefaultEdits : std::atoi(given);
}

/// Three characters, so that a demand can hold a thousand of them.
std::string SignOf(int person, int edit) {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
  return {static_cast<char>('A' + person), kDigits[static_cast<size_t>(edit / 36 % 36)],
          kDigits[static_cast<size_t>(edit % 36)]};
}

/// Each adds signs of its own ("D0h") to the demand, and begins again from what the other wrote
/// when it is refused. In the end every sign must stand there, once.
TEST(EditRaceTest, NobodyIsOverwrittenUnseen) {
  TicketFixture fixture;
  fixture.Start();
  auto first = fixture.Client();
  std::vector<std::string> numbers;
  for (int t = 0; t < kTickets; ++t) {
    numbers.push_back(first.Open(absl::StrCat("open", t)).ticket_no());
  }
  const int edits = EditsOfEach();
  std::atomic<int> refused = 0;
  std::vector<std::thread> people;
  for (int p = 0; p < kPeople; ++p) {
    people.emplace_back([&, p] {
      auto client = fixture.Client(absl::StrCat("opr", p));
      int request = 0;
      for (int e = 0; e < edits; ++e) {
        v1::GetTicketRequest which;
        which.set_ticket_no(numbers[static_cast<size_t>(e * 7 + p) % kTickets]);
        for (bool written = false; !written;) {
          v1::GetTicketResponse seen;
          ASSERT_TRUE(client.Get(which, seen).ok());
          v1::UpdateTicketRequest edit;
          edit.set_request_id(absl::StrCat("e", request++));
          edit.set_ticket_no(which.ticket_no());
          edit.set_version(seen.ticket().version());
          edit.mutable_content()->set_demand(
              absl::StrCat(seen.ticket().content().demand(), " ", SignOf(p, e)));
          edit.mutable_update_mask()->add_paths("demand");
          v1::Ticket after;
          const auto status = client.Update(edit, after);
          written = status.ok();
          if (written) continue;
          ASSERT_EQ(status.error_code(), grpc::StatusCode::ABORTED) << status.error_message();
          ++refused;
        }
      }
    });
  }
  for (auto& person : people) person.join();

  std::map<std::string, int> written;
  for (const std::string& number : numbers) {
    v1::GetTicketRequest which;
    which.set_ticket_no(number);
    v1::GetTicketResponse ticket;
    ASSERT_TRUE(first.Get(which, ticket).ok());
    for (const auto& sign :
         absl::StrSplit(ticket.ticket().content().demand(), ' ', absl::SkipEmpty())) {
      ++written[std::string(sign)];
    }
  }
  EXPECT_EQ(written.size(), static_cast<size_t>(kPeople * edits));
  for (const auto& [sign, times] : written) EXPECT_EQ(times, 1) << sign;
  RecordProperty("refused", refused.load());
  std::printf("%d edits by %d people on %d tickets, refused and repeated %d, overwritten 0\n",
              kPeople * edits, kPeople, kTickets, refused.load());
}

}  // namespace
}  // namespace hotline::ticket
