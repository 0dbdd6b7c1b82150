#include "core/base/check.hpp"

#include <string>

namespace callgate {

void check_failed(const char* expression, const char* file, int line) {
#ifdef __EMSCRIPTEN__
  // A trap leaves nothing of the instance that could be trusted or unwound.
  static_cast<void>(expression);
  static_cast<void>(file);
  static_cast<void>(line);
  __builtin_trap();
#else
  throw BrokenInvariant{std::string{file} + ":" + std::to_string(line) + ": " + expression};
#endif
}

}  // namespace callgate
