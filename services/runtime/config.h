// The configuration of a process: one YAML file for all processes of the hotline, in sections, and
// environment variables HOTLINE_<SECTION>_<KEY> that override single values of a section.
//
//   auto file = ConfigFile::Load("deploy/hotline.yaml", ProcessEnvironment());   // or RunProcess's
//   ConfigReader r = file->Section("media");
//   options.grace = r.Duration("grace", absl::Seconds(10));
//   options.listen = r.Listen("listen");
//   absl::Status all_problems = file->status();
//
// Readers never stop at a problem: they note it and return a harmless value, so that a person sees
// every mistake at once. What no reader asked for is a mistake too. Thread-compatible; used at
// start only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/runtime/endpoint.h"
#include "services/runtime/parse_value.h"

namespace hotline {

struct ConfigNode;
struct ConfigProblems;

/// Environment variables by name.
using Environment = std::map<std::string, std::string>;

/// Returns this process's variables that start with HOTLINE_.
Environment ProcessEnvironment();

/// Reads one map of the file. A key without fallback is required. Copies refer to the same map.
class ConfigReader {
 public:
  /// Text that is not empty.
  std::string String(std::string_view key, std::optional<std::string> fallback = std::nullopt);
  /// 1 to 32 of a-z, 0-9 and hyphen.
  std::string Name(std::string_view key, std::optional<std::string> fallback = std::nullopt);
  int64_t Int(std::string_view key, IntRange range, std::optional<int64_t> fallback = std::nullopt);
  bool Bool(std::string_view key, std::optional<bool> fallback = std::nullopt);
  absl::Duration Duration(std::string_view key,
                          std::optional<absl::Duration> fallback = std::nullopt,
                          DurationRange range = {});
  /// A place to listen; port 0 takes any free port.
  Endpoint Listen(std::string_view key, std::optional<Endpoint> fallback = std::nullopt);
  /// Somebody to connect to; port 0 is a mistake.
  Endpoint Peer(std::string_view key, std::optional<Endpoint> fallback = std::nullopt);
  /// Two numbers "from-to", from ≤ to, such as UDP ports "40000-49998".
  IntRange Span(std::string_view key, IntRange limits, std::optional<IntRange> fallback = {});

  /// One of `names`; returns its value.
  template <class T>
  T Choice(std::string_view key, const std::vector<std::pair<std::string_view, T>>& names,
           std::optional<T> fallback = std::nullopt);

  /// A list of text. In the environment: separated by commas.
  std::vector<std::string> Strings(std::string_view key);
  /// A list of addresses. In the environment: separated by commas.
  std::vector<Endpoint> Peers(std::string_view key);
  /// A map from names to numbers, sorted by name, such as skills with levels.
  std::vector<std::pair<std::string, int64_t>> IntMap(std::string_view key, IntRange range);
  /// Calls `item` for each map in the list `key`; a list that is not given is empty.
  void List(std::string_view key, const std::function<void(ConfigReader&)>& item);
  /// A map inside this one; if it is not given, its required keys are missing.
  ConfigReader Map(std::string_view key);

  /// Returns whether `key` is given, in the file or the environment.
  bool Has(std::string_view key);
  /// Notes a problem that only the caller can see ("area.queues[0].stations: …").
  void Error(std::string_view key, std::string_view sentence);
  /// Other keys of this map are somebody else's.
  void IgnoreRest();

  /// "area.queues[2]"
  const std::string& path() const { return path_; }

 private:
  friend class ConfigFile;

  struct Scalar {
    std::string text;
    std::string source;  ///< the key's path, and the variable if it came from there
  };

  ConfigReader(ConfigNode* node, std::string path, std::string variable_prefix,
               ConfigProblems* problems);
  std::string PathOf(std::string_view key) const;
  ConfigNode* Find(std::string_view key);
  std::optional<std::string> FindVariable(std::string_view key);
  /// Returns the value, or notes that it is missing if `required` or no scalar.
  std::optional<Scalar> ReadScalar(std::string_view key, bool required);
  /// Returns each item of a list of scalars, or notes why not.
  std::vector<Scalar> ReadScalars(std::string_view key);
  std::optional<size_t> ReadChoice(std::string_view key, const std::vector<std::string_view>& names,
                                   bool required);
  template <class T, class Parser>
  T Read(std::string_view key, std::optional<T> fallback, const Parser& parse);

  ConfigNode* node_;             ///< may be null: nothing given
  std::string path_;             ///< empty for the root
  std::string variable_prefix_;  ///< "HOTLINE_ROUTER_"; empty below a section
  ConfigProblems* problems_;
};

/// A loaded file. Must outlive its readers.
class ConfigFile {
 public:
  /// Returns: NOT_FOUND or INVALID_ARGUMENT, naming the file, if it cannot be read at all.
  static absl::StatusOr<ConfigFile> Load(const std::string& file, Environment environment);
  static absl::StatusOr<ConfigFile> Parse(const std::string& yaml, Environment environment = {});
  ConfigFile(ConfigFile&&) noexcept;
  ConfigFile& operator=(ConfigFile&&) noexcept;
  ~ConfigFile();

  /// Opens a section: one of area, access, router, call, media, ticket, directory, console, host,
  /// log.
  ConfigReader Section(std::string_view name);

  /// Returns all problems met so far, one per line, and after them the keys that no reader asked
  /// for, in the sections that were opened. INVALID_ARGUMENT, for which IsConfigError() holds.
  absl::Status status() const;

  /// Returns a line "area.queues[0].id: labour" for each value of the file that a reader asked for,
  /// in the file's order. Variables are not among them.
  std::string ValuesRead() const;

 private:
  struct Document;
  explicit ConfigFile(std::unique_ptr<Document> document);
  std::unique_ptr<Document> document_;
};

/// Returns whether `status` comes from ConfigFile: the process then ends with exit code 2.
bool IsConfigError(const absl::Status& status);

template <class T>
T ConfigReader::Choice(std::string_view key,
                       const std::vector<std::pair<std::string_view, T>>& names,
                       std::optional<T> fallback) {
  std::vector<std::string_view> texts;
  for (const auto& [text, value] : names) texts.push_back(text);
  const auto index = ReadChoice(key, texts, !fallback);
  if (index) return names[*index].second;
  return fallback.value_or(T{});
}

}  // namespace hotline
