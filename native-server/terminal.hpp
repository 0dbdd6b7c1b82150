// Progress for people: one line that is written over while standard error is a terminal, and
// nothing, or a plain line now and then, when it is not.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "native-server/client.hpp"

namespace callgate {

class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  [[nodiscard]] bool is_terminal() const { return terminal_; }
  void show(const std::string& text);
  void show_bytes(std::int64_t sent, std::int64_t total);
  void clear();

 private:
  const bool terminal_;
  std::chrono::steady_clock::time_point shown_at_{};
  bool showing_ = false;
};

// "[######----]", `done` of `total` in `width` places.
[[nodiscard]] std::string bar(std::int64_t done, std::int64_t total, int width);

// Without control characters, which a terminal would obey.
[[nodiscard]] std::string printable(std::string_view text);

// Follows the job's events until it has ended; comes back after a broken connection. The exit code:
// 0 when it completed, 1 when it failed or was canceled.
int watch_job(Client& client, const std::string& job);

}  // namespace callgate
