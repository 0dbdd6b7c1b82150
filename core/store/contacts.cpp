#include "core/store/contacts.hpp"

#include <algorithm>
#include <array>

#include "core/store/json_list.hpp"

namespace callgate {
namespace {

#define CALLGATE_CONTACT_COLUMNS                                                        \
  "seq, digits, created_at_ms, updated_at_ms, first_name, last_name, timezone, email, " \
  "company, notes, metadata, call_enabled, call_time_min, daily_due_ms, daily_day"

constexpr std::size_t kDigitsMax = 15;  // of E.164

// What the index has of a name; empty: nothing. The blank before the first word lets two characters
// and the blank be the beginning of a word.
std::string indexed_name(std::string_view first, std::string_view last) {
  std::string name;
  for (const std::string_view part : {first, last}) {
    if (!part.empty()) {
      name.append(" ").append(part);
    }
  }
  return name;
}

Contact read_contact(const Rows& rows, std::size_t row) {
  Contact contact;
  contact.seq = rows.integer(row, 0);
  contact.phone.digits = rows.integer(row, 1);
  contact.created_at = from_ms(rows.integer(row, 2));
  contact.updated_at = from_ms(rows.integer(row, 3));
  contact.first_name = rows.text(row, 4);
  contact.last_name = rows.text(row, 5);
  contact.timezone = rows.text(row, 6);
  contact.email = rows.text(row, 7);
  contact.company = rows.text(row, 8);
  contact.notes = rows.text(row, 9);
  contact.metadata = rows.text(row, 10);
  contact.call_enabled = rows.integer(row, 11) != 0;
  if (!rows.is_null(row, 12)) {
    contact.call_time_min = static_cast<std::int32_t>(rows.integer(row, 12));
  }
  if (!rows.is_null(row, 13)) {
    contact.daily_due = from_ms(rows.integer(row, 13));
  }
  if (!rows.is_null(row, 14)) {
    contact.daily_day = rows.integer(row, 14);
  }
  return contact;
}

std::vector<Contact> read_contacts(const Rows& rows) {
  std::vector<Contact> contacts;
  contacts.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    contacts.push_back(read_contact(rows, i));
  }
  return contacts;
}

void append_first_column(const Rows& rows, std::vector<std::int64_t>& out) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back(rows.integer(i, 0));
  }
}

Param due_param(const Contact& contact) {
  return contact.daily_due ? Param{to_ms(*contact.daily_due)} : Param{Null{}};
}

Param day_param(const Contact& contact) {
  return contact.daily_day ? Param{*contact.daily_day} : Param{Null{}};
}

std::array<Param, 15> params_of(const Contact& contact) {
  return {contact.seq,
          contact.phone.digits,
          to_ms(contact.created_at),
          to_ms(contact.updated_at),
          std::string_view{contact.first_name},
          std::string_view{contact.last_name},
          std::string_view{contact.timezone},
          std::string_view{contact.email},
          std::string_view{contact.company},
          std::string_view{contact.notes},
          std::string_view{contact.metadata},
          std::int64_t{contact.call_enabled ? 1 : 0},
          contact.call_time_min ? Param{std::int64_t{*contact.call_time_min}} : Param{Null{}},
          due_param(contact),
          day_param(contact)};
}

// The text as one phrase of FTS5's language.
std::string phrase_of(const std::string& pattern) {
  std::string phrase = "\"";
  for (const char c : pattern) {
    phrase += c;
    if (c == '"') {
      phrase += c;
    }
  }
  return phrase + '"';
}

}  // namespace

std::optional<std::string> name_pattern(std::string_view text) {
  std::string words;
  std::size_t characters = 0;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t';
    if (blank && (words.empty() || words.back() == ' ')) {
      continue;
    }
    words += blank ? ' ' : c;
    characters += (static_cast<unsigned char>(c) & 0xC0) == 0x80 ? 0 : 1;
  }
  if (!words.empty() && words.back() == ' ') {
    words.pop_back();
    --characters;
  }
  if (characters < 2) {
    return std::nullopt;
  }
  return characters == 2 ? " " + words : words;
}

