#include "core/store/call_list.hpp"

#include <algorithm>
#include <array>

#include "core/store/ended_calls.hpp"
#include "core/store/jobs.hpp"
#include "core/store/json_list.hpp"

namespace callgate::call_list {
namespace {

// `now` is the number of the parameter.
#define CALLGATE_STANDING(now)                                                               \
  "CASE WHEN state = 1 THEN CASE WHEN attempts_used > 0 THEN 11 WHEN not_before_ms > ?" #now \
  " THEN 10 ELSE 9 END ELSE state END"
#define CALLGATE_LISTED(mask, now, from, before) \
  " AND ((CAST(?" #mask " AS INTEGER) >> " CALLGATE_STANDING(now) ") & 1) = 1 AND "              \
  "created_at_ms >= ?" #from " AND created_at_ms < ?" #before
#define CALLGATE_OF_JOB \
  "FROM calls WHERE job = ?1 AND seq >= ?2 AND seq <= ?3" CALLGATE_LISTED(4, 5, 6, 7)
// The plus: by the index of those that failed, not by the numbers.
#define CALLGATE_FAILED_OF_JOB                                                                   \
  "FROM calls WHERE failed = 1 AND job = ?1 AND +seq >= ?2 AND +seq <= ?3" CALLGATE_LISTED(4, 5, \
                                                                                           6, 7)
// Of a rank of their own, which stands in lanes of two ranges; or of none.
#define CALLGATE_OWN_RANK                                                                      \
  " AND lane IN (SELECT lanes.seq FROM lanes WHERE lanes.job = ?1 AND (lanes.rank BETWEEN ?9 " \
  "AND ?10 OR lanes.rank BETWEEN ?11 AND ?12))"
#define CALLGATE_NO_OWN_RANK \
  " AND lane NOT IN (SELECT lanes.seq FROM lanes WHERE lanes.job = ?1 AND lanes.rank >= ?9)"
#define CALLGATE_FOUND "SELECT seq, job, state, " CALLGATE_STANDING(2) ", not_before_ms, lane FROM "

std::vector<std::int64_t> read_seqs(const Rows& rows) {
  std::vector<std::int64_t> seqs;
  seqs.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    seqs.push_back(rows.integer(i, 0));
  }
  return seqs;
}

std::array<Param, 8> params_of(const JobSpan& span, const Filter& filter, std::int64_t limit) {
  return {span.job,           span.first,           span.last, filter.standing, to_ms(filter.now),
          to_ms(filter.from), to_ms(filter.before), limit};
}

void read_found(const Rows& rows, std::vector<Found>& out) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({rows.integer(i, 0), rows.integer(i, 1), rows.integer(i, 2),
                   std::int64_t{1} << rows.integer(i, 3), rows.integer(i, 4),
                   rows.integer_or(i, 5, 0)});
  }
}

std::vector<std::int64_t> of_rank(Sql& sql, const JobSpan& span, const Filter& filter,
                                  bool descending, std::int64_t limit) {
  const auto params = params_of(span, filter, limit);
  std::vector<Param> all{params.begin(), params.end()};
  if (span.of == OwnRanks::none) {
    all.emplace_back(kOwnRanksFrom);
    return read_seqs(descending ? sql.exec("SELECT seq " CALLGATE_OF_JOB CALLGATE_NO_OWN_RANK
                                           " ORDER BY seq DESC LIMIT ?8",
                                           all)
                                : sql.exec("SELECT seq " CALLGATE_OF_JOB CALLGATE_NO_OWN_RANK
                                           " ORDER BY seq LIMIT ?8",
                                           all));
  }
  for (const bool callback : {false, true}) {
    for (const std::int64_t level : {std::int64_t{0}, std::int64_t{3}}) {
      all.emplace_back(lane_number({callback, OwnRank{span.rank, level}}, 0));
    }
  }
  return read_seqs(
      descending
          ? sql.exec("SELECT seq " CALLGATE_OF_JOB CALLGATE_OWN_RANK " ORDER BY seq DESC LIMIT ?8",
                     all)
          : sql.exec("SELECT seq " CALLGATE_OF_JOB CALLGATE_OWN_RANK " ORDER BY seq LIMIT ?8",
                     all));
}

}  // namespace

