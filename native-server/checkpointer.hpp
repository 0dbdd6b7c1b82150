// Copies a workspace's WAL into its database on a thread and a connection of its own, so that no
// Input waits for it. What was written meanwhile is left; when that is little, the writer copies it
// itself, and the WAL begins again at its start.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "native-server/log.hpp"

namespace callgate {

class Checkpointer {
 public:
  Checkpointer(std::string path, Log& log);
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // Begins a checkpoint, unless one is under way. The thread is made by the first: a quiet
  // workspace has none. Both functions are the writer's alone.
  void request();
  // True once after a checkpoint has ended.
  [[nodiscard]] bool take_finished() { return finished_.exchange(false); }

 private:
  void run();

  const std::string path_;
  Log& log_;
  std::atomic<bool> finished_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool requested_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace callgate
