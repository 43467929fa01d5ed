#include "agent_console/gateway/watch/watch_hub.h"

#include <algorithm>
#include <utility>

#include "agent_console/gateway/loop.h"
#include "agent_console/gateway/upstream/upstreams.h"
#include "services/base/phone_number.h"
#include "services/runtime/log.h"

#include "hotline/call/v1/call_service.pb.h"
#include "hotline/router/v1/seat_service.pb.h"
#include "hotline/ticket/v1/ticket_service.pb.h"

namespace hotline::console {
namespace {

using console::v1::WatchConsoleResponse;
using router::v1::Call;
using router::v1::RouterStatus;

constexpr char kRouterPackage[] = "hotline.router.v1";
constexpr char kTicketPackage[] = "hotline.ticket.v1";
constexpr char kCallPackage[] = "hotline.call.v1";
constexpr absl::Duration kQuestionTime = absl::Seconds(3);
/// Earlier tickets shown of a caller.
constexpr int kMaxEarlier = 5;
/// Calls asked about, until the set is begun anew.
constexpr size_t kMaxAsked = 4000;

/// This process itself asks.
const std::string kOurselves;  // NOLINT(cert-err58-cpp): empty

bool IsTalking(const Call& call) {
  return call.state() == Call::STATE_CONNECTED || call.state() == Call::STATE_HELD;
}

std::string Mask(const std::string& number) {
  const auto parsed = PhoneNumber::Parse(number);
  return parsed.ok() ? parsed->Masked() : "unknown";
}

}  // namespace

/// One tab's stream.
class WatchHub::Page final : public MessageStream, public std::enable_shared_from_this<Page> {
 public:
  Page(WatchHub& hub, PageOptions options) : hub_(hub), options_(std::move(options)) {}

  void Next(Take take) override {
    take_ = std::move(take);
    Poke();
  }

  void Cancel() override { End(absl::CancelledError("the page is gone")); }

  RpcStatus status() const override { return status_; }

  /// Sends if there is something to say and somebody to hear it.
  void Poke() {
    if (!take_) return;
    if (over_) return Answer(std::nullopt);
    if (!HasNews()) return;
    std::string message = Compose();
    hub_.messages_.Add();
    hub_.bytes_.Add(static_cast<double>(message.size()));
    Answer(std::move(message));
  }

  void End(const RpcStatus& status) {
    if (over_) return;
    over_ = true;
    status_ = status;
    if (take_) Answer(std::nullopt);
  }

  bool over() const { return over_; }

  const PageOptions& options() const { return options_; }

 private:
  void Answer(std::optional<std::string> message) {
    const Take take = std::exchange(take_, nullptr);
    take(std::move(message));
  }

  /// The call on the page: the seat's, or its last one, whose ticket may still change.
  std::string CallId() const {
    const auto* seat = hub_.picture_.FindSeat(options_.seat_id);
    return seat != nullptr && !seat->call_id().empty() ? seat->call_id() : call_id_;
  }

  bool HasNews() const {
    const AreaPicture& picture = hub_.picture_;
    if (revision_ == 0 || hub_.clock_() >= sent_time_ + kKeepalive) return true;
    if (picture.tick() == seen_) return false;
    if (options_.area || picture.live_tick() > seen_) return true;
    if (options_.seat_id.empty()) return false;
    const std::string call_id = CallId();
    const CallInfo* info = picture.FindInfo(call_id);
    return call_id != call_id_ || picture.SeatTick(options_.seat_id) > seen_ ||
           picture.CallTick(call_id) > seen_ ||
           (info != nullptr && (info->caller_tick > seen_ || info->ticket_tick > seen_));
  }

  std::string Compose() {
    AreaPicture& picture = hub_.picture_;
    std::string area;
    bool full = revision_ == 0;
    if (options_.area && !full) full = !picture.AppendChanges(seen_, area);
    if (!options_.area && picture.resync_tick() > seen_) full = true;
    if (full && revision_ > 0) hub_.resyncs_.Add();
    if (full && options_.area) {
      area.clear();
      picture.AppendEverything(area);
    }
    WatchConsoleResponse message;
    message.set_revision(++revision_);
    message.set_full(full);
    const absl::Time now = hub_.clock_();
    message.mutable_time()->set_seconds(absl::ToUnixSeconds(now));
    message.mutable_time()->set_nanos(static_cast<int32_t>(
        absl::ToInt64Nanoseconds(now - absl::FromUnixSeconds(absl::ToUnixSeconds(now)))));
    message.set_live(picture.live());
    if (!options_.seat_id.empty()) AddSeat(full, message);
    seen_ = picture.tick();
    sent_time_ = now;
    return message.SerializeAsString() + area;
  }

