// The IANA time zone database in one piece, made by generate.mjs from tzdata.zi with zic. Only
// what a schedule asks is kept: when an offset changes from 2000 on, and the POSIX rule for the
// years after the table; what holds on 2000-01-01 stands for all time before. Layout, numbers as
// LEB128 varints, signed ones zigzag:
//   "CGTZ1\n", text release
//   count of bodies, then each: text rule, signed first offset, count of changes, then each:
//     minutes since the change before (the first: since 2000-01-01T00:00Z), signed offset; from the
//     last one on, or from 2000 where there is none, the rule holds
//   count of names, then each, ascending: bytes shared with the name before, text rest, index of
//   the body
// where a text is its length and its bytes, and an offset is minutes added to UTC.
#pragma once

#include <memory>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/expected.hpp"

namespace callgate {

// The one that is compiled in.
[[nodiscard]] Bytes tzdata_archive();

// An archive that is known to be whole. A value; copies share the bytes.
class ZoneArchive {
 public:
  // The one that is compiled in.
  ZoneArchive() : bytes_(tzdata_archive()) {}

  // One that came from elsewhere, a newer release; the error is what is wrong with it, in words.
  [[nodiscard]] static Expected<ZoneArchive, std::string> read(std::string bytes);

  [[nodiscard]] Bytes bytes() const { return bytes_; }

 private:
  std::shared_ptr<const std::string> owned_;
  Bytes bytes_;
};

}  // namespace callgate
