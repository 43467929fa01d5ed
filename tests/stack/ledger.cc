#include "tests/stack/ledger.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include <hiredis/hiredis.h>

#include "services/runtime/endpoint.h"

#include "hotline/router/v1/journal.pb.h"

#include <arpa/inet.h>

namespace hotline::test {
namespace {

using router::v1::CallRecord;

constexpr char kArea[] = "{test}:";
constexpr int kRedisTimeoutSeconds = 2;

void Count(const CallRecord& record, Figures& figures) {
  if (!record.request().has_request_time()) return;
  ++figures.offered;
  if (record.has_answer_time()) {
    const bool seat = record.answered_by().kind() == router::v1::TARGET_KIND_SEAT;
    ++(seat ? figures.answered : figures.escalated_answered);
  } else if (record.cause() == router::v1::END_CAUSE_CALLER_HUNG_UP) {
    ++figures.abandoned;
  } else {
    ++figures.failed;
  }
}

void Flatten(const redisReply& reply, std::vector<std::string>& out) {
  if (reply.type == REDIS_REPLY_ARRAY) {
    for (size_t i = 0; i < reply.elements; ++i) Flatten(*reply.element[i], out);
  } else if (reply.type == REDIS_REPLY_INTEGER) {
    out.push_back(absl::StrCat(reply.integer));
  } else {
    out.emplace_back(reply.str, reply.len);
  }
}

absl::StatusOr<Figures> ReadJournal(const Stack& stack) {
  const auto entries =
      AskRedis(stack.endpoint("REDIS"), {"XRANGE", absl::StrCat(kArea, "journal"), "-", "+"});
  if (!entries.ok()) return entries.status();
  Figures figures;
  std::set<std::string> seen;  // a record may be reported again after a reconnection
  const auto take = [&](const CallRecord& record) {
    if (seen.insert(record.request().call_id()).second) Count(record, figures);
  };
  // Flattened: id, field name, entry, id, …
  for (size_t i = 2; i < entries->size(); i += 3) {
    router::v1::JournalEntry entry;
    if (!entry.ParseFromString((*entries)[i])) return absl::DataLossError("journal entry");
    for (const auto& event : entry.events()) {
      if (event.node_event().event().has_ended()) take(event.node_event().event().ended().record());
      for (const auto& record : event.node_announced().announcement().ended()) take(record);
    }
  }
  return figures;
}

absl::StatusOr<Figures> ReadEndedList(const Stack& stack) {
  const auto records =
      AskRedis(stack.endpoint("REDIS"), {"LRANGE", absl::StrCat(kArea, "ended"), "0", "-1"});
  if (!records.ok()) return records.status();
  Figures figures;
  for (const std::string& bytes : *records) {
    CallRecord record;
    if (!record.ParseFromString(bytes)) return absl::DataLossError("ended record");
    if (record.result() == 0) return absl::DataLossError("an ended record without a result");
    Count(record, figures);
  }
  return figures;
}

Figures ToFigures(const std::map<std::string, double>& values) {
  const auto get = [&](const char* name) {
    const auto found = values.find(name);
    return found == values.end() ? 0 : static_cast<uint64_t>(found->second);
  };
  return {.offered = get("offered"),
          .answered = get("answered"),
          .escalated_answered = get("escalated_answered"),
          .abandoned = get("abandoned"),
          .failed = get("failed"),
          .open = get("open")};
}

absl::StatusOr<Figures> ReadProjection(const Stack& stack) {
  const auto fields = AskRedis(stack.endpoint("REDIS"), {"HGETALL", absl::StrCat(kArea, "stats")});
  if (!fields.ok()) return fields.status();
  std::map<std::string, double> values;
  for (size_t i = 0; i + 1 < fields->size(); i += 2) {
    (void)absl::SimpleAtod((*fields)[i + 1], &values[(*fields)[i]]);
  }
  return ToFigures(values);
}

absl::StatusOr<Figures> ReadActiveMetrics(const Stack& stack, demo::AreaClient& client) {
  const auto active = client.FindActive();
  if (!active) return absl::UnavailableError("no active router");
  const bool first = *active == stack.endpoint("ROUTER");
  const auto page = ReadMetrics(stack.endpoint(first ? "METRICS" : "METRICS_ROUTER_2"));
  if (!page.ok()) return page.status();
  std::map<std::string, double> values;
  for (const auto& [name, value] : *page) {
    const std::vector<std::string> parts = absl::StrSplit(name, '"');
    if (parts.size() == 3 && parts[0] == "hotline_area_calls{kind=") values[parts[1]] = value;
  }
  return ToFigures(values);
}

// The figures are the only numbers of the JSON with these names, so no parser is needed.
absl::StatusOr<Figures> ReadCtl(const Stack& stack) {
  const CommandResult ctl = RunCommand(absl::StrCat(stack.var(), "/bin/hotline-ctl --endpoints ",
                                                    stack.var(), "/endpoints.env stats --json"));
  if (ctl.exit_code != 0) return absl::InternalError(ctl.output);
  std::map<std::string, double> values;
  for (const char* name :
       {"offered", "answered", "escalated_answered", "abandoned", "failed", "open"}) {
    const std::string key = absl::StrCat("\"", name, "\":");
    const size_t at = ctl.output.find(key);
    if (at == ctl.output.npos) return absl::InternalError(absl::StrCat("no ", key, ctl.output));
    const size_t begin = ctl.output.find_first_of("0123456789", at + key.size());
    const size_t end = ctl.output.find_first_not_of("0123456789", begin);
    (void)absl::SimpleAtod(ctl.output.substr(begin, end - begin), &values[name]);
  }
  return ToFigures(values);
}

}  // namespace

std::string Figures::ToString() const {
  return absl::StrFormat(
      "offered %5d = answered %5d + escalated %3d + abandoned %5d + failed %3d + open %3d", offered,
      answered, escalated_answered, abandoned, failed, open);
}

absl::StatusOr<std::vector<Account>> ReadAccounts(const Stack& stack, demo::AreaClient& client) {
  std::vector<Account> accounts;
  absl::Status problem;
  const auto add = [&](const char* place, absl::StatusOr<Figures> figures) {
    if (figures.ok()) {
      accounts.emplace_back(place, *figures);
    } else {
      problem.Update(absl::Status(figures.status().code(),
                                  absl::StrCat(place, ": ", figures.status().message())));
    }
  };
  add("journal", ReadJournal(stack));
  add("projection", ReadProjection(stack));
  add("ended list", ReadEndedList(stack));
  add("metrics", ReadActiveMetrics(stack, client));
  add("hotline-ctl", ReadCtl(stack));
  if (!problem.ok()) return problem;
  return accounts;
}

std::string Disagreement(const std::vector<Account>& accounts) {
  bool agree = true;
  std::string table;
  for (const auto& [place, figures] : accounts) {
    agree &= figures == accounts.front().second && figures.offered == figures.sum();
    absl::StrAppendFormat(&table, "%-12s %s\n", place, figures.ToString());
  }
  return agree ? "" : table;
}

absl::StatusOr<std::map<std::string, double>> ReadMetrics(const std::string& address) {
  const auto endpoint = Endpoint::Parse(address);
  if (!endpoint.ok()) return endpoint.status();
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(endpoint->port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string page;
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) {
    const std::string request =
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    (void)!write(fd, request.data(), request.size());
    std::array<char, 4096> buffer;
    for (ssize_t n; (n = read(fd, buffer.data(), buffer.size())) > 0;)
      page.append(buffer.data(), n);
  }
  close(fd);
  if (page.empty()) return absl::UnavailableError("no metrics at " + address);
  std::map<std::string, double> values;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(page, '\n'))) {
    const size_t blank = line.rfind(' ');
    double value = 0;
    if (line.empty() || line[0] == '#' || blank == line.npos) continue;
    if (absl::SimpleAtod(line.substr(blank + 1), &value)) values[line.substr(0, blank)] = value;
  }
  return values;
}

