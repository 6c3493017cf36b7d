# The programs that scripts/bench measures with; built by the target bench_tools only.

add_custom_target(bench_tools)
foreach(tool measure spawn_loop idle editor)
  add_executable(bench_${tool} EXCLUDE_FROM_ALL bench/${tool}.cpp)
  target_link_libraries(bench_${tool} PRIVATE weir_flags)
  add_dependencies(bench_tools bench_${tool})
endforeach()

foreach(tool IN ITEMS policy gate_clients)
  add_executable(bench_${tool} EXCLUDE_FROM_ALL bench/${tool}.cpp)
  target_link_libraries(bench_${tool} PRIVATE weir_lib)
  add_dependencies(bench_tools bench_${tool})
endforeach()

if(WEIR_TESTS)
  add_executable(bench_cargo_workspace EXCLUDE_FROM_ALL bench/cargo_workspace.cpp)
  target_link_libraries(bench_cargo_workspace PRIVATE test_support)
  add_dependencies(bench_tools bench_cargo_workspace)
endif()
