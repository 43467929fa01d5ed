// What can be done with tickets: one function per request, each one transaction of the store.
//
// Thread-safe and blocking: called on the work pool, by the timekeeper and by the follower of
// calls.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/base/phone_number.h"
#include "services/directory/core/records.h"
#include "services/runtime/clock.h"
#include "services/runtime/number_vault.h"
#include "services/ticket/calls/call_book.h"
#include "services/ticket/core/ticket_life.h"
#include "services/ticket/core/transitions.h"
#include "services/ticket/dispatch/rules.h"
#include "services/ticket/store/ticket_store.h"

#include "hotline/exchange/v1/exchange_service.pb.h"
#include "hotline/ticket/v1/ticket_service.pb.h"

namespace hotline::ticket {

/// The exchange with another system's tickets.
struct ExchangeRules {
  std::string source;                              ///< whose numbers: "12345"; empty: no exchange
  absl::Duration alarm_after = absl::Minutes(15);  ///< a notice that waits longer is told of
};

struct DeskOptions {
  std::string org_code;                        ///< six digits; in every ticket number
  absl::Duration utc_offset = absl::Hours(8);  ///< whose day is in the number
  Policy policy;
  std::string area;        ///< whose units the directory is asked for
  DispatchRules dispatch;  ///< which unit a ticket goes to
  ExchangeRules exchange;
};

inline constexpr size_t kMaxRequestId = 64;
inline constexpr int kDefaultPageSize = 50, kMaxPageSize = 200;
inline constexpr int kMaxEarlier = 10;
/// Replies are kept so long for a client that asks again.
inline constexpr absl::Duration kReplyLife = absl::Hours(48);

class TicketDesk : public CallBook {
 public:
  /// Is told of each ticket that has changed, after the change is on disk; on any thread. Two
  /// changes of one ticket may be told in either order: the version says which is later.
  using OnChange = std::function<void(const v1::Ticket&)>;

  /// All must outlive this.
  TicketDesk(DeskOptions options, TicketStore& store, const NumberVault& vault, Clock clock,
             OnChange on_change);

  // ---- people; see TicketService for the errors ----

  absl::StatusOr<v1::CreateTicketResponse> Create(const Actor& actor,
                                                  const v1::CreateTicketRequest& request);
  absl::StatusOr<v1::UpdateTicketResponse> Update(const Actor& actor,
                                                  const v1::UpdateTicketRequest& request);
  absl::StatusOr<v1::RegisterTicketResponse> Register(const Actor& actor,
                                                      const v1::RegisterTicketRequest& request);
  absl::StatusOr<v1::CloseTicketResponse> Close(const Actor& actor,
                                                const v1::CloseTicketRequest& request);
  absl::StatusOr<v1::ClassifyTicketResponse> Classify(const Actor& actor,
                                                      const v1::ClassifyTicketRequest& request);
  absl::StatusOr<v1::AdvanceTicketResponse> Advance(const Actor& actor,
                                                    const v1::AdvanceTicketRequest& request);
  absl::StatusOr<v1::UnmaskCallerResponse> Unmask(const Actor& actor,
                                                  const v1::UnmaskCallerRequest& request);
  absl::StatusOr<v1::GetTicketResponse> Get(const Actor& actor,
                                            const v1::GetTicketRequest& request);
  /// A page may be shorter than asked for: what the actor may not see is left out.
  absl::StatusOr<v1::ListTicketsResponse> List(const Actor& actor,
                                               const v1::ListTicketsRequest& request);

  absl::StatusOr<v1::SuggestDispatchResponse> Suggest(const Actor& actor,
                                                      const v1::SuggestDispatchRequest& request);

  absl::StatusOr<v1::CountTicketsResponse> Count(const Actor& actor,
                                                 const v1::CountTicketsRequest& request);

  // ---- the exchange with another system; see ExchangeService for the errors ----

  absl::StatusOr<exchange::v1::PushOrderResponse> PushOrder(
      const exchange::v1::PushOrderRequest& request);
  absl::StatusOr<exchange::v1::GetOrderResponse> GetOrder(
      const exchange::v1::GetOrderRequest& request);
  absl::StatusOr<exchange::v1::GetExchangeStatusResponse> GetExchangeStatus();

  // ---- the directory ----

  /// From now on units are chosen from it. Thread-safe.
  void SetDirectory(int64_t revision, std::shared_ptr<const directory::Directory> directory);

  // ---- calls ----

