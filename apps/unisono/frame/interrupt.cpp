#include "frame/interrupt.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <string_view>
#include <thread>

namespace unisono::app {
namespace {

constexpr std::string_view k_stopping = "\nunisono: stopping; once more to stop at once\n";

void write_to_stderr(std::string_view text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

std::stop_token stop_on_interrupt() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  std::stop_source source;
  std::stop_token token = source.get_token();
  // Detached: it lives in sigwait and shares nothing but the stop state, which is reference counted.
  std::thread([signals, source]() mutable {
    int received = 0;
    while (sigwait(&signals, &received) == 0) {
      if (!source.request_stop()) _exit(130);
      write_to_stderr(k_stopping);
    }
  }).detach();
  return token;
}

}  // namespace unisono::app
