// A ticket's row in the types that SOCI binds.
#pragma once

#include <limits>
#include <string>

#include "absl/time/time.h"
#include <soci/soci.h>

#include "services/ticket/store/ticket_rows.h"

namespace hotline::ticket {

inline constexpr long long kNever = std::numeric_limits<long long>::max();

inline long long ToMicros(absl::Time time) {
  return time == absl::InfiniteFuture() ? kNever : absl::ToUnixMicros(time);
}

inline absl::Time FromMicros(long long us) {
  return us == kNever ? absl::InfiniteFuture() : absl::FromUnixMicros(us);
}

inline constexpr char kTicketColumns[] =
    "select ticket_no, version, state, coalesce(call_id, ''), call_open, first_contact, lead, "
    "category, create_us, update_us, deadline_us, due_us, search_text, body";

/// A row in the types that SOCI binds.
struct Flat {
  Flat() = default;

  explicit Flat(const TicketRow& row)
      : ticket_no(row.ticket_no),
        call_id(row.call_id),
        first_contact(row.first_contact),
        lead(row.lead),
        search_text(row.search_text),
        body(row.body),
        version(row.version),
        state(row.state),
        call_open(row.call_open ? 1 : 0),
        category(row.category),
        create_us(ToMicros(row.create_time)),
        update_us(ToMicros(row.update_time)),
        deadline_us(ToMicros(row.deadline)),
        due_us(ToMicros(row.due)) {}

  /// Binds the columns of kTicketColumns.
  void IntoAll(soci::statement& statement) {
    statement.exchange(soci::into(ticket_no));
    statement.exchange(soci::into(version));
    statement.exchange(soci::into(state));
    statement.exchange(soci::into(call_id));
    statement.exchange(soci::into(call_open));
    statement.exchange(soci::into(first_contact));
    statement.exchange(soci::into(lead));
    statement.exchange(soci::into(category));
    statement.exchange(soci::into(create_us));
    statement.exchange(soci::into(update_us));
    statement.exchange(soci::into(deadline_us));
    statement.exchange(soci::into(due_us));
    statement.exchange(soci::into(search_text));
    statement.exchange(soci::into(body));
  }

  TicketRow ToRow() const {
    return {.ticket_no = ticket_no,
            .version = version,
            .state = static_cast<int>(state),
            .call_id = call_id,
            .call_open = call_open != 0,
            .first_contact = first_contact,
            .lead = lead,
            .category = static_cast<int>(category),
            .create_time = FromMicros(create_us),
            .update_time = FromMicros(update_us),
            .deadline = FromMicros(deadline_us),
            .due = FromMicros(due_us),
            .search_text = search_text,
            .body = body};
  }

  std::string ticket_no, call_id, first_contact, lead, search_text, body;
  long long version = 0, state = 0, call_open = 0, category = 0;
  long long create_us = 0, update_us = 0, deadline_us = 0, due_us = kNever;
};

}  // namespace hotline::ticket
