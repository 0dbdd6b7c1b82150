#include "core/store/suppressions.hpp"

#include <algorithm>
#include <array>

namespace callgate {
namespace {

#define CALLGATE_SUPPRESSION_COLUMNS \
  "seq, created_at_ms, digits, reason, source, actor, expires_at_ms"

constexpr std::size_t kAskedAtOnce = 50;

Suppression read(const Rows& rows, std::size_t row) {
  Suppression entry;
  entry.seq = rows.integer(row, 0);
  entry.created_at = from_ms(rows.integer(row, 1));
  entry.phone.digits = rows.integer(row, 2);
  entry.note.reason = rows.text(row, 3);
  entry.note.source = rows.text(row, 4);
  entry.note.actor = rows.text(row, 5);
  if (!rows.is_null(row, 6)) {
    entry.note.expires_at = from_ms(rows.integer(row, 6));
  }
  return entry;
}

std::optional<Suppression> read_one(const Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional{read(rows, 0)};
}

}  // namespace

bool Suppressions::any() {
  if (!some_) {
    some_ = !sql_.exec("SELECT seq FROM suppressions ORDER BY seq LIMIT 1").empty();
  }
  return *some_;
}

std::set<std::int64_t> Suppressions::listed(std::span<const std::int64_t> digits, Instant now) {
  std::set<std::int64_t> found;
  if (digits.empty() || !any()) {
    return found;
  }
  if (digits.size() == 1) {
    if (is_listed(digits.front(), now)) {
      found.insert(digits.front());
    }
    return found;
  }
  while (!digits.empty()) {
    const std::size_t count = std::min(digits.size(), kAskedAtOnce);
    // A statement has one text however many it asks for: the rest are nobody's number.
    std::array<Param, kAskedAtOnce + 1> params;
    params.fill(std::int64_t{0});
    params[0] = to_ms(now);
    std::copy_n(digits.begin(), count, params.begin() + 1);
    const Rows rows = sql_.exec(
        "SELECT digits FROM suppressions WHERE digits IN (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
        "?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, "
        "?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44, ?45, ?46, "
        "?47, ?48, ?49, ?50, ?51) AND (expires_at_ms IS NULL OR expires_at_ms > ?1) "
        "ORDER BY digits",
        params);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      found.insert(rows.integer(i, 0));
    }
    digits = digits.subspan(count);
  }
  return found;
}

bool Suppressions::is_listed(std::int64_t digits, Instant now) {
  if (!any()) {
    return false;
  }
  const auto entry = of_number(digits);
  return entry && entry->holds_at(now);
}

std::optional<Suppression> Suppressions::of_number(std::int64_t digits) {
  return read_one(sql_.exec(
      "SELECT " CALLGATE_SUPPRESSION_COLUMNS " FROM suppressions WHERE digits = ?1", {digits}));
}

std::optional<Suppression> Suppressions::find(std::int64_t seq) {
  return read_one(
      sql_.exec("SELECT " CALLGATE_SUPPRESSION_COLUMNS " FROM suppressions WHERE seq = ?1", {seq}));
}

std::vector<Suppression> Suppressions::page(std::int64_t before, std::int64_t limit) {
  const Rows rows = sql_.exec("SELECT " CALLGATE_SUPPRESSION_COLUMNS
                              " FROM suppressions WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
                              {before, limit});
  std::vector<Suppression> entries;
  entries.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    entries.push_back(read(rows, i));
  }
  return entries;
}

void Suppressions::add(const Suppression& entry) {
  sql_.exec("INSERT INTO suppressions (" CALLGATE_SUPPRESSION_COLUMNS
            ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            {entry.seq, to_ms(entry.created_at), entry.phone.digits,
             std::string_view{entry.note.reason}, std::string_view{entry.note.source},
             std::string_view{entry.note.actor}, or_null(entry.note.expires_at)});
  some_ = true;
}

void Suppressions::save(const Suppression& entry) {
  sql_.exec(
      "UPDATE suppressions SET reason = ?2, source = ?3, actor = ?4, expires_at_ms = ?5 "
      "WHERE seq = ?1",
      {entry.seq, std::string_view{entry.note.reason}, std::string_view{entry.note.source},
       std::string_view{entry.note.actor}, or_null(entry.note.expires_at)});
}

void Suppressions::remove(std::int64_t seq) {
  sql_.exec("DELETE FROM suppressions WHERE seq = ?1", {seq});
  some_.reset();
}

}  // namespace callgate
