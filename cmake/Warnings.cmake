# Warnings for our own code; errors in developer mode. -ffp-contract=off keeps the tails bit for bit equal on every CPU.
add_library(unisono_warnings INTERFACE)
target_compile_options(unisono_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast -Wno-missing-field-initializers
  -ffp-contract=off $<$<BOOL:${UNISONO_DEVELOPER}>:-Werror>)
