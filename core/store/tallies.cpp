#include "core/store/tallies.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "core/calls/job_edits.hpp"
#include "core/store/job_stage.hpp"
#include "core/store/pack.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kRowsAtOnce = 1000;
constexpr std::size_t kCountsMax = 64;

// Few of the counts are not zero: those with their places.
void pack_tally(Packer& out, const Tally& tally) {
  std::array<std::int64_t, kCountsMax> counts{};
  std::size_t size = 0;
  std::int64_t some = 0;
  Tally::each(tally, [&](const std::int64_t& count) {
    some += count != 0 ? 1 : 0;
    counts.at(size++) = count;
  });
  out.small(some);
  for (std::size_t i = 0; i < size; ++i) {
    if (counts.at(i) != 0) {
      out.small(static_cast<std::int64_t>(i));
      out.small(counts.at(i));
    }
  }
}

// Adds what is packed: the places ascend.
void add_packed(Unpacker& in, Tally& sum) {
  std::int64_t left = in.small();
  std::int64_t next = left > 0 ? in.small() : -1;
  std::int64_t place = 0;
  Tally::each(sum, [&](std::int64_t& count) {
    if (place++ == next) {
      count += in.small();
      next = --left > 0 ? in.small() : -1;
    }
  });
  CALLGATE_CHECK(left <= 0);
}

// A day's quarters, by their place in it.
using DayTally = std::map<std::int64_t, Tally>;

Blob pack_sum(const DayTally& day) {
  Blob packed;
  Packer out{packed};
  Tally sum;
  for (const auto& [place, tally] : day) {
    sum.add(tally);
  }
  pack_tally(out, sum);
  return packed;
}

Blob pack_day(const DayTally& day) {
  Blob packed;
  Packer out{packed};
  for (const auto& [place, tally] : day) {
    out.small(place);
    pack_tally(out, tally);
  }
  return packed;
}

void add_day(Bytes packed, DayTally& day) {
  Unpacker in{packed};
  while (!in.done()) {
    const std::int64_t place = in.small();
    add_packed(in, day[place]);
  }
}

}  // namespace

Tally& UntoldTally::at(std::int64_t quarter, std::string_view assistant) {
  const auto known = std::find_if(quarters.begin(), quarters.end(), [&](const QuarterTally& one) {
    return one.quarter == quarter && one.assistant == assistant;
  });
  if (known != quarters.end()) {
    return known->tally;
  }
  quarters.push_back({quarter, std::string{assistant}, {}});
  return quarters.back().tally;
}

Blob pack(const UntoldTally& untold) {
  Blob packed;
  if (untold.quarters.empty()) {
    return packed;
  }
  Packer out{packed};
  out.integer(untold.hour);
  for (const QuarterTally& one : untold.quarters) {
    out.integer(one.quarter);
    out.text(one.assistant);
    pack_tally(out, one.tally);
  }
  return packed;
}

UntoldTally unpack_untold(Bytes packed) {
  UntoldTally untold;
  if (packed.empty()) {
    return untold;
  }
  Unpacker in{packed};
  untold.hour = in.integer();
  while (!in.done()) {
    QuarterTally& one = untold.quarters.emplace_back();
    one.quarter = in.integer();
    one.assistant = in.text();
    add_packed(in, one.tally);
  }
  return untold;
}

