#include "agent_console/gateway/http/static_files.h"

#include <sodium.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

#include "agent_console/gateway/http/text.h"

namespace hotline::console {
namespace {

namespace fs = std::filesystem;

constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wav", "audio/wav"},
    {".mp3", "audio/mpeg"},
    {".txt", "text/plain; charset=utf-8"},
};

std::string TypeOf(std::string_view path) {
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return std::string(type);
  }
  return "application/octet-stream";
}

/// Vite writes "assets/name-hash.js".
bool IsHashed(std::string_view path) {
  return path.starts_with("/assets/") && path.rfind('-') != path.npos;
}

/// Changes when the contents do.
std::string ContentHash(std::string_view bytes) {
  std::string hash(16, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr,
                     0);
  return EncodeBase64Url(hash);
}

bool AcceptsGzip(const HttpRequest& request) {
  return request.Header("accept-encoding").find("gzip") != std::string_view::npos;
}

}  // namespace

absl::StatusOr<StaticFiles> StaticFiles::Load(const std::string& folder) {
  StaticFiles app;
  std::map<std::string, std::shared_ptr<const std::string>, std::less<>> compressed;
  size_t total = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (!it->is_regular_file(error)) continue;
    std::ifstream in(it->path(), std::ios::binary);
    auto bytes = std::make_shared<const std::string>(std::istreambuf_iterator<char>(in),
                                                     std::istreambuf_iterator<char>());
    std::string path = absl::StrCat("/", it->path().lexically_relative(folder).generic_string());
    if (path.find("/.") != path.npos) continue;  // the build's own notes
    total += bytes->size();
    if (total > kMaxTotalBytes || app.files_.size() >= kMaxFiles) {
      return absl::ResourceExhaustedError(absl::StrCat(folder, " is too large for a web app"));
    }
    if (path.ends_with(".gz")) {
      path.resize(path.size() - 3);
      compressed[path] = std::move(bytes);
      continue;
    }
    app.files_[path] = {.plain = bytes,
                        .type = TypeOf(path),
                        .etag = absl::StrCat("\"", ContentHash(*bytes), "\""),
                        .hashed = IsHashed(path)};
  }
  for (auto& [path, bytes] : compressed) {
    const auto file = app.files_.find(path);
    if (file != app.files_.end()) file->second.gzip = bytes;
  }
  if (app.files_.contains("/index.html")) return app;
  return absl::NotFoundError(absl::StrCat(folder, " has no index.html: the web app is not built"));
}

HttpResponse StaticFiles::Serve(const HttpRequest& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    HttpResponse response = TextResponse(405, "files are only read");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  const std::string_view path = request.path();
  auto found = files_.find(path);
  const bool is_page = path.find('.') == path.npos;
  if (found == files_.end() && is_page) found = files_.find("/index.html");
  if (found == files_.end()) {
    return TextResponse(404, is_page ? "the web app is not built" : "there is no such file");
  }
  const File& file = found->second;
  HttpResponse response;
  response.headers = {
      {"ETag", file.etag},
      {"Cache-Control", file.hashed ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Vary", "Accept-Encoding"}};
  if (request.Header("if-none-match") == file.etag) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", file.type);
  const bool gzip = file.gzip && AcceptsGzip(request);
  if (gzip) response.headers.emplace_back("Content-Encoding", "gzip");
  response.shared_body = gzip ? file.gzip : file.plain;
  return response;
}

}  // namespace hotline::console
