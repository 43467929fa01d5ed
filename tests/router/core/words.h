// A scenario's line in words: what it is about, and its options key=value, key=(a b) or key="a b".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/time.h"

#include "router/core/types.h"

namespace hotline::router {

struct Words {
  explicit Words(const std::string& line) {
    std::string word;
    bool grouped = false;
    for (const char c : line + " ") {
      if (c == '(' || c == ')' || c == '"') grouped = c == '"' ? !grouped : c == '(';
      if (c == ' ' && !grouped) {
        if (!word.empty()) Add(word);
        word.clear();
      } else if (c != '(' && c != ')' && c != '"') {
        word += c;
      }
    }
  }

  bool Has(const std::string& key) const { return options.contains(key); }

  std::string Get(const std::string& key, const std::string& otherwise = "") const {
    const auto it = options.find(key);
    return it == options.end() ? otherwise : it->second;
  }

  /// The words of key=(a b); empty without the key.
  std::vector<std::string> List(const std::string& key) const {
    return absl::StrSplit(Get(key), ' ', absl::SkipEmpty());
  }

  /// A span such as 15s; `otherwise` without the key.
  absl::Duration Span(const std::string& key, absl::Duration otherwise) const {
    absl::Duration span = otherwise;
    if (Has(key) && !absl::ParseDuration(Get(key), &span)) problem = key + " is no span";
    return span;
  }

  double Real(const std::string& key, double otherwise) const {
    return Has(key) ? std::stod(Get(key)) : otherwise;
  }

  void Complain(const std::string& what) const { problem = what; }

  int Number(const std::string& key, int otherwise) const {
    return Has(key) ? std::stoi(Get(key)) : otherwise;
  }

  /// skills=(labour:3 notary), level 1 unless given; sorted.
  std::vector<SkillLevel> Skills() const {
    std::vector<SkillLevel> skills;
    for (const std::string& word : List("skills")) {
      const std::pair<std::string, std::string> parts =
          absl::StrSplit(word, absl::MaxSplits(':', 1));
      skills.push_back({parts.first, parts.second.empty() ? 1 : std::stoi(parts.second)});
    }
    std::sort(skills.begin(), skills.end());
    return skills;
  }

  const std::string& operator[](size_t i) const {
    static const std::string kNone;
    return i < positional.size() ? positional[i] : kNone;
  }

  std::vector<std::string> positional;
  std::map<std::string, std::string> options;
  mutable std::string problem;

 private:
  void Add(const std::string& word) {
    const size_t equals = word.find('=');
    if (equals == word.npos) {
      positional.push_back(word);
    } else {
      options[word.substr(0, equals)] = word.substr(equals + 1);
    }
  }
};

}  // namespace hotline::router
