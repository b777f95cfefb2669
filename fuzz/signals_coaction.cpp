// The join against its definition, with internal limits that make small inputs reach every path.
#include <cstdio>
#include <cstdlib>

#include "reference/coaction_case.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unisono;
  const reference::JoinCase c = reference::join_case({data, size});
  const reference::Columns columns(c.actions);
  Control control;
  control.threads = c.threads;
  signals::Actions view = columns.view(c.timeless);
  if (!c.side.empty()) view.side = std::span(c.side).first(view.n_accounts);
  const auto actual = signals::join_coactions(view, c.options, control, c.limits);
  const std::string wrong =
      actual ? reference::difference(reference::coactions(c.actions, c.options, c.timeless, c.side), *actual)
             : describe(actual.error());
  if (!wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    std::abort();
  }
  return 0;
}
