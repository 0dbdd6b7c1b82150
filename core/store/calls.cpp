#include "core/store/calls.hpp"

#include <algorithm>
#include <utility>

#include "core/base/check.hpp"
#include "core/store/json_list.hpp"

namespace callgate::calls {
namespace {

#define CALLGATE_CALL_COLUMNS                                                                     \
  "seq, job, digits, created_at_ms, lane, state, not_before_ms, attempts, attempts_used, "        \
  "deliveries_failed, outcome, ended_at_ms, first_name, last_name, timezone, metadata, history, " \
  "blocked_by, round, terms"

Call read_call(const Rows& rows, std::size_t row) {
  Call call;
  call.seq = rows.integer(row, 0);
  call.job = rows.integer(row, 1);
  call.phone.digits = rows.integer(row, 2);
  call.created_at = from_ms(rows.integer(row, 3));
  call.lane = rows.integer(row, 4);
  call.state = static_cast<CallState>(rows.integer(row, 5));
  call.not_before = from_ms(rows.integer(row, 6));
  call.attempts = rows.integer(row, 7);
  call.attempts_used = rows.integer(row, 8);
  call.deliveries_failed = rows.integer(row, 9);
  if (rows.integer(row, 10) != 0) {
    call.outcome = static_cast<Outcome>(rows.integer(row, 10));
  }
  if (!rows.is_null(row, 11)) {
    call.ended_at = from_ms(rows.integer(row, 11));
  }
  call.first_name = rows.text(row, 12);
  call.last_name = rows.text(row, 13);
  call.timezone = rows.text(row, 14);
  call.metadata = rows.text(row, 15);
  call.history = rows.text(row, 16);
  call.blocked_by = static_cast<BlockedBy>(rows.integer(row, 17));
  call.round = rows.integer(row, 18);
  call.terms = unpack_terms(rows.blob(row, 19));
  return call;
}

std::vector<Call> read_calls(const Rows& rows) {
  std::vector<Call> calls;
  calls.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    calls.push_back(read_call(rows, i));
  }
  return calls;
}

std::vector<Phone> read_numbers(const Rows& rows) {
  std::vector<Phone> numbers;
  numbers.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    numbers.push_back({rows.integer(i, 0)});
  }
  return numbers;
}

// What a new call's row binds: its own eight parameters, after the two that a statement's calls
// share.
#define CALLGATE_NEW_CALL(seq, digits, lane, not_before, first, last, zone, metadata)             \
  "(?" #seq ", ?1, ?" #digits ", ?2, ?" #lane ", 1, ?" #not_before ", 0, 0, 0, 0, NULL, ?" #first \
  ", ?" #last ", ?" #zone ", ?" #metadata ", '', 0, 1, x'', 1, 0)"
#define CALLGATE_ADD "INSERT INTO calls (" CALLGATE_CALL_COLUMNS ", waiting, failed) VALUES "
#define CALLGATE_UNLESS_KNOWN " ON CONFLICT (job, digits) DO NOTHING"

constexpr std::size_t kAddedAtOnce = 12;  // 2 + 12 * 8 parameters of the port's 100
constexpr std::string_view kAddOne =
    CALLGATE_ADD CALLGATE_NEW_CALL(3, 4, 5, 6, 7, 8, 9, 10) CALLGATE_UNLESS_KNOWN;
// With its state, the rule and the end of one that is blocked, and its terms.
constexpr std::string_view kAddOther = CALLGATE_ADD
    "(?3, ?1, ?4, ?2, ?5, ?11, ?6, 0, 0, 0, 0, ?13, ?7, ?8, ?9, ?10, '', ?12, 1, ?14, ?15, "
    "0)" CALLGATE_UNLESS_KNOWN;
constexpr std::string_view kAddMany =
    CALLGATE_ADD CALLGATE_NEW_CALL(3, 4, 5, 6, 7, 8, 9, 10)
    ", " CALLGATE_NEW_CALL(11, 12, 13, 14, 15, 16, 17, 18)
    ", " CALLGATE_NEW_CALL(19, 20, 21, 22, 23, 24, 25, 26)
    ", " CALLGATE_NEW_CALL(27, 28, 29, 30, 31, 32, 33, 34)
    ", " CALLGATE_NEW_CALL(35, 36, 37, 38, 39, 40, 41, 42)
    ", " CALLGATE_NEW_CALL(43, 44, 45, 46, 47, 48, 49, 50)
    ", " CALLGATE_NEW_CALL(51, 52, 53, 54, 55, 56, 57, 58)
    ", " CALLGATE_NEW_CALL(59, 60, 61, 62, 63, 64, 65, 66)
    ", " CALLGATE_NEW_CALL(67, 68, 69, 70, 71, 72, 73, 74)
    ", " CALLGATE_NEW_CALL(75, 76, 77, 78, 79, 80, 81, 82)
    ", " CALLGATE_NEW_CALL(83, 84, 85, 86, 87, 88, 89, 90)
    ", " CALLGATE_NEW_CALL(91, 92, 93, 94, 95, 96, 97, 98) CALLGATE_UNLESS_KNOWN;

