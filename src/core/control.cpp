#include "unisono/core/control.hpp"

namespace unisono {

Result<void> Control::check_cancelled() const {
  if (cancelled()) return fail(ErrorCode::cancelled, "stopped at your request; finished steps are kept");
  return {};
}

}  // namespace unisono
