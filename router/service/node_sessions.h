// The attached call services: what they say becomes events, what the core decides becomes messages.
//
// Lives on the strand; knows no gRPC.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "router/core/action.h"

#include "hotline/router/v1/attach_service.pb.h"
#include "hotline/router/v1/journal.pb.h"

namespace hotline::router {

/// The stream to a call service.
class NodeLink {
 public:
  virtual ~NodeLink() = default;
  /// Takes a message; never blocks.
  virtual void Send(v1::AttachResponse message) = 0;
  /// A message of the peer, or one of the events in it, is done with: it may send another.
  virtual void Handled() = 0;
  /// Ends the stream.
  virtual void Close(const absl::Status& why) = 0;
};

class NodeSessions {
 public:
  static constexpr size_t kMaxNodes = 1000;
  static constexpr int kMaxEventsPerMessage = 1000;
  static constexpr size_t kMaxDecisionsPerMessage = 32;
  static constexpr int kMaxIdsPerAck = 5000;  ///< keeps the message well below its limit
  /// Calls and records an announcement in parts may have, together.
  static constexpr size_t kMaxAnnounced = 200'000;
  /// While Redis is away, acknowledgements are kept back, so that the call service still has what
  /// another router might need; at most for so many events or records, then they are given after
  /// all.
  static constexpr uint64_t kMaxWithheld = 50'000;

  using Done = std::function<void(absl::Status)>;
  /// Submits an event; an error means it was not taken and Done will not come.
  using SubmitFn = std::function<absl::Status(v1::JournalEvent, Done)>;

  NodeSessions(std::string area, SubmitFn submit)
      : area_(std::move(area)), submit_(std::move(submit)) {}

  void OnMessage(const std::shared_ptr<NodeLink>& link, v1::AttachRequest message);
  /// The stream is over.
  void OnGone(const NodeLink* link);

  /// Tells all what this router is from now on.
  void SetRole(v1::RouterStatus::Role role, uint64_t epoch);
  /// Sends the core's decisions to the call services they are for, each what concerns it in one
  /// message; other actions are nothing to us.
  void Dispatch(const std::vector<Action>& actions);
  /// Sends the acknowledgements that are due, all or, with `hold`, those beyond kMaxWithheld.
  void FlushAcks(bool hold);
  /// Whether any is due.
  bool ack_due() const;

  std::vector<std::string> names() const;

 private:
  struct Session {
    Node node;
    std::shared_ptr<NodeLink> link;
    v1::Announcement announcement;  ///< the parts so far
    uint64_t acked_seq = 0;         ///< what the peer knows; 0: it has not announced anything
    uint64_t journalled_seq = 0;    ///< what is true
    bool ack_due = false;
    bool calls_back = false;                    ///< as it said in its hello
    std::vector<std::string> ended;             ///< records to acknowledge
    std::vector<v1::AttachResponse> decisions;  ///< empty but inside Dispatch
  };

  void OnHello(const std::shared_ptr<NodeLink>& link, const v1::AttachHello& hello);
  void OnAnnouncement(Session& session, v1::Announcement part);
  void OnEvents(Session& session, v1::CallEvents message);
  /// Returns whether it was taken; if not, the stream is closed.
  bool OnEvent(Session& session, v1::CallEvent event);
  void NoteDetached(const Node& node);
  bool Submit(Session& session, v1::JournalEvent event, Done done);
  void SendStatus(Session& session) const;
  void SendAck(Session& session) const;
  void Add(const Node& node, v1::AttachResponse message);
  void SendDecisions(Session& session);
  Session* Find(const NodeLink* link);

  const std::string area_;
  const SubmitFn submit_;
  v1::RouterStatus::Role role_ = v1::RouterStatus::ROLE_STANDBY;
  uint64_t epoch_ = 0;
  /// By the call service's name. Never erased, so that what is under way may refer to a session.
  std::map<std::string, Session> sessions_;
  std::vector<Session*> unsent_;  ///< with decisions; empty but inside Dispatch
};

}  // namespace hotline::router
