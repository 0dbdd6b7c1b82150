// A page of all the calls of the workspace, whatever their job: those that stand so, by job, by
// number, by when they were added, in one of three orders. Without an index of its own: the jobs
// (whose calls lie close together, and which know how many stand how), the lanes (whose waiting
// calls are in the order of their times) and the index by number are merged, each only as far as
// the page goes. Ties are broken by the sequence number, so that an order is total.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/engine/service.hpp"
#include "core/store/call_list.hpp"

namespace callgate {

enum class CallOrder : std::uint8_t {
  created,       // as they were added
  next_attempt,  // by not_before; those that do not wait come behind them, as they were added
  priority,      // by rank, their own or that of their jobs
};

// By AttemptState, of those that are live.
inline constexpr std::int64_t kAnyLive = 7;
inline constexpr std::int64_t kLiveDialing = 1;
inline constexpr std::int64_t kLiveRinging = 2;
inline constexpr std::int64_t kLiveInProgress = 4;

// So many are counted, and so far pages go.
inline constexpr std::int64_t kListedMax = 10'000;

struct CallsWanted {
  std::int64_t standing = 0;  // core/store/call_list.hpp, without those that are live
  bool paused = false;        // those that wait in a paused job; `standing` is of the others
  std::int64_t live = 0;
  std::int64_t job = 0;  // 0: any
  // By number: one of these, or in one of these ranges. Of more than kListedMax only the first.
  std::optional<std::vector<std::int64_t>> digits;
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
  Instant from{};
  Instant before = kNever;
  CallOrder order = CallOrder::created;
  bool descending = false;
  std::int64_t offset = 0;  // offset + limit is at most kListedMax
  std::int64_t limit = 20;
};

struct CallsFound {
  std::vector<std::int64_t> seqs;
  std::int64_t total = 0;
  bool total_is_exact = true;
};

[[nodiscard]] CallsFound find_calls(Service& service, const CallsWanted& wanted);

}  // namespace callgate
