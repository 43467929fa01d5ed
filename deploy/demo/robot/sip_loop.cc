#include "deploy/demo/robot/sip_loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "services/base/check.h"

#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_wait.h>

namespace hotline::robot {

struct SipHandle {
  nua_handle_t* nua = nullptr;
  std::shared_ptr<SipPeer> peer;
  std::string user;  // registrations only
  std::string password;
  int challenges = 0;    // since the last success
  bool leaving = false;  // its owner has asked for its end, which is on its way
};

namespace {

constexpr char kSdpType[] = "application/sdp";
constexpr char kCallerDomain[] = "carrier.example";
// A second challenge in a row means a wrong password, a third that nobody will change its mind.
constexpr int kMaxChallenges = 2;
constexpr std::chrono::milliseconds kMaxStep{100};
constexpr int kFollowUpSteps = 2;
constexpr unsigned kMinSessionExpires = 90;

std::string Payload(const sip_t* sip) {
  if (sip == nullptr || sip->sip_payload == nullptr) return {};
  return std::string(sip->sip_payload->pl_data, sip->sip_payload->pl_len);
}

void DropLog(void*, const char*, va_list) {}

std::string Text(const char* text) {
  return text == nullptr ? "" : text;
}

}  // namespace

struct SipLoop::Impl {
  Impl(SipOptions sip_options, OnInvite handler)
      : options(std::move(sip_options)), on_invite(std::move(handler)) {
    HOTLINE_CHECK(event_fd >= 0, "no eventfd: raise the open-file limit");
    thread = std::thread([this] { Run(); });
    std::unique_lock lock(mutex);
    started.wait(lock, [this] { return port != 0; });
  }

  ~Impl() {
    Post([this] { StartShutdown(); });
    thread.join();
    close(event_fd);
  }

  void Post(std::function<void()> closure) {
    {
      const std::lock_guard lock(mutex);
      closures.push_back(std::move(closure));
    }
    const uint64_t one = 1;
    (void)!write(event_fd, &one, sizeof one);
  }

  void Run();
  void Create();
  void FindPort();
  void RunClosures();
  void RunTimers();
  long StepMilliseconds() const;
  void StartShutdown();
  void Destroy();

  void OnEvent(nua_event_t event, int status, nua_handle_t* nua, SipHandle* handle,
               const sip_t* sip, tagi_t* tags);
  void OnInviteEvent(nua_handle_t* nua, SipHandle* handle, const sip_t* sip);
  void OnInviteAnswer(SipHandle* handle, int status, const sip_t* sip);
  void OnRegisterAnswer(SipHandle* handle, int status, const sip_t* sip);
  SipHandle* Adopt(nua_handle_t* nua, std::shared_ptr<SipPeer> peer);
  void Forget(SipHandle* handle);
  std::string ProxyUri() const;

  static int OnWake(void*, su_wait_t*, void* self) {
    uint64_t count = 0;
    (void)!read(static_cast<Impl*>(self)->event_fd, &count, sizeof count);
    static_cast<Impl*>(self)->RunClosures();
    return 0;
  }

  static void Callback(nua_event_t event, int status, const char*, nua_t*, nua_magic_t* self,
                       nua_handle_t* handle, nua_hmagic_t* magic, const sip_t* sip, tagi_t* tags) {
    static_cast<Impl*>(static_cast<void*>(self))
        ->OnEvent(event, status, handle, static_cast<SipHandle*>(static_cast<void*>(magic)), sip,
                  tags);
  }

  const SipOptions options;
  const OnInvite on_invite;
  const int event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  std::atomic<TimerId> next_timer = 1;

  std::mutex mutex;  // guards closures and port
  std::condition_variable started;
  std::deque<std::function<void()>> closures;
  uint16_t port = 0;

