// The web app, as its build left it: read into memory once, so that a path is a key of a map and
// nothing else on the disk can be reached.
//
// Immutable; thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "agent_console/gateway/http/message.h"

namespace hotline::console {

class StaticFiles {
 public:
  static constexpr size_t kMaxFiles = 2000;
  static constexpr size_t kMaxTotalBytes = 64 << 20;

  /// An app without files, which says so.
  StaticFiles() = default;
  /// Reads all files under `folder`; x.gz beside x is its compressed form.
  /// Returns: NOT_FOUND if there is no index.html, RESOURCE_EXHAUSTED over the limits.
  static absl::StatusOr<StaticFiles> Load(const std::string& folder);

  /// Answers GET and HEAD. A path without a dot is a page of the app: index.html.
  HttpResponse Serve(const HttpRequest& request) const;

 private:
  struct File {
    std::shared_ptr<const std::string> plain, gzip;
    std::string type;
    std::string etag;
    bool hashed = false;  ///< its name changes with its contents
  };

  std::map<std::string, File, std::less<>> files_;  ///< by path, "/assets/a.js"
};

}  // namespace hotline::console
