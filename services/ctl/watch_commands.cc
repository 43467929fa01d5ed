// watch: the whole area, redrawn as it changes.
#include <sys/eventfd.h>
#include <unistd.h>

#include <mutex>
#include <ostream>
#include <thread>

#include "absl/strings/str_join.h"

#include "services/ctl/commands.h"
#include "services/ctl/interrupt.h"
#include "services/ctl/screen.h"
#include "services/ctl/session.h"
#include "services/ctl/watch_view.h"

namespace hotline::ctl {
namespace {

constexpr absl::Duration kScreenInterval = absl::Milliseconds(500);
constexpr absl::Duration kBlockInterval = absl::Seconds(2);

/// The picture that one thread draws from the router's messages and another one shows.
class SharedPicture {
 public:
  void Apply(const router::v1::WatchAreaResponse& message) {
    const std::scoped_lock lock(mutex_);
    picture_.Apply(message, absl::Now());
  }

  void AddEnded(const router::v1::CallRecord& record) {
    const std::scoped_lock lock(mutex_);
    picture_.AddEnded(record);
  }

  void Lose(const std::string& sentence) {
    const std::scoped_lock lock(mutex_);
    picture_.Lose(sentence);
  }

  AreaPicture Copy() const {
    const std::scoped_lock lock(mutex_);
    return picture_;
  }

 private:
  mutable std::mutex mutex_;
  AreaPicture picture_;
};

/// Redraws the terminal until q or Ctrl-C.
void ShowOnScreen(const SharedPicture& shared, const std::stop_token& stop,
                  absl::Duration interval) {
  const int wake_fd = eventfd(0, EFD_CLOEXEC);
  {
    const std::stop_callback wake(stop, [wake_fd] {
      const uint64_t one = 1;
      [[maybe_unused]] const ssize_t written = write(wake_fd, &one, sizeof(one));
    });
    const Screen screen;
    while (!stop.stop_requested()) {
      screen.Draw(RenderWatch(shared.Copy(), absl::Now(), absl::LocalTimeZone(), screen.size()));
      const char key = screen.ReadKey(interval, wake_fd).value_or('\0');
      if (key == 'q' || key == 'Q') break;
    }
  }
  close(wake_fd);
}

/// Prints a block of text, or a line of JSON, per interval; `count` of them, 0: until Ctrl-C.
void ShowAsBlocks(const SharedPicture& shared, const std::stop_token& stop,
                  const Session& session) {
  const absl::Duration interval = session.arguments().Span("--interval", kBlockInterval);
  const int count = session.arguments().Count("--count", 0);
  // Nothing to show before the first message: look again soon.
  const absl::Duration soon = std::min(interval, absl::Milliseconds(50));
  for (int shown = 0; count == 0 || shown < count;) {
    const AreaPicture picture = shared.Copy();
    if (!picture.empty()) {
      ++shown;
      if (session.json()) {
        session.PrintJson(WatchToJson(picture, absl::Now()));
      } else {
        const auto lines = RenderWatch(picture, absl::Now(), absl::LocalTimeZone(), {});
        session.out() << absl::StrJoin(lines, "\n") << "\n\n" << std::flush;
      }
      if (count != 0 && shown == count) return;
    }
    if (!Wait(stop, picture.empty() ? soon : interval)) return;
  }
}

/// The stream brings only calls that end from now on.
void ReadEnded(Session& session, SharedPicture& shared) {
  router::v1::ListCallsRequest request;
  request.set_ended(true);
  request.set_page_size(static_cast<int>(kMaxEndedShown));
  const auto response = session.Ask(request);
  if (!response.ok()) return;  // who cannot be reached is said by the watch itself
  for (const auto& record : response->ended()) shared.AddEnded(record);
}

absl::Status Watch(Session& session) {
  const absl::StatusOr<Routers*> routers = session.routers();
  if (!routers.ok()) return routers.status();
  SharedPicture shared;
  ReadEnded(session, shared);
  const Interrupt interrupt;
  const bool screen = session.terminal() && !session.json();
  std::jthread reader([&](const std::stop_token& over) {
    (*routers)->Watch(
        over, [&shared](const auto& message) { shared.Apply(message); },
        [&](const std::string& sentence) {
          shared.Lose(sentence);
          if (!screen) session.Note(sentence);
        });
  });
  if (screen) {
    ShowOnScreen(shared, interrupt.token(),
                 session.arguments().Span("--interval", kScreenInterval));
  } else {
    ShowAsBlocks(shared, interrupt.token(), session);
  }
  reader.request_stop();
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> WatchCommands() {
  return {{.words = "watch",
           .summary = "waits, seats, queues, connect rate, last outcomes, live",
           .options = {{"--interval", Takes::kSpan, "SPAN", "redraw so often (500ms; blocks: 2s)"},
                       {"--count", Takes::kCount, "N", "stop after N blocks (not on a terminal)"}},
           .details =
               "Redraws the terminal until q or Ctrl-C; if the output is no terminal, prints\n"
               "blocks of text. Follows the active router over failovers.\n",
           .run = &Watch}};
}

}  // namespace hotline::ctl
