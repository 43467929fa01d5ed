// hotline.directory.v1.DirectoryService over a DirectoryBook. What takes long leaves gRPC's thread
// at once for the work pool.
#pragma once

#include <memory>

#include "services/runtime/clock.h"

namespace grpc {
class Service;
}

namespace hotline {
class Gate;
class WorkPool;
}  // namespace hotline

namespace hotline::directory {

class DirectoryBook;
class DirectoryMetrics;
class WatchHub;

/// What the service works with; all must outlive it.
struct ServiceParts {
  DirectoryBook& book;
  WorkPool& pool;
  WatchHub& hub;
  DirectoryMetrics& metrics;
  const Gate& gate;
};

std::unique_ptr<grpc::Service> MakeDirectoryService(ServiceParts parts);

}  // namespace hotline::directory
