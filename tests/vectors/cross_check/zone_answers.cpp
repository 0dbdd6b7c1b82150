// Answers zone questions for zones.py, one a line: "<zone> u <UTC seconds>" with the offset in
// seconds,
// "<zone> l <local seconds>" with "<at> <earlier> <later>" in UTC seconds, an unknown zone with
// "?". The first line of the output is the release of the time zone database.
#include <cinttypes>
#include <cstdio>
#include <string>

#include "core/schedule/zone.hpp"

int main() {
  using callgate::from_ms;
  using callgate::to_ms;
  const callgate::ZoneTable table;
  const std::string release{table.release()};
  std::printf("%s\n", release.c_str());
  char name[64];
  char kind = 0;
  std::int64_t seconds = 0;
  while (std::scanf("%63s %c %" SCNd64, name, &kind, &seconds) == 3) {
    const callgate::Zone* zone = table.find(name);
    if (zone == nullptr) {
      std::printf("?\n");
    } else if (kind == 'u') {
      std::printf("%" PRId64 "\n", callgate::offset_at(*zone, from_ms(seconds * 1000)).offset_s);
    } else {
      const auto got = callgate::to_instant(*zone, callgate::LocalTime{seconds * 1000});
      std::printf("%" PRId64 " %" PRId64 " %" PRId64 "\n", to_ms(got.at) / 1000,
                  to_ms(got.earlier) / 1000, to_ms(got.later) / 1000);
    }
  }
}
