#include "core/store/job_list.hpp"

#include <array>

#include "core/store/job_stage.hpp"

namespace callgate::job_list {
namespace {

#define CALLGATE_LISTED_JOBS \
  "FROM jobs WHERE state < 6 AND " CALLGATE_AT_STAGES("", 1) " AND created_at_ms >= ?2 "   \
  "AND created_at_ms < ?3 AND (?4 IS NULL OR assistant_id = ?4) AND (?5 IS NULL OR "       \
  "instr(lower(name), ?5) > 0 OR instr(lower(notes), ?5) > 0) "
#define CALLGATE_PROGRESS \
  "CASE WHEN total = 0 THEN 0 ELSE (completed + failed + canceled) * 100 / total END"

Param or_any_text(const std::optional<std::string>& text) {
  return text ? Param{std::string_view{*text}} : Param{Null{}};
}

std::array<Param, 5> params_of(const Filter& filter) {
  return {filter.stages, to_ms(filter.from), to_ms(filter.before), or_any_text(filter.assistant),
          or_any_text(filter.search)};
}

std::vector<std::int64_t> numbers(const Rows& rows) {
  std::vector<std::int64_t> seqs;
  seqs.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    seqs.push_back(rows.integer(i, 0));
  }
  return seqs;
}

}  // namespace

bool Filter::any() const {
  return stages != -1 || from > Instant{} || before < kNoEnd || assistant || search;
}

std::vector<std::int64_t> page(Sql& sql, const Filter& filter, Order order, std::int64_t after,
                               std::int64_t limit) {
  const auto some = params_of(filter);
  const std::array<Param, 7> params{some[0], some[1], some[2], some[3], some[4], after, limit};
  switch (order) {
    case Order::newest:
      break;
    case Order::name:
      return numbers(
          sql.exec("SELECT seq " CALLGATE_LISTED_JOBS
                   "AND (?6 = 0 OR (name COLLATE NOCASE, seq) > (SELECT name, seq FROM jobs WHERE "
                   "seq = ?6)) ORDER BY name COLLATE NOCASE, seq LIMIT ?7",
                   params));
    case Order::progress:
      return numbers(
          sql.exec("SELECT seq " CALLGATE_LISTED_JOBS "AND (?6 = 0 OR (" CALLGATE_PROGRESS
                   ", seq) < (SELECT " CALLGATE_PROGRESS ", seq FROM jobs WHERE seq = ?6)) "
                   "ORDER BY " CALLGATE_PROGRESS " DESC, seq DESC LIMIT ?7",
                   params));
  }
  return numbers(sql.exec("SELECT seq " CALLGATE_LISTED_JOBS
                          "AND (?6 = 0 OR seq < ?6) ORDER BY seq DESC LIMIT ?7",
                          params));
}

std::vector<std::int64_t> all(Sql& sql, const Filter& filter) {
  return numbers(sql.exec("SELECT seq " CALLGATE_LISTED_JOBS "ORDER BY seq", params_of(filter)));
}

std::int64_t count(Sql& sql, const Filter& filter) {
  return sql.exec("SELECT count(*) " CALLGATE_LISTED_JOBS, params_of(filter)).integer(0, 0);
}

Callers last_callers(Sql& sql) {
  const Rows rows = sql.exec(
      "SELECT assistant_id, phone_number_id FROM jobs WHERE state < 7 AND assistant_id <> '' AND "
      "phone_number_id <> '' ORDER BY seq DESC LIMIT 1");
  return rows.empty() ? Callers{} : Callers{rows.text(0, 0), rows.text(0, 1)};
}

}  // namespace callgate::job_list
