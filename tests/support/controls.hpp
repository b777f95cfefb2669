// Controls under which a call must fail: no memory left, or stopped before it began.
#pragma once

#include <stop_token>

#include "unisono/core/control.hpp"

namespace unisono::test {

inline Control with_memory(std::uint64_t bytes) {
  Control control;
  control.memory_bytes = bytes;
  return control;
}

// Already asked to stop.
inline Control stopped() {
  std::stop_source source;
  source.request_stop();
  Control control;
  control.stop = source.get_token();
  return control;
}

}  // namespace unisono::test
