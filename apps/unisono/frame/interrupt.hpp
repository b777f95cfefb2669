// Ctrl-C: the first asks the running step to stop and leaves the case valid, the second ends the program at once.
#pragma once

#include <stop_token>

namespace unisono::app {

// Must be called before any thread is started: the signals SIGINT and SIGTERM are then taken by one waiting thread, so
// that nothing runs inside a signal handler. The token is stopped by the first of them; the second exits with 130.
std::stop_token stop_on_interrupt();

}  // namespace unisono::app
