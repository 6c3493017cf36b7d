# One libFuzzer program for each tests/fuzz/NAME_fuzz.cpp; its corpus is tests/fuzz/corpus/NAME.

file(GLOB weir_fuzz_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/*_fuzz.cpp)
foreach(source IN LISTS weir_fuzz_sources)
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_include_directories(${name} PRIVATE tests)
  target_link_libraries(${name} PRIVATE weir_lib)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endforeach()
