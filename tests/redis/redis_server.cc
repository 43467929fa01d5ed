#include "tests/redis/redis_server.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <thread>

#include "gtest/gtest.h"
#include <hiredis/hiredis.h>

#include "services/base/check.h"

namespace hotline::redis {
namespace {

constexpr auto kStartPatience = std::chrono::seconds(20);
constexpr timeval kConnectPatience = {5, 0};

using Context = std::unique_ptr<redisContext, decltype(&redisFree)>;

std::string ToText(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_NIL:
      return "";
    case REDIS_REPLY_INTEGER:
      return std::to_string(reply.integer);
    case REDIS_REPLY_ARRAY: {
      std::string text;
      for (size_t i = 0; i < reply.elements; ++i) {
        text += (i > 0 ? " " : "") + ToText(*reply.element[i]);
      }
      return text;
    }
    default:
      return {reply.str, reply.len};
  }
}

}  // namespace

RedisServer::RedisServer() {
  Start();
}

RedisServer::~RedisServer() {
  Kill();
}

std::string RedisServer::address() const {
  return "unix:" + dir_.File("redis");
}

ConnectionOptions RedisServer::options() const {
  return *ParseAddress(address());
}

void RedisServer::Start() {
  std::vector<std::string> args = {
      "redis-server", "--port",    "0",         "--unixsocket",  dir_.File("redis"), "--save", "",
      "--dir",        dir_.path(), "--logfile", dir_.File("log")};
  std::vector<char*> argv;
  for (auto& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  HOTLINE_CHECK(posix_spawnp(&pid_, "redis-server", nullptr, nullptr, argv.data(), environ) == 0,
                "redis-server is installed");
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    const Context context(redisConnectUnixWithTimeout(dir_.File("redis").c_str(), kConnectPatience),
                          redisFree);
    if (context && !context->err) {
      auto* reply = static_cast<redisReply*>(redisCommand(context.get(), "PING"));
      const bool answered = reply != nullptr && reply->type == REDIS_REPLY_STATUS;
      if (reply) freeReplyObject(reply);
      if (answered) return;
    }
    std::this_thread::yield();
  }
  ADD_FAILURE() << "redis-server does not answer: " << ReadFile(dir_.File("log"));
}

void RedisServer::Kill() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void RedisServer::Pause() {
  kill(pid_, SIGSTOP);
  waitpid(pid_, nullptr, WUNTRACED);
}

void RedisServer::Resume() {
  kill(pid_, SIGCONT);
}

std::string RedisServer::Run(const std::vector<std::string>& args) {
  const Context context(redisConnectUnixWithTimeout(dir_.File("redis").c_str(), kConnectPatience),
                        redisFree);
  std::vector<const char*> argv;
  std::vector<size_t> lengths;
  for (const auto& arg : args) {
    argv.push_back(arg.data());
    lengths.push_back(arg.size());
  }
  const std::unique_ptr<redisReply, decltype(&freeReplyObject)> reply(
      static_cast<redisReply*>(redisCommandArgv(context.get(), static_cast<int>(args.size()),
                                                argv.data(), lengths.data())),
      freeReplyObject);
  if (!reply || reply->type == REDIS_REPLY_ERROR) {
    ADD_FAILURE() << args[0] << ": " << (reply ? reply->str : context->errstr);
    return "";
  }
  return ToText(*reply);
}

}  // namespace hotline::redis
