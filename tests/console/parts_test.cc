// The gateway's small parts, each by itself.
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/any.pb.h"
#include "gtest/gtest.h"

#include "agent_console/gateway/account_commands.h"
#include "agent_console/gateway/connect/protocol.h"
#include "agent_console/gateway/connect/transcode.h"
#include "agent_console/gateway/http/static_files.h"
#include "agent_console/gateway/http/text.h"
#include "agent_console/gateway/people/accounts.h"
#include "agent_console/gateway/people/page_guard.h"
#include "agent_console/gateway/people/rate_limiter.h"
#include "agent_console/gateway/people/sessions.h"
#include "agent_console/gateway/watch/area_picture.h"
#include "tests/runtime/temp_dir.h"

#include "hotline/router/v1/seat_service.pb.h"

namespace hotline::console {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

TEST(TextTest, ACookieIsFoundAmongOthers) {
  EXPECT_EQ(FindCookie("a=1; __Host-hotline=xyz; b=2", "__Host-hotline"), "xyz");
  EXPECT_EQ(FindCookie("hotline=1;a", "a"), std::nullopt);
  EXPECT_EQ(FindCookie("", "a"), std::nullopt);
  EXPECT_EQ(FindCookie("xa=1", "a"), std::nullopt);
}

TEST(TextTest, ParametersAndBase64) {
  EXPECT_EQ(FindParameter("connect=v1&message=%7B%7D&x", "message"), "{}");
  EXPECT_EQ(FindParameter("message=%7", "message"), std::nullopt);
  EXPECT_EQ(FindParameter("a=b", "message"), std::nullopt);
  for (const std::string text : {"", "a", "ab", "abc", "\xff\x00\xfe"}) {
    EXPECT_EQ(DecodeBase64(EncodeBase64(text)), text);
    EXPECT_EQ(DecodeBase64(EncodeBase64Url(text)), text);
  }
  EXPECT_EQ(EncodeBase64("ab"), "YWI");
  EXPECT_EQ(DecodeBase64("YWI="), "ab");
  EXPECT_EQ(DecodeBase64("?"), std::nullopt);
  EXPECT_EQ(DecodeBase64("a"), std::nullopt);
}

TEST(ProtocolTest, AnErrorCarriesItsDetails) {
  router::v1::HeartbeatRequest detail;
  detail.set_seat_id("s1");
  google::protobuf::Any any;
  any.PackFrom(detail);
  const std::string packed = any.SerializeAsString();
  RpcStatus status = absl::AbortedError("somebody was \"first\"");
  status.details = std::string("\x1a") + static_cast<char>(packed.size()) + packed;
  EXPECT_EQ(ErrorJson(status),
            absl::StrCat(R"({"code":"aborted","message":"somebody was \"first\"",)",
                         R"("details":[{"type":"hotline.router.v1.HeartbeatRequest","value":")",
                         EncodeBase64(detail.SerializeAsString()), R"("}]})"));
  EXPECT_EQ(ErrorResponse(status).status, 409);
  EXPECT_EQ(EndOfStream({}), std::string("\2\0\0\0\2{}", 7));
}

TEST(ProtocolTest, AStreamsRequestIsOneMessage) {
  const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      "hotline.console.v1.WatchService.WatchConsole");
  ASSERT_NE(method, nullptr);
  HttpRequest request{.method = "POST", .headers = {{"content-type", "application/connect+proto"}}};
  ConnectCall call;
  const auto status = [&](std::string body) {
    request.body = std::move(body);
    const auto problem = ReadConnectCall(request, *method, call);
    return problem ? problem->status : 0;
  };
  EXPECT_EQ(status(Envelope(0, "ab")), 0);
  EXPECT_EQ(call.message, "ab");
  EXPECT_EQ(status(""), 400);
  EXPECT_EQ(status(Envelope(0, "ab") + "c"), 400);
  EXPECT_EQ(status(Envelope(1, "ab")), 501);
}

TEST(RateLimiterTest, ABucketFillsUpAgain) {
  RateLimiter limiter({.burst = 2, .every = absl::Seconds(10)});
  EXPECT_EQ(limiter.Take("a", kNow), absl::ZeroDuration());
  EXPECT_EQ(limiter.Take("a", kNow), absl::ZeroDuration());
  EXPECT_EQ(limiter.Take("a", kNow), absl::Seconds(10));
  EXPECT_EQ(limiter.Take("b", kNow), absl::ZeroDuration());
  EXPECT_EQ(limiter.Take("a", kNow + absl::Seconds(10)), absl::ZeroDuration());
  limiter.GiveBack("a", kNow + absl::Seconds(10));
  EXPECT_EQ(limiter.Take("a", kNow + absl::Seconds(10)), absl::ZeroDuration());
  for (size_t i = 0; i < RateLimiter::kMaxKeys + 10; ++i) limiter.Take(absl::StrCat(i), kNow);
  EXPECT_LE(limiter.size(), RateLimiter::kMaxKeys);
}