std::vector<std::pair<std::int64_t, std::int64_t>> own_ranks(Sql& sql) {
  const Rows rows = sql.exec("SELECT job, rank FROM lanes WHERE rank >= ?1 ORDER BY job, rank, seq",
                             {kOwnRanksFrom});
  std::vector<std::pair<std::int64_t, std::int64_t>> ranks;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ranks.emplace_back(rows.integer(i, 0), lane_rank(rows.integer(i, 1)).own->rank);
  }
  std::sort(ranks.begin(), ranks.end());
  ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
  return ranks;
}

#define CALLGATE_JOB_SPANS                                                              \
  "SELECT seq, rank, state = 4, created_at_ms, first_seq, last_seq, "                   \
  "total - completed - failed - canceled, completed, failed, blocked, canceled, ended " \
  "FROM jobs WHERE state < 6 AND total > 0 AND seq >= ?1 AND seq <= ?2 ORDER BY seq"

namespace {

std::vector<JobSpan> read_spans(const Rows& rows) {
  std::vector<JobSpan> spans;
  spans.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Job counted;
    counted.completed = rows.integer(i, 7);
    counted.failed = rows.integer(i, 8);
    counted.blocked = rows.integer(i, 9);
    counted.canceled = rows.integer(i, 10);
    unpack_ended(rows.blob(i, 11), counted);
    const auto kept = [&counted](End end) { return of(counted.ended, end).kept; };
    spans.push_back({rows.integer(i, 0), rows.integer(i, 1), rows.integer(i, 2) != 0,
                     from_ms(rows.integer(i, 3)), rows.integer(i, 4), rows.integer(i, 5),
                     rows.integer(i, 6), kept(End::completed),
                     kept(End::failed) + kept(End::expired), kept(End::blocked),
                     kept(End::canceled), OwnRanks::any});
  }
  return spans;
}

}  // namespace

std::vector<JobSpan> job_spans(Sql& sql, std::int64_t job) {
  return read_spans(sql.exec(CALLGATE_JOB_SPANS, {job, job == 0 ? std::int64_t{1} << 53 : job}));
}

std::optional<JobSpan> next_span(Sql& sql, std::int64_t first, std::int64_t only) {
  const auto spans =
      read_spans(sql.exec(CALLGATE_JOB_SPANS " LIMIT 1",
                          {std::max(first, only), only == 0 ? std::int64_t{1} << 53 : only}));
  return spans.empty() ? std::nullopt : std::optional{spans.front()};
}

std::vector<std::int64_t> of_job(Sql& sql, const JobSpan& span, const Filter& filter,
                                 bool descending, std::int64_t limit) {
  if (span.of != OwnRanks::any) {
    return of_rank(sql, span, filter, descending, limit);
  }
  const auto params = params_of(span, filter, limit);
  return read_seqs(
      descending ? sql.exec("SELECT seq " CALLGATE_OF_JOB " ORDER BY seq DESC LIMIT ?8", params)
                 : sql.exec("SELECT seq " CALLGATE_OF_JOB " ORDER BY seq LIMIT ?8", params));
}

std::int64_t count_of_job(Sql& sql, const JobSpan& span, const Filter& filter, std::int64_t limit) {
  return sql
      .exec("SELECT count(*) FROM (SELECT seq " CALLGATE_OF_JOB " ORDER BY seq LIMIT ?8)",
            params_of(span, filter, limit))
      .integer(0, 0);
}

std::vector<std::int64_t> failed_of_job(Sql& sql, const JobSpan& span, const Filter& filter,
                                        bool descending, std::int64_t limit) {
  const auto params = params_of(span, filter, limit);
  return read_seqs(
      descending
          ? sql.exec("SELECT seq " CALLGATE_FAILED_OF_JOB " ORDER BY seq DESC LIMIT ?8", params)
          : sql.exec("SELECT seq " CALLGATE_FAILED_OF_JOB " ORDER BY seq LIMIT ?8", params));
}

