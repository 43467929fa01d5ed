// The section "directory" of the configuration, and the id of "area".
#pragma once

#include <string>

#include "services/directory/store/directory_store.h"
#include "services/runtime/config.h"
#include "services/runtime/endpoint.h"

namespace hotline::directory {

struct DirectoryOptions {
  std::string area;
  Endpoint listen;
  Endpoint metrics;
  DirectoryStoreOptions store;
  int threads = 4;
};

/// Reads listen, metrics, store ("sqlite" or a URL), data_dir and threads. Mistakes are noted in
/// the file.
DirectoryOptions ReadDirectoryOptions(ConfigFile& file);

}  // namespace hotline::directory