  // SIP thread only.
  su_root_t* root = nullptr;
  int wait_index = 0;
  nua_t* nua = nullptr;
  std::map<std::pair<Instant, TimerId>, std::function<void()>> timers;
  std::map<TimerId, Instant> timer_times;
  std::unordered_map<SipHandle*, std::unique_ptr<SipHandle>> handles;
  bool shutting_down = false;
  bool shut_down = false;
  Instant shutdown_deadline{};
  std::thread thread;
};

// ---- the loop -----------------------------------------------------------------------------------

void SipLoop::Impl::Run() {
  Create();
  FindPort();
  while (!shut_down && !(shutting_down && Now() >= shutdown_deadline)) {
    RunTimers();
    su_root_step(root, StepMilliseconds());
    // A step delivers the stack's messages to itself before it waits for the network; those that
    // their delivery causes lie until the next step.
    for (int i = 0; i < kFollowUpSteps; ++i) su_root_step(root, 0);
  }
  Destroy();
}

void SipLoop::Impl::Create() {
  static std::once_flag once;
  std::call_once(once, [] {
    su_init();
    // The stack's remarks about unreachable peers are what robots are for, not news.
    su_log_redirect(nullptr, &DropLog, nullptr);
  });
  root = su_root_create(this);
  HOTLINE_CHECK(root != nullptr, "su_root_create");
  su_root_threading(root, 0);
  su_wait_t wait;
  su_wait_create(&wait, event_fd, SU_WAIT_IN);
  wait_index = su_root_register(root, &wait, reinterpret_cast<su_wakeup_f>(&OnWake),
                                reinterpret_cast<su_wakeup_arg_t*>(this), 0);
  nua = nua_create(root, &Callback, reinterpret_cast<nua_magic_t*>(this),
                   NUTAG_URL("sip:127.0.0.1:*"),
                   TAG_IF(!options.proxy.empty(), NUTAG_PROXY(ProxyUri().c_str())),
                   NUTAG_USER_AGENT("hotline-robot"), NUTAG_MEDIA_ENABLE(0), NUTAG_AUTOALERT(0),
                   NUTAG_AUTOANSWER(0), NUTAG_AUTOACK(0), NUTAG_MIN_SE(kMinSessionExpires),
                   NUTAG_OUTBOUND("no-outbound no-validate no-options-keepalive"), TAG_END());
  HOTLINE_CHECK(nua != nullptr, "no free SIP port on 127.0.0.1");
}

// The agent tells the port it got only as an answer to a question.
void SipLoop::Impl::FindPort() {
  nua_get_params(nua, TAG_ANY(), TAG_END());
  for (;;) {
    su_root_step(root, kMaxStep.count());
    const std::lock_guard lock(mutex);
    if (port != 0) break;
  }
  started.notify_all();
}

void SipLoop::Impl::RunClosures() {
  std::deque<std::function<void()>> due;
  {
    const std::lock_guard lock(mutex);
    due.swap(closures);
  }
  for (const auto& closure : due) closure();
}

void SipLoop::Impl::RunTimers() {
  const Instant now = Now();
  while (!timers.empty() && timers.begin()->first.first <= now) {
    auto node = timers.extract(timers.begin());
    timer_times.erase(node.key().second);
    node.mapped()();
  }
}

long SipLoop::Impl::StepMilliseconds() const {
  if (timers.empty()) return kMaxStep.count();
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(timers.begin()->first.first - Now());
  return std::clamp(left, std::chrono::milliseconds(0), kMaxStep).count();
}

void SipLoop::Impl::StartShutdown() {
  shutting_down = true;
  shutdown_deadline = Now() + ToChrono(kShutdownTime);
  nua_shutdown(nua);
}

void SipLoop::Impl::Destroy() {
  // nua_destroy() refuses while dialogs still wait for an answer; then the process keeps the agent.
  su_root_deregister(root, wait_index);
  if (shut_down) {
    nua_destroy(nua);
    su_root_destroy(root);
  }
  handles.clear();
  RunClosures();  // what was posted too late still drops its references
}

// ---- events -------------------------------------------------------------------------------------

void SipLoop::Impl::OnEvent(nua_event_t event, int status, nua_handle_t* nua_handle,
                            SipHandle* handle, const sip_t* sip, tagi_t* tags) {
  using Kind = SipEvent::Kind;
  const auto tell = [&](Kind kind) {
    if (handle != nullptr)
      handle->peer->OnSip({.kind = kind, .status = status, .sdp = Payload(sip)});
  };
  switch (event) {
    case nua_i_invite:
      return OnInviteEvent(nua_handle, handle, sip);
    case nua_r_invite:
      return OnInviteAnswer(handle, status, sip);
    case nua_i_active:
      return tell(Kind::kConfirmed);
    case nua_i_cancel:
      return tell(Kind::kCancelled);
    case nua_i_bye:
      return tell(Kind::kBye);
    case nua_i_terminated:
      tell(Kind::kTerminated);
      if (handle == nullptr) {
        nua_handle_destroy(nua_handle);
      } else if (!handle->leaving) {
        Forget(handle);
      }
      return;
    case nua_r_register:
      return OnRegisterAnswer(handle, status, sip);
    case nua_r_unregister:
      if (status < 200) return;
      tell(Kind::kUnregistered);
      if (handle != nullptr && !handle->leaving) Forget(handle);
      return;
    case nua_r_get_params: {
      const sip_contact_t* contact = nullptr;
      tl_gets(tags, NTATAG_CONTACT_REF(contact), TAG_END());
      HOTLINE_CHECK(contact != nullptr, "the SIP agent has no contact");
      const std::lock_guard lock(mutex);
      port = static_cast<uint16_t>(std::stoi(Text(url_port(contact->m_url))));
      return;
    }
    case nua_r_shutdown:
      if (status >= 200) shut_down = true;
      return;
    default:
      return;
  }
}

void SipLoop::Impl::OnInviteEvent(nua_handle_t* nua_handle, SipHandle* handle, const sip_t* sip) {
  if (handle != nullptr) {
    handle->peer->OnSip({.kind = SipEvent::Kind::kReoffered, .sdp = Payload(sip)});
    return;
  }
  if (shutting_down) {
    nua_respond(nua_handle, SIP_480_TEMPORARILY_UNAVAILABLE, TAG_END());
    return;
  }
  SipHandle* adopted = Adopt(nua_handle, nullptr);
  const Invitation invitation{
      .handle = adopted,
      .user = Text(sip->sip_request->rq_url->url_user),
      .from = sip->sip_from == nullptr ? "" : Text(sip->sip_from->a_url->url_user),
      .call_id = sip->sip_call_id == nullptr ? "" : Text(sip->sip_call_id->i_id),
      .sdp = Payload(sip),
      .time = Now()};
  adopted->peer = on_invite(invitation);
  if (adopted->peer == nullptr) Forget(adopted);
}

void SipLoop::Impl::OnInviteAnswer(SipHandle* handle, int status, const sip_t* sip) {
  if (handle == nullptr || status == 100) return;
  if (status < 200) {
    handle->peer->OnSip({.kind = SipEvent::Kind::kProgress, .status = status, .sdp = Payload(sip)});
  } else if (status < 300) {
    nua_ack(handle->nua, TAG_END());
    handle->peer->OnSip({.kind = SipEvent::Kind::kAccepted, .status = status, .sdp = Payload(sip)});
  } else {
    // For a first INVITE nua_i_terminated follows with the same status.
    handle->peer->OnSip({.kind = SipEvent::Kind::kReofferRefused, .status = status});
  }
}

void SipLoop::Impl::OnRegisterAnswer(SipHandle* handle, int status, const sip_t* sip) {
  if (handle == nullptr || status < 200) return;
  if (status < 300) {
    handle->challenges = 0;
    handle->peer->OnSip({.kind = SipEvent::Kind::kRegistered, .status = status});
    return;
  }
  const msg_auth_t* challenge = nullptr;
  if (sip != nullptr && status == 401) challenge = sip->sip_www_authenticate;
  if (sip != nullptr && status == 407) challenge = sip->sip_proxy_authenticate;
  if (challenge != nullptr && handle->challenges++ < kMaxChallenges) {
    const char* realm = msg_params_find(challenge->au_params, "realm=");
    const std::string quoted = Text(realm);
    const std::string credentials =
        absl::StrCat(challenge->au_scheme, ":", quoted, ":", handle->user, ":", handle->password);
    nua_authenticate(handle->nua, NUTAG_AUTH(credentials.c_str()), TAG_END());
    return;
  }
  handle->challenges = 0;
  handle->peer->OnSip({.kind = SipEvent::Kind::kRegisterFailed, .status = status});
}

SipHandle* SipLoop::Impl::Adopt(nua_handle_t* nua_handle, std::shared_ptr<SipPeer> peer) {
  auto owned = std::make_unique<SipHandle>();
  SipHandle* handle = owned.get();
  handle->nua = nua_handle;
  handle->peer = std::move(peer);
  handles.emplace(handle, std::move(owned));
  nua_handle_bind(nua_handle, reinterpret_cast<nua_hmagic_t*>(handle));
  return handle;
}

void SipLoop::Impl::Forget(SipHandle* handle) {
  nua_handle_bind(handle->nua, nullptr);
  nua_handle_destroy(handle->nua);
  handles.erase(handle);
}

std::string SipLoop::Impl::ProxyUri() const {
  return absl::StrCat("sip:", options.proxy,
                      options.transport == SipTransport::kTcp ? ";transport=tcp" : "");
}

// ---- the face -----------------------------------------------------------------------------------

SipLoop::SipLoop(SipOptions options, OnInvite on_invite)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(on_invite))) {}

