#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/rng.hpp"
#include "core/schedule/zone.hpp"

namespace callgate {
namespace {

std::string compiled_in() {
  return std::string{text_of(tzdata_archive())};
}

void use_every_way(const Zone& zone) {
  for (const std::int64_t year : {1990, 2000, 2016, 2037, 2038, 2099, 2150}) {
    const Instant at = from_ms((year - 1970) * std::int64_t{31'556'952'000});
    REQUIRE(to_instant(zone, to_local(zone, at)).earlier <= at);
  }
}

TEST_CASE("an archive that is loaded answers as the one that is compiled in") {
  const auto archive = ZoneArchive::read(compiled_in());
  REQUIRE(archive.has_value());
  const ZoneTable loaded{*archive};
  const ZoneTable own;
  CHECK(loaded.release() == own.release());
  for (const char* name : {"America/New_York", "Asia/Calcutta", "Australia/Lord_Howe", "UTC"}) {
    for (std::int64_t day = 10'957; day < 47'482; day += 97) {
      const Instant at = from_ms(day * 86'400'000);
      REQUIRE(offset_at(*loaded.find(name), at).offset_s ==
              offset_at(*own.find(name), at).offset_s);
    }
  }
}

TEST_CASE("an archive of another release says which it is") {
  std::string other = compiled_in();
  other.replace(7, 5, "2099z");
  const auto archive = ZoneArchive::read(other);
  REQUIRE(archive.has_value());
  CHECK(ZoneTable{*archive}.release() == "2099z");
}

TEST_CASE("what is no archive is refused") {
  CHECK_FALSE(ZoneArchive::read("").has_value());
  CHECK_FALSE(ZoneArchive::read("TZif2").has_value());
  CHECK_FALSE(ZoneArchive::read(std::string{"CGTZ1\n\x00\x00\x00", 9}).has_value());
  const std::string whole = compiled_in();
  for (const std::size_t size :
       {std::size_t{6}, std::size_t{100}, whole.size() / 2, whole.size() - 1}) {
    CHECK_FALSE(ZoneArchive::read(whole.substr(0, size)).has_value());
  }
  CHECK_FALSE(ZoneArchive::read(whole + "x").has_value());
}

TEST_CASE("a damaged archive is refused, or every zone of it can be used") {
  Rng rng{std::array<std::uint8_t, 32>{5}};
  const std::string whole = compiled_in();
  int taken = 0;
  for (int round = 0; round < 400; ++round) {
    std::string damaged = whole;
    for (std::uint64_t i = 1 + rng.below(3); i > 0; --i) {
      damaged[rng.below(damaged.size())] = static_cast<char>(rng.below(256));
    }
    const auto archive = ZoneArchive::read(damaged);
    if (!archive) {
      continue;
    }
    ++taken;
    const ZoneTable table{*archive};
    for (const char* name : {"America/New_York", "Europe/Berlin", "Africa/Casablanca", "UTC"}) {
      if (const Zone* zone = table.find(name)) {
        use_every_way(*zone);
      }
    }
  }
  CHECK(taken > 10);
}

}  // namespace
}  // namespace callgate
