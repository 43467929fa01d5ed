#include "services/runtime/log.h"

#include <atomic>
#include <mutex>
#include <utility>

#include "absl/time/clock.h"

#include "spdlog/logger.h"
#include "spdlog/sinks/base_sink.h"
#include "spdlog/sinks/dist_sink.h"
#include "spdlog/sinks/stdout_sinks.h"

namespace hotline {
namespace {

std::atomic<LogLevel> g_level = LogLevel::kInfo;

/// spdlog's part: one whole line at a time to stderr, from any thread.
struct Output {
  std::shared_ptr<spdlog::sinks::sink> to_stderr =
      std::make_shared<spdlog::sinks::stderr_sink_mt>();
  std::shared_ptr<spdlog::sinks::dist_sink_mt> switchboard =
      std::make_shared<spdlog::sinks::dist_sink_mt>();
  spdlog::logger logger{"hotline", switchboard};

  Output() {
    switchboard->add_sink(to_stderr);
    logger.set_pattern("%v");
    logger.set_level(spdlog::level::trace);
  }
};

/// Never destroyed: threads may log until the process is gone.
Output& TheOutput() {
  static Output* const output = new Output;
  return *output;
}

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

struct LogCapture::Lines : spdlog::sinks::base_sink<std::mutex> {
  std::vector<std::string> Copy() {
    const std::lock_guard lock(mutex_);
    return lines;
  }

  void sink_it_(const spdlog::details::log_msg& message) override {
    lines.emplace_back(message.payload.data(), message.payload.size());
  }

  void flush_() override {}

  std::vector<std::string> lines;
};

LogCapture::LogCapture() : lines_(std::make_shared<Lines>()) {
  TheOutput().switchboard->set_sinks({lines_});
}

LogCapture::~LogCapture() {
  TheOutput().switchboard->set_sinks({TheOutput().to_stderr});
}

std::vector<std::string> LogCapture::lines() const {
  return lines_->Copy();
}

LogLevel ReadLogLevel(ConfigReader section) {
  return section.Choice<LogLevel>("level",
                                  {{"debug", LogLevel::kDebug},
                                   {"info", LogLevel::kInfo},
                                   {"warn", LogLevel::kWarn},
                                   {"error", LogLevel::kError}},
                                  LogLevel::kInfo);
}

void SetLogLevel(LogLevel level) {
  g_level.store(level, std::memory_order_relaxed);
}

bool LogEnabled(LogLevel level) {
  return level >= g_level.load(std::memory_order_relaxed);
}

void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  const std::string line = FormatLogLine(absl::Now(), level, message, fields);
  TheOutput().logger.log(ToSpdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace hotline