  void AddSeat(bool full, WatchConsoleResponse& message) {
    const AreaPicture& picture = hub_.picture_;
    const auto* seat = picture.FindSeat(options_.seat_id);
    if (seat == nullptr) return;
    if (full || picture.SeatTick(options_.seat_id) > seen_) *message.mutable_seat() = *seat;
    const std::string call_id = CallId();
    const bool another = std::exchange(call_id_, call_id) != call_id;
    if (call_id.empty() || !MaySeeCaller(*seat)) return;
    const Call* call = seat->call_id() == call_id ? picture.FindCall(call_id) : nullptr;
    const bool call_changed =
        call != nullptr && (full || another || picture.CallTick(call_id) > seen_);
    if (call_changed) *message.mutable_call() = *call;
    const CallInfo* info = picture.FindInfo(call_id);
    const bool caller_changed = info != nullptr && info->caller_tick > seen_;
    if (call != nullptr && (call_changed || caller_changed)) {
      // With the call's state, because the number is clear while they talk.
      const bool clear =
          options_.rings_back && seat->agent() == options_.account && IsTalking(*call);
      AddCaller(*call, info, clear, *message.mutable_caller());
    }
    if (info != nullptr && info->ticket && (full || another || info->ticket_tick > seen_)) {
      *message.mutable_ticket() = *info->ticket;
    }
    hub_.AskAboutCall(call_id);
  }

  /// Who looks at a seat before he sits there sees what it does, not whom it talks to.
  bool MaySeeCaller(const router::v1::Seat& seat) const {
    return options_.supervisor || seat.agent() == options_.account;
  }

  static void AddCaller(const Call& call, const CallInfo* info, bool clear, v1::Caller& out) {
    out.set_call_id(call.request().call_id());
    out.set_queue(call.request().queue());
    out.set_entry(call.request().entry());
    if (call.request().has_request_time())
      *out.mutable_request_time() = call.request().request_time();
    if (info == nullptr) return;
    if (!info->number.empty()) out.set_number(clear ? info->number : Mask(info->number));
    if (info->ticket) out.set_ticket_no(info->ticket->ticket_no());
    for (const auto& ticket : info->earlier) *out.add_earlier() = ticket;
  }

