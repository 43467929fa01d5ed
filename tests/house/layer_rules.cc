#include "tests/house/layer_rules.h"

#include <algorithm>
#include <array>
#include <regex>
#include <sstream>
#include <utility>

namespace hotline::house {
namespace {

/// First match wins. A new folder needs a line here, so that it has a layer from its first day.
const std::vector<std::pair<std::regex, std::string>>& LayerPatterns() {
  static const std::vector<std::pair<std::regex, std::string>> patterns = [] {
    std::vector<std::pair<std::regex, std::string>> result;
    for (const auto& [pattern, layer] : std::initializer_list<std::pair<const char*, const char*>>{
             {R"((.*/)?main\.cc)", "app"},
             {R"(services/ctl/.*)", "service"},
             {R"(services/base/.*)", "base"},
             {R"(services/runtime/.*)", "runtime"},
             {R"(services/redis/.*)", "adapter"},
             {R"(services/[a-z]+/core/.*)", "core"},
             {R"(services/[a-z]+/service/.*)", "service"},
             {R"(services/call/(sip|media|router|stream)/.*)", "adapter"},
             {R"(services/media/rtp/.*)", "adapter"},
             {R"(services/[a-z]+/store/.*)", "adapter"},
             {R"(services/ticket/calls/.*)", "adapter"},
             {R"(services/ticket/(dispatch|exchange)/.*)", "core"},
             {R"(services/directory/(files|follow)/.*)", "adapter"},
             {R"(services/database/.*)", "adapter"},
             {R"(router/core/.*)", "core"},
             {R"(router/sim/world/.*)", "core"},
             {R"(router/sim/.*)", "app"},
             {R"(router/redis/.*)", "adapter"},
             {R"(router/service/.*)", "service"},
             {R"(agent_console/gateway/.*)", "service"},
             {R"(deploy/demo/robot/.*)", "adapter"},
             {R"(deploy/demo/.*)", "service"},
             {R"(tests/.*)", "test"},
         }) {
      result.emplace_back(pattern, layer);
    }
    return result;
  }();
  return patterns;
}

/// Headers that bring the outside world, or an order that differs between runs, into pure code.
constexpr std::array kImpureIncludes = {
    "chrono",
    "condition_variable",
    "coroutine",
    "ctime",
    "filesystem",
    "fstream",
    "future",
    "iostream",
    "mutex",
    "netdb.h",
    "poll.h",
    "pthread.h",
    "random",
    "semaphore",
    "shared_mutex",
    "signal.h",
    "stdio.h",
    "stop_token",
    "sys/socket.h",
    "sys/time.h",
    "thread",
    "time.h",
    "unistd.h",
    "unordered_map",
    "unordered_set",
    "absl/container/flat_hash_map.h",
    "absl/container/flat_hash_set.h",
    "absl/container/node_hash_map.h",
    "absl/container/node_hash_set.h",
    "absl/synchronization/mutex.h",
    "absl/time/clock.h",
    "absl/random/random.h",
};

/// Prefixes of libraries that pure code has no business with.
constexpr std::array kImpureLibraries = {"boost/asio", "boost/beast", "grpc",   "google/protobuf",
                                         "hiredis",    "prometheus",  "spdlog", "yaml-cpp",
                                         "sofia-sip",  "sndfile",     "soci",   "sodium"};

/// A word that gives impure code away.
struct ImpureWord {
  std::string_view text;
  std::string_view what;
  bool call = false;  ///< only where "(" follows and no object is in front: call.time() is fine
};

constexpr ImpureWord kImpureWords[] = {
    {"getenv", "reads the environment"},
    {"time", "reads the clock", true},
    {"clock", "reads the clock", true},
    {"clock_gettime", "reads the clock"},
    {"gettimeofday", "reads the clock"},
    {"absl::Now", "reads the clock"},
    {"steady_clock", "reads the clock"},
    {"system_clock", "reads the clock"},
    {"high_resolution_clock", "reads the clock"},
    {"rand", "is random", true},
    {"srand", "is random", true},
    {"random_device", "is random"},
    {"mt19937", "is random"},
    {"mt19937_64", "is random"},
    {"std::cout", "does I/O"},
    {"std::cerr", "does I/O"},
    {"std::cin", "does I/O"},
    {"printf", "does I/O", true},
    {"fprintf", "does I/O"},
    {"unordered_map", "has an order that differs between runs"},
    {"unordered_set", "has an order that differs between runs"},
    {"flat_hash_map", "has an order that differs between runs"},
    {"flat_hash_set", "has an order that differs between runs"},
    {"thread_local", "is for threads"},
    {"std::thread", "is for threads"},
    {"std::jthread", "is for threads"},
    {"std::mutex", "is for threads"},
    {"std::atomic", "is for threads"},
};

bool IsWordCharacter(char c) {
  return isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool Contains(std::string_view line, const ImpureWord& word) {
  for (size_t at = line.find(word.text); at != line.npos; at = line.find(word.text, at + 1)) {
    const char before = at == 0 ? ' ' : line[at - 1];
    const std::string_view after = line.substr(at + word.text.size());
    if (IsWordCharacter(before) || (!after.empty() && IsWordCharacter(after[0]))) continue;
    if (!word.call) return true;
    const size_t next = after.find_first_not_of(' ');
    const bool member = before == '.' || before == '>';
    if (!member && next != after.npos && after[next] == '(') return true;
  }
  return false;
}

/// check.cc writes its last words to stderr before it aborts.
bool MayDoIo(std::string_view path) {
  return path == "services/base/check.cc";
}

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool EndsWith(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

/// What one file may include, and the sentences about what it includes although it may not.
class FileCheck {
 public:
  FileCheck(const std::string& path, std::string layer, const LayerTable& table)
      : path_(path), layer_(std::move(layer)), table_(table) {
    pure_ = layer_ == "core" || layer_ == "base";
  }

  void Line(int number, const std::string& line) {
    const size_t hash = line.find_first_not_of(' ');
    if (hash != line.npos && line[hash] == '#') {
      static const std::regex include(R"(#\s*include\s*[<"]([^>"]+)[>"])");
      std::smatch match;
      if (std::regex_search(line, match, include)) Include(number, match[1]);
    } else if (pure_ && !MayDoIo(path_)) {
      for (const ImpureWord& word : kImpureWords) {
        if (Contains(line, word)) Add(number, "pure code " + std::string(word.what));
      }
    }
  }

  void Add(int number, const std::string& sentence) {
    problems_.push_back(path_ + ":" + std::to_string(number) + ": " + sentence);
  }

  std::vector<std::string> TakeProblems() { return std::move(problems_); }

 private:
  void Include(int number, const std::string& header) {
    if (layer_ == "test") return;
    if (const auto used = LayerOfInclude(header)) {
      if (*used == "test") {
        Add(number, "only tests may include " + header);
      } else if (table_.at(layer_).count(*used) == 0) {
        Add(number, layer_ + " may not include " + header + " (" + *used + ")");
      }
    } else if (pure_ && IsImpure(header)) {
      Add(number, "pure code may not include " + header);
    }
  }

  static std::optional<std::string> LayerOfInclude(const std::string& header) {
    if (EndsWith(header, ".pb.h")) {
      // google/protobuf/… comes with the library.
      return StartsWith(header, "hotline/") ? std::optional<std::string>("contract") : std::nullopt;
    }
    return LayerOf(header);
  }

  static bool IsImpure(const std::string& header) {
    return std::find(kImpureIncludes.begin(), kImpureIncludes.end(), header) !=
               kImpureIncludes.end() ||
           std::any_of(kImpureLibraries.begin(), kImpureLibraries.end(),
                       [&](const char* library) { return StartsWith(header, library); });
  }

  const std::string path_;
  const std::string layer_;
  const LayerTable& table_;
  bool pure_ = false;
  std::vector<std::string> problems_;
};

}  // namespace

LayerTable ParseLayerTable(std::string_view cmake) {
  LayerTable table;
  const std::string text(cmake);
  static const std::regex line(R"(set\(HOTLINE_([a-z]+)_MAY_USE ([a-z ]+)\))");
  for (auto it = std::sregex_iterator(text.begin(), text.end(), line); it != std::sregex_iterator();
       ++it) {
    std::istringstream words((*it)[2].str());
    for (std::string word; words >> word;) table[(*it)[1]].insert(word);
  }
  return table;
}

std::optional<std::string> LayerOf(std::string_view path) {
  for (const auto& [pattern, layer] : LayerPatterns()) {
    if (std::regex_match(path.begin(), path.end(), pattern)) return layer;
  }
  return std::nullopt;
}

std::string StripComments(std::string_view source) {
  // A raw string, a string, a character, a comment of either kind: whichever starts first. Digits
  // with separators (10'000) come first, so that their quote starts no character.
  enum class In { kCode, kLineComment, kBlockComment, kString, kChar } in = In::kCode;
  std::string code;
  bool include_line = false;
  for (size_t i = 0; i < source.size(); ++i) {
    const char c = source[i];
    const std::string_view rest = source.substr(i);
    if (c == '\n') {
      code += c;
      if (in != In::kBlockComment) in = In::kCode;
      include_line = false;
      continue;
    }
    switch (in) {
      case In::kCode:
        if (StartsWith(rest, "#include")) include_line = true;
        if (StartsWith(rest, "//")) {
          in = In::kLineComment;
        } else if (StartsWith(rest, "/*")) {
          in = In::kBlockComment;
        } else if (StartsWith(rest, "R\"")) {
          const size_t open = rest.find('(');
          if (open == rest.npos) return code;
          const std::string close = ")" + std::string(rest.substr(2, open - 2)) + "\"";
          const size_t end = rest.find(close, open);
          if (end == rest.npos) return code;
          code.append(static_cast<size_t>(
                          std::count(rest.begin(), rest.begin() + static_cast<long>(end), '\n')),
                      '\n');
          i += end + close.size() - 1;
        } else if (c == '"' && !include_line) {
          in = In::kString;
          code += c;
        } else if (c == '\'' && (i == 0 || !isalnum(static_cast<unsigned char>(source[i - 1])))) {
          in = In::kChar;
          code += c;
        } else {
          code += c;
        }
        break;
      case In::kBlockComment:
        if (StartsWith(rest, "*/")) {
          in = In::kCode;
          ++i;
        }
        break;
      case In::kString:
      case In::kChar:
        if (c == '\\') {
          ++i;
        } else if (c == (in == In::kString ? '"' : '\'')) {
          in = In::kCode;
          code += c;
        }
        break;
      case In::kLineComment:
        break;
    }
  }
  return code;
}

std::vector<std::string> Check(const std::string& path, std::string_view source,
                               const LayerTable& table) {
  const auto layer = LayerOf(path);
  if (!layer) {
    return {path + ":1: its folder has no layer; give it one in tests/house/layer_rules.cc"};
  }
  FileCheck check(path, *layer, table);
  if (EndsWith(path, ".h")) {
    if (!StartsWith(source, "// ")) {
      check.Add(1, "a header starts with a comment: what it is, who uses it, its threading rule");
    }
    if (source.find("\n#pragma once\n") == source.npos) check.Add(1, "#pragma once is missing");
  }
  std::istringstream lines(StripComments(source));
  int number = 0;
  for (std::string line; std::getline(lines, line);) check.Line(++number, line);
  return check.TakeProblems();
}

}  // namespace hotline::house
