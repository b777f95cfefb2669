# `cmake --install`: the program with its DuckDB beside it, the library and headers, and find_package(unisono) for others.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS unisono_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS unisono simdjson EXPORT unisono-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/unisono DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.hpp)
install(IMPORTED_RUNTIME_ARTIFACTS DuckDB::duckdb LIBRARY DESTINATION lib)
install(DIRECTORY examples/ DESTINATION ${CMAKE_INSTALL_DATADIR}/unisono/examples FILES_MATCHING PATTERN *.toml)
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(EXPORT unisono-targets NAMESPACE unisono:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/unisono)
configure_package_config_file(cmake/unisono-config.cmake.in ${PROJECT_BINARY_DIR}/unisono-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/unisono)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/unisono-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/unisono-config.cmake ${PROJECT_BINARY_DIR}/unisono-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/unisono)
