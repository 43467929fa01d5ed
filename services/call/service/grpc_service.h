// hotline.call.v1.CallService over a CallNode.
#pragma once

#include <memory>

namespace hotline {
class Gate;
class QueueService;
}

namespace hotline::call {

class CallNode;

/// Returns the service; `node` and `gate` must outlive it.
std::unique_ptr<QueueService> MakeCallService(CallNode& node, const Gate& gate);

}  // namespace hotline::call
