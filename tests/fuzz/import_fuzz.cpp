// Feeds arbitrary bytes to the list reader, whole and cut into pieces that the input itself
// chooses, saved and restored between them: the rows and the refusal must be the same. A second use
// of the input is as a saved state, which restore must refuse or understand, never misread.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/unit/imports/import_support.hpp"

namespace {

using callgate::FileRead;
using callgate::ImportFormat;
using callgate::RecipientReader;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void check_pieces(ImportFormat format, std::string_view cuts, std::string_view file) {
  const FileRead whole = callgate::read_whole(format, file);
  std::size_t next = 0;
  const auto next_size = [&]() -> std::size_t {
    return 1U + static_cast<unsigned char>(cuts[next++ % cuts.size()]);
  };
  const FileRead cut = callgate::read_in_pieces(format, file, next_size, true);
  require(describe_refusal(cut) == describe_refusal(whole));
  require(whole.refused || describe(cut) == describe(whole));
}

void check_state(std::string_view text, std::string_view file) {
  auto reader = RecipientReader::restore(text);
  if (reader) {
    require(reader->save() == text);
    const callgate::FewZones zones;
    static_cast<void>(reader->feed(file, true, zones));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kCuts = 4;
  if (size <= kCuts) {
    return 0;
  }
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::string_view cuts = input.substr(0, kCuts);
  const std::string_view file = input.substr(kCuts);
  check_pieces(cuts.front() % 2 == 0 ? ImportFormat::csv : ImportFormat::ndjson, cuts, file);
  check_state(file, cuts);
  return 0;
}
