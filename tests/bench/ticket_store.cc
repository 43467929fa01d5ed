// A store full of tickets: how long lists, searches and the timekeeper's questions take, and how
// many saves a second are acknowledged beside raw inserts of the same durability.
//
//   ticket_store sqlite|postgresql [tickets] [QUESTIONS.csv.gz]
//
// Texts are the questions of the file (../shared/data/legal_questions_pku_via_lawyerllama.csv.gz,
// one a line behind the header); without it, made of syllables.
#include "services/ticket/store/ticket_store.h"

#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "services/database/database.h"
#include "tests/database/postgres_server.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::ticket {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBatch = 1000;                       // tickets in one transaction while filling
constexpr int kRounds = 200;                       // of each question
constexpr auto kSaving = std::chrono::seconds(8);  // of each kind, in turns
constexpr int kTurns = 4;
constexpr int kClients = 4;
constexpr double kAimMs = 100, kAimOfRaw = 0.6;
constexpr int kDraft = 0, kWorking = 41, kClosed = 81;
const absl::Time kFirst = absl::FromUnixSeconds(1'700'000'000);
constexpr absl::Duration kSpan = absl::Hours(24 * 730);

double MsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::vector<std::string> ReadTexts(const char* path) {
  std::vector<std::string> texts;
  if (gzFile file = gzopen(path, "rb")) {
    std::string line(1 << 16, '\0');
    while (gzgets(file, line.data(), static_cast<int>(line.size())) != nullptr) {
      std::string text(line.c_str());
      while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
      if (!text.empty()) texts.push_back(std::move(text));
    }
    gzclose(file);
  }
  if (texts.size() > 1) return {texts.begin() + 1, texts.end()};
  std::printf("skipped: no data (%s); texts are made of syllables\n", path);
  static constexpr const char* kSyllables[] = {"拖欠", "工资", "合同", "离婚", "房屋", "租赁",
                                               "赔偿", "交通", "事故", "公证", "仲裁", "借款"};
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (int k = 0; k < 15; ++k) text += kSyllables[random() % std::size(kSyllables)];
    texts.push_back(std::move(text));
  }
  return texts;
}

std::string Number(int i) {
  return absl::StrFormat("GD%012d", i);
}

class Bench {
 public:
  Bench(std::string url, int tickets, std::vector<std::string> texts)
      : url_(std::move(url)), tickets_(tickets), texts_(std::move(texts)) {
    auto store = TicketStore::Open({.url = url_, .sessions = kClients + 1});
    if (!store.ok()) {
      std::printf("%s\n", store.status().ToString().c_str());
      std::exit(1);
    }
    store_ = *std::move(store);
  }

