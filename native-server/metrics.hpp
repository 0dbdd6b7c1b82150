// What this process counts, and its Prometheus text (format 0.0.4). Counters are relaxed atomics:
// cheap enough for every request, exact in sum. No label has a value from a request.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace callgate {

using Counter = std::atomic<std::int64_t>;

inline void count(Counter& counter, std::int64_t by = 1) {
  counter.fetch_add(by, std::memory_order_relaxed);
}

// Counts in buckets 1, 2, 4 … 2^25 of its unit, and above.
class Histogram {
 public:
  static constexpr std::size_t kBuckets = 27;

  void record(std::int64_t value);
  // `per_unit` of the recorded unit make one of the published one (1,000,000: µs shown as seconds).
  void write(std::string& out, std::string_view name, std::string_view help,
             std::int64_t per_unit) const;

 private:
  std::array<Counter, kBuckets> buckets_{};
  Counter sum_{0};
};

struct Metrics {
  std::array<Counter, 6> requests{};  // by status / 100
  Histogram request_us;
  Histogram group_inputs;
  Histogram commit_us;
  Counter failed_commits{0};
  Counter failed_inputs{0};
  Counter effects_answered{0};
  Counter effects_not_sent{0};
  Counter effects_no_answer{0};
  Histogram effect_us;
  Histogram wake_late_us;
  Counter open_streams{0};
  Counter import_bytes{0};
  Counter import_pieces{0};
  Counter imports_taken{0};
  Counter imports_refused{0};
  Counter import_rows_accepted{0};
  Counter import_rows_rejected{0};
  Counter import_rows_duplicate{0};
};

// `wal_bytes`: of the workspace that is asked.
[[nodiscard]] std::string prometheus(const Metrics& metrics, std::int64_t wal_bytes);

}  // namespace callgate
