#include "router/service/node_sessions.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

#include "router/service/convert/calls.h"
#include "router/service/convert/journal.h"
#include "services/runtime/log.h"

namespace hotline::router {

void NodeSessions::OnMessage(const std::shared_ptr<NodeLink>& link, v1::AttachRequest message) {
  Session* session = Find(link.get());
  if (message.has_hello()) {
    if (session)
      return link->Close(absl::FailedPreconditionError("this stream has said hello before"));
    OnHello(link, message.hello());
    return link->Handled();
  }
  if (!session) return link->Close(absl::FailedPreconditionError("a stream begins with hello"));
  // A stand-by decides nothing; what it would miss comes with the announcement.
  if (role_ != v1::RouterStatus::ROLE_ACTIVE) {
    for (int n = std::max(1, message.events().events_size()); n > 0; --n) link->Handled();
    return;
  }
  if (message.has_announcement())
    return OnAnnouncement(*session, std::move(*message.mutable_announcement()));
  if (message.has_event()) return (void)OnEvent(*session, std::move(*message.mutable_event()));
  if (message.events().events_size() > 0) {
    return OnEvents(*session, std::move(*message.mutable_events()));
  }
  link->Close(absl::InvalidArgumentError("an empty message"));
}

void NodeSessions::OnHello(const std::shared_ptr<NodeLink>& link, const v1::AttachHello& hello) {
  if (hello.area() != area_) {
    return link->Close(absl::FailedPreconditionError(
        absl::StrCat("this router serves area \"", area_, "\", not \"", hello.area(), "\"")));
  }
  if (hello.node().empty() || hello.node().size() > 64 || hello.instance() == 0) {
    return link->Close(absl::InvalidArgumentError("a call service has a name and an instance"));
  }
  if (sessions_.size() >= kMaxNodes && !sessions_.contains(hello.node())) {
    return link->Close(absl::ResourceExhaustedError("too many call services have attached"));
  }
  Session& session = sessions_[hello.node()];
  if (session.link) {
    session.link->Close(absl::AbortedError("the call service attached anew"));
    NoteDetached(session.node);
  }
  session.node.name = hello.node();
  session.node.instance = hello.instance();
  session.calls_back = hello.calls_back();
  session.link = link;
  session.announcement.Clear();
  session.acked_seq = session.journalled_seq = 0;
  session.ack_due = false;
  session.ended.clear();
  LogInfo("call service attached", {{"node", hello.node()}, {"instance", hello.instance()}});
  SendStatus(session);
}

void NodeSessions::OnAnnouncement(Session& session, v1::Announcement part) {
  v1::Announcement& whole = session.announcement;
  const size_t count = static_cast<size_t>(whole.calls_size()) + whole.ended_size() +
                       part.calls_size() + part.ended_size();
  if (count > kMaxAnnounced) {
    return session.link->Close(absl::ResourceExhaustedError("the announcement is too long"));
  }
  const bool complete = part.complete();
  whole.MergeFrom(part);
  if (!complete) return session.link->Handled();
  v1::JournalEvent event;
  auto* announced = event.mutable_node_announced();
  announced->set_node(session.node.name);
  announced->set_instance(session.node.instance);
  announced->set_calls_back(session.calls_back);
  *announced->mutable_announcement() = std::exchange(whole, {});
  std::vector<std::string> ended;
  for (const auto& record : announced->announcement().ended())
    ended.push_back(record.request().call_id());
  const uint64_t seq = announced->announcement().last_seq();
  Submit(session, std::move(event),
         [&session, link = session.link, seq, ended](const absl::Status& status) {
           if (session.link != link) return;
           if (!status.ok()) return link->Close(status);
           session.journalled_seq = std::max(session.journalled_seq, seq);
           // What it says itself it need not be told: what is kept back counts from here.
           if (session.acked_seq == 0) session.acked_seq = seq;
           session.ended.insert(session.ended.end(), ended.begin(), ended.end());
           session.ack_due = true;
         });
}

void NodeSessions::OnEvents(Session& session, v1::CallEvents message) {
  if (message.events_size() > kMaxEventsPerMessage) {
    return session.link->Close(absl::InvalidArgumentError(
        absl::StrCat("a message holds at most ", kMaxEventsPerMessage, " events")));
  }
  for (v1::CallEvent& event : *message.mutable_events()) {
    if (!OnEvent(session, std::move(event))) return;  // what follows it comes with the announcement
  }
}

bool NodeSessions::OnEvent(Session& session, v1::CallEvent call_event) {
  const uint64_t seq = call_event.seq();
  v1::JournalEvent event;
  auto* node_event = event.mutable_node_event();
  node_event->set_node(session.node.name);
  node_event->set_instance(session.node.instance);
  *node_event->mutable_event() = std::move(call_event);
  return Submit(session, std::move(event),
                [&session, link = session.link, seq](const absl::Status& status) {
                  if (session.link != link) return;
                  if (!status.ok()) return link->Close(status);
                  session.journalled_seq = std::max(session.journalled_seq, seq);
                  session.ack_due = true;
                });
}

bool NodeSessions::Submit(Session& session, v1::JournalEvent event, Done done) {
  const auto link = session.link;
  const auto status =
      submit_(std::move(event), [link, done = std::move(done)](const absl::Status& s) {
        done(s);
        link->Handled();
      });
  if (!status.ok()) link->Close(status);
  return status.ok();
}

void NodeSessions::OnGone(const NodeLink* link) {
  Session* session = Find(link);
  if (!session) return;
  session->link = nullptr;
  session->announcement.Clear();
  LogInfo("call service detached", {{"node", session->node.name}});
  NoteDetached(session->node);
}

void NodeSessions::NoteDetached(const Node& node) {
  if (role_ != v1::RouterStatus::ROLE_ACTIVE) return;
  v1::JournalEvent event = ToJournal(NodeDetached{node});
  const auto status = submit_(std::move(event), [](const absl::Status&) {});
  if (!status.ok()) LogWarn("a detached call service is not noted", {{"why", status}});
}

void NodeSessions::SetRole(v1::RouterStatus::Role role, uint64_t epoch) {
  role_ = role;
  epoch_ = epoch;
  for (auto& [name, session] : sessions_) {
    if (role == v1::RouterStatus::ROLE_STANDBY) {
      session.announcement.Clear();
      session.ack_due = false;
      session.ended.clear();
    }
    if (session.link) SendStatus(session);
  }
}

void NodeSessions::SendStatus(Session& session) const {
  v1::AttachResponse message;
  message.set_epoch(epoch_);
  message.mutable_status()->set_role(role_);
  session.link->Send(std::move(message));
}

void NodeSessions::Dispatch(const std::vector<Action>& actions) {
  for (const Action& action : actions) {
    if (const auto* offer = std::get_if<MakeOffer>(&action)) {
      Add(offer->node, ToMessage(*offer));
    } else if (const auto* withdrawal = std::get_if<WithdrawOffer>(&action)) {
      Add(withdrawal->node, ToMessage(*withdrawal));
    } else if (const auto* release = std::get_if<ReleaseCall>(&action)) {
      Add(release->node, ToMessage(*release));
    } else if (const auto* callback = std::get_if<OfferCallback>(&action)) {
      Add(callback->node, ToMessage(*callback));
    } else if (const auto* answer = std::get_if<CallbackAnswer>(&action)) {
      Add(answer->node, ToMessage(*answer));
    } else if (const auto* dial = std::get_if<DialCaller>(&action)) {
      Add(dial->node, ToMessage(*dial));
    } else if (const auto* end = std::get_if<EndAttempt>(&action)) {
      Add(end->node, ToMessage(*end));
    }
  }
  for (Session* session : unsent_) SendDecisions(*session);
  unsent_.clear();
}

void NodeSessions::Add(const Node& node, v1::AttachResponse message) {
  const auto it = sessions_.find(node.name);
  if (it == sessions_.end() || !it->second.link || it->second.node != node) return;
  Session& session = it->second;
  message.set_epoch(epoch_);
  if (session.decisions.empty()) unsent_.push_back(&session);
  session.decisions.push_back(std::move(message));
  if (session.decisions.size() == kMaxDecisionsPerMessage) SendDecisions(session);
}

void NodeSessions::SendDecisions(Session& session) {
  auto decisions = std::exchange(session.decisions, {});
  if (decisions.empty()) return;
  if (decisions.size() == 1) return session.link->Send(std::move(decisions.front()));
  v1::AttachResponse message;
  message.set_epoch(epoch_);
  for (auto& decision : decisions) {
    *message.mutable_batch()->add_responses() = std::move(decision);
  }
  session.link->Send(std::move(message));
}

void NodeSessions::FlushAcks(bool hold) {
  for (auto& [name, session] : sessions_) {
    if (!session.ack_due || !session.link) continue;
    const bool few = session.journalled_seq - session.acked_seq < kMaxWithheld &&
                     session.ended.size() < kMaxWithheld;
    if (hold && few) continue;
    SendAck(session);
  }
}

bool NodeSessions::ack_due() const {
  return std::any_of(sessions_.begin(), sessions_.end(),
                     [](const auto& entry) { return entry.second.ack_due; });
}

void NodeSessions::SendAck(Session& session) const {
  auto ids = std::exchange(session.ended, {});
  size_t at = 0;
  do {
    v1::AttachResponse message;
    message.set_epoch(epoch_);
    message.mutable_ack()->set_seq(session.journalled_seq);
    for (int n = 0; n < kMaxIdsPerAck && at < ids.size(); ++n) {
      message.mutable_ack()->add_ended_call_ids(std::move(ids[at++]));
    }
    session.link->Send(std::move(message));
  } while (at < ids.size());
  session.acked_seq = session.journalled_seq;
  session.ack_due = false;
}

std::vector<std::string> NodeSessions::names() const {
  std::vector<std::string> names;
  for (const auto& [name, session] : sessions_) {
    if (session.link) names.push_back(name);
  }
  return names;
}

NodeSessions::Session* NodeSessions::Find(const NodeLink* link) {
  for (auto& [name, session] : sessions_) {
    if (session.link.get() == link) return &session;
  }
  return nullptr;
}

}  // namespace hotline::router
