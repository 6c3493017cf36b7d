# test_support: the helpers of tests/support, for both programs.
# unit_tests: every tests/**/*_test.cpp but tests/pty in one program.
# pty_tests: tests/pty/*_test.cpp, which drive the real weir through a pseudo-terminal;
# tty_report is a program that they run in it.
# embed_example: examples/embed.cpp, which unit_tests run.
# turned_clock: an object that turns the wall clock of programs, for LD_PRELOAD.
# gate_torture: random lives of the gate, by the thousand; built by name only.
# script_tests: runs the cases of tests/scripts and of markdown files with the real weir.

file(GLOB weir_support_sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
  tests/support/*.cpp tests/gate/*_world.cpp)
list(FILTER weir_support_sources EXCLUDE REGEX "(_test|main)\\.cpp$")
file(GLOB_RECURSE weir_test_sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} tests/*_test.cpp)
list(FILTER weir_test_sources EXCLUDE REGEX "^tests/pty/")

# Where the tests find the program and the sources; a file of its own, so that no other
# object file depends on this checkout's path.
set(weir_program ${CMAKE_BINARY_DIR}/weir)
set(weir_embed_program ${CMAKE_BINARY_DIR}/embed_example)
set(weir_turned_clock ${CMAKE_BINARY_DIR}/turned_clock.so)
set(weir_tty_report_program ${CMAKE_BINARY_DIR}/tty_report)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/test_paths.cpp @ONLY CONTENT
"#include \"support/paths.h\"
namespace weir::test {
const char* const kWeirProgram = \"@weir_program@\";
const char* const kEmbedProgram = \"@weir_embed_program@\";
const char* const kTurnedClock = \"@weir_turned_clock@\";
const char* const kTtyReportProgram = \"@weir_tty_report_program@\";
const char* const kSourceDir = \"@CMAKE_SOURCE_DIR@\";
}  // namespace weir::test
")

add_library(test_support STATIC ${weir_support_sources} ${CMAKE_BINARY_DIR}/test_paths.cpp)
target_include_directories(test_support PUBLIC tests)
target_link_libraries(test_support PUBLIC weir_lib)
# A model of a terminal, for the tests of what is painted.
find_path(WEIR_HEADER_vterm_h vterm.h)
find_library(WEIR_LIBRARY_vterm NAMES libvterm.a vterm)
if(NOT WEIR_HEADER_vterm_h OR NOT WEIR_LIBRARY_vterm)
  message(FATAL_ERROR "the tests need vterm.h and libvterm. scripts/test installs the Debian packages.")
endif()
target_link_libraries(test_support PUBLIC ${WEIR_LIBRARY_vterm})

add_library(test_main OBJECT tests/support/main.cpp)  # Catch2's own code, compiled once
target_link_libraries(test_main PRIVATE weir_flags)

add_executable(unit_tests ${weir_test_sources})
target_link_libraries(unit_tests PRIVATE test_support test_main)
weir_pch(unit_tests ${WEIR_PCH_HEADERS} catch2/catch.hpp)
add_executable(embed_example examples/embed.cpp)
target_link_libraries(embed_example PRIVATE weir_lib)

# Goes into programs that have their own flags, and stays without the sanitizers.
add_library(turned_clock MODULE tests/preload/turned_clock.cpp)
set_target_properties(turned_clock PROPERTIES PREFIX "")

add_dependencies(unit_tests weir embed_example turned_clock)

add_executable(gate_torture EXCLUDE_FROM_ALL tests/support/gate_torture_main.cpp)
target_link_libraries(gate_torture PRIVATE test_support)
add_dependencies(gate_torture weir)

add_executable(script_tests tests/support/script_tests_main.cpp)
target_link_libraries(script_tests PRIVATE test_support)
add_dependencies(script_tests weir)

file(GLOB weir_pty_sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} tests/pty/*.cpp)
list(REMOVE_ITEM weir_pty_sources tests/pty/tty_report.cpp)
add_executable(pty_tests ${weir_pty_sources})
target_link_libraries(pty_tests PRIVATE test_support test_main)
weir_pch(pty_tests ${WEIR_PCH_HEADERS} catch2/catch.hpp)
add_executable(tty_report tests/pty/tty_report.cpp)
target_link_libraries(tty_report PRIVATE weir_flags)
add_dependencies(pty_tests weir tty_report)