TEST(PageGuardTest, OurPageAndNoOther) {
  const PageGuard guard({"https://desk.example"});
  EXPECT_TRUE(guard.IsOurHost("Desk.Example"));
  EXPECT_FALSE(guard.IsOurHost("desk.example.evil"));
  const auto with = [&](std::string origin) {
    return guard.CheckOrigin({.headers = {{"origin", std::move(origin)}}}).ok();
  };
  EXPECT_TRUE(with("https://desk.example"));
  EXPECT_FALSE(with("http://desk.example"));
  EXPECT_FALSE(with("null"));
  EXPECT_FALSE(with(""));
  EXPECT_TRUE(guard.CheckOrigin({}).ok());
}

TEST(SessionsTest, TheyEndWhenIdleAndAtTheLatestAfterAShift) {
  absl::Time now = kNow;
  const auto sessions = *Sessions::Open("", {.idle = absl::Minutes(30), .longest = absl::Hours(2)},
                                        [&] { return now; });
  const std::string token = *sessions->Begin("zhang", 7);
  for (int i = 0; i < 5; ++i) {
    now += absl::Minutes(20);
    ASSERT_NE(sessions->Use(token), nullptr) << i;
  }
  now += absl::Minutes(25);
  EXPECT_EQ(sessions->Use(token), nullptr);  // two hours are over
  const std::string idle = *sessions->Begin("zhang", 7);
  now += absl::Minutes(31);
  EXPECT_EQ(sessions->Use(idle), nullptr);
  EXPECT_EQ(sessions->Use("guess"), nullptr);
  for (size_t i = 0; i < Sessions::kMaxPerAccount + 5; ++i)
    ASSERT_TRUE(sessions->Begin("li", 1).ok());
  EXPECT_LE(sessions->size(), Sessions::kMaxPerAccount);
}

TEST(SessionsTest, TheyAreReadAgainWithoutTheirTokens) {
  TempDir dir;
  std::string kept, ended;
  {
    const auto sessions = *Sessions::Open(dir.File("s"), {}, [] { return kNow; });
    kept = *sessions->Begin("zhang", 7);
    ended = *sessions->Begin("li", 8);
    sessions->End(ended);
  }
  EXPECT_THAT(ReadFile(dir.File("s")), testing::Not(HasSubstr(kept)));
  const auto sessions = *Sessions::Open(dir.File("s"), {}, [] { return kNow; });
  const Session* session = sessions->Use(kept);
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->account, "zhang");
  EXPECT_EQ(session->account_stamp, 7u);
  EXPECT_EQ(session->csrf_token, Sessions::CsrfTokenOf(kept));
  EXPECT_EQ(sessions->Use(ended), nullptr);
}

TEST(AccountCommandsTest, AnAccountIsMadeChangedAndRemoved) {
  TempDir dir;
  const std::string file = dir.File("accounts.yaml");
  std::ostringstream out, err;
  const auto run = [&](std::vector<std::string> words, const std::string& typed = "") {
    std::istringstream in(typed);
    out.str("");
    err.str("");
    return RunAccountCommand(words, in, out, err, HashCost::kLeast);
  };
  EXPECT_EQ(
      run({"add", file, "zhang", "--role", "operator,expert", "--seat", "s1", "--name", "张 \"1\""},
          "secret password\n"),
      0)
      << err.str();
  EXPECT_EQ(run({"add", file, "zhang", "--role", "operator"}, "secret password\n"), 1);
  EXPECT_THAT(err.str(), HasSubstr("there is an account zhang"));
  EXPECT_EQ(run({"list", file}), 0);
  EXPECT_EQ(out.str(), "zhang\toperator,expert\ts1\t张 \"1\"\n");
  const std::string before = Accounts::Load(file)->Find("zhang")->password_hash;
  EXPECT_TRUE(VerifyPassword(before, "secret password"));
  EXPECT_FALSE(VerifyPassword(before, "Secret password"));
  EXPECT_EQ(run({"passwd", file, "zhang"}), 0);
  const std::string made = out.str().substr(6, 19);
  EXPECT_TRUE(VerifyPassword(Accounts::Load(file)->Find("zhang")->password_hash, made));
  EXPECT_EQ(run({"passwd", file, "zhang"}, "short\n"), 1);
  EXPECT_EQ(run({"add", file, "a b", "--role", "operator"}, "secret password\n"), 1);
  EXPECT_EQ(run({"add", file, "x", "--role", "system"}, "secret password\n"), 1);
  EXPECT_EQ(run({"add", file, "x", "--role", "king"}, "secret password\n"), 1);
  EXPECT_THAT(err.str(), HasSubstr("no role \"king\""));
  EXPECT_EQ(run({"remove", file, "zhang"}), 0);
  EXPECT_EQ(run({"list", file}), 0);
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(run({"fly", file}), 2);
}

