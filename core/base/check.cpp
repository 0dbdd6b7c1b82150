#include "core/base/check.hpp"

namespace callgate {

void check_failed(const char* expression, const char* file, int line) {
  // Volatile copies stay in the frame, so a debugger or a core dump names the broken invariant.
  const char* volatile broken = expression;
  const char* volatile where = file;
  volatile int at_line = line;
  static_cast<void>(broken);
  static_cast<void>(where);
  static_cast<void>(at_line);
  __builtin_trap();
}

}  // namespace callgate