std::vector<DigitRange> ranges_of_prefix(std::string_view digits) {
  std::vector<DigitRange> ranges;
  if (digits.empty() || digits.size() > kDigitsMax || digits.front() == '0') {
    return ranges;
  }
  std::int64_t first = 0;
  for (const char c : digits) {
    first = first * 10 + (c - '0');
  }
  std::int64_t count = 1;
  for (std::size_t size = digits.size(); size <= kDigitsMax; ++size) {
    ranges.push_back({first, first + count - 1});
    first *= 10;
    count *= 10;
  }
  return ranges;
}

void Contacts::load() {
  if (indexed_) {
    return;
  }
  const Rows rows = sql_.exec(
      "SELECT (SELECT seq FROM contact_names_until WHERE id = 1), "
      "(SELECT coalesce(max(seq), 0) FROM contacts)");
  indexed_ = rows.integer(0, 0);
  newest_ = rows.integer(0, 1);
  left_over_ = newest_ > *indexed_;
}

bool Contacts::any_others() {
  if (!others_) {
    others_ = !sql_.exec("SELECT digits FROM contact_numbers ORDER BY digits LIMIT 1").empty();
  }
  return *others_;
}

void Contacts::drop() {
  indexed_.reset();
  others_.reset();
}

bool Contacts::is_behind() {
  load();
  return newest_ > *indexed_;
}

std::optional<Contact> Contacts::find(std::int64_t seq) {
  const Rows rows =
      sql_.exec("SELECT " CALLGATE_CONTACT_COLUMNS " FROM contacts WHERE seq = ?1", {seq});
  return rows.empty() ? std::nullopt : std::optional{read_contact(rows, 0)};
}

std::int64_t Contacts::owner_of(std::int64_t digits) {
  Rows rows = sql_.exec("SELECT seq FROM contacts WHERE digits = ?1", {digits});
  if (rows.empty()) {
    rows = sql_.exec("SELECT contact FROM contact_numbers WHERE digits = ?1", {digits});
  }
  return rows.empty() ? 0 : rows.integer(0, 0);
}

std::optional<Contact> Contacts::of_number(std::int64_t digits) {
  const Rows rows =
      sql_.exec("SELECT " CALLGATE_CONTACT_COLUMNS " FROM contacts WHERE digits = ?1", {digits});
  if (!rows.empty()) {
    return read_contact(rows, 0);
  }
  const std::int64_t owner = any_others() ? owner_of(digits) : 0;
  return owner != 0 ? find(owner) : std::nullopt;
}

std::map<std::int64_t, Contact> Contacts::of_numbers(std::span<const std::int64_t> digits) {
  std::map<std::int64_t, Contact> found;
  const std::string list = json_list(digits);
  for (Contact& contact :
       read_contacts(sql_.exec("SELECT " CALLGATE_CONTACT_COLUMNS " FROM json_each(?1) AS one "
                               "CROSS JOIN contacts ON contacts.digits = one.value",
                               {std::string_view{list}}))) {
    found.try_emplace(contact.phone.digits, std::move(contact));
  }
  if (any_others()) {
    for (const std::int64_t number : digits) {
      if (found.count(number) == 0) {
        if (auto contact = of_number(number)) {
          found.try_emplace(number, std::move(*contact));
        }
      }
    }
  }
  return found;
}

std::vector<Phone> Contacts::numbers_of(const Contact& contact) {
  std::vector<Phone> numbers{contact.phone};
  const Rows rows = sql_.exec(
      "SELECT digits FROM contact_numbers WHERE contact = ?1 ORDER BY digits", {contact.seq});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    numbers.push_back({rows.integer(i, 0)});
  }
  return numbers;
}

std::vector<Contact> Contacts::page(std::int64_t before, std::int64_t limit) {
  return read_contacts(sql_.exec("SELECT " CALLGATE_CONTACT_COLUMNS
                                 " FROM contacts WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
                                 {before, limit}));
}

std::int64_t Contacts::count(std::int64_t limit) {
  return sql_.exec("SELECT count(*) FROM (SELECT seq FROM contacts ORDER BY seq LIMIT ?1)", {limit})
      .integer(0, 0);
}

