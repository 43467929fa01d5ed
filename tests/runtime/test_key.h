// The access key of tests: services and clients in one process share it.
#pragma once

#include <string>

#include "services/runtime/access_key.h"

namespace hotline {

inline AccessKey TestKey() {
  return AccessKey(std::string(AccessKey::kBytes, 'k'));
}

}  // namespace hotline