absl::StatusOr<std::vector<std::string>> AskRedis(const std::string& address,
                                                  const std::vector<std::string>& command) {
  const auto endpoint = Endpoint::Parse(address);
  if (!endpoint.ok()) return endpoint.status();
  const timeval timeout{.tv_sec = kRedisTimeoutSeconds, .tv_usec = 0};
  const std::unique_ptr<redisContext, decltype(&redisFree)> context(
      redisConnectWithTimeout(endpoint->host.c_str(), endpoint->port, timeout), &redisFree);
  if (context == nullptr || context->err != 0) return absl::UnavailableError("no Redis");
  redisSetTimeout(context.get(), timeout);
  std::vector<const char*> words;
  std::vector<size_t> sizes;
  for (const std::string& word : command) {
    words.push_back(word.data());
    sizes.push_back(word.size());
  }
  const std::unique_ptr<redisReply, decltype(&freeReplyObject)> reply(
      static_cast<redisReply*>(redisCommandArgv(context.get(), static_cast<int>(words.size()),
                                                words.data(), sizes.data())),
      &freeReplyObject);
  if (reply == nullptr) return absl::UnavailableError(context->errstr);
  if (reply->type == REDIS_REPLY_ERROR) return absl::InternalError(reply->str);
  std::vector<std::string> values;
  if (reply->type != REDIS_REPLY_NIL) Flatten(*reply, values);
  return values;
}

}  // namespace hotline::test
