#include "services/runtime/endpoint.h"

#include <unistd.h>

#include "gtest/gtest.h"

#include "services/runtime/listen_socket.h"

namespace hotline {
namespace {

TEST(EndpointTest, ReadsAndWrites) {
  for (const char* text : {"127.0.0.1:5060", "hotline.local:0", "[::1]:65535"}) {
    const auto endpoint = Endpoint::Parse(text);
    ASSERT_TRUE(endpoint.ok()) << endpoint.status();
    EXPECT_EQ(endpoint->ToString(), text);
  }
  EXPECT_EQ(Endpoint::Parse("[::1]:7")->host, "::1");
}

TEST(EndpointTest, RefusesWhatIsNoAddress) {
  for (const char* text :
       {"", "127.0.0.1", ":5060", "127.0.0.1:", "127.0.0.1:65536", "::1:5060", "127.0.0.1:+5",
        "127.0.0.1:5 ", "a b:5", "[::1]", "[]:5", "127.0.0.1:99999999999"}) {
    EXPECT_FALSE(Endpoint::Parse(text).ok()) << text;
  }
  EXPECT_EQ(Endpoint::Parse("here").status().message(),
            "\"here\" is no address; write host:port, for example 127.0.0.1:5060");
}

TEST(ListenSocketTest, TakesAFreePortAndSaysWhenItIsInUse) {
  const auto first = ListenTcp({"127.0.0.1", 0}, "the first");
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_NE(first->address.port, 0);
  const auto second = ListenTcp(first->address, "the second");
  EXPECT_EQ(second.status(),
            absl::AlreadyExistsError("the second cannot listen on " + first->address.ToString() +
                                     ": the port is in use by another process"));
  EXPECT_EQ(ExplainListenFailure(first->address, "it").code(), absl::StatusCode::kAlreadyExists);
  close(first->fd);
}

TEST(ListenSocketTest, SaysWhenTheAddressIsNotOurs) {
  EXPECT_EQ(ListenTcp({"192.0.2.1", 0}, "it").status(),  // TEST-NET-1, RFC 5737
            absl::InvalidArgumentError(
                "it cannot listen on 192.0.2.1:0: the address is not of this host"));
}

}  // namespace
}  // namespace hotline
