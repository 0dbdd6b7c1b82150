#include "native-server/sim_carrier/timers.hpp"

#include <algorithm>

namespace callgate::sim_carrier {

namespace {

// For std::push_heap, which keeps the greatest on top: the one that fires last is the least.
bool fires_later(const Deadline& a, const Deadline& b) {
  return a.due != b.due ? a.due > b.due : a.order > b.order;
}

// One batch at most this long, so that a flood does not hold the Carrier's mutex for long.
constexpr std::size_t kBatchMax = 256;

}  // namespace

Timers::Timers(std::function<void(const std::vector<Deadline>&)> fire)
    : fire_(std::move(fire)), thread_([this] { run(); }) {}

Timers::~Timers() {
  stop();
}

void Timers::add(Deadline deadline) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    deadline.order = next_order_++;
    wake = sleeping_ && (heap_.empty() || deadline.due < heap_.front().due);
    heap_.push_back(deadline);
    std::push_heap(heap_.begin(), heap_.end(), fires_later);
    sleeping_ = sleeping_ && !wake;
  }
  if (wake) {
    changed_.notify_one();
  }
}

void Timers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Timers::run() {
  std::vector<Deadline> due;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = std::chrono::steady_clock::now();
    while (!heap_.empty() && heap_.front().due <= now && due.size() < kBatchMax) {
      std::pop_heap(heap_.begin(), heap_.end(), fires_later);
      due.push_back(heap_.back());
      heap_.pop_back();
    }
    if (!due.empty()) {
      lock.unlock();
      fire_(due);
      due.clear();
      lock.lock();
      continue;
    }
    sleeping_ = true;
    if (heap_.empty()) {
      changed_.wait(lock);
    } else {
      const auto until = heap_.front().due;  // a copy: the heap moves while this waits
      changed_.wait_until(lock, until);
    }
    sleeping_ = false;
  }
}

}  // namespace callgate::sim_carrier
