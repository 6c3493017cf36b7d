# The libraries that weir links (interface target weir_libraries): the archive where Debian has one,
# so that the program starts without loading them; in sanitizer builds as well.
# libjq has none and is loaded by the builtin `jq` on first use: only its header is needed here.

add_library(weir_libraries INTERFACE)

function(weir_link_library header)
  string(MAKE_C_IDENTIFIER "${header}" id)
  find_path(WEIR_HEADER_${id} ${header})
  find_library(WEIR_LIBRARY_${id} NAMES ${ARGN})
  if(NOT WEIR_HEADER_${id} OR NOT WEIR_LIBRARY_${id})
    message(FATAL_ERROR "weir needs ${header} and one of: ${ARGN}. scripts/weir installs the Debian packages.")
  endif()
  target_link_libraries(weir_libraries INTERFACE ${WEIR_LIBRARY_${id}})
endfunction()

function(weir_need_header header)
  string(MAKE_C_IDENTIFIER "${header}" id)
  find_path(WEIR_HEADER_${id} ${header})
  if(NOT WEIR_HEADER_${id})
    message(FATAL_ERROR "weir needs ${header}. scripts/weir installs the Debian packages.")
  endif()
endfunction()

weir_link_library(uv.h libuv_a.a libuv.a uv)
weir_link_library(re2/re2.h libre2.a re2)
weir_link_library(utf8proc.h libutf8proc.a utf8proc)
if(EXISTS ${CMAKE_SOURCE_DIR}/src/gate)
  weir_link_library(sqlite3.h libsqlite3.a sqlite3)
endif()
if(EXISTS ${CMAKE_SOURCE_DIR}/src/dispatch/pool)
  weir_link_library(hiredis/hiredis.h libhiredis.a hiredis)
endif()
weir_need_header(tao/pegtl.hpp)
weir_need_header(nlohmann/json.hpp)
weir_need_header(fmt/format.h)
target_link_libraries(weir_libraries INTERFACE m ${CMAKE_DL_LIBS})

add_library(weir_fmt STATIC cmake/fmt_body.cpp)
target_link_libraries(weir_fmt PRIVATE weir_flags)
target_link_libraries(weir_libraries INTERFACE weir_fmt)
