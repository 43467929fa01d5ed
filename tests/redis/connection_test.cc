#include "services/redis/connection.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <boost/asio/ip/tcp.hpp>

#include "tests/redis/await.h"
#include "tests/redis/redis_server.h"

namespace hotline::redis {
namespace {

using testing::HasSubstr;

class ConnectionTest : public testing::Test {
 protected:
  void Connect(ConnectionOptions options) {
    connection_ = std::make_unique<Connection>(io_, options);
    connection_->Start([this](const absl::Status& status) { links_.push_back(status); });
    ASSERT_TRUE(RunUntil(io_, [&] { return connection_->up(); }));
  }

  absl::StatusOr<Reply> Run(const std::vector<std::string>& args) {
    return Await<Reply>(io_, [&](auto done) { connection_->Command(args, done); });
  }

  RedisServer server_;
  boost::asio::io_context io_;
  std::vector<absl::Status> links_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(ConnectionTest, PipelinedCommandsAreAnsweredInOrder) {
  Connect(server_.options());
  std::vector<int64_t> answers;
  for (int i = 0; i < 1000; ++i) {
    connection_->Command({"INCR", "n"},
                         [&](absl::StatusOr<Reply> reply) { answers.push_back(reply->integer); });
  }
  ASSERT_TRUE(RunUntil(io_, [&] { return answers.size() == 1000; }));
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(answers[i], i + 1);
}

TEST_F(ConnectionTest, RedisIsFoundByName) {
  using boost::asio::ip::tcp;
  tcp::acceptor listener(io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  ConnectionOptions options;
  options.host = "localhost";  // if it is ::1 too, nobody listens there
  options.port = listener.local_endpoint().port();
  Connect(options);
}

TEST_F(ConnectionTest, ANameNobodyKnowsIsToldAndTriedAgain) {
  ConnectionOptions options;
  options.host = "redis.invalid";
  connection_ = std::make_unique<Connection>(io_, options);
  connection_->Start([this](const absl::Status& status) { links_.push_back(status); });
  ASSERT_TRUE(RunUntil(io_, [&] { return links_.size() >= 2; }));
  EXPECT_THAT(std::string(links_[0].message()), HasSubstr("redis.invalid"));
}

TEST_F(ConnectionTest, WhatASocketCannotTakeAtOnceIsWrittenInPieces) {
  auto options = server_.options();
  options.command_timeout = absl::Seconds(10);
  Connect(options);
  const std::string big(32 << 20, 'x');
  absl::StatusOr<Reply> length;
  connection_->Command({"SET", "k", big}, [](const auto&) {});
  connection_->Command({"STRLEN", "k"}, [&](absl::StatusOr<Reply> reply) { length = reply; });
  ASSERT_TRUE(RunUntil(io_, [&] { return length.ok(); }));
  EXPECT_EQ(length->integer, static_cast<int64_t>(big.size()));
  EXPECT_EQ(Run({"PING"})->text, "PONG");
}

TEST_F(ConnectionTest, RepliesKeepTheirTypes) {
  Connect(server_.options());
  EXPECT_EQ(Run({"SET", "k", std::string("a\0b", 3)})->text, "OK");
  EXPECT_EQ(Run({"GET", "k"})->text, std::string("a\0b", 3));
  EXPECT_TRUE(Run({"GET", "none"})->nil());
  EXPECT_EQ(*ToInteger(*Run({"STRLEN", "k"})), 3);
  EXPECT_EQ(Run({"MGET", "k", "none"})->elements.size(), 2u);
  EXPECT_FALSE(ToInteger(*Run({"GET", "k"})).ok());
}

TEST_F(ConnectionTest, AnErrorOfRedisIsAStatus) {
  Connect(server_.options());
  EXPECT_EQ(Run({"NOSUCH"}).status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(Run({"FCALL", "nosuch", "0"}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ErrorToStatus("LOADING Redis is loading").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ErrorToStatus("OOM command not allowed").code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(ConnectionTest, WithoutLinkCommandsFailAndNotFromInsideTheCall) {
  Connection connection(io_, server_.options());
  bool called = false;
  connection.Command({"PING"}, [&](absl::StatusOr<Reply> reply) {
    called = true;
    EXPECT_EQ(reply.status().code(), absl::StatusCode::kUnavailable);
  });
  EXPECT_FALSE(called);
  EXPECT_TRUE(RunUntil(io_, [&] { return called; }));
}

TEST_F(ConnectionTest, MoreThanTheLimitInFlightAreRefused) {
  auto options = server_.options();
  options.max_in_flight = 3;
  Connect(options);
  std::vector<absl::StatusCode> codes;
  for (int i = 0; i < 5; ++i) {
    connection_->Command(
        {"PING"}, [&](absl::StatusOr<Reply> reply) { codes.push_back(reply.status().code()); });
  }
  ASSERT_TRUE(RunUntil(io_, [&] { return codes.size() == 5; }));
  EXPECT_EQ(std::count(codes.begin(), codes.end(), absl::StatusCode::kResourceExhausted), 2);
}

TEST_F(ConnectionTest, AServerThatDoesNotAnswerTakesTheLinkDownAndItComesBack) {
  auto options = server_.options();
  options.command_timeout = absl::Milliseconds(50);
  Connect(options);
  server_.Pause();
  const auto first = Run({"PING"});
  EXPECT_EQ(first.status().code(), absl::StatusCode::kDeadlineExceeded);
  server_.Resume();
  ASSERT_TRUE(RunUntil(io_, [&] { return connection_->up(); }));
  EXPECT_TRUE(Run({"PING"}).ok());
}

TEST_F(ConnectionTest, ALongerTimeoutIsHonoured) {
  auto options = server_.options();
  options.command_timeout = absl::Milliseconds(20);
  Connect(options);
  const auto reply = Await<Reply>(io_, [&](auto done) {
    connection_->Command({"BLPOP", "none", "0.2"}, done, absl::Seconds(10));
  });
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_TRUE(reply->nil());
}

TEST_F(ConnectionTest, ALongerTimeoutIsOverWithItsCommand) {
  constexpr absl::Duration kLongerThanTheTest = absl::Minutes(10);
  auto options = server_.options();
  options.command_timeout = absl::Milliseconds(50);
  Connect(options);
  // A patient command has been answered; then the server hangs.
  ASSERT_TRUE(Await<Reply>(io_, [&](auto done) {
                connection_->Command({"PING"}, done, kLongerThanTheTest);
              }).ok());
  server_.Pause();
  EXPECT_THAT(std::string(Run({"PING"}).status().message()), HasSubstr("did not answer in time"));
  server_.Resume();
  ASSERT_TRUE(RunUntil(io_, [&] { return connection_->up(); }));
  // The same for one that was sent behind the patient one.
  connection_->Command(
      {"PING"}, [](const absl::StatusOr<Reply>&) {}, kLongerThanTheTest);
  EXPECT_THAT(std::string(Run({"BLPOP", "none", "0"}).status().message()),
              HasSubstr("did not answer in time"));
}

TEST_F(ConnectionTest, AKilledServerFailsWhatIsUnderWayAndIsFoundAgain) {
  Connect(server_.options());
  server_.Pause();
  absl::Status status;
  connection_->Command({"PING"}, [&](absl::StatusOr<Reply> reply) { status = reply.status(); });
  server_.Kill();
  ASSERT_TRUE(RunUntil(io_, [&] { return !status.ok(); }));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(connection_->up());
  server_.Start();
  ASSERT_TRUE(RunUntil(io_, [&] { return connection_->up(); }));
  EXPECT_TRUE(Run({"PING"}).ok());
  EXPECT_TRUE(links_.front().ok());
  EXPECT_TRUE(links_.back().ok());
  EXPECT_GE(links_.size(), 3u);
}

TEST_F(ConnectionTest, StopFailsWhatIsUnderWayEvenFromInsideACallback) {
  Connect(server_.options());
  std::vector<absl::StatusCode> codes;
  connection_->Command({"PING"}, [&](absl::StatusOr<Reply> reply) {
    codes.push_back(reply.status().code());
    connection_->Stop();
  });
  connection_->Command(
      {"PING"}, [&](absl::StatusOr<Reply> reply) { codes.push_back(reply.status().code()); });
  ASSERT_TRUE(RunUntil(io_, [&] { return codes.size() == 2; }));
  EXPECT_EQ(codes[0], absl::StatusCode::kOk);
  EXPECT_EQ(codes[1], absl::StatusCode::kCancelled);
  io_.restart();
  io_.run();  // ends: nothing is armed any more
}

TEST(RedisAddress, IsHostAndPortOrASocket) {
  EXPECT_EQ(ParseAddress("127.0.0.1:6380")->port, 6380);
  EXPECT_EQ(ParseAddress("redis.local:1")->host, "redis.local");
  EXPECT_EQ(ParseAddress("unix:/run/r.sock")->unix_path, "/run/r.sock");
  for (const char* wrong : {"", "6379", "host:", "host:0", "host:65536", "host:x", ":1", "unix:"}) {
    const auto options = ParseAddress(wrong);
    ASSERT_FALSE(options.ok()) << wrong;
    EXPECT_THAT(std::string(options.status().message()), HasSubstr("write host:port"));
  }
}

}  // namespace
}  // namespace hotline::redis
