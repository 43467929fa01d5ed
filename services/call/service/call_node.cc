#include "services/call/service/call_node.h"

#include <algorithm>
#include <future>
#include <map>
#include <optional>
#include <utility>

#include "services/call/core/calls.h"
#include "services/call/media/media_link.h"
#include "services/call/router/convert.h"
#include "services/call/router/event_feed.h"
#include "services/call/router/router_links.h"
#include "services/call/service/call_metrics.h"
#include "services/call/service/call_spool.h"
#include "services/call/service/caller_memory.h"
#include "services/runtime/log.h"
#include "services/runtime/queue_strand.h"

namespace hotline::call {
namespace {

constexpr absl::Duration kHousekeeping = absl::Seconds(1);
constexpr absl::Duration kDrainLook = absl::Milliseconds(50);
constexpr absl::Duration kAcknowledgeLimit = absl::Seconds(2);
constexpr size_t kPageBytes = 128 << 10;  // of a list: half a message
constexpr size_t kFarewellsAtOnce = 50;
constexpr absl::Duration kFarewellPause = absl::Milliseconds(50);
constexpr absl::Duration kGoodbyeLimit = absl::Seconds(2);
/// Redis writes what the routers acknowledge to its disk within two seconds (appendfsync everysec):
/// the spool forgets a record later than that, and a power cut in between costs none.
constexpr absl::Duration kForgetAfter = absl::Seconds(3);
/// A deadline that is nearer waits so long, so that no clock can make the strand spin.
constexpr absl::Duration kLeastAlarm = absl::Milliseconds(1);

class Node : public CallNode {
 public:
  Node(const CallOptions& options, uint64_t instance, Clock clock, Metrics& metrics)
      : options_(options),
        instance_(instance),
        clock_(std::move(clock)),
        metrics_(metrics),
        calls_(options.core),
        alarm_(strand_, [this] {
          // The clock may be a little behind the alarm: then it is set again.
          alarm_time_ = absl::InfinitePast();
          Handle(Tick{});
        }) {}

  ~Node() override {
    // From the outside in: no events, then no streams, then no strand, then what the strand used.
    if (sip_) sip_->Stop(kGoodbyeLimit);
    CloseLinks();
    strand_.Stop();
    spool_.reset();
  }

  absl::Status Open() {
    CallSpool::Leftovers leftovers;
    auto spool = CallSpool::Open(options_.spool_dir + "/calls.spool", leftovers);
    if (!spool.ok()) return spool.status();
    spool_ = *std::move(spool);
    TakeOver(std::move(leftovers));
    absl::Status status;
    strand_.Run([&] { status = Connect(); });
    return status;
  }

  Endpoint sip_address() const override { return sip_->address(); }

  QueueStrand& strand() override { return strand_; }

  void GetStatus(std::function<void(v1::GetStatusResponse)> reply) override {
    strand_.Post([this, reply = std::move(reply)] { reply(Status()); });
  }

  void ListLiveCalls(CallId after, std::function<void(v1::ListLiveCallsResponse)> reply) override {
    strand_.Post([this, after, reply = std::move(reply)] {
      v1::ListLiveCallsResponse response;
      size_t bytes = 0;
      for (const LiveCall& call : calls_.live()) {
        if (call.request.call.value <= after.value) continue;
        if (bytes > kPageBytes) {
          response.set_next_page_token(response.calls().rbegin()->request().call_id());
          break;
        }
        auto* listed = response.add_calls();
        *listed = ToProto(call);
        bytes += listed->ByteSizeLong();
      }
      reply(std::move(response));
    });
  }

  void GetCaller(CallId call,
                 std::function<void(const std::optional<PhoneNumber>&)> reply) override {
    strand_.Post([this, call, reply = std::move(reply)] { reply(callers_.Find(call, clock_())); });
  }

  void Drain(absl::Duration limit) override {
    sip_->SetDraining(true);
    WaitUntil(limit, [this] { return calls_.live_count() == 0; });
    strand_.Run([this] { Handle(Stopping{}); });
    WaitUntil(kAcknowledgeLimit,
              [this] { return withheld_.empty() && feed_.unacknowledged() == 0; });
  }

