// The do-not-call list: numbers that this workspace does not ring, for good or until an instant.
// One entry a number. While the list is empty nobody's number is looked up; else a hundred numbers
// cost one statement. That there are none is cached between Inputs.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/base/phone.hpp"
#include "core/base/time.hpp"
#include "core/store/sql.hpp"

namespace callgate {

// What is said of a number that is not to be called.
struct SuppressionNote {
  std::string reason;
  std::string source;                 // where the wish was heard: "api", "crm", "national list"
  std::string actor;                  // the subject of the credential
  std::optional<Instant> expires_at;  // from then on it may be called again
};

struct Suppression {
  std::int64_t seq = 0;
  Instant created_at{};
  Phone phone;
  SuppressionNote note;

  [[nodiscard]] bool holds_at(Instant now) const {
    return !note.expires_at || *note.expires_at > now;
  }
};

class Suppressions {
 public:
  explicit Suppressions(Sql& sql) : sql_(sql) {}

  // Of these numbers, those that are not to be called at `now`.
  [[nodiscard]] std::set<std::int64_t> listed(std::span<const std::int64_t> digits, Instant now);
  [[nodiscard]] bool is_listed(std::int64_t digits, Instant now);

  // The number's entry, expired or not.
  [[nodiscard]] std::optional<Suppression> of_number(std::int64_t digits);
  [[nodiscard]] std::optional<Suppression> find(std::int64_t seq);
  // Newest first: those with a smaller sequence than `before`.
  [[nodiscard]] std::vector<Suppression> page(std::int64_t before, std::int64_t limit);

  // The number has no entry yet.
  void add(const Suppression& entry);
  // Writes the note of an entry that is there.
  void save(const Suppression& entry);
  void remove(std::int64_t seq);

  void drop() { some_.reset(); }

 private:
  [[nodiscard]] bool any();

  Sql& sql_;
  std::optional<bool> some_;  // not known yet
};

}  // namespace callgate
