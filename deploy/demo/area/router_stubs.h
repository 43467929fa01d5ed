// The gRPC side of AreaClient and AreaWatch; private to this folder.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"

#include "deploy/demo/area/area_client.h"

#include "hotline/router/v1/area_service.grpc.pb.h"
#include "hotline/router/v1/seat_service.grpc.pb.h"

namespace hotline::demo {

struct AreaClient::Router {
  std::string address;
  std::unique_ptr<router::v1::AreaService::Stub> area;
  std::unique_ptr<router::v1::SeatService::Stub> seats;
};

}  // namespace hotline::demo