 private:
  /// Records of the process before: what had ended, and what died with it.
  void TakeOver(CallSpool::Leftovers leftovers) {
    const absl::Time now = clock_();
    for (router::v1::CallRecord& record : leftovers.died) {
      *record.mutable_end_time() = ToProto(now);
      record.set_cause(router::v1::END_CAUSE_SYSTEM_FAILURE);
      for (router::v1::Leg& leg : *record.mutable_legs()) {
        if (leg.end() == router::v1::LEG_END_FAILED) *leg.mutable_end_time() = ToProto(now);
      }
    }
    if (!leftovers.died.empty() || !leftovers.ended.empty()) {
      LogWarn("the process before left calls behind",
              {{"died", leftovers.died.size()}, {"ended", leftovers.ended.size()}});
    }
    farewells_ = std::move(leftovers.farewells);
    for (auto* list : {&leftovers.ended, &leftovers.died}) {
      for (router::v1::CallRecord& record : *list) feed_.AddOldRecord(std::move(record));
    }
  }

  /// SIP comes last: its events queue up behind this on the strand.
  absl::Status Connect() {
    media_.emplace(MediaLinkOptions{options_.media, options_.node, instance_}, strand_,
                   [this](const Event& event) { Handle(event); });
    routers_.emplace(RouterLinksOptions{options_.routers, options_.area, options_.node, instance_},
                     strand_,
                     RouterLinksOwner{
                         .on_event = [this](const Event& event) { Handle(event); },
                         .on_ack = [this](const router::v1::EventAck& ack) { Acknowledge(ack); },
                         .announce = [this] { return Announce(); },
                     });
    auto sip = SipEndpoint::Start(
        options_.sip, clock_,
        {.on_event = [this](Event event) { PostEvent(std::move(event)); },
         .on_dialog =
             [this](LegId leg, std::string farewell) {
               spool_->NoteDialog(FormatCallId(leg.call), std::move(farewell));
             },
         .on_caller =
             [this](CallId call, const PhoneNumber& number) {
               strand_.Post([this, call, number] { callers_.Note(call, number); });
             }});
    if (!sip.ok()) return sip.status();
    sip_ = *std::move(sip);
    SayFarewells();
    KeepHouse();
    return absl::OkStatus();
  }

  void PostEvent(Event event) {
    // std::function wants to be copyable; the event need not be copied for that.
    auto shared = std::make_shared<Event>(std::move(event));
    strand_.Post([this, shared] { Handle(*shared); });
  }

  /// A few at a time: they all go over one connection to the proxy.
  void SayFarewells() {
    const size_t count = std::min(farewells_.size(), kFarewellsAtOnce);
    if (count == 0) return;
    const auto first = farewells_.end() - static_cast<ptrdiff_t>(count);
    sip_->SayFarewell({std::make_move_iterator(first), std::make_move_iterator(farewells_.end())});
    farewells_.erase(first, farewells_.end());
    strand_.PostAfter(kFarewellPause, [this] { SayFarewells(); });
  }

  void CloseLinks() {
    std::promise<void> media_gone, routers_gone;
    strand_.Run([&] {
      if (!media_)
        media_gone.set_value();
      else
        media_->Close([&] { media_gone.set_value(); });
      if (!routers_)
        routers_gone.set_value();
      else
        routers_->Close([&] { routers_gone.set_value(); });
    });
    media_gone.get_future().wait();
    routers_gone.get_future().wait();
    strand_.Run([this] {
      media_.reset();
      routers_.reset();
    });
  }

  // ---- the strand's one job ----

  void Handle(const Event& event) {
    const absl::Time now = clock_();
    std::vector<Action> actions = calls_.Step(now, event);
    counted_.Observe(now, event, actions);
    std::vector<SipAction> sip;
    std::vector<MediaAction> media;
    for (Action& action : actions) {
      if (auto* a = std::get_if<SipAction>(&action)) sip.push_back(std::move(*a));
      if (auto* a = std::get_if<MediaAction>(&action)) media.push_back(std::move(*a));
    }
    NoteLiveCalls(now, actions, sip);
    NoteCallers(now, actions, sip);
    // SIP first: people wait for it. The planes do not depend on each other's order.
    if (!sip.empty()) sip_->Submit(std::move(sip));
    media_->Submit(media);
    for (Action& action : actions) {
      if (auto* a = std::get_if<Report>(&action)) Tell(*a);
    }
    SetAlarm(now);
  }

