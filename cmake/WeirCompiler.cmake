# The language, the compiler, the flags (interface target weir_flags), the linker and ccache.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR
    "weir cannot be built with g++ ${CMAKE_CXX_COMPILER_VERSION}: g++ below 14 miscompiles co_await in "
    "conditions and destroys aggregate temporaries in await expressions twice, so the program would "
    "corrupt memory. Use clang 19: -DCMAKE_CXX_COMPILER=clang++-19")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "weir needs clang 19 or newer (this is ${CMAKE_CXX_COMPILER_VERSION}): older ones do not see "
    "std::expected of libstdc++ 12. Use -DCMAKE_CXX_COMPILER=clang++-19")
endif()

# Asserts are for our own bugs and stay on in release builds, so no -DNDEBUG here.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")

add_library(weir_flags INTERFACE)
target_compile_options(weir_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi
  -Wimplicit-fallthrough -Wold-style-cast -Wunused -Wno-missing-field-initializers
  -fno-plt -fstack-protector-strong -ffunction-sections -fdata-sections
  -fPIE)
target_link_options(weir_flags INTERFACE -pthread -pie)
# The same object file in every checkout: no path of this one in it.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(weir_flags INTERFACE -Wno-missing-designated-field-initializers -Wno-mismatched-tags)
  find_program(WEIR_LLD NAMES ld.lld-19 ld.lld)
  if(WEIR_LLD)
    target_link_options(weir_flags INTERFACE --ld-path=${WEIR_LLD})
  endif()
endif()

if(WEIR_WERROR)
  target_compile_options(weir_flags INTERFACE -Werror)
endif()

if(WEIR_FUZZ)
  set(WEIR_SANITIZE ON)
  target_compile_options(weir_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(WEIR_SANITIZE)
  target_compile_options(weir_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_compile_definitions(weir_flags INTERFACE _GLIBCXX_ASSERTIONS)
  target_link_options(weir_flags INTERFACE -fsanitize=address,undefined)
else()
  target_compile_definitions(weir_flags INTERFACE
    $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
  # Start-up time: the C++ runtime inside the program, few and packed relocations.
  target_link_options(weir_flags INTERFACE
    -static-libstdc++ -static-libgcc -Wl,--gc-sections)
  if(WEIR_LLD)
    target_link_options(weir_flags INTERFACE -Wl,--icf=safe -Wl,-z,pack-relative-relocs)
  endif()
endif()

# The functions that a start runs stand side by side: a quarter of its page faults less
# (scripts/startup-order makes the list).
function(weir_startup_order target)
  if(CMAKE_BUILD_TYPE STREQUAL "Release" AND WEIR_LLD AND NOT WEIR_SANITIZE)
    set(order ${CMAKE_SOURCE_DIR}/cmake/startup_order.txt)
    target_link_options(${target} PRIVATE
      -Wl,--symbol-ordering-file=${order} -Wl,--no-warn-symbol-ordering
      -Wl,-z,keep-text-section-prefix)
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${order})
  endif()
endfunction()

# The grammar is some thousand small templates, which clang's usual limit leaves as calls: with
# more of them inline, -n takes a sixth less time.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  file(GLOB weir_parser_sources RELATIVE ${CMAKE_SOURCE_DIR} src/parser/*.cpp)
  set_property(SOURCE ${weir_parser_sources}
    PROPERTY COMPILE_OPTIONS -O3 -mllvm -inline-threshold=900)
endif()

# Headers of the precompiled header: only ones that never change.
set(WEIR_PCH_HEADERS
  algorithm array cassert cerrno charconv chrono coroutine cstddef cstdint
  cstdio cstdlib cstring deque exception expected functional limits map memory
  optional set span string string_view tuple type_traits unordered_map
  unordered_set utility variant vector
  fmt/format.h)

# ccache: shared between checkouts (base_dir, no directory hash) and safe with the precompiled
# header (no timestamp in it).
if(WEIR_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(WEIR_CCACHE_PROGRAM ccache)
  if(WEIR_CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER
      env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${WEIR_CCACHE_PROGRAM})
  endif()
endif()
