#include "services/directory/service/options.h"

namespace hotline::directory {
namespace {

constexpr int kMaxThreads = 32;

}  // namespace

DirectoryOptions ReadDirectoryOptions(ConfigFile& file) {
  DirectoryOptions options;
  ConfigReader area = file.Section("area");
  options.area = area.Name("id");
  area.IgnoreRest();

  // All has a default: a file from before there was a directory is still right.
  ConfigReader directory = file.Section("directory");
  options.listen = directory.Listen("listen", Endpoint{"127.0.0.1", 7601});
  options.metrics = directory.Listen("metrics", Endpoint{"127.0.0.1", 7602});
  const std::string store = directory.String("store", "sqlite");
  const std::string folder = directory.String("data_dir", "var/directory");
  options.store.url = store == "sqlite" ? "sqlite:" + folder + "/directory.db" : store;
  options.threads = static_cast<int>(directory.Int("threads", {1, kMaxThreads}, 4));
  options.store.sessions = options.threads;
  return options;
}

}  // namespace hotline::directory
