#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/base/check.h"
#include "services/runtime/config.h"
#include "services/runtime/config_tree.h"

namespace hotline {
namespace {

constexpr std::array<std::string_view, 10> kSections = {
    "area", "access", "router", "call", "media", "ticket", "directory", "console", "host", "log"};
constexpr size_t kMaxProblems = 100;
constexpr const char* kConfigErrorUrl = "hotline/config";
constexpr std::string_view kVariablePrefix = "HOTLINE_";

absl::Status ConfigError(std::string_view text) {
  absl::Status status = absl::InvalidArgumentError(absl::string_view(text.data(), text.size()));
  status.SetPayload(kConfigErrorUrl, absl::Cord());
  return status;
}

/// Levenshtein distance, for "did you mean".
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string UnknownKey(std::string_view key, const std::vector<std::string>& known) {
  constexpr size_t kLikely = 3;
  const auto nearest = std::min_element(known.begin(), known.end(), [&](auto& a, auto& b) {
    return EditDistance(key, a) < EditDistance(key, b);
  });
  if (nearest == known.end() || EditDistance(key, *nearest) > std::min(kLikely, key.size() / 2)) {
    return "unknown key";
  }
  return absl::StrCat("unknown key; do you mean ", *nearest, "?");
}

void CollectUnknown(const ConfigNode& node, const std::string& path,
                    std::vector<std::string>& lines) {
  for (size_t i = 0; i < node.items.size(); ++i) {
    CollectUnknown(node.items[i], absl::StrCat(path, "[", i, "]"), lines);
  }
  if (!node.visited) return;
  for (const auto& [key, value] : node.entries) {
    const auto& known = node.known_keys;
    if (std::find(known.begin(), known.end(), key) != known.end()) {
      CollectUnknown(value, JoinPath(path, key), lines);
    } else if (!node.ignore_rest) {
      lines.push_back(absl::StrCat(JoinPath(path, key), ": ", UnknownKey(key, known)));
    }
  }
}

/// A map that no reader was opened on was read as a whole.
void CollectRead(const ConfigNode& node, const std::string& path, std::string& lines) {
  if (node.kind == ConfigNode::Kind::kScalar) absl::StrAppend(&lines, path, ": ", node.text, "\n");
  for (size_t i = 0; i < node.items.size(); ++i) {
    CollectRead(node.items[i], absl::StrCat(path, "[", i, "]"), lines);
  }
  for (const auto& [key, value] : node.entries) {
    const auto& known = node.known_keys;
    if (!node.visited || std::find(known.begin(), known.end(), key) != known.end()) {
      CollectRead(value, JoinPath(path, key), lines);
    }
  }
}

}  // namespace

Environment ProcessEnvironment() {
  Environment found;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (text.substr(0, kVariablePrefix.size()) == kVariablePrefix && equals != text.npos) {
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return found;
}

struct ConfigFile::Document {
  ConfigNode root;
  ConfigProblems problems;
  std::vector<std::string> opened;  ///< the variable prefixes of the sections in use
  std::set<std::string> sections;   ///< their names
};

ConfigFile::ConfigFile(std::unique_ptr<Document> document) : document_(std::move(document)) {}

ConfigFile::ConfigFile(ConfigFile&&) noexcept = default;
ConfigFile& ConfigFile::operator=(ConfigFile&&) noexcept = default;
ConfigFile::~ConfigFile() = default;

absl::StatusOr<ConfigFile> ConfigFile::Load(const std::string& file, Environment environment) {
  std::ifstream in(file);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    absl::Status status = absl::NotFoundError(absl::StrCat(file, ": cannot be read"));
    status.SetPayload(kConfigErrorUrl, absl::Cord());
    return status;
  }
  auto parsed = Parse(text.str(), std::move(environment));
  if (!parsed.ok()) return ConfigError(absl::StrCat(file, ": ", parsed.status().message()));
  return parsed;
}

absl::StatusOr<ConfigFile> ConfigFile::Parse(const std::string& yaml, Environment environment) {
  auto root = ParseYaml(yaml);
  if (!root.ok()) return ConfigError(std::string(root.status().message()));
  if (root->kind == ConfigNode::Kind::kNull) root->kind = ConfigNode::Kind::kMap;
  auto document = std::make_unique<Document>();
  document->root = *std::move(root);
  document->problems.environment = std::move(environment);
  if (document->root.kind != ConfigNode::Kind::kMap) {
    return ConfigError(
        absl::StrCat(document->root.kind_name(), " where a map of sections is needed"));
  }
  // Another process's sections are fine; what is nobody's section is a mistake.
  document->root.visited = true;
  document->root.known_keys.assign(kSections.begin(), kSections.end());
  return ConfigFile(std::move(document));
}

ConfigReader ConfigFile::Section(std::string_view name) {
  HOTLINE_CHECK(std::find(kSections.begin(), kSections.end(), name) != kSections.end(),
                "a section must be listed in kSections");
  const std::string prefix =
      absl::StrCat(std::string(kVariablePrefix), absl::AsciiStrToUpper(std::string(name)), "_");
  document_->opened.push_back(prefix);
  document_->sections.emplace(name);
  return ConfigReader(document_->root.Find(name), std::string(name), prefix, &document_->problems);
}

absl::Status ConfigFile::status() const {
  std::vector<std::string> lines = document_->problems.lines;
  CollectUnknown(document_->root, "", lines);
  for (const auto& [name, value] : document_->problems.environment) {
    const bool ours = std::any_of(document_->opened.begin(), document_->opened.end(),
                                  [&name = name](const std::string& prefix) {
                                    return name.compare(0, prefix.size(), prefix) == 0;
                                  });
    if (ours && document_->problems.known_variables.count(name) == 0) {
      lines.push_back(absl::StrCat(name, " (environment): unknown key"));
    }
  }
  if (lines.empty()) return absl::OkStatus();
  if (lines.size() > kMaxProblems) {
    const size_t more = lines.size() - kMaxProblems;
    lines.resize(kMaxProblems);
    lines.push_back(absl::StrCat("and ", more, " problems more"));
  }
  return ConfigError(absl::StrJoin(lines, "\n"));
}

std::string ConfigFile::ValuesRead() const {
  std::string lines;
  for (const auto& [name, section] : document_->root.entries) {
    if (document_->sections.count(name) > 0) CollectRead(section, name, lines);
  }
  return lines;
}

bool IsConfigError(const absl::Status& status) {
  return status.GetPayload(kConfigErrorUrl).has_value();
}

}  // namespace hotline