SipLoop::~SipLoop() = default;

uint16_t SipLoop::port() const {
  return impl_->port;
}

const SipOptions& SipLoop::options() const {
  return impl_->options;
}

void SipLoop::Post(std::function<void()> closure) {
  impl_->Post(std::move(closure));
}

SipLoop::TimerId SipLoop::After(absl::Duration delay, std::function<void()> closure) {
  const TimerId id = impl_->next_timer++;
  const Instant due = Now() + ToChrono(delay);
  impl_->Post([impl = impl_.get(), id, due, closure = std::move(closure)]() mutable {
    impl->timers.emplace(std::pair(due, id), std::move(closure));
    impl->timer_times.emplace(id, due);
  });
  return id;
}

void SipLoop::Cancel(TimerId timer) {
  impl_->Post([impl = impl_.get(), timer] {
    const auto found = impl->timer_times.find(timer);
    if (found == impl->timer_times.end()) return;
    impl->timers.erase({found->second, timer});
    impl->timer_times.erase(found);
  });
}

SipHandle* SipLoop::Register(std::shared_ptr<SipPeer> peer, const std::string& user,
                             const std::string& password) {
  const std::string& domain = impl_->options.domain;
  const std::string address = absl::StrCat("<sip:", user, "@", domain, ">");
  const std::string registrar = absl::StrCat("sip:", domain);
  const std::string contact =
      absl::StrCat("<sip:", user, "@127.0.0.1:", port(),
                   options().transport == SipTransport::kTcp ? ";transport=tcp>" : ">");
  SipHandle* handle = impl_->Adopt(nua_handle(impl_->nua, nullptr, SIPTAG_TO_STR(address.c_str()),
                                              SIPTAG_FROM_STR(address.c_str()), TAG_END()),
                                   std::move(peer));
  handle->user = user;
  handle->password = password;
  const std::string expires = absl::StrCat(absl::ToInt64Seconds(kRegisterExpiry));
  nua_register(handle->nua, NUTAG_REGISTRAR(registrar.c_str()), SIPTAG_CONTACT_STR(contact.c_str()),
               SIPTAG_EXPIRES_STR(expires.c_str()), TAG_END());
  return handle;
}

