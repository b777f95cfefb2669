# Warnings for our own code. They are errors in developer mode, and with the compilers that every change is tested with, so
# that `make build` and `make test` compile alike; a newer compiler with a new warning does not stop a user.
# -ffp-contract=off keeps the tails bit for bit equal on every CPU.
set(warnings_as_errors ${UNISONO_DEVELOPER})
if(PROJECT_IS_TOP_LEVEL AND CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION MATCHES "^12\\.")
  set(warnings_as_errors ON)
endif()
add_library(unisono_warnings INTERFACE)
target_compile_options(unisono_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>  # g++ 12 is wrong about tl::expected; the sanitizers are not
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>  # std::stable_sort of g++ 12's library calls a deprecated function
  -ffp-contract=off $<$<BOOL:${warnings_as_errors}>:-Werror>)