  TicketRow Row(int i) const {
    const absl::Time time = kFirst + kSpan * i / tickets_;
    const bool old = i < tickets_ - tickets_ / 50;  // the last two of a hundred are at work
    return {.ticket_no = Number(i),
            .version = 1,
            .state = old           ? kClosed
                     : i % 10 == 0 ? kDraft
                                   : kWorking,
            .call_id = absl::StrFormat("0C%012d", i),
            .first_contact = absl::StrCat("opr", i % 97),
            .category = i % 6 + 1,
            .create_time = time,
            .update_time = time,
            .deadline = old ? absl::InfiniteFuture() : kFirst + kSpan + absl::Seconds(i % 86'400),
            .search_text =
                absl::StrCat(Number(i), "\n", texts_[static_cast<size_t>(i) % texts_.size()]),
            .body = std::string(600, 'x')};
  }

  void Fill() {
    const auto start = Clock::now();
    for (int from = 0; from < tickets_; from += kBatch) {
      Write([&](TicketWriter& db) {
        for (int i = from; i < std::min(from + kBatch, tickets_); ++i) {
          db.Insert(Row(i), {{1, kFirst, "opr1", "opened", "{}"}},
                    {CallerColumns::State::kKnown, "sealed", absl::StrCat("k", i % 50'000)});
        }
      });
      if ((from / kBatch) % 100 == 99) {
        std::fprintf(stderr, "  %d of %d tickets, %.0f s\n", from + kBatch, tickets_,
                     MsSince(start) / 1000);
      }
    }
    std::printf("%d tickets in %.0f s\n", tickets_, MsSince(start) / 1000);
    if (url_.starts_with("postgresql")) {  // what autovacuum does a minute later
      const auto database = *Database::Open(url_, 1, "the test database");
      (void)database->Write([](soci::session& db) {
        db << "analyze";
        return absl::OkStatus();
      });
    }
  }

  /// Asks `question` of changing things and prints how long it takes.
  void Measure(const char* what, const std::function<size_t(TicketReader&, int)>& question) {
    std::vector<double> ms;
    size_t rows = 0;
    for (int i = 0; i < kRounds; ++i) {
      const auto start = Clock::now();
      const auto status = store_->Read([&](TicketReader& db) {
        rows = std::max(rows, question(db, i));
        return absl::OkStatus();
      });
      ms.push_back(MsSince(start));
      if (!status.ok()) {
        std::printf("  %-44s %s\n", what, status.ToString().c_str());
        return;
      }
    }
    std::sort(ms.begin(), ms.end());
    const double p99 = ms[ms.size() * 99 / 100];
    std::printf("  %-44s %8.2f %8.2f %8zu%s\n", what, ms[ms.size() / 2], p99, rows,
                p99 > kAimMs ? "   missed" : "");
  }

  void MeasureList(const char* what, const std::function<ListFilter(int)>& filter) {
    Measure(what, [&](TicketReader& db, int i) { return db.List(filter(i)).size(); });
  }

  void Questions() {
    std::printf("  %-44s %8s %8s %8s   (aim p99 <= %.0f ms)\n", "", "p50 ms", "p99 ms", "rows",
                kAimMs);
    std::mt19937 random(7);
    const auto any = [&] {
      return static_cast<int>(random() % static_cast<unsigned>(tickets_));
    };
    Measure("one ticket by number",
            [&](TicketReader& db, int) { return size_t{db.Find(Number(any())).has_value()}; });
    MeasureList("newest page", [](int) { return ListFilter{}; });
    MeasureList("a page somewhere", [&](int) {
      const TicketRow row = Row(any());
      return ListFilter{.older_than = ListPosition{row.create_time, row.ticket_no}};
    });
    MeasureList("drafts", [](int) { return ListFilter{.states = {kDraft}}; });
    MeasureList("drafts and those at work", [](int) {
      return ListFilter{.states = {kDraft, kWorking}};
    });
    MeasureList("one person's",
                [](int i) { return ListFilter{.first_contact = absl::StrCat("opr", i % 97)}; });
    MeasureList("one person's drafts", [](int i) {
      return ListFilter{.states = {kDraft}, .first_contact = absl::StrCat("opr", i % 97)};
    });
    MeasureList("one caller's",
                [](int i) { return ListFilter{.caller_key = absl::StrCat("k", i * 7)}; });
    MeasureList("a day", [&](int) {
      const absl::Time from = kFirst + kSpan * any() / tickets_;
      return ListFilter{.from = from, .until = from + absl::Hours(24)};
    });
    MeasureList("a frequent word (合同)", [](int) { return ListFilter{.words = {"合同"}}; });
    MeasureList("two words (离婚 房)", [](int) { return ListFilter{.words = {"离婚", "房"}}; });
    MeasureList("a word nobody wrote (量子计算)",
                [](int) { return ListFilter{.words = {"量子计算"}}; });
    MeasureList("one character (遗)", [](int) { return ListFilter{.words = {"遗"}}; });
    MeasureList("words out of a text", [&](int) {
      const std::string& text = texts_[static_cast<size_t>(any()) % texts_.size()];
      size_t end = std::min<size_t>(text.size(), 12);
      while (end < text.size() && (text[end] & 0xc0) == 0x80) ++end;  // a whole character
      return ListFilter{.words = {text.substr(0, end)}};
    });
    MeasureList("the end of a number",
                [&](int) { return ListFilter{.words = {Number(any()).substr(8)}}; });
    MeasureList("a frequent word among drafts",
                [](int) { return ListFilter{.states = {kDraft}, .words = {"合同"}}; });
    MeasureList("a frequent word in one day", [&](int) {
      const absl::Time from = kFirst + kSpan * any() / tickets_;
      return ListFilter{.words = {"合同"}, .from = from, .until = from + absl::Hours(24)};
    });
    Measure("what is due", [](TicketReader& db, int) {
      return db.Due(kFirst + kSpan + absl::Minutes(5), 100).size();
    });
    Measure("the next deadline",
            [](TicketReader& db, int) { return size_t{db.NextDeadline() > kFirst}; });
    Measure("how many drafts",
            [](TicketReader& db, int) { return static_cast<size_t>(db.CountState(kDraft)); });
  }

  /// Saves a second of kClients, each save a transaction of its own.
  double Rate(const std::function<void(int client, int i)>& save) {
    std::atomic<int> saves = 0;
    const auto until = Clock::now() + kSaving / kTurns;
    std::vector<std::thread> clients;
    for (int client = 0; client < kClients; ++client) {
      clients.emplace_back([&, client] {
        while (Clock::now() < until) save(client, saves++);
      });
    }
    const auto start = Clock::now();
    for (std::thread& client : clients) client.join();
    return saves * 1000 / MsSince(start);
  }

  void Saves() {
    // One insert, one commit: what the store does with several at once is its own merit.
    const auto raw = *Database::Open(url_, kClients, "the bench database", /*most_together=*/1);
    (void)raw->Write([](soci::session& db) {
      db << "create table raw (id bigint primary key, body text not null)";
      return absl::OkStatus();
    });
    const std::string body(600, 'y');
    std::atomic<long long> id = 0;
    double raw_rate = 0, raw_three = 0, edits = 0, moved = 0, opened = 0;
    std::atomic<int> next = tickets_;
    for (int turn = 0; turn < kTurns; ++turn) {
      raw_rate += Rate([&](int, int) {
        const long long mine = id++;
        Check(raw->Write([&](soci::session& db) {
          db << "insert into raw (id, body) values (:i, :b)", soci::use(mine), soci::use(body);
          return absl::OkStatus();
        }));
      });
      raw_three += Rate([&](int, int) {  // as many rows as a save: ticket, event, reply
        const long long mine = id.fetch_add(3);
        Check(raw->Write([&](soci::session& db) {
          for (long long row = mine; row < mine + 3; ++row) {
            db << "insert into raw (id, body) values (:i, :b)", soci::use(row), soci::use(body);
          }
          return absl::OkStatus();
        }));
      });
      moved += Rate([&](int client, int i) {
        Write([&](TicketWriter& db) {
          auto row = db.FindToChange(Number((i * kClients + client) * 37 % tickets_));
          row->state = row->state == kWorking ? kClosed : kWorking;
          db.Update(*row, {{++row->version, kFirst, "opr1", "moved", "{}"}});
          db.SaveReply(absl::StrCat("mov", client, turn), absl::StrCat(i), {"hash", "{}"}, kFirst);
        });
      });
      edits += Rate([&](int client, int i) {
        Write([&](TicketWriter& db) {
          auto row = db.FindToChange(Number((i * kClients + client) * 31 % tickets_));
          row->search_text += "补充";
          db.Update(*row, {{++row->version, kFirst, "opr1", "edited", "{}"}});
          db.SaveReply(absl::StrCat("opr", client, turn), absl::StrCat(i), {"hash", "{}"}, kFirst);
        });
      });
      opened += Rate([&](int client, int i) {
        Write([&](TicketWriter& db) {
          db.Insert(Row(next++), {{1, kFirst, "opr1", "opened", "{}"}}, {});
          db.SaveReply(absl::StrCat("new", client, turn), absl::StrCat(i), {"hash", "{}"}, kFirst);
        });
      });
    }
    std::printf("  acknowledged a second, %d clients, in turns:\n", kClients);
    std::printf("    raw inserts of a row    %8.0f\n", raw_rate / kTurns);
    std::printf("    raw inserts of 3 rows   %8.0f\n", raw_three / kTurns);
    for (const auto& [what, rate] : {std::pair{"moved, text as it was", moved},
                                     {"changed, words and all", edits},
                                     {"opened, words and all", opened}}) {
      std::printf("    %-23s %8.0f   %3.0f / %3.0f %% of raw (aim >= %.0f)%s\n", what,
                  rate / kTurns, 100 * rate / raw_rate, 100 * rate / raw_three, 100 * kAimOfRaw,
                  rate < kAimOfRaw * raw_rate ? "   missed" : "");
    }
  }

 private:
  static void Check(const absl::Status& status) {
    if (status.ok()) return;
    std::printf("%s\n", status.ToString().c_str());
    std::exit(1);
  }

  void Write(const std::function<void(TicketWriter&)>& work) {
    Check(store_->Write([&](TicketWriter& db) {
      work(db);
      return absl::OkStatus();
    }));
  }

  const std::string url_;
  const int tickets_;
  const std::vector<std::string> texts_;
  std::unique_ptr<TicketStore> store_;
};

int Run(const std::string& engine, int tickets, const char* questions) {
  TempDir dir;
  std::string url = "sqlite:" + dir.File("tickets.db");
  if (engine == "postgresql") url = SharedPostgres().NewDatabase();
  Bench bench(url, tickets, ReadTexts(questions));
  bench.Fill();
  bench.Questions();
  bench.Saves();
  return 0;
}

}  // namespace
}  // namespace hotline::ticket

int main(int argc, char** argv) {
  const std::string engine = argc > 1 ? argv[1] : "";
  const int tickets = argc > 2 ? std::atoi(argv[2]) : 1'000'000;
  if ((engine != "sqlite" && engine != "postgresql") || tickets < 1000) {
    std::printf("usage: ticket_store sqlite|postgresql [tickets >= 1000] [QUESTIONS.csv.gz]\n");
    return 2;
  }
  return hotline::ticket::Run(
      engine, tickets,
      argc > 3 ? argv[3] : "../shared/data/legal_questions_pku_via_lawyerllama.csv.gz");
}
