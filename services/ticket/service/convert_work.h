// Between what came of dispatch and handling and the protos: marks, clocks, acts. For convert.cc.
// Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ticket/core/command.h"
#include "services/ticket/core/ticket.h"

#include "hotline/ticket/v1/ticket.pb.h"
#include "hotline/ticket/v1/ticket_log.pb.h"

namespace hotline::ticket {

v1::Unit ToProto(const Unit& unit);
Unit FromProto(const v1::Unit& proto);
v1::TicketMarks ToProto(const Marks& marks);
/// Returns nothing if a word of it is unknown; an empty word is the ordinary one.
std::optional<Marks> FromProto(const v1::TicketMarks& proto);

/// As clients see a clock.
v1::TicketClock ToProto(const TicketClock& clock);
v1::TicketClock ToProto(const ClockSet& set);

v1::StoredParticulars ToStored(const Particulars& with);
Particulars FromStored(const v1::StoredParticulars& stored);
v1::StoredClock ToStored(const TicketClock& clock);
TicketClock FromStored(const v1::StoredClock& stored);
v1::StoredClock ToStored(const ClockSet& set);
ClockSet SetFromStored(const v1::StoredClock& stored);
v1::StoredWork ToStored(const Work& work);
Work FromStored(const v1::StoredWork& stored);

/// The bodies of events that have come with rows 4 to 30.
void WriteBody(const Classified& body, v1::StoredEvent& out);
void WriteBody(const Acted& body, v1::StoredEvent& out);
void WriteBody(const Warned& body, v1::StoredEvent& out);
EventBody ReadBody(const v1::StoredEvent::Classified& stored);
EventBody ReadBody(const v1::StoredEvent::Acted& stored);
EventBody ReadBody(const v1::StoredEvent::Warned& stored);

}  // namespace hotline::ticket
