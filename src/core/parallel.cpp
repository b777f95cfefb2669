#include "unisono/core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <vector>

namespace unisono {
namespace {

struct FirstFailure {
  std::mutex mutex;
  std::size_t block = 0;
  std::optional<Error> error;

  void offer(std::size_t at, Error failure) {
    const std::lock_guard lock(mutex);
    if (!error || at < block) {
      block = at;
      error = std::move(failure);
    }
  }
};

}  // namespace

Result<void> for_each_block(std::size_t n_blocks, const Control& control,
                            const std::function<Result<void>(std::size_t, unsigned)>& work) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  FirstFailure failure;

  const auto run = [&](unsigned worker) {
    while (!failed.load(std::memory_order_relaxed)) {
      const std::size_t block = next.fetch_add(1, std::memory_order_relaxed);
      if (block >= n_blocks) return;
      Result<void> done = control.check_cancelled();
      if (done) {
        try {
          done = work(block, worker);
        } catch (const std::bad_alloc&) {
          done = fail(ErrorCode::memory, "the machine has no more memory for this computation",
                      "use a smaller selection (--since, --until, --channel) or a machine with more memory");
        }
      }
      if (!done) {
        failure.offer(block, std::move(done).error());
        failed.store(true, std::memory_order_relaxed);
      }
    }
  };

  const auto threads =
      static_cast<unsigned>(std::min<std::size_t>(std::max(1U, control.threads), std::max<std::size_t>(1, n_blocks)));
  std::vector<std::jthread> helpers;
  for (unsigned worker = 1; worker < threads; ++worker) helpers.emplace_back(run, worker);
  run(0);
  helpers.clear();  // joins

  if (failure.error) return fail(std::move(*failure.error));
  return {};
}

}  // namespace unisono
