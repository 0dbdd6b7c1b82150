// Any bytes as a record of an Input log: refused, or an Input that encodes to bytes which decode to
// it.
#include <cstdlib>
#include <string_view>

#include "core/wire.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (const auto input = callgate::decode_input(bytes)) {
    const std::string text = callgate::encode(*input);
    const auto again = callgate::decode_input(text);
    if (!again || callgate::encode(*again) != text) {
      std::abort();
    }
  }
  (void)callgate::decode_output(bytes);
  (void)callgate::decode_arriving(bytes);
  return 0;
}