namespace tallies {
namespace {

void add_to_row(Sql& sql, std::int64_t job, std::int64_t day, std::string_view assistant,
                DayTally more) {
  const Rows rows =
      sql.exec("SELECT quarters FROM tallies WHERE job = ?1 AND day = ?2 AND assistant = ?3",
               {job, day, assistant});
  if (!rows.empty()) {
    add_day(rows.blob(0, 0), more);
  }
  const Blob sum = pack_sum(more);
  const Blob quarters = pack_day(more);
  sql.exec(
      "INSERT INTO tallies (job, day, assistant, sum, quarters) VALUES (?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT (job, day, assistant) DO UPDATE SET sum = excluded.sum, "
      "quarters = excluded.quarters",
      {job, day, assistant, Bytes{sum}, Bytes{quarters}});
}

// Where a page of rows ended.
struct At {
  std::int64_t job = -2;
  std::int64_t day = 0;
  std::string assistant;
};

// Which days are read, [first, last], and of which of them the sum alone. A row's quarters are
// long: they are not even read where the sum will do.
struct Days {
  Days(const Query& query, Sums& sums)
      : first(floor_div(query.from, kQuartersOfDay)),
        last(floor_div(query.before - 1, kQuartersOfDay)) {
    if (sums.of_whole_day() != nullptr) {
      first_whole = ceil_div(query.from, kQuartersOfDay);
      last_whole = floor_div(query.before, kQuartersOfDay) - 1;
    }
  }
  [[nodiscard]] bool is_whole(std::int64_t day) const {
    return day >= first_whole && day <= last_whole;
  }

  std::int64_t first;
  std::int64_t last;
  std::int64_t first_whole = 0;
  std::int64_t last_whole = -1;
};

// Rows of (job, day, assistant, sum or quarters). Returns whether there may be more.
bool take_rows(const Rows& rows, const Query& query, const Days& days, Sums& sums, At& at) {
  Tally passed_over;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t first = rows.integer(i, 1) * kQuartersOfDay;
    Unpacker in{rows.blob(i, 3)};
    if (days.is_whole(rows.integer(i, 1))) {
      add_packed(in, *sums.of_whole_day());
      continue;
    }
    while (!in.done()) {
      const std::int64_t quarter = first + in.small();
      const bool wanted = quarter >= query.from && quarter < query.before;
      add_packed(in, wanted ? sums.of(quarter) : passed_over);
    }
  }
  if (!rows.empty()) {
    const std::size_t last = rows.size() - 1;
    at = {rows.integer(last, 0), rows.integer(last, 1), rows.text(last, 2)};
  }
  return static_cast<std::int64_t>(rows.size()) == kRowsAtOnce;
}

// `first` and `last` are the numbers of parameters.
#define CALLGATE_TALLIES(first, last)                                                     \
  "SELECT tallies.job, tallies.day, tallies.assistant, CASE WHEN tallies.day >= ?" #first \
  " AND tallies.day <= ?" #last " THEN tallies.sum ELSE tallies.quarters END "
#define CALLGATE_TALLY_OF                                                 \
  " AND tallies.day >= ?2 AND tallies.day <= ?3 AND (?4 IS NULL OR "      \
  "tallies.assistant = ?4) AND (tallies.job > ?5 OR tallies.day > ?6 OR " \
  "(tallies.day = ?6 AND tallies.assistant > ?7)) "

Param or_any(const std::optional<std::string>& assistant) {
  return assistant ? Param{std::string_view{*assistant}} : Param{Null{}};
}

// Of jobs that are gone, which ended so.
void read_gone(Sql& sql, std::int64_t gone, const Query& query, Sums& sums) {
  At at{gone, -1, {}};
  const Days days{query, sums};
  bool more = true;
  while (more) {
    const Rows rows =
        sql.exec(CALLGATE_TALLIES(9, 10) "FROM tallies WHERE tallies.job = ?1" CALLGATE_TALLY_OF
                                         "ORDER BY tallies.day, tallies.assistant LIMIT ?8",
                 {gone, days.first, days.last, or_any(query.assistant), gone, at.day,
                  std::string_view{at.assistant}, kRowsAtOnce, days.first_whole, days.last_whole});
    more = take_rows(rows, query, days, sums, at);
  }
}

// What was ended before the range began is passed over; a host's clock may be put back by less than
// a day.
void read_told(Sql& sql, const Query& query, Sums& sums) {
  At at{query.job, -1, {}};
  const Days days{query, sums};
  bool more = true;
  while (more) {
    const Rows rows = sql.exec(
        CALLGATE_TALLIES(12, 13) "FROM jobs CROSS JOIN tallies ON tallies.job = jobs.seq "
                                 "WHERE jobs.state < 7 AND jobs.seq >= ?5 AND jobs.seq <= ?1 AND "
        CALLGATE_AT_STAGES("jobs.", 8) " AND jobs.created_at_ms < ?9 AND (jobs.finished_at_ms IS "
                                       "NULL OR jobs.finished_at_ms >= ?10)" CALLGATE_TALLY_OF
                                       "ORDER BY jobs.seq, tallies.day, tallies.assistant LIMIT "
                                       "?11",
        {query.job == 0 ? std::int64_t{1} << 53 : query.job, days.first, days.last,
         or_any(query.assistant), at.job, at.day, std::string_view{at.assistant}, query.stages,
         (query.before + kQuartersOfDay) * kQuarterMs, (query.from - kQuartersOfDay) * kQuarterMs,
         kRowsAtOnce, days.first_whole, days.last_whole});
    more = take_rows(rows, query, days, sums, at);
  }
}

void read_untold(Sql& sql, const Query& query, Sums& sums) {
  std::int64_t after = query.job > 0 ? query.job - 1 : 0;
  bool more = true;
  while (more) {
    const Rows rows = sql.exec(
        "SELECT seq, tally FROM jobs WHERE state < 7 AND tally <> x'' AND seq > ?1 AND seq <= ?2 "
        "AND " CALLGATE_AT_STAGES("", 3) " ORDER BY seq LIMIT ?4",
        {after, query.job == 0 ? std::int64_t{1} << 53 : query.job, query.stages, kRowsAtOnce});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      after = rows.integer(i, 0);
      for (const QuarterTally& one : unpack_untold(rows.blob(i, 1)).quarters) {
        const bool wanted = !query.assistant || *query.assistant == one.assistant;
        if (wanted && one.quarter >= query.from && one.quarter < query.before) {
          sums.of(one.quarter).add(one.tally);
        }
      }
    }
    more = static_cast<std::int64_t>(rows.size()) == kRowsAtOnce;
  }
}

}  // namespace

