// The deadlines of simulated calls: one thread and one binary heap, precise to about a millisecond.
// What is due at the same time fires in one batch, in the order it was added. add() may be called
// from `fire`.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace callgate::sim_carrier {

using SteadyTime = std::chrono::steady_clock::time_point;

enum class Step : std::uint8_t { ring, answer, end };

struct Deadline {
  SteadyTime due;
  std::uint64_t order = 0;  // set by add()
  std::uint32_t row = 0;
  std::uint32_t epoch = 0;  // of the ledger: a reset makes older deadlines void
  Step step = Step::end;
};

class Timers {
 public:
  explicit Timers(std::function<void(const std::vector<Deadline>&)> fire);
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  void add(Deadline deadline);
  void stop();  // no fire() runs after it

 private:
  void run();

  std::function<void(const std::vector<Deadline>&)> fire_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Deadline> heap_;
  std::uint64_t next_order_ = 0;
  bool sleeping_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace callgate::sim_carrier
