// /api/contacts: the people who are called. A person has one or more numbers, a number belongs to
// one person; a call's contact is whoever has its number. People added to a job are contacts from
// then on. {id} is the id or its sequence number. Lists of any length come as CSV or NDJSON.
// Who may not see numbers and names is shown neither, and searches by none.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/engine/contacts.hpp"

namespace callgate {

struct ContactPreferences {
  bool call_enabled = true;
  std::optional<std::string> call_time;
  static constexpr auto fields() {
    return std::array{
        field<&ContactPreferences::call_enabled>(
            "callEnabled", "They want the calls that recur; do-not-call is the list's to say",
            defaulted()),
        field<&ContactPreferences::call_time>("callTime", "HH:mm on their clock; empty: any",
                                              text(0, 5), format("time-of-day"))};
  }
};

// Each by itself: who turns the calls off and later names another time has not turned them on.
struct PreferencesWish {
  std::optional<bool> call_enabled;
  std::optional<std::string> call_time;
  static constexpr auto fields() {
    return std::array{
        field<&PreferencesWish::call_enabled>(
            "callEnabled", "They want the calls that recur; do-not-call is the list's to say"),
        field<&PreferencesWish::call_time>("callTime", "HH:mm on their clock; empty: any",
                                           text(0, 5), format("time-of-day"))};
  }
};

struct ContactWish {
  std::optional<std::vector<std::string>> phone_numbers;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> email;
  std::optional<std::string> company;
  std::optional<std::string> notes;
  std::optional<std::string> timezone;
  std::optional<JsonObject> metadata;
  std::optional<PreferencesWish> preferences;
  std::optional<std::string> default_region;
  static constexpr auto fields() {
    return std::array{
        field<&ContactWish::phone_numbers>("phoneNumbers", "Theirs alone, the usual one first",
                                           text(0, 64), callgate::items(1, 20), format("phone"),
                                           example("+14155550132")),
        field<&ContactWish::first_name>("firstName", "Given name", text(0, 200)),
        field<&ContactWish::last_name>("lastName", "Family name", text(0, 200)),
        field<&ContactWish::email>("email", "Where they are written to", text(0, 254)),
        field<&ContactWish::company>("company", "Where they work", text(0, 200)),
        field<&ContactWish::notes>("notes", "For people", text(0, 1000)),
        field<&ContactWish::timezone>("timezone", "Their IANA time zone", text(0, 64),
                                      format("time-zone")),
        field<&ContactWish::metadata>("metadata", "Anything else; replaced as a whole",
                                      bytes(8192)),
        field<&ContactWish::preferences>("preferences", "What they wish; each by itself"),
        field<&ContactWish::default_region>(
            "defaultRegion", "Country of numbers without a country code (ISO 3166); left out: US",
            text(2, 2))};
  }
};

struct ContactView {
  static constexpr std::string_view kSchemaName = "Contact";
  std::string id;
  std::int64_t seq = 0;
  std::vector<std::string> phone_numbers;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> email;
  std::optional<std::string> company;
  std::optional<std::string> notes;
  std::optional<std::string> timezone;
  std::optional<JsonObject> metadata;
  ContactPreferences preferences;
  bool do_not_call = false;
  Instant created_at{};
  Instant updated_at{};
  static constexpr auto fields() {
    return std::array{field<&ContactView::id>("id", "ct_…"),
                      field<&ContactView::seq>("seq", "The same as an integer"),
                      field<&ContactView::phone_numbers>(
                          "phoneNumbers", "E.164, the usual one first", callgate::items(1, 20)),
                      field<&ContactView::first_name>("firstName", "Given name"),
                      field<&ContactView::last_name>("lastName", "Family name"),
                      field<&ContactView::email>("email", "Where they are written to"),
                      field<&ContactView::company>("company", "Where they work"),
                      field<&ContactView::notes>("notes", "For people"),
                      field<&ContactView::timezone>("timezone", "IANA name, when one was given"),
                      field<&ContactView::metadata>("metadata", "Anything else"),
                      field<&ContactView::preferences>("preferences", "What they wish"),
                      field<&ContactView::do_not_call>(
                          "doNotCall", "One of the numbers is on the do-not-call list"),
                      field<&ContactView::created_at>("createdAt", "When they were first heard of"),
                      field<&ContactView::updated_at>("updatedAt", "When this last changed")};
  }
};

struct ContactsQuery {
  std::optional<std::string> cursor;
  std::int64_t limit = 50;
  std::optional<std::string> search;
  static constexpr auto fields() {
    return std::array{
        field<&ContactsQuery::cursor>("cursor", "nextCursor of the page before", text(1, 64)),
        field<&ContactsQuery::limit>("limit", "Items on the page", range(1, 200), defaulted()),
        field<&ContactsQuery::search>(
            "search", "A part of the name, or the first digits of a number", text(1, 100))};
  }
};

struct ContactPage {
  std::vector<ContactView> contacts;
  std::int64_t total = 0;
  bool total_is_exact = true;
  std::optional<std::string> next_cursor;
  static constexpr auto fields() {
    return std::array{
        field<&ContactPage::contacts>("contacts", "Newest first", callgate::items(0, 200)),
        field<&ContactPage::total>("total", "How many there are, or were found; at most 10,000"),
        field<&ContactPage::total_is_exact>("totalIsExact", "False: there are more"),
        field<&ContactPage::next_cursor>("nextCursor",
                                         "?cursor of the next page; absent on the last")};
  }
};

struct ContactMerge {
  std::string from;
  static constexpr auto fields() {
    return std::array{field<&ContactMerge::from>(
        "from", "The contact that goes: ct_…, or its sequence number", text(1, 64))};
  }
};

struct ContactImportQuery {
  std::optional<std::string> default_region;
  static constexpr auto fields() {
    return std::array{field<&ContactImportQuery::default_region>(
        "defaultRegion", "Country of numbers without a country code (ISO 3166); left out: US",
        text(2, 2))};
  }
};

struct ContactRow {
  std::string phone_number;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> timezone;
  std::optional<JsonObject> metadata;
  std::optional<std::string> email;
  std::optional<std::string> company;
  std::optional<std::string> notes;
  std::optional<bool> call_enabled;
  std::optional<std::string> call_time;
  static constexpr auto fields() {
    return std::array{
        field<&ContactRow::phone_number>("phoneNumber", "Whose it is, or will be", text(0, 64),
                                         format("phone"), example("+14155550132")),
        field<&ContactRow::first_name>("firstName", "Given name", text(0, 200)),
        field<&ContactRow::last_name>("lastName", "Family name", text(0, 200)),
        field<&ContactRow::timezone>("timezone", "Their IANA time zone", text(0, 64),
                                     format("time-zone")),
        field<&ContactRow::metadata>("metadata", "Anything else; each key is changed alone",
                                     bytes(8192)),
        field<&ContactRow::email>("email", "Where they are written to", text(0, 254)),
        field<&ContactRow::company>("company", "Where they work", text(0, 200)),
        field<&ContactRow::notes>("notes", "For people", text(0, 1000)),
        field<&ContactRow::call_enabled>("callEnabled", "They want the calls that recur"),
        field<&ContactRow::call_time>("callTime", "HH:mm on their clock", text(0, 8))};
  }
};

struct ContactList {
  std::vector<ContactRow> contacts;
  std::optional<std::string> default_region;
  static constexpr auto fields() {
    return std::array{
        field<&ContactList::contacts>("contacts", "As the rows of a file",
                                      callgate::items(1, 10'000)),
        field<&ContactList::default_region>(
            "defaultRegion", "Country of numbers without a country code (ISO 3166); left out: US",
            text(2, 2))};
  }
};

[[nodiscard]] std::string contact_id(const Service& service, const Contact& contact);

// The contact that an id or a sequence number names; nullopt: there is none.
[[nodiscard]] std::optional<Contact> contact_or_none(Service& service, const std::string& text);
// The same; ApiError 404.
[[nodiscard]] Contact contact_of(Service& service, const std::string& text);

// What a search is for: digits, or a name's pattern. ApiError 403 for who may not see names and
// numbers, 400 for a text too short to look for.
// ApiError 403: they may not see names and numbers, so not find out whose they are either.
void check_may_search(const Principal& principal);

struct ContactSearch {
  std::vector<DigitRange> ranges;
  std::string pattern;  // where there are no ranges
};
[[nodiscard]] ContactSearch search_of(const Principal& principal, const std::string& text);

Answer post_contact(Request& request);
Answer get_contacts(Request& request);
Answer get_contact(Request& request);
Answer patch_contact(Request& request);
Answer delete_contact(Request& request);
Answer post_contact_merge(Request& request);
Answer post_contact_import(Request& request);

}  // namespace callgate
