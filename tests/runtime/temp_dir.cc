#include "tests/runtime/temp_dir.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "services/base/check.h"

namespace hotline {
namespace {

/// For what comes true a moment after the file was written, such as the end of a process.
constexpr int kAskAgainMs = 200;

}  // namespace

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "hotline-test-XXXXXX").string();
  HOTLINE_CHECK(mkdtemp(pattern.data()) != nullptr, "the temporary folder is writable");
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::File(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

bool TempDir::Await(std::chrono::milliseconds patience, const std::function<bool()>& holds) const {
  using Clock = std::chrono::steady_clock;
  const int changes = inotify_init1(IN_CLOEXEC);
  inotify_add_watch(changes, path_.c_str(), IN_MODIFY | IN_CREATE);
  const auto deadline = Clock::now() + patience;
  bool held = holds();
  while (!held && Clock::now() < deadline) {
    pollfd ready{.fd = changes, .events = POLLIN, .revents = 0};
    std::array<char, 4096> events;
    if (poll(&ready, 1, kAskAgainMs) > 0) {
      (void)!read(changes, events.data(), events.size());
    }
    held = holds();
  }
  close(changes);
  return held;
}

std::string ReadFile(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

void WriteFile(const std::string& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace hotline
