# Configures one-line projects against deploy/cmake/Layers.cmake and looks at what it says.
# cmake -DSOURCE=<repository> -DWORK=<scratch folder> -DGENERATOR=<CMake generator> -P edges_test.cmake

# expect(line message): configuring `line` stops with `message`; with an empty message it passes.
function(expect line message)
  file(REMOVE_RECURSE ${WORK})
  file(WRITE ${WORK}/CMakeLists.txt "
    cmake_minimum_required(VERSION 3.25)
    project(edges LANGUAGES NONE)
    include(${SOURCE}/deploy/cmake/Layers.cmake)
    foreach(layer base contract core runtime adapter service app)
      add_library(a_\${layer} INTERFACE)
      set_target_properties(a_\${layer} PROPERTIES HOTLINE_LAYER \${layer})
    endforeach()
    ${line}\n")
  execute_process(COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${WORK} -B ${WORK}/build
    RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE said)
  string(REGEX REPLACE "[ \n]+" " " said "${said}")
  if(message STREQUAL "" AND NOT result EQUAL 0)
    message(SEND_ERROR "should pass: ${line}\n${said}")
  elseif(NOT message STREQUAL "")
    string(FIND "${said}" "${message}" at)
    if(result EQUAL 0 OR at EQUAL -1)
      message(SEND_ERROR "should stop with '${message}': ${line}\n${said}")
    endif()
  endif()
endfunction()

# The library function stops before it makes a target, so no compiler is needed.
expect("hotline_library(x LAYER core SRCS x.cc DEPS a_contract)" "x (core) may not use a_contract (contract)")
expect("hotline_library(x LAYER core SRCS x.cc DEPS a_base a_runtime)" "x (core) may not use a_runtime (runtime)")
expect("hotline_library(x LAYER contract SRCS x.cc DEPS a_base)" "x (contract) may not use a_base (base)")
expect("hotline_library(x LAYER runtime SRCS x.cc DEPS a_core)" "x (runtime) may not use a_core (core)")
expect("hotline_library(x LAYER adapter SRCS x.cc DEPS a_service)" "x (adapter) may not use a_service (service)")
expect("hotline_library(x LAYER service SRCS x.cc DEPS a_app)" "x (service) may not use a_app (app)")
expect("hotline_library(x LAYER core SRCS x.cc DEPS pthread)" "x (core) is pure and may not link pthread")
expect("hotline_library(x LAYER base SRCS x.cc DEPS gRPC::grpc++)" "x (base) is pure and may not link gRPC::grpc++")
expect("hotline_library(x LAYER middle SRCS x.cc)" "there is no layer 'middle'")
expect("hotline_check_layer(x core a_base a_core absl::strings)" "")
expect("hotline_check_layer(x service a_base a_contract a_core a_runtime a_adapter a_service pthread)" "")
expect("hotline_check_layer(x app a_service)" "")