void SipLoop::Unregister(SipHandle* handle) {
  nua_unregister(handle->nua, TAG_END());
}

void SipLoop::Forget(SipHandle* handle) {
  // Later: the caller may stand in a callback of this very handle.
  handle->leaving = true;
  Post([impl = impl_.get(), handle] {
    if (impl->handles.contains(handle)) impl->Forget(handle);  // else it went with the loop
  });
}

SipHandle* SipLoop::Invite(std::shared_ptr<SipPeer> peer, const InviteOptions& options) {
  const std::string uri = absl::StartsWith(options.to, "sip:")
                              ? options.to
                              : absl::StrCat("sip:", options.to, "@", impl_->options.domain);
  const std::string to = absl::StrCat("<", uri, ">");
  const std::string from = absl::StrCat("<sip:", options.from, "@", kCallerDomain, ">");
  std::string headers;
  for (const auto& [name, value] : options.headers) {
    absl::StrAppend(&headers, headers.empty() ? "" : "\r\n", name, ": ", value);
  }
  SipHandle* handle = impl_->Adopt(
      nua_handle(impl_->nua, nullptr, NUTAG_URL(uri.c_str()), SIPTAG_TO_STR(to.c_str()),
                 SIPTAG_FROM_STR(from.c_str()), NUTAG_M_USERNAME(options.from.c_str()), TAG_END()),
      std::move(peer));
  nua_invite(handle->nua, SIPTAG_CONTENT_TYPE_STR(kSdpType),
             SIPTAG_PAYLOAD_STR(options.sdp.c_str()),
             TAG_IF(!headers.empty(), SIPTAG_HEADER_STR(headers.c_str())), TAG_END());
  return handle;
}

void SipLoop::Ring(SipHandle* handle) {
  nua_respond(handle->nua, SIP_180_RINGING, TAG_END());
}

void SipLoop::Accept(SipHandle* handle, const std::string& sdp) {
  nua_respond(handle->nua, SIP_200_OK, SIPTAG_CONTENT_TYPE_STR(kSdpType),
              SIPTAG_PAYLOAD_STR(sdp.c_str()), TAG_END());
}

void SipLoop::Refuse(SipHandle* handle, int status) {
  nua_respond(handle->nua, status, sip_status_phrase(status), TAG_END());
}

void SipLoop::Reoffer(SipHandle* handle, const std::string& sdp) {
  nua_invite(handle->nua, SIPTAG_CONTENT_TYPE_STR(kSdpType), SIPTAG_PAYLOAD_STR(sdp.c_str()),
             TAG_END());
}

void SipLoop::Bye(SipHandle* handle) {
  nua_bye(handle->nua, TAG_END());
}

void SipLoop::CancelInvite(SipHandle* handle) {
  nua_cancel(handle->nua, TAG_END());
}

}  // namespace hotline::robot