std::vector<LaneSpan> lane_spans(Sql& sql, std::int64_t job) {
  const Rows rows = sql.exec(
      "SELECT lanes.seq, lanes.job, lanes.first_not_before_ms FROM lanes "
      "JOIN jobs ON jobs.seq = lanes.job WHERE lanes.waiting > 0 AND jobs.state < 6 AND "
      "jobs.total > jobs.completed + jobs.failed + jobs.canceled AND jobs.seq >= ?1 AND "
      "jobs.seq <= ?2 ORDER BY lanes.first_not_before_ms, lanes.seq",
      {job, job == 0 ? std::int64_t{1} << 53 : job});
  std::vector<LaneSpan> spans;
  spans.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    spans.push_back({rows.integer(i, 0), rows.integer(i, 1), rows.integer(i, 2)});
  }
  return spans;
}

#define CALLGATE_OF_LANE                                                                       \
  "SELECT not_before_ms, seq FROM calls WHERE waiting = 1 AND lane = ?1 AND not_before_ms <= " \
  "?2" CALLGATE_LISTED(3, 4, 5, 6)

std::vector<Place> of_lane(Sql& sql, std::int64_t lane, const Filter& filter, bool descending,
                           std::int64_t last_ms, std::int64_t limit) {
  const std::array<Param, 7> params{
      lane, last_ms, filter.standing, to_ms(filter.now), to_ms(filter.from), to_ms(filter.before),
      limit};
  const Rows rows =
      descending
          ? sql.exec(CALLGATE_OF_LANE " ORDER BY not_before_ms DESC, seq DESC LIMIT ?7", params)
          : sql.exec(CALLGATE_OF_LANE " ORDER BY not_before_ms, seq LIMIT ?7", params);
  std::vector<Place> places;
  places.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    places.push_back({rows.integer(i, 0), rows.integer(i, 1)});
  }
  return places;
}

std::vector<Found> of_numbers(Sql& sql, std::span<const std::int64_t> digits,
                              const Filter& filter) {
  std::vector<Found> found;
  const std::string list = json_list(digits);
  read_found(
      sql.exec(CALLGATE_FOUND "json_each(?5) AS one CROSS JOIN calls ON calls.digits = one.value "
                              "WHERE TRUE" CALLGATE_LISTED(1, 2, 3, 4),
               {filter.standing, to_ms(filter.now), to_ms(filter.from), to_ms(filter.before),
                std::string_view{list}}),
      found);
  return found;
}

std::vector<Found> seqs_of_numbers(Sql& sql, std::span<const std::int64_t> digits) {
  const std::string list = json_list(digits);
  const Rows rows = sql.exec(
      "SELECT seq, job FROM json_each(?1) AS one CROSS JOIN calls ON calls.digits = one.value",
      {std::string_view{list}});
  std::vector<Found> found;
  found.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.push_back({rows.integer(i, 0), rows.integer(i, 1), 0, 0, 0, 0});
  }
  return found;
}

std::int64_t number_of_lane(Sql& sql, std::int64_t lane) {
  const Rows rows = sql.exec("SELECT rank FROM lanes WHERE seq = ?1", {lane});
  return rows.empty() ? 0 : rows.integer(0, 0);
}

std::vector<Found> of_range(Sql& sql, std::int64_t first, std::int64_t last, const Filter& filter,
                            std::int64_t limit) {
  std::vector<Found> found;
  read_found(sql.exec(CALLGATE_FOUND "calls WHERE digits >= ?5 AND digits <= ?6" CALLGATE_LISTED(
                          1, 2, 3, 4) " ORDER BY digits, job LIMIT ?7",
                      {filter.standing, to_ms(filter.now), to_ms(filter.from), to_ms(filter.before),
                       first, last, limit}),
             found);
  return found;
}

}  // namespace callgate::call_list
