// CALLGATE_CHECK states an invariant of the program itself. A broken one traps, in release too: the
// host throws the wasm instance away, or reopens the workspace, and the leases recover the work. It
// is never for bad input: that is an ApiError (api) or an Expected value (everything below).
#pragma once

namespace callgate {

// Traps at once: the core writes nowhere. The arguments stay visible in the frame, for a debugger
// or a core dump (native: SIGILL or SIGTRAP, which a host may catch; wasm: unreachable).
[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace callgate

#define CALLGATE_CHECK(expression) \
  ((expression) ? static_cast<void>(0) : ::callgate::check_failed(#expression, __FILE__, __LINE__))
