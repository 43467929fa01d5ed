// Tickets as tables, sentences and JSON. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include <boost/json/value.hpp>

#include "hotline/ticket/v1/ticket_service.pb.h"

namespace hotline::ctl {

std::string StateWord(ticket::v1::Ticket::State state);  ///< "to_dispatch"

/// When somebody owes the next thing, and what: of the clocks that run, the first; null: nothing.
const ticket::v1::TicketClock* NextClock(const ticket::v1::Ticket& ticket);
/// "handling Sat 2026-10-10 24:00", "handling 3h07m over" …; empty if nothing is owed.
std::string DueText(const ticket::v1::Ticket& ticket, absl::Time now, absl::TimeZone zone);

/// A table, with what each one owes.
std::string TicketTable(std::span<const ticket::v1::Ticket> tickets, absl::Time now,
                        absl::TimeZone zone);
/// A line: "GD… is dispatched (version 4), with stn-a, handling until …".
std::string TicketLine(const ticket::v1::Ticket& ticket, absl::Time now, absl::TimeZone zone);
/// Everything about one, without its events.
std::string TicketSheet(const ticket::v1::GetTicketResponse& response, absl::Time now,
                        absl::TimeZone zone);
/// What happened, a paragraph each, oldest first.
std::string HistoryText(const ticket::v1::GetTicketResponse& response, absl::TimeZone zone);
/// Two lines: the steps that are open to who asked, and those of others with their roles.
std::string StepsText(const ticket::v1::GetTicketResponse& response);

boost::json::value ToJson(const ticket::v1::Ticket& ticket);
boost::json::value ToJson(const ticket::v1::TicketEvent& event);
boost::json::value ToJson(const ticket::v1::TicketStep& step);
boost::json::value ToJson(const ticket::v1::GetTicketResponse& response);
boost::json::value ToJson(const ticket::v1::SuggestDispatchResponse& suggestion);

}  // namespace hotline::ctl