/// A person who types slowly: `meanwhile` happens before the first character is there.
class SlowTypist : public std::stringbuf {
 public:
  SlowTypist(const std::string& text, std::function<void()> meanwhile)
      : text_(text), meanwhile_(std::move(meanwhile)) {}

 protected:
  int_type underflow() override {
    if (meanwhile_) std::exchange(meanwhile_, nullptr)();
    if (in_avail_) return traits_type::eof();
    in_avail_ = true;
    setg(text_.data(), text_.data(), text_.data() + text_.size());
    return traits_type::to_int_type(text_[0]);
  }

 private:
  std::string text_;
  std::function<void()> meanwhile_;
  bool in_avail_ = false;
};

TEST(AccountCommandsTest, WhoIsRemovedWhileAnotherTypesAPasswordStaysRemoved) {
  TempDir dir;
  const std::string file = dir.File("accounts.yaml");
  const auto run = [&](std::vector<std::string> words, std::istream& in) {
    std::ostringstream out, err;
    return RunAccountCommand(words, in, out, err, HashCost::kLeast);
  };
  for (const char* name : {"li", "zhang"}) {
    std::istringstream typed("secret password\n");
    ASSERT_EQ(run({"add", file, name, "--role", "operator"}, typed), 0);
  }
  SlowTypist typist("another password\n", [&] {
    std::istringstream nothing;
    EXPECT_EQ(run({"remove", file, "li"}, nothing), 0);
  });
  std::istream typed(&typist);
  EXPECT_EQ(run({"passwd", file, "zhang"}, typed), 0);
  EXPECT_EQ(Accounts::Load(file)->Find("li"), nullptr);
  EXPECT_TRUE(
      VerifyPassword(Accounts::Load(file)->Find("zhang")->password_hash, "another password"));
}

