#include "core/store/answers.hpp"

#include <algorithm>

#include "core/store/pack.hpp"

namespace callgate {
namespace {

void pack_counts(Packer& out, const AnswerCounts& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts.at(i).dials > 0) {
      out.small(static_cast<std::int64_t>(i));
      out.small(counts.at(i).dials);
      out.small(counts.at(i).answers);
    }
  }
}

AnswerCounts unpack_counts(Unpacker& in) {
  AnswerCounts counts{};
  while (!in.done()) {
    AnswerCount& one = counts.at(static_cast<std::size_t>(in.small()));
    one.dials = in.small();
    one.answers = in.small();
  }
  return counts;
}

}  // namespace

Blob pack(const AnswersOfDay& answers) {
  Blob packed;
  Packer out{packed};
  out.integer(answers.utc_day);
  pack_counts(out, answers.counts);
  return packed;
}

AnswersOfDay unpack_answers(Bytes packed) {
  Unpacker in{packed};
  AnswersOfDay answers;
  answers.utc_day = in.integer();
  answers.counts = unpack_counts(in);
  return answers;
}

AnswerCounts& Answers::row(const Name& name) {
  const auto known = rows_.find(name);
  if (known != rows_.end()) {
    return known->second;
  }
  const Rows rows =
      sql_.exec("SELECT counts FROM answers WHERE scope = ?1 AND subject = ?2",
                {static_cast<std::int64_t>(name.first), std::string_view{name.second}});
  AnswerCounts counts{};
  if (!rows.empty()) {
    Unpacker in{rows.blob(0, 0)};
    counts = unpack_counts(in);
  }
  return rows_[name] = counts;
}

const AnswerCounts& Answers::of(AnswersOf scope, std::string_view subject) {
  return row({scope, std::string{subject}});
}

void Answers::add(AnswersOf scope, std::string_view subject, const AnswerCounts& more) {
  const Name name{scope, std::string{subject}};
  callgate::add(row(name), more);
  dirty_.insert(name);
}

void Answers::erase(AnswersOf scope, std::string_view subject) {
  const Name name{scope, std::string{subject}};
  rows_.erase(name);
  dirty_.erase(name);
  sql_.exec("DELETE FROM answers WHERE scope = ?1 AND subject = ?2",
            {static_cast<std::int64_t>(scope), subject});
}

void Answers::flush() {
  for (const Name& name : dirty_) {
    Blob packed;
    Packer out{packed};
    pack_counts(out, rows_.at(name));
    sql_.exec(
        "INSERT INTO answers (scope, subject, counts) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (scope, subject) DO UPDATE SET counts = excluded.counts",
        {static_cast<std::int64_t>(name.first), std::string_view{name.second}, Bytes{packed}});
  }
  dirty_.clear();
}

void Answers::drop() {
  rows_.clear();
  dirty_.clear();
}

}  // namespace callgate
