#include "native-server/checkpointer.hpp"

#include <optional>

#include "native-server/sqlite_sql.hpp"

namespace callgate {

Checkpointer::Checkpointer(std::string path, Log& log) : path_(std::move(path)), log_(log) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Checkpointer::request() {
  if (!thread_.joinable()) {
    thread_ = std::thread{[this] { run(); }};
  }
  {
    const std::lock_guard lock{mutex_};
    requested_ = true;
  }
  changed_.notify_one();
}

void Checkpointer::run() {
  std::optional<SqliteSql> sql;
  for (;;) {
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return requested_ || stopping_; });
      if (stopping_) {
        return;
      }
    }
    try {
      if (!sql) {
        sql.emplace(path_, SqliteOptions{.page_cache_kib = 1024});
      }
      sql->checkpoint();
    } catch (const SqlError& error) {
      log_.write(LogLevel::warn, "checkpoint_failed", {{"error", error.what()}});
    }
    const std::lock_guard lock{mutex_};
    requested_ = false;
    finished_.store(true);
  }
}

}  // namespace callgate