TEST(AccountsTest, TheHotlineItselfIsNoPerson) {
  EXPECT_EQ(CheckAccountName("system").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(CheckAccountName("system-1").ok());
}

TEST(AccountsTest, MistakesInTheFileAreNamed) {
  TempDir dir;
  WriteFile(dir.File("a"),
            "console:\n  accounts:\n    - {account: x, roles: [king], password: p}\n");
  const auto accounts = Accounts::Load(dir.File("a"));
  EXPECT_THAT(std::string(accounts.status().message()), HasSubstr("accounts[0].roles"));
  EXPECT_TRUE(Accounts::Load(dir.File("missing"))->all().empty());
}

TEST(StaticFilesTest, FilesAreServedWithTheirCaching) {
  TempDir dir;
  mkdir(dir.File("assets").c_str(), 0700);
  WriteFile(dir.File("index.html"), "<html>");
  WriteFile(dir.File("assets/app-Bx1.js"), "script");
  WriteFile(dir.File("assets/app-Bx1.js.gz"), "gzipped");
  const auto files = StaticFiles::Load(dir.path());
  ASSERT_TRUE(files.ok()) << files.status();
  const auto get = [&](const std::string& target, HttpHeaders headers = {}) {
    return files->Serve({.method = "GET", .target = target, .headers = std::move(headers)});
  };
  const auto header = [](const HttpResponse& response, const std::string& name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return std::string();
  };
  const auto index = get("/");
  EXPECT_EQ(*index.shared_body, "<html>");
  EXPECT_EQ(header(index, "Cache-Control"), "no-cache");
  EXPECT_EQ(get("/", {{"if-none-match", header(index, "ETag")}}).status, 304);
  EXPECT_EQ(*get("/supervisor").shared_body, "<html>");
  const auto script = get("/assets/app-Bx1.js", {{"accept-encoding", "gzip, br"}});
  EXPECT_EQ(*script.shared_body, "gzipped");
  EXPECT_EQ(header(script, "Content-Encoding"), "gzip");
  EXPECT_THAT(header(script, "Cache-Control"), HasSubstr("immutable"));
  EXPECT_EQ(*get("/assets/app-Bx1.js").shared_body, "script");
  for (const char* path : {"/nothing.js", "/../etc/passwd.txt", "/assets/..%2f..%2fx.js"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
  EXPECT_EQ(files->Serve({.method = "POST", .target = "/"}).status, 405);
  EXPECT_EQ(StaticFiles().Serve({.method = "GET", .target = "/"}).status, 404);
  EXPECT_FALSE(StaticFiles::Load(dir.File("assets")).ok());
}

router::v1::WatchAreaResponse SeatMessage(const std::string& id, bool full = false) {
  router::v1::WatchAreaResponse message;
  message.set_full(full);
  message.add_seats()->set_seat_id(id);
  return message;
}

std::vector<std::string> SeatsIn(const std::string& bytes) {
  v1::WatchConsoleResponse message;
  EXPECT_TRUE(message.ParseFromString(bytes));
  std::vector<std::string> ids;
  for (const auto& seat : message.seats()) ids.push_back(seat.seat_id());
  return ids;
}

TEST(AreaPictureTest, APageCatchesUpByChangesOrGetsEverything) {
  AreaPicture picture;
  picture.Apply(SeatMessage("s1", true));
  picture.Tick();
  const uint64_t first = picture.tick();
  picture.Apply(SeatMessage("s2"));
  picture.Tick();
  picture.Apply(SeatMessage("s3"));
  picture.Tick();
  std::string changes;
  EXPECT_TRUE(picture.AppendChanges(first, changes));
  EXPECT_THAT(SeatsIn(changes), ElementsAre("s2", "s3"));
  std::string all;
  picture.AppendEverything(all);
  EXPECT_THAT(SeatsIn(all), ElementsAre("s1", "s2", "s3"));
  // A new router: what was known is void.
  picture.Apply(SeatMessage("s4", true));
  picture.Tick();
  EXPECT_FALSE(picture.AppendChanges(first, changes));
  const uint64_t resync = picture.tick();
  for (size_t i = 0; i < AreaPicture::kBacklogTicks + 1; ++i) {
    picture.Apply(SeatMessage("s5"));
    picture.Tick();
  }
  EXPECT_FALSE(picture.AppendChanges(resync, changes)) << "too far behind";
  std::string last;
  EXPECT_TRUE(picture.AppendChanges(picture.tick() - 1, last));
  EXPECT_THAT(SeatsIn(last), ElementsAre("s5"));
}

TEST(AreaPictureTest, FiguresAreShownOnceASecondAndOnlyOncePerMessage) {
  AreaPicture picture;
  for (int i = 1; i <= 3; ++i) {
    router::v1::WatchAreaResponse message = SeatMessage("s1", i == 1);
    message.mutable_stats()->set_offered(static_cast<uint64_t>(i));
    message.mutable_stats()->add_results(5);
    picture.Apply(message);
    picture.Tick();
  }
  v1::WatchConsoleResponse seen;
  std::string bytes;
  picture.AppendEverything(bytes);
  ASSERT_TRUE(seen.ParseFromString(bytes));
  EXPECT_EQ(seen.stats_24h().offered(), 1u);
  const uint64_t before = picture.tick();
  picture.PublishStats();
  EXPECT_TRUE(picture.dirty());
  picture.Tick();
  picture.Apply(SeatMessage("s2"));
  picture.Tick();
  bytes.clear();
  ASSERT_TRUE(picture.AppendChanges(before, bytes));
  ASSERT_TRUE(seen.ParseFromString(bytes));
  EXPECT_EQ(seen.stats_24h().offered(), 3u);
  EXPECT_EQ(seen.stats_24h().results_size(), 1);
}

TEST(AreaPictureTest, WhatIsKnownOfCallsIsBounded) {
  AreaPicture picture;
  for (size_t i = 0; i < AreaPicture::kMaxCallInfos + 5; ++i) {
    picture.SetCaller(absl::StrCat("c", i), "13812341234");
  }
  EXPECT_EQ(picture.FindInfo("c0"), nullptr);
  ASSERT_NE(picture.FindInfo(absl::StrCat("c", AreaPicture::kMaxCallInfos)), nullptr);
  ticket::v1::Ticket ticket;
  ticket.set_call_id("c100");
  ticket.set_version(2);
  picture.SetTicket(ticket);
  ticket.set_version(1);
  picture.SetTicket(ticket);
  EXPECT_EQ(picture.FindInfo("c100")->ticket->version(), 2);
}

}  // namespace
}  // namespace hotline::console
