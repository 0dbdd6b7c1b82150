// Any bytes as a request body: decoding answers, never crashes, and what it accepts encodes to a
// text that decodes to the same.
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/api/jobs.hpp"
#include "core/api/scheduler.hpp"

namespace {

template <class T>
void check(std::string_view body) {
  const auto first = callgate::decode<T>(body);
  if (!first) {
    if (first.error().empty()) {
      std::abort();  // refused without a reason
    }
    return;
  }
  std::string text;
  callgate::encode(text, *first);
  const auto second = callgate::decode<T>(text);
  std::string again;
  if (second) {
    callgate::encode(again, *second);
  }
  if (again != text) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  check<callgate::NewJob>(body);
  check<callgate::SchedulerConfig>(body);
  return 0;
}
