# cmake --install: the program with what it reads, the pages, and the libraries for other programs.
#
#   bin/tilewright                   (and tilewright-kernels, where it was built)
#   share/tilewright/                configs/ and validation/, where the program looks for them
#   share/doc/tilewright/, share/man, share/bash-completion, share/zsh
#   include/tilewright/, lib/, lib/cmake/tilewright/    find_package(tilewright); tilewright::sim and so on
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(data ${CMAKE_INSTALL_DATADIR}/tilewright)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/tilewright)
set(folders common einsum arch mappings sim kernels/plan explore measure validation report)

install(TARGETS tilewright)
install(PROGRAMS ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/tilewright-kernels DESTINATION ${CMAKE_INSTALL_BINDIR} OPTIONAL)
install(DIRECTORY configs DESTINATION ${data})
install(DIRECTORY validation/published validation/measurements DESTINATION ${data}/validation)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The program says these itself.
function(tilewright_install_generated kind folder name)
  install(CODE "
    set(file \"${CMAKE_BINARY_DIR}/generated/${name}\")
    file(MAKE_DIRECTORY \"${CMAKE_BINARY_DIR}/generated\")
    execute_process(COMMAND \"$<TARGET_FILE:tilewright>\" generate ${kind} OUTPUT_FILE \"\${file}\"
                    COMMAND_ERROR_IS_FATAL ANY)
    file(INSTALL \"\${file}\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${folder}\")")
endfunction()
tilewright_install_generated(man ${CMAKE_INSTALL_MANDIR}/man1 tilewright.1)
tilewright_install_generated(bash ${CMAKE_INSTALL_DATADIR}/bash-completion/completions tilewright)
tilewright_install_generated(zsh ${CMAKE_INSTALL_DATADIR}/zsh/site-functions _tilewright)

foreach(folder IN LISTS folders)
  string(REPLACE "/" "_" name ${folder})
  set_target_properties(tilewright_${name} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS tilewright_${name} EXPORT tilewright)
  install(DIRECTORY ${folder}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tilewright/${folder}
          FILES_MATCHING PATTERN *.hpp)
endforeach()
install(EXPORT tilewright NAMESPACE tilewright:: FILE tilewrightTargets.cmake DESTINATION ${package})
configure_package_config_file(cmake/tilewrightConfig.cmake.in tilewrightConfig.cmake INSTALL_DESTINATION ${package}
                              NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(tilewrightConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tilewrightConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/tilewrightConfigVersion.cmake
        DESTINATION ${package})
