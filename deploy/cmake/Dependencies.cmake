# Every library the project stands on, all from Debian 12. deploy/packages.txt installs them.
find_package(Threads REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(Protobuf 3.21 REQUIRED)  # CMake's own module: Debian ships no protobuf-config.cmake
find_package(gRPC 1.51 CONFIG REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS headers)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core pull)
find_package(fmt CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(yaml-cpp CONFIG REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(PkgConfig REQUIRED)
# HiredisConfigVersion.cmake of Debian 12 is broken, so pkg-config.
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
pkg_check_modules(sofia REQUIRED IMPORTED_TARGET sofia-sip-ua)
pkg_check_modules(spandsp REQUIRED IMPORTED_TARGET spandsp)
pkg_check_modules(sndfile REQUIRED IMPORTED_TARGET sndfile)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
find_package(SOCI REQUIRED)  # FindSOCI.cmake: tickets over SQLite and PostgreSQL
if(HOTLINE_TESTS)
  find_package(GTest CONFIG REQUIRED)
  include(GoogleTest)
endif()
if(HOTLINE_BENCH)
  find_package(benchmark CONFIG REQUIRED)
endif()

# Memory that one thread takes and another gives back, as the router's do at each message, costs a third of the calls
# a second with glibc's allocator (tests/bench/router_throughput). The sanitizers bring an allocator of their own.
add_library(hotline_allocator INTERFACE)
if(NOT HOTLINE_SANITIZE)
  target_link_libraries(hotline_allocator INTERFACE PkgConfig::jemalloc)
endif()