  void SetAlarm(absl::Time now) {
    const absl::Time deadline = calls_.next_deadline();
    if (deadline == alarm_time_) return;
    alarm_time_ = deadline;
    if (deadline == absl::InfiniteFuture()) return alarm_.Clear();
    alarm_.Set(std::max(deadline - now, kLeastAlarm));
  }

  /// Puts on disk what is to be told of calls that got further, should this process die.
  void NoteLiveCalls(absl::Time now, const std::vector<Action>& actions,
                     const std::vector<SipAction>& sip) {
    std::optional<CallId> changed;
    for (const SipAction& action : sip) {
      if (const auto* answer = std::get_if<AnswerInvite>(&action)) changed = answer->call;
    }
    for (const Action& action : actions) {
      const auto* report = std::get_if<Report>(&action);
      if (!report) continue;
      if (const auto* queued = std::get_if<ReportQueued>(report)) changed = queued->request.call;
      if (const auto* answered = std::get_if<ReportAnswered>(report)) changed = answered->call;
    }
    if (!changed) return;
    if (const auto record = calls_.RecordIfLost(*changed, now)) spool_->NoteLive(ToProto(*record));
  }

  void NoteCallers(absl::Time now, const std::vector<Action>& actions,
                   const std::vector<SipAction>& sip) {
    for (const SipAction& action : sip) {
      if (const auto* reject = std::get_if<RejectInvite>(&action)) callers_.Forget(reject->call);
    }
    for (const Action& action : actions) {
      const auto* report = std::get_if<Report>(&action);
      const auto* ended = report ? std::get_if<ReportEnded>(report) : nullptr;
      if (ended) callers_.NoteEnd(ended->record.request.call, now);
    }
  }

  // ---- towards the router ----

  void Tell(const Report& report) {
    router::v1::CallEvent event = ToProto(report);
    if (!event.has_ended()) return Send(std::move(event));
    const std::string id = event.ended().record().request().call_id();
    LogEnd(std::get<ReportEnded>(report).record);
    spool_->NoteEnded(event.ended().record(),
                      [this, id] { strand_.Post([this, id] { SendWithheld(id); }); });
    withheld_.emplace(id, std::move(event));
  }

  void SendWithheld(const std::string& call_id) {
    const auto it = withheld_.find(call_id);
    if (it == withheld_.end()) return;
    router::v1::CallEvent event = std::move(it->second);
    withheld_.erase(it);
    Send(std::move(event));
  }

  void Send(router::v1::CallEvent event) {
    feed_.Number(event);
    MindTheBacklog();
    // While we stop the links go first; a record that reaches the disk after them is the next
    // process's.
    if (routers_) routers_->Send(std::move(event));
  }

  std::vector<router::v1::Announcement> Announce() {
    // A record still on its way to the disk is no longer among the live calls: it goes along, and
    // not before, when a router without this service's calls would take no notice of it.
    for (auto& [id, event] : std::exchange(withheld_, {})) feed_.Number(event);
    MindTheBacklog();
    std::vector<router::v1::LiveCall> live;
    for (const LiveCall& call : calls_.live()) live.push_back(ToProto(call));
    return feed_.Announce(std::move(live));
  }

  void Acknowledge(const router::v1::EventAck& ack) {
    std::vector<std::string> ids = feed_.Acknowledge(ack);
    MindTheBacklog();
    if (ids.empty()) return;
    strand_.PostAfter(kForgetAfter, [this, ids = std::move(ids)] {
      for (const std::string& id : ids) spool_->NoteAcknowledged(id);
    });
  }

