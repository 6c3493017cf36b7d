# weir_pch(TARGET HEADER...): a precompiled header for TARGET, without CMake's own mechanism.
#
# CMake's names the build directory inside the precompiled header and on every command line, so
# no other checkout can reuse a cached object. Here the main file is /dev/null, the header has no
# path of this checkout and no timestamp, and commands name it relatively: two checkouts make the
# same bytes and ccache shares their objects.

function(weir_pch target)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    return()
  endif()
  set(pch ${target}.pch)
  set(includes "")
  foreach(header IN LISTS ARGN)
    list(APPEND includes -include ${header})
  endforeach()
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  separate_arguments(flags NATIVE_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}")
  set(definitions $<TARGET_PROPERTY:weir_flags,INTERFACE_COMPILE_DEFINITIONS>)
  add_custom_command(
    OUTPUT ${pch}
    COMMAND ${CMAKE_CXX_COMPILER} ${flags} ${CMAKE_CXX23_STANDARD_COMPILE_OPTION}
      "$<TARGET_PROPERTY:weir_flags,INTERFACE_COMPILE_OPTIONS>"
      "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},;-D>>"
      -Xclang -fno-pch-timestamp -fpch-instantiate-templates
      -x c++-header ${includes} -MD -MF ${pch}.d -MT ${pch} -o ${pch} /dev/null
    DEPFILE ${pch}.d
    COMMENT "Precompiling the headers of ${target}"
    COMMAND_EXPAND_LISTS VERBATIM)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    get_source_file_property(skip ${source} SKIP_PRECOMPILE_HEADERS)
    if(NOT skip)
      set_property(SOURCE ${source} APPEND PROPERTY
        COMPILE_OPTIONS -Xclang -include-pch -Xclang ${pch} -Xclang -fno-pch-timestamp)
      set_property(SOURCE ${source} APPEND PROPERTY OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/${pch})
    endif()
  endforeach()
endfunction()
