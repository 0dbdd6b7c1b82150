// CALLGATE_CHECK states an invariant of the program itself, in release too. It is never for bad
// input: that is an ApiError (api) or an Expected value (everything below). A broken one ends the
// Input's work at once: in wasm it traps, and the host throws the whole instance away; natively it
// throws BrokenInvariant, and the host rolls the transaction back and lets the workspace begin anew
// from its database. The leases recover what was under way.
#pragma once

#include <stdexcept>

namespace callgate {

// Nobody but a host catches it.
class BrokenInvariant : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace callgate

#define CALLGATE_CHECK(expression) \
  ((expression) ? static_cast<void>(0) : ::callgate::check_failed(#expression, __FILE__, __LINE__))
