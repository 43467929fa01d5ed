// hotline.call.v1.CallService over a CallNode.
#pragma once

#include <memory>

namespace grpc {
class Service;
}

namespace hotline {
class Gate;
}

namespace hotline::call {

class CallNode;

/// Returns the service; `node` and `gate` must outlive it.
std::unique_ptr<grpc::Service> MakeCallService(CallNode& node, const Gate& gate);

}  // namespace hotline::call
