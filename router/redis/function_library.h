// The text of hotline.lua, built into the program.
#pragma once

#include <string_view>

namespace hotline::router {

/// The library's version; the same number as in hotline.lua.
inline constexpr int kFunctionLibraryVersion = 1;

std::string_view FunctionLibrary();

}  // namespace hotline::router
