#include "services/ctl/screen.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>

namespace hotline::ctl {
namespace {

// ECMA-48 and xterm control sequences.
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l";  // other buffer, no cursor
constexpr std::string_view kLeave = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view kHome = "\x1b[H";
constexpr std::string_view kEndOfLine = "\x1b[K\r\n";  // clear what is left of the line
constexpr std::string_view kEndOfScreen = "\x1b[J";    // clear what is left below

void Write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

Screen::Screen() {
  tcgetattr(STDIN_FILENO, &before_);
  termios keys = before_;
  keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // signals stay: Ctrl-C is SIGINT
  keys.c_cc[VMIN] = 0;
  keys.c_cc[VTIME] = 0;
  tcsetattr(STDIN_FILENO, TCSANOW, &keys);
  Write(kEnter);
}

Screen::~Screen() {
  Write(kLeave);
  tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

ViewSize Screen::size() const {
  winsize window{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0) return {24, 80};
  return {window.ws_row, window.ws_col};
}

void Screen::Draw(const std::vector<std::string>& lines) const {
  std::string frame(kHome);
  for (size_t i = 0; i < lines.size(); ++i) {
    // No line end after the last line: it would scroll a full screen.
    frame += lines[i];
    frame += i + 1 < lines.size() ? kEndOfLine : kEndOfLine.substr(0, 3);
  }
  frame += kEndOfScreen;
  Write(frame);
}

std::optional<char> Screen::ReadKey(absl::Duration timeout, int wake_fd) const {
  std::array<pollfd, 2> wait = {{{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                                 {.fd = wake_fd, .events = POLLIN, .revents = 0}}};
  poll(wait.data(), wait.size(), static_cast<int>(absl::ToInt64Milliseconds(timeout)));
  char key = 0;
  if ((wait[0].revents & POLLIN) == 0 || read(STDIN_FILENO, &key, 1) != 1) return std::nullopt;
  return key;
}

}  // namespace hotline::ctl