  WatchHub& hub_;
  const PageOptions options_;
  Take take_;
  RpcStatus status_;
  std::string call_id_;  ///< shown last
  uint64_t revision_ = 0;
  uint64_t seen_ = 0;  ///< the picture's tick of the last message
  absl::Time sent_time_ = absl::InfinitePast();
  bool over_ = false;
};

WatchHub::WatchHub(Loop& loop, Upstreams& upstreams, Clock clock, absl::Duration seat_interval,
                   Metrics& metrics)
    : loop_(loop),
      upstreams_(upstreams),
      clock_(std::move(clock)),
      seat_interval_(seat_interval),
      pages_gauge_(metrics.AddGauge("hotline_console_pages", "Open pages (Watch streams).")),
      live_gauge_(
          metrics.AddGauge("hotline_console_router_live", "1 while an active router is watched.")),
      messages_(metrics.AddCounter("hotline_console_page_messages_total", "Messages to pages.")),
      bytes_(metrics.AddCounter("hotline_console_page_bytes_total", "Bytes of messages to pages.")),
      resyncs_(metrics.AddCounter("hotline_console_page_resyncs_total",
                                  "Pages that got everything anew after a gap.")) {}

WatchHub::~WatchHub() = default;

void WatchHub::Start() {
  running_ = true;
  WatchArea();
  if (upstreams_.Serves(kTicketPackage)) WatchTickets();
  EverySecond();
}

void WatchHub::Stop() {
  running_ = false;
  for (const auto& page : LivePages()) {
    page->End(absl::UnavailableError("the gateway stops; watch again"));
  }
}

absl::StatusOr<std::shared_ptr<MessageStream>> WatchHub::Open(PageOptions options) {
  if (!running_) return absl::UnavailableError("the gateway stops; watch again");
  const auto pages = LivePages();
  if (pages.size() >= kMaxPages) return absl::ResourceExhaustedError("too many pages are open");
  std::vector<std::shared_ptr<Page>> own;
  for (const auto& page : pages) {
    if (page->options().session == options.session) own.push_back(page);
  }
  if (own.size() >= kMaxPagesPerSession) {
    own.front()->End(absl::ResourceExhaustedError(
        "this session has many pages open; this one, the oldest, rests until it watches again"));
  }
  const auto page = std::make_shared<Page>(*this, std::move(options));
  pages_.push_back(page);
  pages_gauge_.Set(static_cast<double>(pages.size() + 1));
  return page;
}

std::vector<std::shared_ptr<WatchHub::Page>> WatchHub::LivePages() {
  std::erase_if(pages_, [](const auto& weak) {
    const auto page = weak.lock();
    return page == nullptr || page->over();
  });
  std::vector<std::shared_ptr<Page>> pages;
  for (const auto& weak : pages_) pages.push_back(weak.lock());
  return pages;
}

void WatchHub::WatchArea() {
  if (!running_) return;
  const auto stream = upstreams_.Watch("/hotline.router.v1.AreaService/WatchArea", "", kOurselves);
  if (stream != nullptr) ReadArea(stream);
}

void WatchHub::ReadArea(const std::shared_ptr<MessageStream>& stream) {
  stream->Next([this, stream](const std::optional<std::string>& bytes) {
    if (!running_) return stream->Cancel();
    if (!bytes) {
      picture_.LoseRouter();
      live_gauge_.Set(0);
      PlanTick();
      upstreams_.PreferOther(kRouterPackage);
      return loop_.PostAfter(kReconnectPause, [this] { WatchArea(); });
    }
    router::v1::WatchAreaResponse message;
    const bool read = message.ParseFromString(*bytes);
    // A router that stands by tells what it reads, but somebody else decides now.
    const bool standby = message.has_area() && message.area().role() != RouterStatus::ROLE_ACTIVE;
    if (!read || standby) {
      stream->Cancel();
    } else {
      picture_.Apply(message);
      live_gauge_.Set(1);
      PlanTick();
    }
    ReadArea(stream);
  });
}

void WatchHub::WatchTickets() {
  if (!running_) return;
  const auto stream =
      upstreams_.Watch("/hotline.ticket.v1.TicketService/WatchTickets", "", kOurselves);
  if (stream != nullptr) ReadTickets(stream);
}

void WatchHub::ReadTickets(const std::shared_ptr<MessageStream>& stream) {
  stream->Next([this, stream](const std::optional<std::string>& bytes) {
    if (!running_) return stream->Cancel();
    if (!bytes) {
      // What was missed meanwhile is asked for when a page shows the call again.
      asked_.clear();
      asked_earlier_.clear();
      return loop_.PostAfter(kReconnectPause, [this] { WatchTickets(); });
    }
    ticket::v1::WatchTicketsResponse message;
    if (message.ParseFromString(*bytes)) {
      const ticket::v1::Ticket& ticket = message.ticket();
      picture_.SetTicket(ticket);
      PlanTick();
      // The draft opens before it is known who calls: only now there are earlier tickets to find.
      if (asked_earlier_.size() >= kMaxAsked) asked_earlier_.clear();
      if (!ticket.caller_masked().empty() && asked_.count(ticket.call_id()) > 0 &&
          asked_earlier_.insert(ticket.call_id()).second) {
        AskForTicket(ticket.call_id());
      }
    }
    ReadTickets(stream);
  });
}

void WatchHub::AskAboutCall(const std::string& call_id) {
  if (call_id.empty()) return;
  if (asked_.size() >= kMaxAsked) asked_.clear();
  if (!asked_.insert(call_id).second) return;
  if (upstreams_.Serves(kCallPackage)) AskForCaller(call_id);
  if (upstreams_.Serves(kTicketPackage)) AskForTicket(call_id);
}

void WatchHub::AskForCaller(const std::string& call_id) {
  call::v1::GetCallerRequest request;
  request.set_call_id(call_id);
  upstreams_.Call("/hotline.call.v1.CallService/GetCaller", request.SerializeAsString(), kOurselves,
                  kQuestionTime, [this, call_id](const RpcResult& result) {
                    call::v1::GetCallerResponse caller;
                    if (!result.status.ok() || !caller.ParseFromString(result.message)) {
                      asked_.erase(call_id);  // asked again with the page's next message
                      return;
                    }
                    picture_.SetCaller(call_id, caller.withheld() ? "anonymous" : caller.number());
                    PlanTick();
                  });
}

void WatchHub::AskForTicket(const std::string& call_id) {
  ticket::v1::GetTicketRequest request;
  request.set_call_id(call_id);
  upstreams_.Call("/hotline.ticket.v1.TicketService/GetTicket", request.SerializeAsString(),
                  kOurselves, kQuestionTime, [this, call_id](const RpcResult& result) {
                    ticket::v1::GetTicketResponse found;
                    if (!result.status.ok() || !found.ParseFromString(result.message)) {
                      // Without a ticket there is none yet: its opening will be told.
                      if (result.status.code != absl::StatusCode::kNotFound) asked_.erase(call_id);
                      return;
                    }
                    picture_.SetTicket(found.ticket());
                    std::vector<ticket::v1::Ticket> earlier(
                        found.earlier().begin(),
                        found.earlier().begin() + std::min(found.earlier_size(), kMaxEarlier));
                    picture_.SetEarlier(call_id, std::move(earlier));
                    PlanTick();
                  });
}

void WatchHub::AskStats() {
  if (stats_asked_ || !picture_.live()) return;
  stats_asked_ = true;
  router::v1::GetStatsRequest request;
  request.set_today(true);
  upstreams_.Call("/hotline.router.v1.AreaService/GetStats", request.SerializeAsString(),
                  kOurselves, kQuestionTime, [this](const RpcResult& result) {
                    stats_asked_ = false;
                    router::v1::GetStatsResponse response;
                    if (!result.status.ok() || !response.ParseFromString(result.message)) return;
                    picture_.SetStatsToday(response.stats());
                    PlanTick();
                  });
}

void WatchHub::SpeakForSeats(const std::vector<std::shared_ptr<Page>>& pages) {
  const absl::Time now = clock_();
  std::map<std::string, absl::Time> spoken_for;
  for (const auto& page : pages) {
    const auto* seat = picture_.FindSeat(page->options().seat_id);
    if (seat == nullptr || seat->agent() != page->options().account) continue;
    const auto before = spoken_for_.find(seat->seat_id());
    const bool due = before == spoken_for_.end() || now >= before->second + seat_interval_ ||
                     seat->state() == router::v1::Seat::STATE_UNKNOWN;
    const auto [at, first] = spoken_for.emplace(seat->seat_id(), due ? now : before->second);
    if (!due || !first) continue;
    router::v1::HeartbeatRequest request;
    request.set_seat_id(seat->seat_id());
    upstreams_.Call("/hotline.router.v1.SeatService/Heartbeat", request.SerializeAsString(),
                    kOurselves, kQuestionTime, [](const RpcResult&) {});
  }
  spoken_for_ = std::move(spoken_for);
}

void WatchHub::PlanTick() {
  if (tick_planned_ || !picture_.dirty()) return;
  tick_planned_ = true;
  loop_.PostAfter(kTick, [this] { Tick(); });
}

void WatchHub::Tick() {
  tick_planned_ = false;
  picture_.Tick();
  for (const auto& page : LivePages()) page->Poke();
}

void WatchHub::EverySecond() {
  if (!running_) return;
  bool area = false;
  const auto pages = LivePages();
  for (const auto& page : pages) {
    area = area || page->options().area;
    if (!page->options().still_allowed()) {
      page->End(absl::UnauthenticatedError("the session is over: sign in again"));
    } else {
      page->Poke();
    }
  }
  pages_gauge_.Set(static_cast<double>(pages.size()));
  SpeakForSeats(pages);
  if (area) AskStats();
  picture_.PublishStats();
  PlanTick();
  loop_.PostAfter(kStatsInterval, [this] { EverySecond(); });
}

}  // namespace hotline::console
