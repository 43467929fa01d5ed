#include "services/ticket/store/migrations.h"

namespace hotline::ticket {

// Times are microseconds since 1970 in BIGINT: the drivers' own date types lose the zone, the
// microseconds or both. 9223372036854775807 is "never". Texts that may be missing are '', except
// where a unique index must pass over them.
const std::vector<Migration>& TicketMigrations() {
  static const std::vector<Migration> migrations = {
      {1,
       "tickets",
       {
           R"(create table ticket (
                ticket_no     text primary key,
                version       bigint not null,
                state         bigint not null,
                call_id       text,
                call_open     bigint not null,
                first_contact text not null,
                category      bigint not null,
                create_us     bigint not null,
                update_us     bigint not null,
                deadline_us   bigint not null,
                caller_state  bigint not null,
                caller_sealed text not null,
                caller_key    text not null,
                search_text   text not null,
                body          text not null))",
           "create unique index ticket_call on ticket (call_id)",
           "create index ticket_newest on ticket (create_us, ticket_no)",
           "create index ticket_state on ticket (state, create_us)",
           "create index ticket_first_contact on ticket (first_contact, create_us)",
           "create index ticket_deadline on ticket (deadline_us)",
           "create index ticket_call_open on ticket (call_id) where call_open = 1",
           "create index ticket_caller on ticket (caller_key, create_us) where caller_key <> ''",
           "create index ticket_caller_pending on ticket (create_us) where caller_state = 0",
           R"(create table ticket_event (
                ticket_no text not null references ticket (ticket_no),
                version   bigint not null,
                time_us   bigint not null,
                account   text not null,
                kind      text not null,
                body      text not null,
                primary key (ticket_no, version)))",
           R"(create table ticket_serial (
                day  text primary key,
                last bigint not null))",
           R"(create table request (
                account    text not null,
                request_id text not null,
                hash       text not null,
                reply      text not null,
                time_us    bigint not null,
                primary key (account, request_id)))",
           "create index request_time on request (time_us)",
       }},
      {2,
       "search",
       {
           "alter table ticket add column search_key bigint",
           "create unique index ticket_search_key on ticket (search_key)",
           "create index ticket_unindexed on ticket (create_us, ticket_no) where search_key is "
           "null",
           "create index ticket_person_state on ticket (first_contact, state, create_us)",
       },
       {"create virtual table ticket_words using fts5 (grams, content = '', detail = none, "
        "columnsize = 0, tokenize = 'ascii')"},
       {"create table ticket_words (search_key bigint primary key, grams int[] not null)",
        "create index ticket_words_grams on ticket_words using gin (grams)"}},
      // One ticket for each number of another system; and who answers for how many. Tickets of
      // before are read from their bodies; if two have one number, the older keeps it.
      {3,
       "external numbers",
       {
           R"(create table external_number (
                source    text not null,
                number    text not null,
                ticket_no text not null references ticket (ticket_no),
                primary key (source, number)))",
           "create index external_number_ticket on external_number (ticket_no)",
           "alter table ticket add column lead text not null default ''",
           "create index ticket_lead on ticket (lead, state) where lead <> ''",
       },
       {
           R"(insert or ignore into external_number
              select json_extract(body, '$.ticket.marks.external_source'),
                     json_extract(body, '$.ticket.marks.external_no'), ticket_no
              from ticket
              where case when json_valid(body)
                    then json_extract(body, '$.ticket.marks.external_no') <> '' else 0 end
              order by create_us, ticket_no)",
           R"(update ticket set lead = json_extract(body, '$.work.lead.org')
              where state < 61 and case when json_valid(body)
                    then json_extract(body, '$.work.lead.org') <> '' else 0 end)",
       },
       {
           R"sql(insert into external_number
              select substring(body from '"external_source": ?"([^"\\]+)"'),
                     substring(body from '"external_no": ?"([^"\\]+)"'), ticket_no
              from ticket
              where body ~ '"external_source": ?"[^"\\]+"' and body ~ '"external_no": ?"[^"\\]+"'
              order by create_us, ticket_no
              on conflict do nothing)sql",
           R"sql(update ticket set lead = substring(body from '"lead": ?\{"org": ?"([^"\\]+)"')
              where state < 61 and body ~ '"lead": ?\{"org": ?"[^"\\]+"')sql",
       }},
      {4,
       "outbox and inbox",
       {
           R"(create table outbox (
                destination text not null,
                ticket_no   text not null references ticket (ticket_no),
                version     bigint not null,
                body        text not null,
                create_us   bigint not null,
                next_us     bigint not null,
                tries       integer not null,
                problem     text not null,
                primary key (destination, ticket_no, version)))",
           "create index outbox_next on outbox (destination, next_us, ticket_no)",
           R"(create table inbox (
                source     text not null,
                message_id text not null,
                hash       text not null,
                reply      text not null,
                time_us    bigint not null,
                primary key (source, message_id, hash)))",
           "create index inbox_time on inbox (time_us)",
       }},
      // What existed before gets its values when the service starts (TicketDesk::ApplyCalendar).
      {5,
       "work lists",
       {
           "alter table ticket add column due_us bigint not null default 9223372036854775807",
           "create index ticket_due on ticket (due_us) where due_us < 9223372036854775807",
           "create index ticket_state_due on ticket (state, due_us)",
       }},
      // How many tickets each state has, kept by triggers: the board would count them all.
      // PostgreSQL keeps the counts of each connection apart, so that saves do not wait for one
      // another's.
      {6,
       "counts",
       {
           "drop index ticket_state_due",
           "drop index ticket_due",
           "create index ticket_due on ticket (due_us, state) where due_us < 9223372036854775807",
       },
       {
           R"(create table ticket_count (
                state   bigint primary key,
                tickets bigint not null))",
           R"(create trigger ticket_count_insert after insert on ticket begin
                insert into ticket_count values (new.state, 1)
                  on conflict (state) do update set tickets = tickets + 1;
              end)",
           R"(create trigger ticket_count_update after update of state on ticket
              when old.state <> new.state begin
                update ticket_count set tickets = tickets - 1 where state = old.state;
                insert into ticket_count values (new.state, 1)
                  on conflict (state) do update set tickets = tickets + 1;
              end)",
           R"(create trigger ticket_count_delete after delete on ticket begin
                update ticket_count set tickets = tickets - 1 where state = old.state;
              end)",
           "insert into ticket_count select state, count(*) from ticket group by state",
       },
       {
           R"(create table ticket_count (
                state   bigint not null,
                slot    bigint not null,
                tickets bigint not null,
                primary key (state, slot)) with (fillfactor = 50))",
           R"(create function ticket_count_change() returns trigger language plpgsql as $$
              begin
                if tg_op <> 'INSERT' then
                  insert into ticket_count as kept values (old.state, pg_backend_pid() % 64, -1)
                    on conflict (state, slot) do update set tickets = kept.tickets - 1;
                end if;
                if tg_op <> 'DELETE' then
                  insert into ticket_count as kept values (new.state, pg_backend_pid() % 64, 1)
                    on conflict (state, slot) do update set tickets = kept.tickets + 1;
                end if;
                return null;
              end
              $$)",
           "create trigger ticket_count_rows after insert or delete on ticket for each row "
           "execute function ticket_count_change()",
           "create trigger ticket_count_moves after update of state on ticket for each row "
           "when (old.state <> new.state) execute function ticket_count_change()",
           "insert into ticket_count select state, 0, count(*) from ticket group by state",
       }},
  };
  return migrations;
}

}  // namespace hotline::ticket
