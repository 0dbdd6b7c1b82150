#include "tests/sim/replay.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/core.hpp"
#include "core/wire.hpp"
#include "native-server/openssl_crypto.hpp"
#include "tests/sim/memory_sql.hpp"
#include "tests/sim/world.hpp"

namespace callgate::sim {
namespace {

constexpr std::size_t kShown = 300;   // of each answer, from shortly before they part
constexpr std::size_t kBefore = 100;  // … so shortly

std::string around(std::string_view text, std::size_t at) {
  std::string shown{text.substr(at > kBefore ? at - kBefore : 0, kShown)};
  std::replace_if(
      shown.begin(), shown.end(), [](char byte) { return byte >= 0 && byte < ' '; }, '.');
  return shown;
}

// What a process may take with it: that a telephone rings is shown, and where rows are billed it is
// not written (store/attempts.hpp); and who awaited an effect is gone when it dies.
std::string lasting(std::string_view encoded) {
  Output output = decode_output(encoded).value();
  output.replies.clear();
  std::string text = encode(output);
  constexpr std::string_view kRinging = "ringing";
  for (auto at = text.find(kRinging); at != std::string::npos; at = text.find(kRinging, at)) {
    text.replace(at, kRinging.size(), "dialing");
  }
  return text;
}

}  // namespace

std::optional<std::string> first_difference(std::string_view inputs, std::string_view outputs) {
  OpensslCrypto crypto{bytes_of(kDeployment)};
  MemorySql sql;
  Core core{sql, crypto, "default"};
  for (int number = 0;; ++number) {
    const auto input = next_record(inputs);
    const auto said = next_record(outputs);
    CALLGATE_CHECK(input.has_value() == said.has_value());
    if (!input) {
      return std::nullopt;
    }
    const Input read = decode_input(*input).value();
    sql.begin();
    const std::string again = encode(core.handle(read));
    sql.commit();
    if (again != *said && lasting(again) != lasting(*said)) {
      const auto part = std::mismatch(again.begin(), again.end(), said->begin(), said->end()).first;
      const auto at = static_cast<std::size_t>(part - again.begin());
      return "Input " + std::to_string(number) + " at " + format_rfc3339(read.now) + ": " +
             around(*input, 0) + "\n    was answered:   " + around(*said, at) +
             "\n    and uninterrupted: " + around(again, at);
    }
  }
}

}  // namespace callgate::sim