// One with more to say than most.
bool stands_alone(const Call& call) {
  return call.state == CallState::blocked || !(call.terms == CallTerms{});
}

// Calls of one job and one instant, or one that stands alone. Looked for afterwards: RETURNING
// would cost as much again as the row itself.
void add_some(Sql& sql, std::span<const Call> calls, std::vector<bool>& stored) {
  std::vector<Param> params{calls.front().job, to_ms(calls.front().created_at)};
  for (const Call& call : calls) {
    CALLGATE_CHECK(call.job == calls.front().job && call.created_at == calls.front().created_at);
    params.insert(params.end(),
                  {call.seq, call.phone.digits, call.lane, to_ms(call.not_before),
                   std::string_view{call.first_name}, std::string_view{call.last_name},
                   std::string_view{call.timezone}, std::string_view{call.metadata}});
  }
  const Call& first = calls.front();
  if (stands_alone(first)) {
    const bool blocked = first.state == CallState::blocked;
    const Blob terms = pack_terms(first.terms);
    params.insert(params.end(), {static_cast<std::int64_t>(first.state),
                                 static_cast<std::int64_t>(first.blocked_by),
                                 blocked ? Param{to_ms(first.created_at)} : Param{Null{}},
                                 Bytes{terms}, std::int64_t{blocked ? 0 : 1}});
    sql.exec(kAddOther, params);
  } else {
    sql.exec(calls.size() == 1 ? kAddOne : kAddMany, params);
  }
  const Rows found = sql.exec("SELECT seq FROM calls WHERE seq >= ?1 AND seq <= ?2 ORDER BY seq",
                              {calls.front().seq, calls.back().seq});
  std::size_t next = 0;
  for (const Call& call : calls) {
    const bool is_there = next < found.size() && found.integer(next, 0) == call.seq;
    next += is_there ? 1 : 0;
    stored.push_back(is_there);
  }
}

}  // namespace

std::vector<bool> add(Sql& sql, std::span<const Call> calls) {
  std::vector<bool> stored;
  stored.reserve(calls.size());
  while (!calls.empty()) {
    const auto next = calls.first(std::min(calls.size(), kAddedAtOnce));
    const bool alone =
        next.size() < kAddedAtOnce || std::any_of(next.begin(), next.end(), stands_alone);
    const std::size_t count = alone ? 1 : kAddedAtOnce;
    add_some(sql, calls.first(count), stored);
    calls = calls.subspan(count);
  }
  return stored;
}

std::optional<Call> find(Sql& sql, std::int64_t seq) {
  const Rows rows = sql.exec("SELECT " CALLGATE_CALL_COLUMNS " FROM calls WHERE seq = ?1", {seq});
  if (rows.empty()) {
    return std::nullopt;
  }
  return read_call(rows, 0);
}

std::vector<Call> all_of(Sql& sql, std::span<const std::int64_t> seqs) {
  const std::string list = json_list(seqs);
  std::vector<Call> calls =
      read_calls(sql.exec("SELECT " CALLGATE_CALL_COLUMNS " FROM json_each(?1) AS one "
                          "CROSS JOIN calls ON calls.seq = one.value ORDER BY one.key",
                          {std::string_view{list}}));
  CALLGATE_CHECK(calls.size() == seqs.size());
  return calls;
}

void save(Sql& sql, const Call& call) {
  const std::int64_t outcome = call.outcome ? static_cast<std::int64_t>(*call.outcome) : 0;
  const Param ended_at = call.ended_at ? Param{to_ms(*call.ended_at)} : Param{Null{}};
  const auto state = static_cast<std::int64_t>(call.state);
  if (call.state == CallState::waiting) {
    sql.exec(
        "UPDATE calls SET state = ?2, waiting = 1, not_before_ms = ?3, attempts = ?4, "
        "attempts_used = ?5, deliveries_failed = ?6, outcome = ?7, ended_at_ms = ?8, history = ?9 "
        "WHERE seq = ?1",
        {call.seq, state, to_ms(call.not_before), call.attempts, call.attempts_used,
         call.deliveries_failed, outcome, ended_at, std::string_view{call.history}});
  } else if (call.state == CallState::live) {
    sql.exec("UPDATE calls SET state = ?2, waiting = 0, attempts = ?3 WHERE seq = ?1",
             {call.seq, state, call.attempts});
  } else if (call.state == CallState::failed) {
    sql.exec(
        "UPDATE calls SET state = ?2, waiting = 0, failed = 1, attempts_used = ?3, outcome = ?4, "
        "ended_at_ms = ?5, history = ?6 WHERE seq = ?1",
        {call.seq, state, call.attempts_used, outcome, ended_at, std::string_view{call.history}});
  } else {
    const Blob terms = pack_terms(call.terms);
    sql.exec(
        "UPDATE calls SET state = ?2, waiting = 0, attempts_used = ?3, outcome = ?4, "
        "ended_at_ms = ?5, history = ?6, blocked_by = ?7, terms = ?8 WHERE seq = ?1",
        {call.seq, state, call.attempts_used, outcome, ended_at, std::string_view{call.history},
         static_cast<std::int64_t>(call.blocked_by), Bytes{terms}});
  }
}

