# proto_library(target ROOT dir PROTOS a/b.proto …): one protoc run per file for messages and gRPC stubs.
# CMake 3.25's protobuf_generate() names the outputs wrongly and does not follow imports, hence this.
function(proto_library target)
  cmake_parse_arguments(ARG "" "ROOT" "PROTOS" ${ARGN})
  set(gen ${CMAKE_BINARY_DIR}/gen)
  file(MAKE_DIRECTORY ${gen})
  set(srcs)
  foreach(proto IN LISTS ARG_PROTOS)
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    # Ninja wants the depfile's first target (protoc sorts them) to be the first output.
    set(out ${gen}/${stem}.pb.cc ${gen}/${stem}.pb.h)
    set(args --cpp_out=${gen})
    if(stem MATCHES "_service$")
      list(PREPEND out ${gen}/${stem}.grpc.pb.cc ${gen}/${stem}.grpc.pb.h)
      list(APPEND args --grpc_out=${gen} --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>)
    endif()
    string(REPLACE "/" "_" flat ${stem})
    add_custom_command(
      OUTPUT ${out}
      COMMAND protobuf::protoc -I${ARG_ROOT} ${args} --dependency_out=${gen}/${flat}.d ${ARG_ROOT}/${proto}
      DEPENDS ${ARG_ROOT}/${proto} protobuf::protoc
      DEPFILE ${gen}/${flat}.d
      VERBATIM)
    list(APPEND srcs ${out})
    # Message code of two files clashes in one unit (static schemas[]); the stubs do not.
    set_source_files_properties(${gen}/${stem}.pb.cc PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
  add_library(${target} STATIC ${srcs})
  set_target_properties(${target} PROPERTIES HOTLINE_LAYER contract UNITY_BUILD ${HOTLINE_UNITY})
  target_include_directories(${target} SYSTEM PUBLIC ${gen})
  target_compile_options(${target} PRIVATE -O1 -g0 -w)
  if(HOTLINE_SANITIZE MATCHES undefined)
    target_compile_options(${target} PRIVATE -fno-sanitize=undefined)
  endif()
  target_link_libraries(${target} PUBLIC protobuf::libprotobuf gRPC::grpc++)
endfunction()
