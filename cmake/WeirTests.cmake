# test_support: the helpers of tests/support, for both programs.
# unit_tests: every tests/**/*_test.cpp in one program.
# embed_example: examples/embed.cpp, which unit_tests run.
# script_tests: runs the cases of tests/scripts and of markdown files with the real weir.

file(GLOB weir_support_sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} tests/support/*.cpp)
list(FILTER weir_support_sources EXCLUDE REGEX "(_test|main)\\.cpp$")
file(GLOB_RECURSE weir_test_sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} tests/*_test.cpp)

# Where the tests find the program and the sources; a file of its own, so that no other
# object file depends on this checkout's path.
set(weir_program ${CMAKE_BINARY_DIR}/weir)
set(weir_embed_program ${CMAKE_BINARY_DIR}/embed_example)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/test_paths.cpp @ONLY CONTENT
"#include \"support/paths.h\"
namespace weir::test {
const char* const kWeirProgram = \"@weir_program@\";
const char* const kEmbedProgram = \"@weir_embed_program@\";
const char* const kSourceDir = \"@CMAKE_SOURCE_DIR@\";
}  // namespace weir::test
")

add_library(test_support STATIC ${weir_support_sources} ${CMAKE_BINARY_DIR}/test_paths.cpp)
target_include_directories(test_support PUBLIC tests)
target_link_libraries(test_support PUBLIC weir_lib)

add_executable(unit_tests ${weir_test_sources} tests/support/main.cpp)
target_link_libraries(unit_tests PRIVATE test_support)
# A model of a terminal, for the tests of what is painted.
find_path(WEIR_HEADER_vterm_h vterm.h)
find_library(WEIR_LIBRARY_vterm NAMES libvterm.a vterm)
if(NOT WEIR_HEADER_vterm_h OR NOT WEIR_LIBRARY_vterm)
  message(FATAL_ERROR "the tests need vterm.h and libvterm. scripts/test installs the Debian packages.")
endif()
target_link_libraries(unit_tests PRIVATE ${WEIR_LIBRARY_vterm})
set_source_files_properties(tests/support/main.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
weir_pch(unit_tests ${WEIR_PCH_HEADERS} catch2/catch.hpp)
add_executable(embed_example examples/embed.cpp)
target_link_libraries(embed_example PRIVATE weir_lib)

add_dependencies(unit_tests weir embed_example)

add_executable(script_tests tests/support/script_tests_main.cpp)
target_link_libraries(script_tests PRIVATE test_support)
add_dependencies(script_tests weir)
