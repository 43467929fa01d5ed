#include "services/ctl/sip_ping.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <arpa/inet.h>

namespace hotline::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const SipPingIds kIds{.branch = "z9hG4bKabc", .call_id = "id1"};

std::string Reply(const std::string& first_line, const std::string& branch = "z9hG4bKabc",
                  const std::string& call_id = "id1") {
  return absl::StrCat(first_line, "\r\nv: SIP/2.0/UDP 127.0.0.1:9;branch=", branch,
                      "\r\nCALL-ID :  ", call_id, "\r\nContent-Length: 0\r\n\r\n");
}

TEST(SipPingTest, WritesAnOptionsRequest) {
  const std::string text = MakeOptions("127.0.0.1:9", "127.0.0.1:5060", kIds);
  EXPECT_THAT(text, StartsWith("OPTIONS sip:127.0.0.1:5060 SIP/2.0\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKabc;rport\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nCSeq: 1 OPTIONS\r\n"));
}

TEST(SipPingTest, TakesAnyFinalReplyOfItsOwnTransaction) {
  EXPECT_EQ(ReadFinalReply(Reply("SIP/2.0 200 OK"), kIds)->status, 200);
  EXPECT_EQ(ReadFinalReply(Reply("SIP/2.0 405 Method Not Allowed"), kIds)->reason,
            "Method Not Allowed");
  EXPECT_EQ(ReadFinalReply(Reply("SIP/2.0 100 Trying"), kIds), std::nullopt);
  EXPECT_EQ(ReadFinalReply(Reply("SIP/2.0 200 OK", "z9hG4bKother"), kIds), std::nullopt);
  EXPECT_EQ(ReadFinalReply(Reply("SIP/2.0 200 OK", kIds.branch, "other"), kIds), std::nullopt);
  EXPECT_EQ(ReadFinalReply("OPTIONS sip:x SIP/2.0\r\n\r\n", kIds), std::nullopt);
  EXPECT_EQ(ReadFinalReply("", kIds), std::nullopt);
  EXPECT_EQ(ReadFinalReply("SIP/2.0", kIds), std::nullopt);
}

TEST(SipPingTest, RepeatsTheRequestUntilAnAnswerComes) {
  const int server = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(server, raw, size), 0);
  getsockname(server, raw, &size);
  std::thread peer([server] {
    std::array<char, 2048> buffer{};
    sockaddr_in from{};
    socklen_t from_size = sizeof(from);
    auto* caller = reinterpret_cast<sockaddr*>(&from);
    recv(server, buffer.data(), buffer.size(), 0);  // the first one is "lost"
    const ssize_t bytes = recvfrom(server, buffer.data(), buffer.size(), 0, caller, &from_size);
    const std::string request(buffer.data(), static_cast<size_t>(bytes));
    const std::string headers = request.substr(request.find("\r\n"));
    for (const char* first_line : {"SIP/2.0 100 Trying", "SIP/2.0 200 OK"}) {
      const std::string reply = first_line + headers;
      sendto(server, reply.data(), reply.size(), 0, caller, from_size);
    }
  });
  const auto reply =
      SipPing(absl::StrCat("127.0.0.1:", ntohs(address.sin_port)), absl::Seconds(10));
  peer.join();
  close(server);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->reason, "OK");
}

TEST(SipPingTest, GivesUpInTime) {
  const auto reply = SipPing("127.0.0.1:1", absl::Milliseconds(50));
  EXPECT_TRUE(absl::IsUnavailable(reply.status()));
  EXPECT_THAT(std::string(reply.status().message()), HasSubstr("no SIP answer from 127.0.0.1:1"));
}

}  // namespace
}  // namespace hotline::ctl
