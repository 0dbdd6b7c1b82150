// How often people answered, by hour of the week: counts of the workspace, of each assistant and of
// each job that chooses its hours, a row each. A job's newest counts stand packed in its own row,
// which is written anyway, until they are told here.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/schedule/best_time.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// Numbers are stored: append only.
enum class AnswersOf : std::uint8_t { workspace = 1, assistant = 2, job = 3 };

class Answers {
 public:
  explicit Answers(Sql& sql) : sql_(sql) {}

  // `subject`: nothing for the workspace, the assistant's id at the provider, a job's number.
  [[nodiscard]] const AnswerCounts& of(AnswersOf scope, std::string_view subject);
  void add(AnswersOf scope, std::string_view subject, const AnswerCounts& more);

  // Nothing is counted for it any more.
  void erase(AnswersOf scope, std::string_view subject);

  void flush();
  void drop();

 private:
  using Name = std::pair<AnswersOf, std::string>;
  AnswerCounts& row(const Name& name);

  Sql& sql_;
  std::map<Name, AnswerCounts> rows_;
  std::set<Name> dirty_;
};

// What a job has counted since it last told: all of it on one UTC day.
struct AnswersOfDay {
  std::int64_t utc_day = 0;
  AnswerCounts counts{};
};
[[nodiscard]] Blob pack(const AnswersOfDay& answers);
[[nodiscard]] AnswersOfDay unpack_answers(Bytes packed);

}  // namespace callgate
