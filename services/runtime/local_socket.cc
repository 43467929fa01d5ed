#include "services/runtime/local_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace hotline {
namespace {

/// "/grpc-65535.sock" and the end of the string.
constexpr size_t kLongestName = 17;
constexpr size_t kLongestDir = sizeof(sockaddr_un::sun_path) - kLongestName;

std::string& SocketDir() {
  static std::string dir;
  return dir;
}

/// Whether `host` is this host's usual loopback address, or a server's "all" with it. Only one: a
/// socket is named after its port, and 127.0.0.2 may have another server at the same one.
bool IsHere(const std::string& host) {
  return host == "localhost" || host == "127.0.0.1" || host == "0.0.0.0" || host == "::";
}

/// Who can open a socket in the folder speaks to our processes: it must be ours alone.
absl::Status MakePrivate(const std::string& dir) {
  const auto refuse = [&dir](std::string_view why) {
    return absl::FailedPreconditionError(
        absl::StrCat("host.socket_dir: ", dir, " ", std::string(why)));
  };
  if (mkdir(dir.c_str(), S_IRWXU) == 0) return absl::OkStatus();
  if (errno != EEXIST) return refuse(absl::StrCat("cannot be made: ", strerror(errno)));
  struct stat status = {};
  if (stat(dir.c_str(), &status) != 0) return refuse(strerror(errno));
  if (!S_ISDIR(status.st_mode)) return refuse("is no folder");
  if (status.st_uid != geteuid()) return refuse("belongs to another user than this process");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return refuse("is open to other users: chmod 700 it");
  }
  return absl::OkStatus();
}

}  // namespace

std::string ReadSocketDir(ConfigReader section) {
  const std::string dir = section.String("socket_dir", "");
  if (dir.empty()) return dir;
  if (dir.size() > kLongestDir) {
    section.Error("socket_dir",
                  absl::StrCat("is too long for a socket's path: ", kLongestDir, " bytes at most"));
  } else if (dir.front() != '/') {
    section.Error("socket_dir",
                  "must begin with a slash: processes have different working folders");
  } else {
    return dir;
  }
  return "";
}

absl::Status UseSocketDir(const std::string& dir) {
  if (!dir.empty()) {
    if (absl::Status status = MakePrivate(dir); !status.ok()) return status;
  }
  SocketDir() = dir;
  return absl::OkStatus();
}

std::string LocalSocketOf(const Endpoint& endpoint) {
  if (SocketDir().empty() || endpoint.port == 0 || !IsHere(endpoint.host)) return "";
  return absl::StrCat("unix:", SocketDir(), "/grpc-", endpoint.port, ".sock");
}

}  // namespace hotline
