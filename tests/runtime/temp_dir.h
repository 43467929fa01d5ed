// A folder for one test's files, removed with the test.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace hotline {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  std::string File(std::string_view name) const;

  const std::string& path() const { return path_; }

  /// Waits until `holds`, which is asked when a file in the folder is made or written; at most
  /// `patience`. For what other processes say in files.
  bool Await(std::chrono::milliseconds patience, const std::function<bool()>& holds) const;

 private:
  std::string path_;
};

std::string ReadFile(const std::string& file);
void WriteFile(const std::string& file, std::string_view bytes);

}  // namespace hotline