  absl::Status Connected(const AnsweredCall& call) override;
  absl::Status Ended(const AnsweredCall& call, absl::Time end_time) override;
  absl::Status Gone(const std::string& call_id) override;
  absl::StatusOr<std::vector<std::string>> Missing(
      const std::vector<std::string>& ended_call_ids) override;
  absl::StatusOr<std::vector<std::string>> OpenCalls() override;
  absl::StatusOr<std::vector<std::string>> PendingCallers() override;
  absl::Status SetCaller(const std::string& call_id,
                         const std::optional<PhoneNumber>& number) override;

  // ---- time ----

  /// Computes the deadlines of all open tickets by today's calendar; what it was stays in their
  /// history. Done at the start.
  absl::Status ApplyCalendar();
  /// Does what is due. Returns when something is due next.
  absl::StatusOr<absl::Time> DoWhatIsDue();
  absl::Status ForgetOldReplies();
  absl::StatusOr<int64_t> CountDrafts();

 private:
  struct Request {
    const Actor& actor;
    const std::string& id;
    std::string hash;
  };

  absl::Time Now() const;
  absl::StatusOr<v1::Ticket> Change(const Request& request, const std::string& ticket_no,
                                    const Command& command);
  /// Runs `work`, which sets the ticket, unless the request has its reply already.
  absl::StatusOr<v1::Ticket> Once(
      const Request& request,
      const std::function<absl::Status(TicketWriter&, v1::Ticket&, bool& changed)>& work);
  /// Takes out of a reply what `actor` may not know.
  absl::StatusOr<v1::Ticket> ForEyesOf(const Actor& actor, v1::Ticket reply);
  /// Steps the ticket in `row` and writes what comes of it.
  absl::Status StepIn(TicketWriter& db, const TicketRow& row, const Actor& actor,
                      const Command& command, std::optional<v1::Ticket>& changed);
  /// The ticket that has the number, if there is one and `actor` may see it.
  absl::StatusOr<std::optional<TicketRow>> FindExternal(TicketWriter& db, const Actor& actor,
                                                        const std::string& source,
                                                        const std::string& number);
  /// Makes the external number of `after` its own, where a change has given it one or taken it.
  /// Returns: ALREADY_EXISTS if another ticket has it.
  absl::Status ClaimExternal(TicketWriter& db, const Actor& actor, const Marks& before,
                             const Ticket& after);
  /// Opens a ticket for people, unless there is one of its call or of its external number.
  absl::Status OpenOrFind(TicketWriter& db, const Actor& actor, Open open, v1::Ticket& ticket,
                          bool& changed);
  /// Gives the row of `life` what an older program has not written: when something is owed.
  absl::Status FillDue(const TicketRow& row, const TicketLife& life);
  /// A part has ended: the whole learns it, in the same transaction.
  absl::Status TellParent(TicketWriter& db, const Ticket& part);
  absl::Status Insert(TicketWriter& db, const Actor& actor, Open open, v1::Ticket& ticket);
  /// Opens the draft of a call that has none.
  absl::Status OpenFor(TicketWriter& db, const AnsweredCall& call, v1::Ticket& ticket);
  /// Steps the ticket of a call, for the system.
  absl::Status StepCall(const std::string& call_id, const Command& command);
  void Tell(const std::optional<v1::Ticket>& ticket) const;

  /// Leaves a notice for the other system if it must be told of the step.
  void PostNotice(TicketWriter& db, const Ticket& before, const Ticket& after) const;
  absl::Status OpenPushed(TicketWriter& db, const exchange::v1::PushOrderRequest& request,
                          exchange::v1::PushOrderResponse& response,
                          std::optional<v1::Ticket>& changed);
  absl::Status Supplement(TicketWriter& db, const std::string& ticket_no,
                          const exchange::v1::PushOrderRequest& request, const std::string& hash,
                          std::optional<v1::Ticket>& changed);
  /// Who handles another ticket of the case, of those that this caller had before.
  static std::optional<Unit> LeadOfCase(TicketReader& db, const Ticket& ticket);

  const DeskOptions options_;
  TicketStore& store_;
  const NumberVault& vault_;
  const Clock clock_;
  const OnChange on_change_;
  mutable std::mutex directory_mutex_;
  int64_t directory_revision_ = 0;                         ///< guarded; 0: none yet
  std::shared_ptr<const directory::Directory> directory_;  ///< guarded
};

}  // namespace hotline::ticket