  /// A call that could not be accounted for is not taken: no record is ever dropped.
  void MindTheBacklog() {
    const size_t kept = feed_.unacknowledged() + withheld_.size() + calls_.live_count();
    const bool full = kept >= options_.max_unacknowledged;
    if (full == full_) return;
    full_ = full;
    sip_->SetFull(full);
    if (full) {
      LogError("too many records wait for a router: new calls are refused until one takes them",
               {{"records", kept}});
    } else {
      LogInfo("records are taken again: new calls too", {{"records", kept}});
    }
  }

  void LogEnd(const CallRecord& record) {
    LogInfo("call ended", {{"call", record.request.call},
                           {"cause", FormatEndCause(record.cause)},
                           {"answered", record.answer_time.has_value()},
                           {"offers", record.legs.size() - 1}});
  }

  // ---- looking at itself ----

  v1::GetStatusResponse Status() {
    v1::GetStatusResponse status;
    status.set_node(options_.node);
    status.set_instance(instance_);
    const Allegiance& allegiance = routers_->allegiance();
    for (size_t i = 0; i < options_.routers.size(); ++i) {
      const Allegiance::View& view = allegiance.routers()[i];
      v1::GetStatusResponse::Router* router = status.add_routers();
      router->set_address(options_.routers[i].ToString());
      router->set_connected(view.connected);
      router->set_role(view.role);
      router->set_epoch(view.epoch);
    }
    status.set_media_connected(media_->up());
    status.set_live_calls(static_cast<uint32_t>(calls_.live_count()));
    status.set_unacknowledged_records(
        static_cast<uint32_t>(feed_.unacknowledged() + withheld_.size()));
    status.set_refused_old_epoch(allegiance.refused());
    return status;
  }

  void KeepHouse() {
    const Allegiance& allegiance = routers_->allegiance();
    counted_.Publish({.live_calls = calls_.live_count(),
                      .unacknowledged_records = feed_.unacknowledged() + withheld_.size(),
                      .router_active = allegiance.followed().has_value(),
                      .media_up = media_->up(),
                      .refused_epochs = allegiance.refused(),
                      .sip = sip_->counts()});
    strand_.PostAfter(kHousekeeping, [this] {
      if (routers_) KeepHouse();
    });
  }

  /// Waits until `done`, asked on the strand now and then, or until `limit` is over.
  void WaitUntil(absl::Duration limit, std::function<bool()> done) {
    auto over = std::make_shared<std::promise<void>>();
    const absl::Time end = clock_() + limit;
    auto look = std::make_shared<std::function<void()>>();
    *look = [this, over, end, done = std::move(done), weak = std::weak_ptr(look)] {
      if (done() || clock_() >= end) return over->set_value();
      strand_.PostAfter(kDrainLook, [look = weak.lock()] { (*look)(); });
    };
    auto future = over->get_future();
    strand_.Post([look] { (*look)(); });
    future.wait();
  }

  const CallOptions options_;
  const uint64_t instance_;
  const Clock clock_;
  Metrics& metrics_;
  QueueStrand strand_;

  // All below belong to the strand once it runs.
  Calls calls_;
  CallMetrics counted_{metrics_};
  EventFeed feed_;
  CallerMemory callers_;
  std::unique_ptr<CallSpool> spool_;
  std::unique_ptr<SipEndpoint> sip_;
  std::vector<std::string> farewells_;  ///< for dialogs of the process before
  std::optional<MediaLink> media_;
  std::optional<RouterLinks> routers_;
  /// Ended events whose record is on its way to the disk, by call id.
  std::map<std::string, router::v1::CallEvent> withheld_;
  QueueStrand::Alarm alarm_;
  absl::Time alarm_time_ = absl::InfiniteFuture();
  bool full_ = false;  ///< as sip_ knows it
};

}  // namespace

absl::StatusOr<std::unique_ptr<CallNode>> CallNode::Start(const CallOptions& options,
                                                          uint64_t instance, Clock clock,
                                                          Metrics& metrics) {
  auto node = std::make_unique<Node>(options, instance, std::move(clock), metrics);
  if (absl::Status status = node->Open(); !status.ok()) return status;
  return node;
}

}  // namespace hotline::call
