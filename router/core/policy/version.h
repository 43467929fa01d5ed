// Which policy decides: the rules as they are compiled, and the area's configuration.
#pragma once

#include <string>

#include "router/core/config.h"

namespace hotline::router {

/// Grows whenever a rule decides otherwise under the same configuration.
inline constexpr uint32_t kPolicyRevision = 1;

/// Returns for example "1-5d2f6a9c01b3e874": the same for two routers exactly if the same events
/// make them decide the same. What only explains is not part of it.
std::string PolicyVersion(const AreaConfig& config);

}  // namespace hotline::router