void add(Sql& sql, std::int64_t job, const std::vector<QuarterTally>& quarters) {
  std::map<std::pair<std::int64_t, std::string>, DayTally> days;
  for (const QuarterTally& one : quarters) {
    const std::int64_t day = floor_div(one.quarter, kQuartersOfDay);
    days[{day, one.assistant}][one.quarter - day * kQuartersOfDay].add(one.tally);
  }
  for (auto& [key, day] : days) {
    add_to_row(sql, job, key.first, key.second, std::move(day));
  }
}

void leave(Sql& sql, std::int64_t job, std::int64_t gone) {
  const Rows rows = sql.exec(
      "SELECT day, assistant, quarters FROM tallies WHERE job = ?1 ORDER BY day, assistant", {job});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    DayTally day;
    add_day(rows.blob(i, 2), day);
    add_to_row(sql, gone, rows.integer(i, 0), rows.text(i, 1), std::move(day));
  }
  erase(sql, job);
}

void erase(Sql& sql, std::int64_t job) {
  sql.exec("DELETE FROM tallies WHERE job = ?1", {job});
}

void read(Sql& sql, const Query& query, Sums& sums) {
  const auto wants = [&query](JobStage stage) {
    return query.job == 0 && (query.stages >> static_cast<int>(stage) & 1) != 0;
  };
  if (wants(JobStage::completed)) {
    read_gone(sql, kGoneCompleted, query, sums);
  }
  if (wants(JobStage::canceled)) {
    read_gone(sql, kGoneCanceled, query, sums);
  }
  read_told(sql, query, sums);
  read_untold(sql, query, sums);
}

}  // namespace tallies
}  // namespace callgate
