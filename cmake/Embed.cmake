# Text files compiled into the program, so that it needs no data directory.
#
#   unisono_embed(FOLDER HEADER NAMESPACE PATTERN...)
#
# writes one .cpp with `std::span<const EmbeddedFile> embedded_files()` in NAMESPACE; HEADER declares it. Names are the files'
# base names without extension, sorted.
function(unisono_embed folder header namespace)
  set(generated ${PROJECT_BINARY_DIR}/embedded/${folder}_files.cpp)
  set(files)
  foreach(pattern IN LISTS ARGN)
    file(GLOB found CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${pattern})
    list(APPEND files ${found})
  endforeach()
  list(SORT files)
  add_custom_command(OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${generated} -DHEADER=${header} -DNAMESPACE=${namespace} "-DFILES=${files}"
      -P ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake VERBATIM)
  target_sources(unisono_${folder} PRIVATE ${generated})
endfunction()
