# Warnings are errors in our own code; generated and system headers are exempt (SYSTEM includes).
set(HOTLINE_WARNINGS -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers -Werror)

# Debian's Abseil keeps its own string_view; ours is std's. GCC 12's -Wrestrict and -Wmaybe-uninitialized
# report false alarms inside libstdc++ and absl at -O1 with sanitizers (GCC bugs 105329, 105562).
add_compile_options(-Wno-restrict -Wno-maybe-uninitialized)

if(HOTLINE_SANITIZE)
  add_compile_options(-fsanitize=${HOTLINE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HOTLINE_SANITIZE})
  if(HOTLINE_SANITIZE MATCHES thread)
    # Asio's fenced block uses atomic_thread_fence, which GCC's TSan does not know.
    add_compile_options(-Wno-tsan)
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
if(NOT HOTLINE_SANITIZE)
  add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-protector-strong)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-fuse-ld=mold)

# hotline_compile(target): the options of our own code.
function(hotline_compile target)
  target_compile_options(${target} PRIVATE ${HOTLINE_WARNINGS})
  if(HOTLINE_UNITY)
    # A .cc file's private type in its own pimpl: only a fault where a header does it, which the dev
    # preset (no unity) still finds.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${HOTLINE_UNITY} UNITY_BUILD_BATCH_SIZE 8)
endfunction()
