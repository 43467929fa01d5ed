// Reads a YAML map the strict way: every wrong value and every unknown key is noted with file, line
// and key, and reading goes on, so that a person sees all mistakes at once.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace hotline::sim {

/// Where a file's mistakes are gathered: "FILE:LINE: key: sentence".
struct YamlProblems {
  std::string file;
  std::vector<std::string> list;

  void Add(const YAML::Node& at, std::string_view key, std::string_view sentence);
};

/// One map of the file. Getters return a harmless value where they note a problem.
class YamlMap {
 public:
  /// `over` may be undefined; what it holds goes before what `base` holds.
  YamlMap(YAML::Node base, YAML::Node over, std::string path, YamlProblems* problems);

  bool Has(std::string_view key);
  /// Returns the node as it stands, for readers of its shape; undefined if not given.
  YAML::Node Raw(std::string_view key);

  double Number(std::string_view key, double least, double most,
                std::optional<double> otherwise = std::nullopt);
  int Whole(std::string_view key, int least, int most, std::optional<int> otherwise = std::nullopt);
  /// A span such as 90s, 2h, 1h30m, in seconds.
  double Span(std::string_view key, std::optional<double> otherwise = std::nullopt);
  /// A moment: a time of day such as "15:00", or a span since the day's start, which is at
  /// `clock_start`. Returns seconds since the start.
  double Moment(std::string_view key, double clock_start,
                std::optional<double> otherwise = std::nullopt);
  std::string Text(std::string_view key, std::optional<std::string> otherwise = std::nullopt);
  /// One of `names`; returns its index.
  size_t Choice(std::string_view key, const std::vector<std::string>& names,
                std::optional<size_t> otherwise = std::nullopt);
  std::vector<double> Numbers(std::string_view key, double least, double most);
  std::vector<std::string> Texts(std::string_view key);

  /// Calls `item` with each map of the list `key`; nothing is given, nothing is called.
  void List(std::string_view key, const std::function<void(YamlMap&)>& item);
  /// Calls `item` with the map `key`, if it is given.
  void Map(std::string_view key, const std::function<void(YamlMap&)>& item);

  void Error(std::string_view key, std::string_view sentence);
  /// Notes the keys that no getter asked for.
  void Finish();

 private:
  std::string PathOf(std::string_view key) const;
  std::optional<std::string> Scalar(std::string_view key, bool required);
  template <class T>
  T Missing(std::string_view key, std::optional<T> otherwise);

  YAML::Node base_, over_;
  std::string path_;
  YamlProblems* problems_;
  std::set<std::string, std::less<>> asked_;
};

/// Returns the number that is all of `text`, if there is one.
std::optional<double> ParseNumber(const std::string& text);

}  // namespace hotline::sim
