# unit_tests: every tests/**/*_test.cpp and the helpers of tests/support in one program.
# script_tests: runs the cases of tests/scripts and of markdown files with the real weir.

file(GLOB_RECURSE weir_test_sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
  tests/*_test.cpp tests/support/*.cpp)
list(FILTER weir_test_sources EXCLUDE REGEX "^tests/(fuzz/.*|support/script_tests_main)\\.cpp$")

# Where the tests find the program and the sources; a file of its own, so that no other
# object file depends on this checkout's path.
set(weir_program ${CMAKE_BINARY_DIR}/weir)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/test_paths.cpp @ONLY CONTENT
"#include \"support/paths.h\"
namespace weir::test {
const char* const kWeirProgram = \"@weir_program@\";
const char* const kSourceDir = \"@CMAKE_SOURCE_DIR@\";
}  // namespace weir::test
")

add_executable(unit_tests ${weir_test_sources} ${CMAKE_BINARY_DIR}/test_paths.cpp)
target_include_directories(unit_tests PRIVATE tests)
target_link_libraries(unit_tests PRIVATE weir_lib)
set_source_files_properties(tests/support/main.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
weir_pch(unit_tests ${WEIR_STD_HEADERS} catch2/catch.hpp)
add_dependencies(unit_tests weir)
