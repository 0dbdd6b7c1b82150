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

Tally unpack_tally(Unpacker& in) {
  Tally tally;
  std::array<std::int64_t*, kCountsMax> counts{};
  std::size_t size = 0;
  Tally::each(tally, [&](std::int64_t& count) { counts.at(size++) = &count; });
  for (std::int64_t left = in.small(); left > 0; --left) {
    const auto place = static_cast<std::size_t>(in.small());
    CALLGATE_CHECK(place < size);
    *counts.at(place) = in.small();
  }
  return tally;
}

// A day's quarters, by their place in it.
using DayTally = std::map<std::int64_t, Tally>;

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
    day[place].add(unpack_tally(in));
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
    one.tally = unpack_tally(in);
  }
  return untold;
}

namespace tallies {
namespace {

void add_to_row(Sql& sql, std::int64_t job, std::int64_t day, std::string_view assistant,
                DayTally more) {
  const Rows rows =
      sql.exec("SELECT counts FROM tallies WHERE job = ?1 AND day = ?2 AND assistant = ?3",
               {job, day, assistant});
  if (!rows.empty()) {
    add_day(rows.blob(0, 0), more);
  }
  const Blob packed = pack_day(more);
  sql.exec(
      "INSERT INTO tallies (job, day, assistant, counts) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (job, day, assistant) DO UPDATE SET counts = excluded.counts",
      {job, day, assistant, Bytes{packed}});
}

// Where a page of rows ended.
struct At {
  std::int64_t job = -2;
  std::int64_t day = 0;
  std::string assistant;
};

// Rows of (job, day, assistant, counts). Returns whether there may be more.
bool take_rows(const Rows& rows, const Query& query, Taker& taker, At& at) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t day = rows.integer(i, 1);
    Unpacker in{rows.blob(i, 3)};
    while (!in.done()) {
      const std::int64_t quarter = day * kQuartersOfDay + in.small();
      const Tally tally = unpack_tally(in);
      if (quarter >= query.from && quarter < query.before) {
        taker.take(quarter, tally);
      }
    }
  }
  if (!rows.empty()) {
    const std::size_t last = rows.size() - 1;
    at = {rows.integer(last, 0), rows.integer(last, 1), rows.text(last, 2)};
  }
  return static_cast<std::int64_t>(rows.size()) == kRowsAtOnce;
}

#define CALLGATE_TALLY_OF                                                 \
  " AND tallies.day >= ?2 AND tallies.day <= ?3 AND (?4 IS NULL OR "      \
  "tallies.assistant = ?4) AND (tallies.job > ?5 OR tallies.day > ?6 OR " \
  "(tallies.day = ?6 AND tallies.assistant > ?7)) "

Param or_any(const std::optional<std::string>& assistant) {
  return assistant ? Param{std::string_view{*assistant}} : Param{Null{}};
}

// Of jobs that are gone, which ended so.
void read_gone(Sql& sql, std::int64_t gone, const Query& query, Taker& taker) {
  At at{gone, -1, {}};
  const std::int64_t first = floor_div(query.from, kQuartersOfDay);
  const std::int64_t last = floor_div(query.before - 1, kQuartersOfDay);
  bool more = true;
  while (more) {
    more = take_rows(sql.exec("SELECT job, day, assistant, counts FROM tallies WHERE tallies.job = "
                              "?1" CALLGATE_TALLY_OF "ORDER BY day, assistant LIMIT ?8",
                              {gone, first, last, or_any(query.assistant), gone, at.day,
                               std::string_view{at.assistant}, kRowsAtOnce}),
                     query, taker, at);
  }
}

// What was ended before the range began is passed over; a host's clock may be put back by less than
// a day.
void read_told(Sql& sql, const Query& query, Taker& taker) {
  At at{query.job, -1, {}};
  const std::int64_t first = floor_div(query.from, kQuartersOfDay);
  const std::int64_t last = floor_div(query.before - 1, kQuartersOfDay);
  bool more = true;
  while (more) {
    more = take_rows(
        sql.exec("SELECT tallies.job, tallies.day, tallies.assistant, tallies.counts FROM jobs "
                 "CROSS JOIN tallies ON tallies.job = jobs.seq WHERE jobs.state < 7 AND "
                 "jobs.seq >= ?5 AND jobs.seq <= ?1 AND " CALLGATE_AT_STAGES(
                     "jobs.", 8) " AND jobs.created_at_ms < ?9 AND (jobs.finished_at_ms IS NULL OR "
                                 "jobs.finished_at_ms >= ?10)" CALLGATE_TALLY_OF
                                 "ORDER BY jobs.seq, tallies.day, tallies.assistant LIMIT ?11",
                 {query.job == 0 ? std::int64_t{1} << 53 : query.job, first, last,
                  or_any(query.assistant), at.job, at.day, std::string_view{at.assistant},
                  query.stages, (query.before + kQuartersOfDay) * kQuarterMs,
                  (query.from - kQuartersOfDay) * kQuarterMs, kRowsAtOnce}),
        query, taker, at);
  }
}

void read_untold(Sql& sql, const Query& query, Taker& taker) {
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
          taker.take(one.quarter, one.tally);
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
      "SELECT day, assistant, counts FROM tallies WHERE job = ?1 ORDER BY day, assistant", {job});
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

void read(Sql& sql, const Query& query, Taker& taker) {
  const auto wants = [&query](JobStage stage) {
    return query.job == 0 && (query.stages >> static_cast<int>(stage) & 1) != 0;
  };
  if (wants(JobStage::completed)) {
    read_gone(sql, kGoneCompleted, query, taker);
  }
  if (wants(JobStage::canceled)) {
    read_gone(sql, kGoneCanceled, query, taker);
  }
  read_told(sql, query, taker);
  read_untold(sql, query, taker);
}

}  // namespace tallies
}  // namespace callgate
