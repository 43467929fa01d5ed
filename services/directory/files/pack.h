// A pack: the files in which people keep a directory. A .csv file is the table it is named after
// (nodes.csv); a .yaml file holds several, each a list of maps:
//
//   skills:
//     - {id: labour, name: 劳动争议, name_en: Labour disputes}
//
// Cells with lists are "a;b" in CSV; in YAML a list or a map of skills with levels may be written
// as such. Blocking; no threads of its own.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/directory/core/records.h"
#include "services/directory/core/sheet.h"

namespace hotline::directory {

inline constexpr size_t kMaxPackFiles = 64;
inline constexpr size_t kMaxPackBytes = size_t{64} << 20;

struct PackFile {
  std::string name;
  std::string text;
  friend bool operator==(const PackFile&, const PackFile&) = default;
};

enum class PackFormat { kCsv, kYaml };

/// Reads what the files hold; what cannot be made out is added to `problems`.
std::vector<Sheet> ParsePack(const std::vector<PackFile>& files, std::vector<Problem>& problems);

/// One file per table, or one for all. `tables`: empty for all, those without records included.
std::vector<PackFile> FormatPack(const Directory& directory, PackFormat format,
                                 const std::vector<std::string>& tables = {});

/// Reads each path: a file, or a folder's *.csv, *.yaml and *.yml.
/// Returns: NOT_FOUND, RESOURCE_EXHAUSTED above the limits, INVALID_ARGUMENT for a folder without
/// any.
absl::StatusOr<std::vector<PackFile>> ReadPackFiles(const std::vector<std::string>& paths);

/// Writes the files into a folder, which is made if it is not there.
absl::Status WritePackFiles(const std::string& folder, const std::vector<PackFile>& files);

}  // namespace hotline::directory
