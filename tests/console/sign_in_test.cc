// Signing in and out.
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/console/gateway_fixture.h"
#include "tests/runtime/ask_until.h"

namespace hotline::console {
namespace {

using access::v1::Role;
using testing::HasSubstr;

const std::string kGetSession = Path("console", "SessionService", "GetSession");
const std::string kSignOutPath = Path("console", "SessionService", "SignOut");

class SignInTest : public GatewayTest {
 protected:
  SignInTest() { AddAccount("zhang", {Role::ROLE_OPERATOR}, {"s1"}); }
};

TEST_F(SignInTest, ASessionIsACookieAndItsToken) {
  StartGateway();
  Visitor zhang(address());
  const auto response = zhang.SignIn("zhang", kPassword);
  ASSERT_EQ(response.status, 200) << response.body;
  const std::string cookie = response.Header("set-cookie");
  EXPECT_THAT(cookie, testing::StartsWith("__Host-hotline="));
  for (const char* attribute : {"; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"}) {
    EXPECT_THAT(cookie, HasSubstr(attribute));
  }
  EXPECT_THAT(response.body, HasSubstr(R"("seats":["s1"])"));
  EXPECT_THAT(response.body, HasSubstr("ROLE_OPERATOR"));

  EXPECT_EQ(zhang.Call(kGetSession, "{}").status, 200);
  EXPECT_EQ(zhang.Call(kSignOutPath, "{}").status, 200);
  EXPECT_EQ(zhang.Call(kGetSession, "{}").status, 401);
}

TEST_F(SignInTest, WrongAccountAndWrongPasswordLookTheSame) {
  StartGateway();
  Visitor visitor(address());
  const auto wrong = visitor.SignIn("zhang", "wrong password");
  const auto unknown = visitor.SignIn("nobody", "wrong password");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_THAT(wrong.body, HasSubstr("unauthenticated"));
  EXPECT_EQ(wrong.Header("set-cookie"), "");
}

TEST_F(SignInTest, WhoGuessesMustWait) {
  tries_per_account_ = {.burst = 3, .every = absl::Seconds(30)};
  StartGateway();
  Visitor visitor(address());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(visitor.SignIn("zhang", "wrong password").status, 401);
  const auto response = visitor.SignIn("zhang", kPassword);
  EXPECT_EQ(response.status, 429);
  EXPECT_THAT(response.body, HasSubstr("resource_exhausted"));
  EXPECT_NE(response.Header("retry-after"), "");
}

TEST_F(SignInTest, ASessionSurvivesTheGatewayAndEndsWithThePassword) {
  StartGateway();
  const Visitor before = SignedIn("zhang");
  StopGateway();
  StartGateway();
  HttpClient client(address());
  client.Request("POST", kGetSession,
                 {{"Cookie", before.cookie()}, {"Content-Type", "application/json"}}, "{}");
  const auto response = client.Read();
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.body, HasSubstr(before.csrf()));

  ASSERT_TRUE(accounts_.SetPassword("zhang", "another hash").ok());
  ASSERT_TRUE(accounts_.Save(dir_.File("accounts.yaml")).ok());
  const bool ended = AskUntil([&] {
    HttpClient again(address());
    again.Request("POST", kGetSession,
                  {{"Cookie", before.cookie()}, {"Content-Type", "application/json"}}, "{}");
    return again.Read().status == 401;
  });
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace hotline::console