// `failed` is set only where it changes: an index names it.
void reopen(Sql& sql, const Call& call, CallState before) {
  if (before == CallState::failed) {
    sql.exec("UPDATE calls SET failed = 0 WHERE seq = ?1", {call.seq});
  }
  const Blob terms = pack_terms(call.terms);
  sql.exec(
      "UPDATE calls SET state = 1, waiting = 1, lane = ?2, not_before_ms = ?3, attempts_used = 0, "
      "deliveries_failed = 0, ended_at_ms = NULL, blocked_by = 0, round = ?4, terms = ?5 "
      "WHERE seq = ?1",
      {call.seq, call.lane, to_ms(call.not_before), call.round, Bytes{terms}});
}

void move(Sql& sql, const Call& call) {
  const Blob terms = pack_terms(call.terms);
  sql.exec("UPDATE calls SET lane = ?2, not_before_ms = ?3, terms = ?4 WHERE seq = ?1",
           {call.seq, call.lane, to_ms(call.not_before), Bytes{terms}});
}

void save_terms(Sql& sql, const Call& call) {
  const Blob terms = pack_terms(call.terms);
  sql.exec("UPDATE calls SET terms = ?2, metadata = ?3, lane = ?4 WHERE seq = ?1",
           {call.seq, Bytes{terms}, std::string_view{call.metadata}, call.lane});
}

std::optional<Call> of_number(Sql& sql, std::int64_t job, std::int64_t digits) {
  const Rows rows = sql.exec(
      "SELECT " CALLGATE_CALL_COLUMNS " FROM calls WHERE digits = ?1 AND job = ?2", {digits, job});
  return rows.empty() ? std::nullopt : std::optional{read_call(rows, 0)};
}

// Of one number only the last is kept: a job has it once.
void hide(Sql& sql, const Call& call) {
  sql.exec("DELETE FROM calls WHERE digits = ?1 AND job = ?2", {call.phone.digits, -call.job});
  if (call.state == CallState::failed) {
    sql.exec("UPDATE calls SET failed = 0 WHERE seq = ?1", {call.seq});
  }
  sql.exec("UPDATE calls SET job = ?2 WHERE seq = ?1", {call.seq, -call.job});
}

void save_history(Sql& sql, const Call& call) {
  sql.exec("UPDATE calls SET history = ?2 WHERE seq = ?1",
           {call.seq, std::string_view{call.history}});
}

std::vector<Call> due(Sql& sql, std::int64_t lane, Instant now, std::int64_t limit) {
  return read_calls(sql.exec("SELECT " CALLGATE_CALL_COLUMNS
                             " FROM calls WHERE waiting = 1 AND lane = ?1 AND not_before_ms <= ?2 "
                             "ORDER BY not_before_ms, seq LIMIT ?3",
                             {lane, to_ms(now), limit}));
}

WaitingInLane count_waiting(Sql& sql, std::int64_t lane, std::int64_t limit) {
  const Rows rows = sql.exec(
      "SELECT count(*), min(not_before_ms) FROM (SELECT not_before_ms FROM calls "
      "WHERE waiting = 1 AND lane = ?1 ORDER BY not_before_ms LIMIT ?2)",
      {lane, limit});
  return {rows.integer(0, 0), from_ms(rows.integer_or(0, 1, 0))};
}

std::optional<Instant> first_not_before(Sql& sql, std::int64_t lane) {
  const Rows rows =
      sql.exec("SELECT min(not_before_ms) FROM calls WHERE waiting = 1 AND lane = ?1", {lane});
  if (rows.is_null(0, 0)) {
    return std::nullopt;
  }
  return from_ms(rows.integer(0, 0));
}

std::vector<Call> page(Sql& sql, const PageQuery& query) {
  if (!query.state) {
    return read_calls(sql.exec("SELECT " CALLGATE_CALL_COLUMNS
                               " FROM calls WHERE job = ?1 AND seq > ?2 AND seq <= ?3 "
                               "ORDER BY seq LIMIT ?4",
                               {query.job, query.first, query.last, query.limit}));
  }
  return read_calls(sql.exec(
      "SELECT " CALLGATE_CALL_COLUMNS
      " FROM calls WHERE job = ?1 AND seq > ?2 AND seq <= ?3 "
      "AND state = ?4 ORDER BY seq LIMIT ?5",
      {query.job, query.first, query.last, static_cast<std::int64_t>(*query.state), query.limit}));
}

