// Deterministic parallel loops: the only place that starts threads.
#pragma once

#include <cstddef>
#include <functional>

#include "unisono/core/control.hpp"
#include "unisono/core/result.hpp"

namespace unisono {

// Calls work(block, worker) once for every block in [0, n_blocks), on control.threads threads (at least 1); `worker` <
// threads names the scratch space that a call may use. Blocks are taken dynamically, so a caller that wants equal bytes
// at any number of threads writes its result into a place chosen by `block`. Stops early on cancel (Error{cancelled})
// and on the first error; if several blocks fail, the error of the lowest block is returned. std::bad_alloc becomes
// Error{memory}.
Result<void> for_each_block(std::size_t n_blocks, const Control& control,
                            const std::function<Result<void>(std::size_t block, unsigned worker)>& work);

}  // namespace unisono
