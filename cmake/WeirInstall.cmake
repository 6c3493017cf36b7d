# cmake --install and cpack: the program, its man pages, completions for other shells, the library.

include(GNUInstallDirs)

# Documents that the built program prints from its own schemas: weir_document(FILE WHAT).
set(weir_documents)
function(weir_document file what)
  set(path ${CMAKE_BINARY_DIR}/documents/${file})
  add_custom_command(OUTPUT ${path}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/documents
    COMMAND weir --print ${what} > ${path}
    DEPENDS weir VERBATIM)
  set(weir_documents ${weir_documents} ${path} PARENT_SCOPE)
endfunction()
weir_document(weir.1 man)
weir_document(weir-builtins.7 builtins-man)
weir_document(weir.bash bash)
weir_document(_weir zsh)
weir_document(weir.fish fish)
add_custom_target(documents ALL DEPENDS ${weir_documents})

set(documents ${CMAKE_BINARY_DIR}/documents)
install(TARGETS weir RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${documents}/weir.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${documents}/weir-builtins.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(FILES ${documents}/weir.bash RENAME weir
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${documents}/_weir DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${documents}/weir.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs FILES_MATCHING PATTERN "*.md")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME weir)
set(CPACK_PACKAGE_VENDOR weir)
set(CPACK_PACKAGE_CONTACT "weir <weir@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "shell for a machine that people and agents share")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "It reads like bash, checks a text before it runs, has typed values, runs anything in the
background and spreads pipelines over all processors.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION shells)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${CMAKE_SOURCE_DIR}/packaging/postinst ${CMAKE_SOURCE_DIR}/packaging/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_STRIP_FILES ON)
include(CPack)
