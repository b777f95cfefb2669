# One line per library; each is used behind one folder only (design.md, "Dependencies").
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS uc i18n)                     # core/unicode, core/time zones
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)         # core/hash
find_package(OpenSSL REQUIRED COMPONENTS Crypto)                     # core/hash
pkg_check_modules(psl REQUIRED IMPORTED_TARGET libpsl)               # core/key
find_package(DuckDB REQUIRED)                                        # store
find_package(LibArchive REQUIRED)                                    # ingest
find_package(tomlplusplus REQUIRED)                                  # ingest, apps
find_package(nlohmann_json REQUIRED)                                 # .cpp files that write JSON
find_package(hwy REQUIRED)                                           # signals
find_package(CLI11 REQUIRED)                                         # apps

add_library(simdjson STATIC third_party/simdjson/simdjson.cpp)       # ingest
target_include_directories(simdjson SYSTEM PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/third_party/simdjson>)
target_compile_features(simdjson PUBLIC cxx_std_17)
set_target_properties(simdjson PROPERTIES POSITION_INDEPENDENT_CODE ON)
