# One OBJECT library per folder. A folder sees only the headers of the folders that it may include: each target gets an
# include root of its own, made of links, so that a forbidden arrow does not compile.
#
#   unisono_folder(NAME [MAY_INCLUDE folder...] [USES target...])
#
# Sources are all of src/NAME/*.cpp; public headers are include/unisono/NAME/*.hpp; private headers stay in src/NAME/.
function(unisono_folder name)
  cmake_parse_arguments(folder "" "" "MAY_INCLUDE;USES" ${ARGN})
  set(root ${PROJECT_BINARY_DIR}/arrows/${name})
  file(MAKE_DIRECTORY ${root}/unisono)
  foreach(visible IN ITEMS ${name} LISTS folder_MAY_INCLUDE)
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/include/unisono/${visible} ${root}/unisono/${visible} SYMBOLIC)
  endforeach()
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/src/${name} ${root}/${name} SYMBOLIC)  # private headers: "NAME/x.hpp"

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  add_library(unisono_${name} OBJECT ${sources})
  target_include_directories(unisono_${name} PRIVATE ${root} ${PROJECT_SOURCE_DIR}/src/${name})
  target_link_libraries(unisono_${name} PUBLIC fmt::fmt tl::expected PRIVATE unisono_warnings ${folder_USES})
  target_compile_features(unisono_${name} PUBLIC cxx_std_20)
  target_sources(unisono PRIVATE $<TARGET_OBJECTS:unisono_${name}>)
  target_link_libraries(unisono PRIVATE ${folder_USES})
endfunction()
