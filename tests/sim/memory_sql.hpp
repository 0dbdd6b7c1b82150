// The Sql port over SQLite in memory, for many short lives: nothing outlives the object, a
// transaction costs no system call, and the nth statement from now can be made to fail as a full
// disk does. The limits and the authorizer of a home are tested with the homes.
#pragma once

#include <cstdint>
#include <memory>

#include "core/store/sql.hpp"

namespace callgate::sim {

class MemorySql final : public Sql {
 public:
  MemorySql();
  ~MemorySql() override;

  using Sql::exec;
  Rows exec(std::string_view statement, std::span<const Param> params) override;

  void begin();
  void commit();
  void rollback();

  // 1: the next statement throws SqlError; 0: none does.
  void fail_at(int statement) { left_ = statement; }

 private:
  struct State;
  std::unique_ptr<State> state_;
  int left_ = 0;
};

}  // namespace callgate::sim
