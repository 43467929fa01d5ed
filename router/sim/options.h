// Command-line options of hotline-sim: `--name value` and `--flag`, each checked, every error at
// once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::sim {

/// Seeds are whole numbers that a double can hold.
inline constexpr double kMostSeeds = 1e15;

/// Reads the options after a subcommand. Getters note what is missing or wrong; Finish() tells.
class Options {
 public:
  /// Takes the words after the subcommand. `flags` are the options without a value.
  Options(const std::vector<std::string>& words, const std::vector<std::string>& flags);

  bool Flag(std::string_view name);
  /// Returns the number given, or `otherwise`; without `otherwise` the option is required.
  double Number(std::string_view name, double least, double most,
                std::optional<double> otherwise = std::nullopt);

  /// Returns the text given, or `otherwise`; without `otherwise` the option is required.
  std::string Text(std::string_view name, std::optional<std::string> otherwise = std::nullopt);

  bool Has(std::string_view name) const { return values_.contains(std::string(name)); }

  /// Returns every error, one sentence each, among them options nobody asked for.
  std::vector<std::string> Finish() const;

 private:
  std::map<std::string, std::string> values_;
  std::map<std::string, bool> flags_;
  std::map<std::string, bool> known_;
  std::vector<std::string> errors_;
};

}  // namespace hotline::sim