std::vector<std::int64_t> Contacts::named(const std::string& pattern, std::int64_t limit) {
  std::vector<std::int64_t> found;
  append_first_column(
      sql_.exec("SELECT seq FROM contacts WHERE seq > (SELECT seq FROM contact_names_until "
                "WHERE id = 1) AND instr(lower(' ' || first_name || ' ' || last_name), "
                "lower(?1)) > 0 ORDER BY seq DESC LIMIT ?2",
                {std::string_view{pattern}, limit}),
      found);
  const auto left = limit - static_cast<std::int64_t>(found.size());
  const std::string phrase = phrase_of(pattern);
  append_first_column(sql_.exec("SELECT rowid FROM contact_names WHERE contact_names MATCH ?1 "
                                "ORDER BY rowid DESC LIMIT ?2",
                                {std::string_view{phrase}, left}),
                      found);
  return found;
}

std::vector<std::int64_t> Contacts::with_number(const DigitRange& range, std::int64_t limit) {
  std::vector<std::int64_t> found;
  append_first_column(sql_.exec("SELECT seq FROM contacts WHERE digits >= ?1 AND digits <= ?2 "
                                "ORDER BY digits LIMIT ?3",
                                {range.first, range.last, limit}),
                      found);
  append_first_column(
      sql_.exec("SELECT contact FROM contact_numbers WHERE digits >= ?1 AND digits <= ?2 "
                "ORDER BY digits LIMIT ?3",
                {range.first, range.last, limit}),
      found);
  return found;
}

std::vector<std::int64_t> Contacts::digits_of(std::span<const std::int64_t> contacts) {
  std::vector<std::int64_t> digits;
  const std::string list = json_list(contacts);
  append_first_column(sql_.exec("SELECT contacts.digits FROM json_each(?1) AS one "
                                "CROSS JOIN contacts ON contacts.seq = one.value",
                                {std::string_view{list}}),
                      digits);
  if (any_others()) {
    append_first_column(sql_.exec("SELECT others.digits FROM json_each(?1) AS one CROSS JOIN "
                                  "contact_numbers AS others ON others.contact = one.value",
                                  {std::string_view{list}}),
                        digits);
  }
  std::sort(digits.begin(), digits.end());
  return digits;
}

void Contacts::add(const Contact& contact, std::span<const Phone> others) {
  load();
  sql_.exec("INSERT INTO contacts (" CALLGATE_CONTACT_COLUMNS
            ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            params_of(contact));
  newest_ = std::max(newest_, contact.seq);
  set_others(contact.seq, others);
}

void Contacts::save(const Contact& before, const Contact& after) {
  load();
  const bool renamed = before.first_name != after.first_name || before.last_name != after.last_name;
  if (renamed && before.seq <= *indexed_) {
    index_name(before, true);
    index_name(after, false);
  }
  sql_.exec("UPDATE contacts SET (" CALLGATE_CONTACT_COLUMNS
            ") = (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) WHERE seq = ?1",
            params_of(after));
}

void Contacts::set_others(std::int64_t contact, std::span<const Phone> others) {
  if (any_others()) {
    sql_.exec("DELETE FROM contact_numbers WHERE contact = ?1", {contact});
  }
  for (const Phone& phone : others) {
    sql_.exec("INSERT INTO contact_numbers (digits, contact) VALUES (?1, ?2)",
              {phone.digits, contact});
    others_ = true;
  }
}

void Contacts::remove(const Contact& contact) {
  load();
  if (contact.seq <= *indexed_) {
    index_name(contact, true);
  }
  if (any_others()) {
    sql_.exec("DELETE FROM contact_numbers WHERE contact = ?1", {contact.seq});
  }
  sql_.exec("DELETE FROM contacts WHERE seq = ?1", {contact.seq});
}

std::vector<Contact> Contacts::due_daily(Instant until, std::int64_t limit) {
  return read_contacts(sql_.exec("SELECT " CALLGATE_CONTACT_COLUMNS
                                 " FROM contacts WHERE daily_due_ms IS NOT NULL AND "
                                 "daily_due_ms <= ?1 ORDER BY daily_due_ms, seq LIMIT ?2",
                                 {to_ms(until), limit}));
}

