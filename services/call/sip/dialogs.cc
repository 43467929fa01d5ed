#include "services/call/sip/dialogs.h"

#include <utility>

#include "services/call/sip/sip_text.h"
#include "services/runtime/log.h"

namespace hotline::call {
namespace {

constexpr char kAllow[] = "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE";
constexpr char kSdpType[] = "application/sdp";
constexpr int kRetryAfterMin = 5, kRetryAfterMax = 30;  // spread, so that they don't come together
constexpr int kMaxTransactions = 20'000;
constexpr int kMaxQueuedPerConnection = 1000;  // Sofia's own upper limit; its default is 64
constexpr int kTcpIdleMs = 3'600'000;
constexpr int kTcpFirstMessageMs = 10'000;
// The edge comes back within two seconds of a crash. Meanwhile an offer rings later; the phone is
// not to blame.
constexpr int kRetryPauseMs = 250;
constexpr int kMostAttempts = 20;

}  // namespace

Dialogs::Dialogs(SipOptions options, Clock clock, SipOwner owner)
    : options_(std::move(options)), clock_(std::move(clock)), owner_(std::move(owner)) {}

bool Dialogs::Open(su_root_t* root) {
  root_ = root;
  const std::string url = "sip:" + options_.listen.ToString();
  nua_ = nua_create(
      root, &Dialogs::OnEvent, this, NUTAG_URL(url.c_str()), NUTAG_USER_AGENT("hotline-call"),
      NUTAG_MEDIA_ENABLE(0), NUTAG_AUTOALERT(0), NUTAG_AUTOANSWER(0), NUTAG_AUTOACK(1),
      SIPTAG_ALLOW_STR(kAllow), NUTAG_APPL_METHOD("OPTIONS, UPDATE"),
      NUTAG_SESSION_TIMER(absl::ToInt64Seconds(options_.session_expires)),
      NUTAG_MIN_SE(absl::ToInt64Seconds(options_.min_session_expires)),
      // One INVITE for each offer: whom to ring next is the router's business, so no redirection,
      // no waiting out of a Retry-After, no credentials.
      NUTAG_RETRY_COUNT(0), NUTAG_MAX_RETRY_AFTER(0),
      // Who calls us or is called refreshes; if we must, by UPDATE, which needs no offer.
      NUTAG_SESSION_REFRESHER(nua_remote_refresher), NUTAG_UPDATE_REFRESH(1),
      NTATAG_MAXSIZE(kMaxSipMessageBytes), NTATAG_MAX_PROCEEDING(kMaxTransactions),
      TPTAG_QUEUESIZE(kMaxQueuedPerConnection), TPTAG_IDLE(kTcpIdleMs),
      TPTAG_TIMEOUT(kTcpFirstMessageMs), TAG_END());
  retry_timer_ = su_timer_create(su_root_task(root), kRetryPauseMs);
  return nua_ != nullptr;
}

void Dialogs::Shutdown(std::function<void()> done) {
  shut_down_ = std::move(done);
  draining = true;
  for (auto it = legs_.begin(); it != legs_.end();) {
    SipLeg& leg = *(it++)->second;  // which may go away at once
    if (leg.answered) {
      Do(leg, ByeLeg{leg.id});
    } else if (leg.inbound()) {
      Do(leg, RejectInvite{leg.id.call, 503});
    } else {
      Do(leg, CancelLeg{leg.id});
    }
  }
  ShutdownIfEmpty();
}

void Dialogs::ShutdownIfEmpty() {
  // With live calls Sofia would look only once a second whether they have ended.
  if (shut_down_ && legs_.empty()) nua_shutdown(nua_);
}

void Dialogs::SayFarewell(const std::vector<std::string>& farewells) {
  if (!farewell_) farewell_ = std::make_unique<FarewellAgent>(root_, options_.listen.host);
  for (const std::string& text : farewells) {
    if (const auto state = DecodeDialog(text)) farewell_->SayGoodbye(*state);
  }
}

void Dialogs::EndFarewells() {
  farewell_.reset();
}

void Dialogs::Destroy() {
  EndFarewells();
  su_timer_destroy(std::exchange(retry_timer_, nullptr));
  nua_destroy(std::exchange(nua_, nullptr));
}

SipLeg* Dialogs::Find(LegId id) {
  const auto it = legs_.find(id);
  return it == legs_.end() ? nullptr : it->second.get();
}

// ---- from Sofia ----

void Dialogs::OnEvent(nua_event_t event, int status, const char*, nua_t*, Dialogs* self,
                      nua_handle_t* handle, SipLeg* leg, const sip_t* sip, tagi_t tags[]) {
  switch (event) {
    case nua_i_invite:
      leg ? self->OnReinvite(*leg, sip) : self->OnInvite(handle, sip);
      break;
    case nua_i_ack:
      if (leg) self->OnAck(*leg, sip);
      break;
    case nua_i_cancel:
      if (leg) leg->peer_cancel = true;
      break;
    case nua_i_bye:
      if (leg) leg->peer_bye = true;
      break;
    case nua_i_update:
      if (leg) self->OnUpdate(*leg, sip);
      break;
    case nua_i_options:
      self->OnOptions(handle, leg);
      break;
    case nua_r_invite:
      if (leg) self->OnResponse(*leg, status, sip);
      break;
    case nua_r_bye:
      // A challenge to our BYE is not answered: credentials are for nobody inside a call.
      if (leg && (status == 401 || status == 407)) self->Close(*leg);
      break;
    case nua_i_fork: {  // a second phone answered the same INVITE
      nua_handle_t* other = nullptr;
      tl_gets(tags, NUTAG_HANDLE_REF(other), TAG_END());
      if (other) {
        nua_ack(other, TAG_END());
        nua_bye(other, TAG_END());
      }
      break;
    }
    case nua_i_terminated:
      if (!leg) {
        nua_handle_destroy(handle);
      } else if (!leg->edge_away || !self->SendAgain(*leg)) {
        self->Close(*leg);
      }
      break;
    case nua_r_shutdown:
      if (status >= 200 && self->shut_down_) self->shut_down_();
      break;
    default:
      break;
  }
}

CallId Dialogs::NewCallId() {
  return MakeCallId(absl::ToUnixMillis(clock_()), options_.call_id_maker, call_counter_++);
}

void Dialogs::Refuse(nua_handle_t* handle, int status) {
  const std::string retry_after = std::to_string(su_randint(kRetryAfterMin, kRetryAfterMax));
  nua_respond(handle, status, PhraseOf(status),
              TAG_IF(status == 503, SIPTAG_RETRY_AFTER_STR(retry_after.c_str())),
              TAG_IF(status == 415, SIPTAG_ACCEPT_STR(kSdpType)), TAG_END());
}

void Dialogs::OnInvite(nua_handle_t* handle, const sip_t* sip) {
  if (draining) {
    ++refused_draining;
    return Refuse(handle, 503);
  }
  if (full || inbound_ >= options_.max_calls) {
    ++overload;
    return Refuse(handle, 503);
  }
  std::optional<std::string> sdp = SdpOf(sip);
  if (!WithinLimits(sip) || !sdp || !AcceptsSdp(sip)) {
    ++malformed;
    return Refuse(handle, !sdp ? 415 : AcceptsSdp(sip) ? 400 : 406);
  }
  auto leg = std::make_unique<SipLeg>();
  leg->id = {NewCallId(), kCallerLeg};
  leg->handle = handle;
  leg->offered_in_200 = sdp->empty();
  leg->dialog = BeginDialog(sip);
  nua_handle_bind(handle, leg.get());
  Invited event{.call = leg->id.call,
                .dialled = DialledOf(sip),
                .headers = HeadersOf(sip, options_.header_names),
                .sdp = *std::move(sdp)};
  ++invites;
  ++inbound_;
  if (LogEnabled(LogLevel::kInfo)) {
    LogInfo("call comes in",
            {{"call", event.call}, {"caller", CallerOf(sip)}, {"dialled", event.dialled}});
  }
  legs_.emplace(leg->id, std::move(leg));
  if (owner_.on_caller) owner_.on_caller(event.call, CallerOf(sip));
  owner_.on_event(std::move(event));
}

void Dialogs::OnReinvite(SipLeg& leg, const sip_t* sip) {
  std::optional<std::string> sdp = SdpOf(sip);
  if (!sdp) return Refuse(leg.handle, 415);
  leg.offered_in_200 = sdp->empty();
  DropUpdate(leg);
  owner_.on_event(Reinvited{leg.id, *std::move(sdp)});
}

void Dialogs::DropUpdate(SipLeg& leg) {
  if (std::exchange(leg.update_pending, false)) nua_destroy_event(leg.update);
}

void Dialogs::OnUpdate(SipLeg& leg, const sip_t* sip) {
  const std::optional<std::string> sdp = SdpOf(sip);
  if (sdp && !sdp->empty() && leg.acked) {
    DropUpdate(leg);
    leg.update_pending = true;
    nua_save_event(nua_, leg.update);
    owner_.on_event(Reinvited{leg.id, *sdp});
  } else {
    const int status = sdp && sdp->empty() ? 200 : 488;  // a session refresh, or nothing we know
    nua_respond(leg.handle, status, PhraseOf(status), NUTAG_WITH_THIS(nua_), TAG_END());
  }
}

void Dialogs::OnAck(SipLeg& leg, const sip_t* sip) {
  const bool first = !std::exchange(leg.acked, true);
  if (first && sip) {
    ConfirmDialog(sip, leg.dialog);
    owner_.on_dialog(leg.id, Encode(leg.dialog));
    leg.dialog = {};
  }
  if (leg.bye_wanted) {
    leg.bye_wanted = false;
    leg.our_bye = true;
    nua_bye(leg.handle, TAG_END());
  } else if (leg.offered_in_200) {
    leg.offered_in_200 = false;
    owner_.on_event(Acked{leg.id, SdpOf(sip).value_or("")});
  }
}

void Dialogs::OnResponse(SipLeg& leg, int status, const sip_t* sip) {
  if (status >= 180 && status < 190) {
    if (!leg.answered) owner_.on_event(Rang{leg.id});
  } else if (status >= 200 && status < 300) {
    // Sofia has sent the ACK by itself. An application's nua_ack fails if the 180 arrives behind
    // its 200 (UDP reorders), and then the phone would never get one.
    if (leg.answered) return;  // a refresh
    leg.answered = leg.acked = true;
    owner_.on_dialog(leg.id, Encode(DialogOf(sip)));
    owner_.on_event(Answered{leg.id, SdpOf(sip).value_or("")});
  } else if (status >= 300 && !leg.answered) {
    // Sofia's own words, not the edge's: it could not be reached.
    leg.edge_away = status == 503 && nta_is_internal_msg(nua_current_request(nua_));
    leg.refused = status;
    // Sofia would wait for credentials, of which there are none.
    if (status == 401 || status == 407) Close(leg);
  }
}

void Dialogs::OnOptions(nua_handle_t* handle, SipLeg* leg) {
  const int status = draining && !leg ? 503 : 200;
  nua_respond(handle, status, PhraseOf(status), NUTAG_WITH_THIS(nua_), SIPTAG_ACCEPT_STR(kSdpType),
              SIPTAG_ALLOW_STR(kAllow), TAG_END());
  if (!leg) nua_handle_destroy(handle);
}

void Dialogs::Close(SipLeg& leg) {
  LegClosed closed{.leg = leg.id};
  if (leg.edge_away) {
    closed.how = Closure::kUnsent;
  } else if (leg.refused != 0) {
    closed.how = Closure::kRefused;
    closed.status = leg.refused;
  } else if (leg.peer_cancel) {
    closed.how = Closure::kCancel;
  } else {
    closed.how = leg.peer_bye || leg.our_bye ? Closure::kBye : Closure::kLost;
  }
  DropUpdate(leg);
  if (leg.handle) {
    nua_handle_bind(leg.handle, nullptr);
    nua_handle_destroy(leg.handle);
  }
  if (leg.inbound()) --inbound_;
  legs_.erase(leg.id);
  owner_.on_event(closed);
  ShutdownIfEmpty();
}

// ---- from the core ----

void Dialogs::Do(const SipAction& action) {
  if (const auto* invite = std::get_if<InviteTarget>(&action)) return Invite(*invite);
  std::visit(
      [this]<class A>(const A& a) {
        if constexpr (!std::is_same_v<A, InviteTarget>) {
          LegId id;
          if constexpr (requires { a.leg; })
            id = a.leg;
          else
            id = {a.call, kCallerLeg};
          // A dialog that is gone has been reported; the action crossed the report.
          if (SipLeg* leg = Find(id)) Do(*leg, a);
        }
      },
      action);
}

void Dialogs::Invite(const InviteTarget& action) {
  auto leg = std::make_unique<SipLeg>();
  leg->id = action.leg;
  leg->invite = action;
  SipLeg& placed = *legs_.insert_or_assign(action.leg, std::move(leg)).first->second;
  Send(placed);
}

void Dialogs::Send(SipLeg& leg) {
  const InviteTarget& action = *leg.invite;
  ++leg.attempts;
  const std::string target = "sip:" + action.extension + '@' + options_.domain;
  const std::string from = "<sip:" + options_.own_user + '@' + options_.domain + '>';
  const std::string proxy = "sip:" + options_.proxy.ToString() + ";transport=tcp";
  const std::string call_header = "X-Hotline-Call: " + FormatCallId(action.leg.call);
  leg.handle = nua_handle(nua_, &leg, NUTAG_URL(target.c_str()), SIPTAG_TO_STR(target.c_str()),
                          SIPTAG_FROM_STR(from.c_str()), TAG_END());
  if (!leg.handle) {
    leg.refused = 500;
    return Close(leg);
  }
  nua_invite(leg.handle, NUTAG_PROXY(proxy.c_str()), SIPTAG_CONTENT_TYPE_STR(kSdpType),
             SIPTAG_PAYLOAD_STR(action.sdp.c_str()), SIPTAG_HEADER_STR(call_header.c_str()),
             TAG_END());
}

bool Dialogs::SendAgain(SipLeg& leg) {
  if (!leg.invite || leg.attempts >= kMostAttempts || shut_down_) return false;
  nua_handle_bind(leg.handle, nullptr);
  nua_handle_destroy(std::exchange(leg.handle, nullptr));
  leg.edge_away = false;
  leg.refused = 0;
  if (retries_.empty()) su_timer_set(retry_timer_, &Dialogs::OnRetryTimer, this);
  retries_.push_back(leg.id);
  return true;
}

void Dialogs::OnRetryTimer(su_root_magic_t*, su_timer_t*, Dialogs* self) {
  for (const LegId id : std::exchange(self->retries_, {})) {
    SipLeg* leg = self->Find(id);
    if (leg && !leg->handle) self->Send(*leg);
  }
}

void Dialogs::Do(SipLeg& leg, const RejectInvite& action) {
  leg.refused = action.status;
  Refuse(leg.handle, action.status);
}

void Dialogs::Do(SipLeg& leg, const AnswerInvite& action) {
  leg.answered = true;
  nua_respond(leg.handle, SIP_200_OK, SIPTAG_CONTENT_TYPE_STR(kSdpType),
              SIPTAG_PAYLOAD_STR(action.sdp.c_str()), TAG_END());
}

void Dialogs::Do(SipLeg& leg, const CancelLeg&) {
  leg.invite.reset();
  if (!leg.handle) {  // not sent yet
    leg.refused = 487;
    return Close(leg);
  }
  // Answered meanwhile: the core hears of it and says ByeLeg.
  if (!leg.answered) nua_cancel(leg.handle, TAG_END());
}

void Dialogs::Do(SipLeg& leg, const ByeLeg&) {
  if (!leg.acked) {
    leg.bye_wanted = true;
    return;
  }
  leg.our_bye = true;
  nua_bye(leg.handle, TAG_END());
}

void Dialogs::Do(SipLeg& leg, const AnswerReinvite& action) {
  const char* body = action.sdp.empty() ? nullptr : action.sdp.c_str();
  const char* type = body ? kSdpType : nullptr;
  if (leg.update_pending) {
    leg.update_pending = false;
    nua_respond(leg.handle, action.status, PhraseOf(action.status), NUTAG_WITH_SAVED(leg.update),
                TAG_IF(type, SIPTAG_CONTENT_TYPE_STR(type)), TAG_IF(body, SIPTAG_PAYLOAD_STR(body)),
                TAG_END());
    nua_destroy_event(leg.update);
  } else {
    nua_respond(leg.handle, action.status, PhraseOf(action.status),
                TAG_IF(type, SIPTAG_CONTENT_TYPE_STR(type)), TAG_IF(body, SIPTAG_PAYLOAD_STR(body)),
                TAG_END());
  }
}

void Dialogs::Do(SipLeg& leg, const ForgetLeg&) {
  Close(leg);
}

}  // namespace hotline::call
