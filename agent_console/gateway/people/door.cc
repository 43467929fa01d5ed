#include "agent_console/gateway/people/door.h"

#include <sodium.h>
#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"

#include "agent_console/gateway/connect/transcode.h"
#include "agent_console/gateway/http/text.h"
#include "agent_console/gateway/loop.h"
#include "agent_console/gateway/people/page_guard.h"
#include "services/directory/core/roster.h"
#include "services/runtime/access.h"
#include "services/runtime/log.h"

namespace hotline::console {
namespace {

using google::protobuf::MethodDescriptor;
using Answer = HttpHandler::Answer;

/// Changes with password, roles and seats, and when the directory begins or ends to answer for the
/// account, so that a session never outlives what it was given for.
uint64_t StampOf(const Account& account) {
  std::string text = absl::StrCat(account.account, "\n", account.password_hash, "\n",
                                  absl::StrJoin(account.seats, " "));
  for (const auto role : account.roles) absl::StrAppend(&text, "\n", RoleWord(role));
  if (account.of_directory) absl::StrAppend(&text, "\ndirectory");
  uint64_t stamp = 0;
  crypto_generichash(reinterpret_cast<unsigned char*>(&stamp), sizeof(stamp),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
  return stamp;
}

int64_t Seconds(absl::Duration d) {
  return absl::ToInt64Seconds(absl::Ceil(d, absl::Seconds(1)));
}

/// When a file was written, in nanoseconds; 0 if there is none.
int64_t WriteTime(const std::string& file) {
  struct stat about {};

  if (stat(file.c_str(), &about) != 0) return 0;
  return about.st_mtim.tv_sec * 1'000'000'000 + about.st_mtim.tv_nsec;
}

/// The answer of a method of the session service.
template <class Response>
void Reply(Codec codec, const Response& message, const Answer& answer) {
  answer(ToUnaryResponse(*Response::descriptor(), codec, message.SerializeAsString()));
}

HttpResponse TooMany(std::string_view what, absl::Duration wait) {
  HttpResponse response = ErrorResponse(absl::ResourceExhaustedError(
      absl::StrCat(std::string(what), "; try again in ", Seconds(wait), " s")));
  response.headers.emplace_back("Retry-After", absl::StrCat(Seconds(wait)));
  return response;
}

void Refuse(const Answer& answer) {
  answer(ErrorResponse(absl::UnauthenticatedError("account or password is wrong")));
}

Answer WithCookie(const std::string& token, int64_t max_age, const Answer& answer) {
  return [cookie = FormatSessionCookie(token, max_age), answer](HttpResponse response) {
    response.headers.emplace_back("Set-Cookie", cookie);
    answer(std::move(response));
  };
}

}  // namespace

Door::Door(DoorOptions options, Loop& loop, Metrics& metrics)
    : options_(std::move(options)),
      loop_(loop),
      passwords_(loop),
      session_rate_(options_.session_rate),
      tries_per_account_(options_.tries_per_account),
      tries_per_address_(options_.tries_per_address),
      sessions_gauge_(metrics.AddGauge("hotline_console_sessions", "People signed in.")) {}

absl::Status Door::Load() {
  accounts_time_ = WriteTime(options_.accounts_file);
  auto accounts = Accounts::Load(options_.accounts_file);
  if (!accounts.ok()) return accounts.status();
  accounts_ = *std::move(accounts);
  auto sessions = Sessions::Open(options_.sessions_file, options_.sessions, options_.clock);
  if (!sessions.ok()) return sessions.status();
  sessions_ = *std::move(sessions);
  return absl::OkStatus();
}

void Door::Start() {
  FollowAccounts();
}

std::optional<HttpResponse> Door::Admit(const HttpRequest& request, const MethodDescriptor& method,
                                        Caller& caller) {
  const access::v1::Rule& rule = RuleOf(method);
  caller.token = FindCookie(request.Header("cookie"), kSessionCookie).value_or("");
  const Session* session = caller.token.empty() ? nullptr : sessions_->Use(caller.token);
  if (session != nullptr) {
    caller.account = FindAccount(session->account);
    if (!caller.account || StampOf(*caller.account) != session->account_stamp) {
      caller.account.reset();
      sessions_->End(caller.token);
      session = nullptr;
    }
  }
  if (rule.anyone()) return std::nullopt;
  if (session == nullptr) {
    return ErrorResponse(absl::UnauthenticatedError("nobody is signed in: sign in first"));
  }
  // A page that was just loaded asks for its token by GetSession, which changes nothing.
  const bool asks_for_token = method.input_type() == v1::GetSessionRequest::descriptor();
  if (!asks_for_token && !EqualSecrets(request.Header("x-csrf-token"), session->csrf_token)) {
    return ErrorResponse(absl::PermissionDeniedError(
        "the header X-CSRF-Token is not this session's: load the page again"));
  }
  const absl::Duration wait = session_rate_.Take(caller.token, options_.clock());
  if (wait > absl::ZeroDuration()) return TooMany("this session calls too often", wait);
  if (!Allows(rule, IdentityOf(*caller.account))) {
    return ErrorResponse(absl::PermissionDeniedError(
        absl::StrCat(caller.account->account, " may not call ", method.full_name(),
                     ": none of its roles is among those that may")));
  }
  return std::nullopt;
}

access::v1::Identity Door::IdentityOf(const Account& account) const {
  access::v1::Identity identity;
  identity.set_account(account.account);
  for (const auto role : account.roles) identity.add_roles(role);
  identity.set_area(options_.area);
  for (const auto& seat : account.seats) identity.add_seats(seat);
  identity.set_org(account.org);
  identity.set_org_path(account.org_path);
  identity.set_employer(account.employer);
  identity.set_group(account.group);
  identity.mutable_expire_time()->set_seconds(
      absl::ToUnixSeconds(options_.clock() + kIdentityLife));
  return identity;
}

bool Door::IsAlive(const std::string& token) {
  const Session* session = sessions_->Use(token);
  if (session == nullptr) return false;
  const auto account = FindAccount(session->account);
  return account && StampOf(*account) == session->account_stamp;
}

void Door::SetStaff(StaffBook staff) {
  staff_ = std::move(staff);
}

std::optional<Account> Door::FindAccount(std::string_view name) const {
  const Account* account = accounts_.Find(name);
  if (account == nullptr) return std::nullopt;
  return staff_.Resolve(*account, absl::CivilDay(directory::ToMinute(options_.clock())));
}

v1::Session Door::ToProto(const Session& session, const Account& account) const {
  v1::Session out;
  out.set_account(account.account);
  out.set_display_name(account.display_name);
  for (const auto role : account.roles) out.add_roles(role);
  out.set_area(options_.area);
  for (const auto& seat : account.seats.empty() ? options_.seats : account.seats) {
    out.add_seats(seat);
  }
  out.set_csrf_token(session.csrf_token);
  out.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(session.expire_time));
  return out;
}

void Door::SignIn(const HttpRequest& request, const Caller& caller, const ConnectCall& call,
                  const Answer& answer) {
  v1::SignInRequest message;
  if (!message.ParseFromString(call.message)) {
    return answer(ErrorResponse(absl::InvalidArgumentError("this is no SignInRequest")));
  }
  if (message.account().size() > kMaxAccountBytes ||
      message.password().size() > kMaxPasswordBytes) {
    return answer(ErrorResponse(
        absl::InvalidArgumentError("an account has at most 64 bytes, a password at most 128")));
  }
  const absl::Time now = options_.clock();
  absl::Duration wait = tries_per_address_.Take(request.address, now);
  if (wait == absl::ZeroDuration()) wait = tries_per_account_.Take(message.account(), now);
  if (wait > absl::ZeroDuration()) {
    return answer(TooMany("too many tries to sign in", wait));
  }
  const Account* account = accounts_.Find(message.account());
  const bool asked =
      passwords_.Check(account == nullptr ? "" : account->password_hash, message.password(),
                       [this, name = message.account(), address = request.address,
                        old = caller.token, codec = call.codec, answer](bool right) {
                         if (!right) LogInfo("a sign-in failed", {{"address", address}});
                         right ? Welcome(name, address, old, codec, answer) : Refuse(answer);
                       });
  if (!asked) answer(TooMany("too many people sign in at once", absl::Seconds(2)));
}

/// The password was right.
void Door::Welcome(const std::string& name, const std::string& address,
                   const std::string& old_token, Codec codec, const Answer& answer) {
  const auto account = FindAccount(name);
  if (!account) return Refuse(answer);  // removed meanwhile
  if (account->roles.empty()) {
    LogInfo("an account without a role signed in", {{"account", name}});
    return answer(ErrorResponse(absl::PermissionDeniedError(absl::StrCat(
        name, account->of_directory
                  ? " does not work for the hotline today, or has no role: the directory says so"
                  : " has no role: the directory does not know it"))));
  }
  tries_per_account_.GiveBack(name, options_.clock());
  tries_per_address_.GiveBack(address, options_.clock());
  if (!old_token.empty()) sessions_->End(old_token);
  const auto token = sessions_->Begin(name, StampOf(*account));
  if (!token.ok()) return answer(ErrorResponse(token.status()));
  sessions_gauge_.Set(static_cast<double>(sessions_->size()));
  LogInfo("signed in", {{"account", name}});
  v1::SignInResponse message;
  *message.mutable_session() = ToProto(*sessions_->Peek(*token), *account);
  Reply(codec, message, WithCookie(*token, Seconds(options_.sessions.longest), answer));
}

void Door::SignOut(const Caller& caller, const ConnectCall& call, const Answer& answer) {
  sessions_->End(caller.token);
  sessions_gauge_.Set(static_cast<double>(sessions_->size()));
  LogInfo("signed out", {{"account", caller.account->account}});
  Reply(call.codec, v1::SignOutResponse(), WithCookie("", 0, answer));
}

void Door::GetSession(const Caller& caller, const ConnectCall& call, const Answer& answer) {
  v1::GetSessionResponse message;
  *message.mutable_session() = ToProto(*sessions_->Peek(caller.token), *caller.account);
  Reply(call.codec, message, answer);
}

void Door::FollowAccounts() {
  const int64_t time = WriteTime(options_.accounts_file);
  if (time != accounts_time_) {
    accounts_time_ = time;
    auto accounts = Accounts::Load(options_.accounts_file);
    if (accounts.ok()) {
      accounts_ = *std::move(accounts);
      LogInfo("accounts were read again", {{"count", accounts_.all().size()}});
    } else {
      LogError("the accounts cannot be read; the old ones hold",
               {{"why", std::string(accounts.status().message())}});
    }
  }
  loop_.PostAfter(kAccountsInterval, [this] { FollowAccounts(); });
}

}  // namespace hotline::console
