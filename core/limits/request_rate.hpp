// How many requests a caller may make: `most` in a row, and as many again spread evenly over the
// window, so that no window sees more than twice as many. It is the generic cell rate algorithm
// (ITU-T I.371) with a burst, in integers; the state is one number, when the caller would be as
// fresh as one that never asked. Kept in memory alone: a process that begins anew begins generous.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/base/time.hpp"

namespace callgate {

struct RequestRate {
  std::int64_t most = 0;  // 1 to a million; 0: no limit
  Millis window{10'000};
};

struct Counted {
  bool allowed = true;
  std::int64_t remaining = 0;  // that may follow at once
  std::int64_t reset_s = 0;    // until all may again, rounded up
  std::int64_t retry_s = 0;    // until one may, rounded up; 0 when this one was allowed
};

class RequestRates {
 public:
  // One more request of this caller. The rate has a limit; a clock that goes back makes nobody
  // wait longer than one window.
  Counted count(const RequestRate& rate, const std::string& caller, Instant now);

 private:
  static constexpr std::size_t kCallersMax = 10'000;

  std::map<std::string, std::int64_t> fresh_at_us_;  // microseconds since 1970
};

}  // namespace callgate
