#include "services/directory/files/pack.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "services/directory/core/csv.h"
#include "services/directory/core/read.h"
#include "services/directory/files/yaml.h"

namespace hotline::directory {
namespace {

namespace fs = std::filesystem;

bool IsYaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

bool IsCsv(const fs::path& path) {
  return path.extension() == ".csv";
}

absl::Status TooMuch() {
  return absl::ResourceExhaustedError(absl::StrCat("too much at once: the limit is ", kMaxPackFiles,
                                                   " files with ", kMaxPackBytes,
                                                   " bytes together"));
}

absl::StatusOr<std::vector<fs::path>> FilesAt(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (fs::exists(path, error)) return std::vector<fs::path>{path};
    return absl::NotFoundError(absl::StrCat("there is no file or folder ", path));
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (IsYaml(entry.path()) || IsCsv(entry.path())) files.push_back(entry.path());
  }
  if (error) return absl::InternalError(absl::StrCat("cannot list ", path, ": ", error.message()));
  if (files.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " has no .csv and no .yaml file"));
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<Sheet> ParsePack(const std::vector<PackFile>& files, std::vector<Problem>& problems) {
  std::vector<Sheet> sheets;
  for (const PackFile& file : files) {
    const fs::path path(file.name);
    if (IsYaml(path)) {
      ParseYaml(file.name, file.text, sheets, problems);
    } else if (IsCsv(path)) {
      Sheet sheet = ParseCsv(file.name, path.stem().string(), file.text, problems);
      if (sheet.header_line > 0) sheets.push_back(std::move(sheet));
    } else {
      AddProblem(problems, {.file = file.name, .line = 1, .reason = "is neither .csv nor .yaml"});
    }
  }
  return sheets;
}

std::vector<PackFile> FormatPack(const Directory& directory, PackFormat format,
                                 const std::vector<std::string>& tables) {
  std::vector<Sheet> sheets = ToSheets(directory, tables);
  // All means all: a table without records is a file with its header, which empties it elsewhere.
  if (format == PackFormat::kYaml) return {{"directory.yaml", FormatYaml(sheets)}};
  std::vector<PackFile> files;
  for (const Sheet& sheet : sheets) files.push_back({sheet.table + ".csv", FormatCsv(sheet)});
  return files;
}

absl::StatusOr<std::vector<PackFile>> ReadPackFiles(const std::vector<std::string>& paths) {
  std::vector<PackFile> files;
  size_t bytes = 0;
  for (const std::string& path : paths) {
    const auto found = FilesAt(path);
    if (!found.ok()) return found.status();
    for (const fs::path& file : *found) {
      std::error_code error;
      const auto size = fs::file_size(file, error);
      if (!error && size > kMaxPackBytes - std::min(bytes, kMaxPackBytes)) return TooMuch();
      std::ifstream in(file, std::ios::binary);
      std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      if (!in) return absl::NotFoundError(absl::StrCat("cannot read ", file.string()));
      bytes += text.size();
      files.push_back({file.filename().string(), std::move(text)});
      if (files.size() > kMaxPackFiles || bytes > kMaxPackBytes) {
        return TooMuch();
      }
    }
  }
  return files;
}

absl::Status WritePackFiles(const std::string& folder, const std::vector<PackFile>& files) {
  std::error_code error;
  fs::create_directories(folder, error);
  for (const PackFile& file : files) {
    const fs::path path = fs::path(folder) / fs::path(file.name).filename();
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << file.text;
    out.close();
    if (!out) return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path.string()));
  }
  return absl::OkStatus();
}

}  // namespace hotline::directory
