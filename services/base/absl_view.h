// Debian's Abseil is built for C++14 and has a string_view of its own, which std::string_view does
// not become by itself.
#pragma once

#include <string_view>

#include "absl/strings/string_view.h"

namespace hotline {

inline absl::string_view Absl(std::string_view text) {
  return {text.data(), text.size()};
}

inline std::string_view Std(absl::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace hotline
