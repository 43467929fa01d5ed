#include "services/directory/store/migrations.h"

namespace hotline::directory {

// Times are microseconds since 1970 in BIGINT, as in all our stores.
const std::vector<Migration>& DirectoryMigrations() {
  static const std::vector<Migration> migrations = {
      {1,
       "directory",
       {
           R"(create table directory_revision (
                revision     bigint primary key,
                time_us      bigint not null,
                account      text not null,
                request_id   text not null,
                request_hash text not null,
                changes      bigint not null))",
           "create unique index directory_request on directory_revision (account, request_id)",
           R"(create table directory_record (
                table_name text not null,
                record_key text not null,
                body       text not null,
                primary key (table_name, record_key)))",
           R"(create table directory_change (
                revision   bigint not null references directory_revision (revision),
                table_name text not null,
                record_key text not null,
                body       text,
                primary key (revision, table_name, record_key)))",
       }},
  };
  return migrations;
}

}  // namespace hotline::directory
