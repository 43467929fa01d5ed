#include "tests/runtime/temp_dir.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "services/base/check.h"

namespace hotline {

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "hotline-test-XXXXXX").string();
  HOTLINE_CHECK(mkdtemp(pattern.data()) != nullptr, "the temporary folder is writable");
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::File(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

std::string ReadFile(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

void WriteFile(const std::string& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace hotline
