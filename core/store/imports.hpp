// Imports: lists of recipients on their way into a job, of numbers onto the do-not-call list, or of
// contacts, with the parser's state between two pieces, the counts, and the rows that were not
// taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"
#include "core/imports/recipient_reader.hpp"
#include "core/store/sql.hpp"
#include "core/store/suppressions.hpp"

namespace callgate {

enum class ImportState : std::uint8_t { receiving = 1, sealed = 2, refused = 3 };

struct Import {
  std::int64_t seq = 0;
  Instant created_at{};
  std::int64_t job = 0;  // 0: onto the do-not-call list, or contacts
  ImportState state = ImportState::receiving;
  ImportFormat format = ImportFormat::csv;
  std::int64_t next_chunk = 0;
  std::int64_t bytes = 0;
  std::string digest;  // running SHA-256 over the pieces' digests, in hex
  std::int64_t rows = 0;
  std::int64_t accepted = 0;
  std::int64_t duplicates = 0;
  std::int64_t rejected = 0;
  std::string reader;  // RecipientReader::save(), while receiving
  std::string detail;  // why it was refused
  Instant heard_at{};  // when its last piece came
  // Its numbers go onto the do-not-call list, and this is said of those of which the list does not
  // say more; there is no job then.
  std::optional<SuppressionNote> suppress;

  [[nodiscard]] bool is_of_contacts() const { return job == 0 && !suppress; }
};

struct RejectedRow {
  std::int64_t row = 0;
  Reject reject;
};

namespace imports {

void add(Sql& sql, const Import& import);
void save(Sql& sql, const Import& import);
void erase(Sql& sql, std::int64_t seq);
[[nodiscard]] std::optional<Import> find(Sql& sql, std::int64_t seq);
// Of those that still receive, the one that was heard of the longest ago.
[[nodiscard]] std::optional<Import> most_silent(Sql& sql);
// The newest import of a job.
[[nodiscard]] std::optional<Import> of_job(Sql& sql, std::int64_t job);
// Jobs that took in exactly these bytes, newest first, at most `limit`.
[[nodiscard]] std::vector<std::int64_t> jobs_with_digest(Sql& sql, std::string_view digest,
                                                         std::int64_t limit);

// Lists of no job that receive no more, after that number, at most `limit`.
struct List {
  std::int64_t seq = 0;
  Instant heard_at{};
};
[[nodiscard]] std::vector<List> lists(Sql& sql, std::int64_t after, std::int64_t limit);

void add_reject(Sql& sql, std::int64_t import, std::int64_t row, const Reject& reject);
[[nodiscard]] std::vector<RejectedRow> rejects(Sql& sql, std::int64_t import,
                                               std::int64_t after_row, std::int64_t limit);
std::int64_t purge_rejects(Sql& sql, std::int64_t import, std::int64_t limit);

}  // namespace imports
}  // namespace callgate
