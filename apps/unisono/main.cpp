// unisono, the program. Everything it can do is a function of the library; here it is parsed and printed.
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "frame/program.hpp"

int main(int argc, char** argv) {
  try {
    return unisono::app::run_program(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const std::bad_alloc&) {
    std::fputs("error: out of memory\n  to do: give --memory, or fewer rows\n", stderr);
    return unisono::app::exit_code_of(unisono::ErrorCode::memory);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: a defect of unisono: %s\n  to do: please report it with the command that you typed\n",
                 error.what());
    return unisono::app::exit_code_of(unisono::ErrorCode::internal);
  }
}