std::vector<Call> waiting_of(Sql& sql, std::int64_t job, std::int64_t after, std::int64_t last,
                             std::int64_t limit) {
  return page(sql, {job, after, last, CallState::waiting, limit});
}

#define CALLGATE_MATCHING                                      \
  " FROM calls WHERE job = ?1 AND seq > ?2 AND seq <= ?3 AND " \
  "((CAST(?4 AS INTEGER) >> state) & 1) = 1 AND ((CAST(?5 AS INTEGER) >> outcome) & 1) = 1"

std::vector<Call> matching(Sql& sql, const MatchQuery& query, std::int64_t limit) {
  return read_calls(
      sql.exec("SELECT " CALLGATE_CALL_COLUMNS CALLGATE_MATCHING " ORDER BY seq LIMIT ?6",
               {query.job, query.after, query.last, query.states, query.outcomes, limit}));
}

std::int64_t count_matching(Sql& sql, const MatchQuery& query) {
  return sql
      .exec("SELECT count(*)" CALLGATE_MATCHING,
            {query.job, query.after, query.last, query.states, query.outcomes})
      .integer(0, 0);
}

std::vector<Phone> numbers_of(Sql& sql, std::int64_t job, const SeqRange& range,
                              std::int64_t limit) {
  return read_numbers(
      sql.exec("SELECT digits FROM calls WHERE job = ?1 AND seq >= ?2 AND seq <= ?3 "
               "ORDER BY seq LIMIT ?4",
               {job, range.first, range.last, limit}));
}

std::vector<Phone> failed_numbers_of(Sql& sql, std::int64_t job, std::int64_t limit) {
  return read_numbers(
      sql.exec("SELECT digits FROM calls WHERE failed = 1 AND job = ?1 ORDER BY seq LIMIT ?2",
               {job, limit}));
}

std::vector<EndedRow> ended_of(Sql& sql, std::int64_t job, const SeqRange& range) {
  const Rows rows = sql.exec(
      "SELECT seq, state, coalesce(ended_at_ms, 0) FROM calls WHERE job = ?1 AND seq >= ?2 AND "
      "seq <= ?3 ORDER BY seq",
      {job, range.first, range.last});
  std::vector<EndedRow> found;
  found.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.push_back({rows.integer(i, 0), static_cast<CallState>(rows.integer(i, 1)),
                     from_ms(rows.integer(i, 2))});
  }
  return found;
}

void remove(Sql& sql, std::span<const std::int64_t> seqs) {
  constexpr std::size_t kAtOnce = 20;
  while (!seqs.empty()) {
    std::vector<Param> params(kAtOnce, std::int64_t{0});  // no call's number
    const auto some = seqs.first(std::min(seqs.size(), kAtOnce));
    std::copy(some.begin(), some.end(), params.begin());
    sql.exec(
        "DELETE FROM calls WHERE seq IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
        "?14, ?15, ?16, ?17, ?18, ?19, ?20)",
        params);
    seqs = seqs.subspan(some.size());
  }
}

bool is_open(Sql& sql, std::int64_t digits) {
  return !sql.exec(
                 "SELECT calls.seq FROM calls JOIN jobs ON jobs.seq = calls.job WHERE "
                 "calls.digits = ?1 AND calls.state IN (1, 2, 8) AND jobs.state < 6 "
                 "ORDER BY calls.seq LIMIT 1",
                 {digits})
              .empty();
}

SeqRange first_of(Sql& sql, std::int64_t job, const SeqRange& range, std::int64_t limit) {
  const Rows rows = sql.exec(
      "SELECT coalesce(min(seq), 0), coalesce(max(seq), 0), count(*) FROM (SELECT seq FROM calls "
      "WHERE job = ?1 AND seq >= ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4)",
      {job, range.first, range.last, limit});
  return {rows.integer(0, 0), rows.integer(0, 1), rows.integer(0, 2)};
}

void purge(Sql& sql, std::int64_t job, const SeqRange& range) {
  sql.exec("DELETE FROM calls WHERE job = ?1 AND seq >= ?2 AND seq <= ?3",
           {job, range.first, range.last});
}

}  // namespace callgate::calls

namespace callgate {

std::optional<Call> LiveCalls::take(std::int64_t seq) {
  auto kept = kept_.extract(seq);
  return kept.empty() ? calls::find(sql_, seq) : std::optional{std::move(kept.mapped())};
}

}  // namespace callgate
