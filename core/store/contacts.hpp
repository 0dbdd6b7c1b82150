// Contacts: the people who are called. A person has one or more numbers, a number belongs to one
// person; the first number stands in the contact's row, others in rows of their own. A call knows
// its contact by its number alone. The contact that a call makes has the call's own sequence
// number, and costs the contact's row and an entry of the index by number.
// Names are found by an FTS5 index of trigrams that lags behind: contacts up to a sequence number
// are in it, those after it are read one by one until index_some() has put them there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/phone.hpp"
#include "core/base/time.hpp"
#include "core/store/sql.hpp"

namespace callgate {

struct Contact {
  std::int64_t seq = 0;
  Phone phone;  // the first of their numbers
  Instant created_at{};
  Instant updated_at{};
  std::string first_name;
  std::string last_name;
  std::string timezone;  // IANA name, or empty
  std::string email;
  std::string company;
  std::string notes;
  std::string metadata;  // a JSON object's text, or empty
  bool call_enabled = true;
  std::optional<std::int32_t> call_time_min;  // the time of day they like best, on their clock
  std::optional<Instant> daily_due;       // when their next daily call is; nothing: they have none
  std::optional<std::int64_t> daily_day;  // the local date of the last one, days since 1970

  friend bool operator==(const Contact&, const Contact&) = default;
};

// What of a name a search looks for: a text of three characters or more anywhere in it, one of two
// at the beginning of a word. nullopt for a shorter one.
[[nodiscard]] std::optional<std::string> name_pattern(std::string_view text);

// A range of numbers that begin with the same digits: [first, last].
struct DigitRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
};
// Every E.164 number that begins with these digits (1 to 15 of them), by length.
[[nodiscard]] std::vector<DigitRange> ranges_of_prefix(std::string_view digits);

class Contacts {
 public:
  explicit Contacts(Sql& sql) : sql_(sql) {}

  [[nodiscard]] std::optional<Contact> find(std::int64_t seq);
  // Whose number it is; 0: nobody's.
  [[nodiscard]] std::int64_t owner_of(std::int64_t digits);
  [[nodiscard]] std::optional<Contact> of_number(std::int64_t digits);
  // The same for many numbers, together: those that are somebody's.
  [[nodiscard]] std::map<std::int64_t, Contact> of_numbers(std::span<const std::int64_t> digits);
  // The first, and the others in order of their digits.
  [[nodiscard]] std::vector<Phone> numbers_of(const Contact& contact);

  // Newest first: those with a smaller sequence than `before`.
  [[nodiscard]] std::vector<Contact> page(std::int64_t before, std::int64_t limit);
  // How many there are, counted up to `limit`.
  [[nodiscard]] std::int64_t count(std::int64_t limit);
  // Whose name has the pattern, newest first, at most `limit`.
  [[nodiscard]] std::vector<std::int64_t> named(const std::string& pattern, std::int64_t limit);
  // Who has a number in the range, in order of the numbers, at most `limit`.
  [[nodiscard]] std::vector<std::int64_t> with_number(const DigitRange& range, std::int64_t limit);
  // All numbers of these contacts, ascending.
  [[nodiscard]] std::vector<std::int64_t> digits_of(std::span<const std::int64_t> contacts);

  // The contact's numbers are nobody's, or were the contact's before.
  void add(const Contact& contact, std::span<const Phone> others);
  void save(const Contact& before, const Contact& after);
  void set_others(std::int64_t contact, std::span<const Phone> others);
  void remove(const Contact& contact);

  // Whose daily call is due by then, in the order of their times, at most `limit`.
  [[nodiscard]] std::vector<Contact> due_daily(Instant until, std::int64_t limit);
  [[nodiscard]] std::optional<Instant> next_daily();
  // Writes these two of the contact alone.
  void save_daily(const Contact& contact);

  // Makes contacts of the calls numbered [first, last] whose numbers are nobody's.
  void adopt_calls(std::int64_t first, std::int64_t last);
  // Removes contacts that these calls of one job made and that nobody else knows: no other job has
  // a call of theirs, and nobody has changed them.
  void forget_calls(std::int64_t job, std::int64_t first, std::int64_t last);

  // Puts the names of at most `limit` contacts into the index; `small`: only where nothing was left
  // over before this unit of work.
  void index_some(std::int64_t limit, bool small);
  // Not now: what waits was left over by this unit of work.
  void leave_over();
  // Names wait to be put there.
  [[nodiscard]] bool is_behind();

  void drop();

 private:
  void load();
  [[nodiscard]] bool any_others();
  void index_name(const Contact& contact, bool removes);

  Sql& sql_;
  // Known together; not known yet.
  std::optional<std::int64_t> indexed_;  // those up to this one are in the index
  std::int64_t newest_ = 0;
  bool left_over_ = false;
  std::optional<bool> others_;
};

}  // namespace callgate
