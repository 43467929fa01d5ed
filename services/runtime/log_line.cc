#include "services/runtime/log_line.h"

#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace hotline {
namespace {

constexpr std::string_view kReplacement = "\ufffd";

struct Rune {
  uint32_t code = 0;
  size_t length = 0;
};

/// Reads the character at the front of `text`.
/// Returns: nothing if it is no valid UTF-8: a stray, missing or overlong byte, a surrogate, or
/// above U+10FFFF (RFC 3629).
std::optional<Rune> ReadRune(std::string_view text) {
  const auto byte = [text](size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const unsigned char first = byte(0);
  if (first < 0x80) return Rune{first, 1};
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return std::nullopt;
  uint32_t code = first & (0x7f >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
    code = code << 6 | (byte(i) & 0x3f);
  }
  static constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kLeast[length] || code > 0x10ffff || surrogate) return std::nullopt;
  return Rune{code, length};
}

/// C0 and C1 controls, DEL, and what makes text run backwards in a viewer (bidi overrides).
bool IsUnsafe(uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
         (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

void AppendTime(absl::Time time, std::string& json) {
  absl::StrAppend(&json, "\"",
                  absl::FormatTime("%E4Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone()), "\"");
}

/// JSON has no NaN and no infinity: those become text.
void AppendDouble(double value, std::string& json) {
  if (std::isfinite(value)) {
    absl::StrAppend(&json, value);
  } else {
    absl::StrAppend(&json, "\"", value, "\"");
  }
}

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

}  // namespace

std::string_view FormatLogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

void AppendJsonString(std::string_view text, std::string& json) {
  json += '"';
  while (!text.empty()) {
    const auto rune = ReadRune(text);
    if (!rune) {
      json += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    switch (rune->code) {
      case '"':
        json += "\\\"";
        break;
      case '\\':
        json += "\\\\";
        break;
      case '\n':
        json += "\\n";
        break;
      case '\r':
        json += "\\r";
        break;
      case '\t':
        json += "\\t";
        break;
      default:
        if (IsUnsafe(rune->code)) {
          absl::StrAppendFormat(&json, "\\u%04x", rune->code);
        } else {
          json += text.substr(0, rune->length);
        }
    }
    text.remove_prefix(rune->length);
  }
  json += '"';
}

void LogField::AppendTo(std::string& json) const {
  AppendJsonString(key_, json);
  json += ':';
  const auto append_text = [&json](std::string_view text) {
    if (text.size() <= kMaxLogTextBytes) return AppendJsonString(text, json);
    size_t end = kMaxLogTextBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    AppendJsonString(std::string(text.substr(0, end)) + "…", json);
  };
  std::visit(Overloaded{
                 [&](bool value) { json += value ? "true" : "false"; },
                 [&](int64_t value) { absl::StrAppend(&json, value); },
                 [&](uint64_t value) { absl::StrAppend(&json, value); },
                 [&](double value) { AppendDouble(value, json); },
                 [&](std::string_view value) { append_text(value); },
                 [&](absl::Duration value) { append_text(absl::FormatDuration(value)); },
                 [&](absl::Time value) { AppendTime(value, json); },
                 [&](const PhoneNumber* value) { append_text(value->Masked()); },
                 [&](const absl::Status* value) { append_text(value->ToString()); },
                 [&](Id value) { append_text(EncodeId(value.value)); },
             },
             value_);
}

std::string FormatLogLine(absl::Time time, LogLevel level, std::string_view message,
                          std::initializer_list<LogField> fields) {
  std::string json = "{\"ts\":";
  AppendTime(time, json);
  json += ",\"level\":\"";
  json += FormatLogLevel(level);
  json += "\",";
  LogField("msg", message).AppendTo(json);
  for (const LogField& field : fields) {
    json += ',';
    field.AppendTo(json);
  }
  json += '}';
  return json;
}

}  // namespace hotline
