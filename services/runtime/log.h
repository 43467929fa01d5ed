// The process's log: JSON lines on stderr.
//
//   LogInfo("call queued", {{"call", call.id}, {"caller", number}, {"queue", queue}});
//
// Thread-safe. A level that is off costs one comparison: fields only refer to their values.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/runtime/config.h"
#include "services/runtime/log_line.h"

namespace hotline {

/// Reads the section "log": level (debug, info, warn, error; default info).
LogLevel ReadLogLevel(ConfigReader section);

/// Writes lines of `level` and above from now on. Before the first call: info.
void SetLogLevel(LogLevel level);

/// Returns whether a line of `level` would be written; to guard fields that are dear to compute.
bool LogEnabled(LogLevel level);

/// Writes one line. `message` is a constant sentence without values; the values are fields.
void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void LogDebug(std::string_view message, std::initializer_list<LogField> fields = {}) {
  if (LogEnabled(LogLevel::kDebug)) Log(LogLevel::kDebug, message, fields);
}

inline void LogInfo(std::string_view message, std::initializer_list<LogField> fields = {}) {
  if (LogEnabled(LogLevel::kInfo)) Log(LogLevel::kInfo, message, fields);
}

inline void LogWarn(std::string_view message, std::initializer_list<LogField> fields = {}) {
  if (LogEnabled(LogLevel::kWarn)) Log(LogLevel::kWarn, message, fields);
}

inline void LogError(std::string_view message, std::initializer_list<LogField> fields = {}) {
  if (LogEnabled(LogLevel::kError)) Log(LogLevel::kError, message, fields);
}

/// While it lives, lines are collected here instead of written to stderr. For tests; one at a time.
class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  std::vector<std::string> lines() const;

 private:
  struct Lines;
  std::shared_ptr<Lines> lines_;
};

}  // namespace hotline