std::optional<Instant> Contacts::next_daily() {
  const Rows rows = sql_.exec(
      "SELECT daily_due_ms FROM contacts WHERE daily_due_ms IS NOT NULL "
      "ORDER BY daily_due_ms, seq LIMIT 1");
  return rows.empty() ? std::nullopt : std::optional{from_ms(rows.integer(0, 0))};
}

void Contacts::save_daily(const Contact& contact) {
  sql_.exec("UPDATE contacts SET daily_due_ms = ?2, daily_day = ?3 WHERE seq = ?1",
            {contact.seq, due_param(contact), day_param(contact)});
}

#define CALLGATE_ADOPT                                                                            \
  "INSERT INTO contacts (" CALLGATE_CONTACT_COLUMNS                                               \
  ") SELECT seq, digits, created_at_ms, created_at_ms, first_name, last_name, timezone, '', '', " \
  "'', '', 1, NULL, NULL, NULL FROM calls WHERE seq >= ?1 AND seq <= ?2"

void Contacts::adopt_calls(std::int64_t first, std::int64_t last) {
  load();
  if (any_others()) {
    sql_.exec(CALLGATE_ADOPT
              " AND NOT EXISTS (SELECT 1 FROM contact_numbers WHERE contact_numbers.digits = "
              "calls.digits) ORDER BY seq ON CONFLICT (digits) DO NOTHING",
              {first, last});
  } else {
    sql_.exec(CALLGATE_ADOPT " ORDER BY seq ON CONFLICT (digits) DO NOTHING", {first, last});
  }
  newest_ =
      std::max(newest_, sql_.exec("SELECT coalesce(max(seq), 0) FROM contacts").integer(0, 0));
}

void Contacts::forget_calls(std::int64_t job, std::int64_t first, std::int64_t last) {
  const auto made = read_contacts(sql_.exec(
      "SELECT " CALLGATE_CONTACT_COLUMNS
      " FROM contacts WHERE seq >= ?2 AND seq <= ?3 AND updated_at_ms = created_at_ms AND EXISTS "
      "(SELECT 1 FROM calls WHERE calls.seq = contacts.seq AND calls.job = ?1) AND NOT EXISTS "
      "(SELECT 1 FROM calls WHERE calls.digits = contacts.digits AND calls.job <> ?1) AND NOT "
      "EXISTS (SELECT 1 FROM contact_numbers WHERE contact_numbers.contact = contacts.seq) "
      "ORDER BY seq",
      {job, first, last}));
  for (const Contact& contact : made) {
    remove(contact);
  }
}

// The index keeps no text: what is taken out has to be said as it was put in.
void Contacts::index_name(const Contact& contact, bool removes) {
  const std::string name = indexed_name(contact.first_name, contact.last_name);
  if (name.empty()) {
    return;
  }
  if (removes) {
    sql_.exec("INSERT INTO contact_names (contact_names, rowid, name) VALUES ('delete', ?1, ?2)",
              {contact.seq, std::string_view{name}});
  } else {
    sql_.exec("INSERT INTO contact_names (rowid, name) VALUES (?1, ?2)",
              {contact.seq, std::string_view{name}});
  }
}

void Contacts::leave_over() {
  if (indexed_) {  // else whoever reads it finds that
    left_over_ = newest_ > *indexed_;
  }
}

void Contacts::index_some(std::int64_t limit, bool small) {
  load();
  if (newest_ <= *indexed_ || (small && left_over_)) {
    return;
  }
  const Rows rows = sql_.exec(
      "SELECT seq, first_name, last_name FROM contacts WHERE seq > ?1 ORDER BY seq LIMIT ?2",
      {*indexed_, limit});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Contact contact;
    contact.seq = rows.integer(i, 0);
    contact.first_name = rows.text(i, 1);
    contact.last_name = rows.text(i, 2);
    index_name(contact, false);
  }
  const bool all = static_cast<std::int64_t>(rows.size()) < limit;
  indexed_ = all ? newest_ : rows.integer(rows.size() - 1, 0);
  left_over_ = newest_ > *indexed_;
  sql_.exec("UPDATE contact_names_until SET seq = ?1 WHERE id = 1", {*indexed_});
}

}  // namespace callgate
