#include "core/api/contacts.hpp"

#include <algorithm>
#include <charconv>
#include <functional>

#include "core/api/access.hpp"
#include "core/api/calls.hpp"
#include "core/api/imports.hpp"
#include "core/api/json.hpp"
#include "core/api/new_job.hpp"
#include "core/imports/json_line.hpp"
#include "core/imports/judge.hpp"
#include "core/schedule/calendar.hpp"

namespace callgate {
namespace {

constexpr std::string_view kContactPrefix = "ct";
constexpr std::int64_t kCountedMax = 10'000;
constexpr std::int64_t kNoSeq = std::int64_t{1} << 53;

ContactView view_of(Request& request, const Contact& contact) {
  Service& service = request.service();
  const Principal& principal = request.principal();
  ContactView view;
  view.id = contact_id(service, contact);
  view.seq = contact.seq;
  std::vector<std::int64_t> digits;
  for (const Phone& phone : service.store.contacts.numbers_of(contact)) {
    view.phone_numbers.push_back(shown_number(principal, phone));
    digits.push_back(phone.digits);
  }
  if (sees_people(principal)) {
    view.first_name = text_or_none(contact.first_name);
    view.last_name = text_or_none(contact.last_name);
    view.email = text_or_none(contact.email);
    view.notes = text_or_none(contact.notes);
    view.company = text_or_none(contact.company);
    if (!contact.metadata.empty()) {
      view.metadata = JsonObject{contact.metadata};
    }
  }
  view.timezone = text_or_none(contact.timezone);
  view.preferences.call_enabled = contact.call_enabled;
  if (contact.call_time_min) {
    view.preferences.call_time = format_time_of_day(*contact.call_time_min);
  }
  view.do_not_call = !service.store.suppressions.listed(digits, service.now()).empty();
  view.created_at = contact.created_at;
  view.updated_at = contact.updated_at;
  return view;
}

std::optional<std::int64_t> integer_of(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && value > 0 ? std::optional{value} : std::nullopt;
}

// The numbers, each once; what is none is an issue.
std::vector<Phone> judged_numbers(const ContactWish& wanted, const std::string& region,
                                  std::vector<Issue>& issues) {
  std::vector<Phone> numbers;
  for (std::size_t i = 0; i < wanted.phone_numbers->size(); ++i) {
    const std::string place = "/phoneNumbers/" + std::to_string(i);
    RecipientTexts texts;
    texts.phone = (*wanted.phone_numbers)[i];
    const auto judged = judge_recipient(texts, region, AnyZone{});
    if (judged && std::find(numbers.begin(), numbers.end(), judged->phone) == numbers.end()) {
      numbers.push_back(judged->phone);
    } else if (!judged && !has_issue_at(issues, place)) {
      add_issue(issues, place, judged.error().code, judged.error().detail);
    }
  }
  return numbers;
}

void set(std::string& member, const std::optional<std::string>& said) {
  if (said) {
    member = trim(*said);
  }
}

// What is said of the contact, onto what was; every mistake is an issue.
Contact said_of(Request& request, const ContactWish& wanted, Contact contact,
                std::vector<Issue>& issues) {
  set(contact.first_name, wanted.first_name);
  set(contact.last_name, wanted.last_name);
  set(contact.email, wanted.email);
  set(contact.company, wanted.company);
  set(contact.notes, wanted.notes);
  set(contact.timezone, wanted.timezone);
  if (wanted.email && !contact.email.empty() && !is_email(contact.email)) {
    add_issue(issues, "/email", "email_invalid", "This is not an address of e-mail.");
  }
  if (wanted.timezone && !contact.timezone.empty() &&
      request.zones().find(contact.timezone) == nullptr && !has_issue_at(issues, "/timezone")) {
    add_issue(issues, "/timezone", "timezone_unknown",
              "There is no such time zone: use an IANA name such as America/New_York.");
  }
  if (wanted.metadata && !has_issue_at(issues, "/metadata")) {
    if (const auto members = read_json_line(wanted.metadata->text); !members) {
      add_issue(issues, "/metadata", "metadata_invalid", members.error());
    }
    contact.metadata = wanted.metadata->text == "{}" ? "" : wanted.metadata->text;
  }
  if (wanted.preferences && !has_issue_at(issues, "/preferences")) {
    contact.call_enabled = wanted.preferences->call_enabled.value_or(contact.call_enabled);
    if (const auto& time = wanted.preferences->call_time) {
      contact.call_time_min = parse_time_of_day(*time, false);
      if (!time->empty() && !contact.call_time_min) {
        add_issue(issues, "/preferences/callTime", "time_invalid", "A time of day is HH:mm.");
      }
    }
  }
  return contact;
}

// 409: the number is somebody's, who is named.
void refuse_taken(Request& request, const std::vector<Phone>& numbers, std::int64_t owner) {
  Service& service = request.service();
  const auto taken = taken_number(service, numbers, owner);
  if (!taken) {
    return;
  }
  const std::string other = contact_id(service, *service.store.contacts.find(taken->owner));
  std::vector<Issue> issues;
  add_issue(issues, "/phoneNumbers/" + std::to_string(taken->index), "number_taken",
            "It is the number of " + other + ".");
  throw ApiError{409, "number_taken",
                 "A number belongs to one contact, and this is the number of " + other +
                     ": change or merge that.",
                 std::move(issues)};
}

ContactWish read_wish(Request& request, bool is_new, std::vector<Phone>& numbers,
                      std::vector<Issue>& issues) {
  ContactWish wanted;
  issues = decode_into(wanted, request.body_text());
  if (!is_readable(issues)) {
    throw invalid_body(std::move(issues));
  }
  const std::string region = read_region(wanted.default_region, "/defaultRegion", issues);
  if (wanted.phone_numbers && !has_issue_at(issues, "/defaultRegion")) {
    numbers = judged_numbers(wanted, region, issues);
  } else if (is_new && !wanted.phone_numbers && !has_issue_at(issues, "/phoneNumbers")) {
    add_issue(issues, "/phoneNumbers", "required", "A contact has a number at least.");
  }
  return wanted;
}

// By the way that a row of a file goes.
Recipient row_of(const ContactRow& row, const Recipient& judged) {
  Recipient recipient = judged;
  std::string own;
  JsonWriter writer{own};
  writer.begin_object();
  const auto put = [&writer](std::string_view key, const std::optional<std::string>& value) {
    if (value) {
      writer.key(key).text(*value);
    }
  };
  put("email", row.email);
  put("company", row.company);
  put("notes", row.notes);
  put("callTime", row.call_time);
  if (row.call_enabled) {
    writer.key("callEnabled").boolean(*row.call_enabled);
  }
  if (row.metadata) {
    writer.key("metadata").raw(row.metadata->text);
  }
  writer.end_object();
  recipient.metadata = own == "{}" ? "" : own;
  return recipient;
}

Expected<ContactTaken, Reject> take_row(Service& service, const ContactRow& row,
                                        const std::string& region) {
  RecipientTexts texts;
  texts.phone = row.phone_number;
  texts.phone_field = "phoneNumber";
  texts.timezone = row.timezone ? std::string_view{*row.timezone} : std::string_view{};
  texts.timezone_field = "timezone";
  texts.first_name = row.first_name ? std::string_view{*row.first_name} : std::string_view{};
  texts.last_name = row.last_name ? std::string_view{*row.last_name} : std::string_view{};
  auto judged = judge_recipient(texts, region, TableZoneNames{service.zones});
  if (!judged) {
    return unexpected(std::move(judged.error()));
  }
  const Recipient recipient = row_of(row, *judged);
  if (!recipient.metadata.empty() && !read_json_line(recipient.metadata)) {
    return unexpected(make_reject("row_invalid", "metadata", "It is nested too deep.", {}));
  }
  return take_contact(service, recipient);
}

Answer import_list(Request& request) {
  Service& service = request.service();
  if (!request.query_parameters.empty()) {
    throw ApiError{400, "query_invalid",
                   "With a JSON body defaultRegion stands in the body, not in the query."};
  }
  ContactList list;
  std::vector<Issue> issues = decode_into(list, request.body_text());
  if (!is_readable(issues)) {
    throw invalid_body(std::move(issues));
  }
  const std::string region = read_region(list.default_region, "/defaultRegion", issues);
  refuse_if_any(issues);
  Import import = open_contacts(service, ImportFormat::ndjson, "");
  for (const ContactRow& row : list.contacts) {
    ++import.rows;
    const auto taken = take_row(service, row, region);
    if (!taken) {
      ++import.rejected;
      imports::add_reject(service.sql(), import.seq, import.rows, taken.error());
    } else {
      ++(*taken == ContactTaken::known ? import.duplicates : import.accepted);
    }
  }
  close_list(service, import);
  return json_response(200, view_of(service, import, nullptr, true));
}

// The contacts that a search finds, newest first, at most one more than are counted.
std::vector<std::int64_t> found_by(Contacts& contacts, const ContactSearch& search) {
  if (search.ranges.empty()) {
    return contacts.named(search.pattern, kCountedMax + 1);
  }
  std::vector<std::int64_t> found;
  for (const DigitRange& range : search.ranges) {
    const auto some = contacts.with_number(range, kCountedMax + 1);
    found.insert(found.end(), some.begin(), some.end());
  }
  std::sort(found.begin(), found.end(), std::greater{});
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace

std::string contact_id(const Service& service, const Contact& contact) {
  return format_id(kContactPrefix,
                   {contact.created_at, contact.seq, service.store.workspace.tag()});
}

std::optional<Contact> contact_or_none(Service& service, const std::string& text) {
  const auto id = parse_id(kContactPrefix, text);
  const auto seq = id ? std::optional{id->seq} : integer_of(text);
  auto contact = seq && (!id || id->tag == service.store.workspace.tag())
                     ? service.store.contacts.find(*seq)
                     : std::nullopt;
  if (contact && id && contact->created_at != id->created_at) {
    contact.reset();
  }
  return contact;
}

Contact contact_of(Service& service, const std::string& text) {
  auto contact = contact_or_none(service, text);
  if (!contact) {
    throw ApiError{404, "contact_not_found", "There is no such contact."};
  }
  return std::move(*contact);
}

void check_may_search(const Principal& principal) {
  if (!sees_people(principal)) {
    throw ApiError{403, "forbidden",
                   "Who may not see names and numbers may not search by them (pii:read)."};
  }
}

ContactSearch search_of(const Principal& principal, const std::string& text) {
  check_may_search(principal);
  ContactSearch search;
  std::string digits;
  bool is_number = true;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else {
      is_number = is_number && std::string_view{"+-(). /"}.find(c) != std::string_view::npos;
    }
  }
  if (is_number && !digits.empty()) {
    // As it is dialled at home, too: a leading 0 is no part of it, and its country may be missing.
    const bool whole = text.find('+') != std::string::npos;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    search.ranges = ranges_of_prefix(digits);
    const auto home = whole ? std::vector<DigitRange>{} : ranges_of_prefix("1" + digits);
    search.ranges.insert(search.ranges.end(), home.begin(), home.end());
  }
  const auto pattern = name_pattern(text);
  if (search.ranges.empty() && !pattern) {
    throw ApiError{400,
                   "query_invalid",
                   "The query cannot be taken.",
                   {{"?search", "too_short", "At least two characters, or a digit."}}};
  }
  search.pattern = pattern.value_or("");
  return search;
}

Answer post_contact(Request& request) {
  std::vector<Phone> numbers;
  std::vector<Issue> issues;
  const ContactWish wanted = read_wish(request, true, numbers, issues);
  Contact contact = said_of(request, wanted, {}, issues);
  refuse_if_any(issues);
  refuse_taken(request, numbers, 0);
  const Contact made = make_contact(request.service(), std::move(contact), numbers);
  const ContactView view = view_of(request, made);
  return json_response(201, view, {{"location", "/api/contacts/" + view.id}});
}

Answer get_contacts(Request& request) {
  const auto query = request.query<ContactsQuery>();
  Contacts& contacts = request.service().store.contacts;
  std::int64_t before = kNoSeq;
  if (query.cursor) {
    const auto id = parse_id(kContactPrefix, *query.cursor);
    if (!id) {
      throw ApiError{400, "cursor_invalid", "The cursor is not one of this list."};
    }
    before = id->seq;
  }
  ContactPage page;
  std::vector<Contact> shown;
  if (query.search) {
    const auto found = found_by(contacts, search_of(request.principal(), *query.search));
    page.total = static_cast<std::int64_t>(found.size());
    for (const std::int64_t seq : found) {
      if (seq < before && static_cast<std::int64_t>(shown.size()) < query.limit) {
        shown.push_back(*contacts.find(seq));
      }
    }
  } else {
    page.total = contacts.count(kCountedMax + 1);
    shown = contacts.page(before, query.limit);
  }
  page.total_is_exact = page.total <= kCountedMax;
  page.total = std::min(page.total, kCountedMax);
  for (const Contact& contact : shown) {
    page.contacts.push_back(view_of(request, contact));
  }
  if (static_cast<std::int64_t>(shown.size()) == query.limit) {
    page.next_cursor = page.contacts.back().id;
  }
  return json_response(200, page);
}

Answer get_contact(Request& request) {
  return json_response(200, view_of(request, contact_of(request.service(), request.path("id"))));
}

Answer patch_contact(Request& request) {
  Service& service = request.service();
  const Contact before = contact_of(service, request.path("id"));
  std::vector<Phone> numbers;
  std::vector<Issue> issues;
  const ContactWish wanted = read_wish(request, false, numbers, issues);
  Contact after = said_of(request, wanted, before, issues);
  refuse_if_any(issues);
  refuse_taken(request, numbers, before.seq);
  change_contact(service, before, std::move(after),
                 wanted.phone_numbers ? std::optional{numbers} : std::nullopt);
  return json_response(200, view_of(request, *service.store.contacts.find(before.seq)));
}

Answer delete_contact(Request& request) {
  Service& service = request.service();
  const Contact contact = contact_of(service, request.path("id"));
  if (has_open_calls(service, service.store.contacts.numbers_of(contact))) {
    throw ApiError{409, "contact_has_calls", "Calls to them wait or are live: cancel these first."};
  }
  service.store.contacts.remove(contact);
  return Response{204, {}, {}};
}

Answer post_contact_merge(Request& request) {
  Service& service = request.service();
  Contact contact = contact_of(service, request.path("id"));
  const auto asked = request.body<ContactMerge>();
  std::vector<Issue> issues;
  std::optional<Contact> from;
  try {
    from = contact_of(service, asked.from);
  } catch (const ApiError&) {
    add_issue(issues, "/from", "contact_not_found", "There is no such contact.");
  }
  if (from && from->seq == contact.seq) {
    add_issue(issues, "/from", "contradiction", "Two contacts are merged, not one with itself.");
  }
  refuse_if_any(issues);
  request.remark = contact_id(service, *from);
  if (!merge_contacts(service, contact, *from)) {
    throw ApiError{409, "too_many_numbers", "Together they have more than 20 numbers."};
  }
  return json_response(200, view_of(request, contact));
}

Answer post_contact_import(Request& request) {
  const auto format = streamed_format(request.http);
  if (!format) {
    return import_list(request);
  }
  const auto query = request.query<ContactImportQuery>();
  std::vector<Issue> issues;
  std::string region = read_region(query.default_region, "?defaultRegion", issues);
  if (!issues.empty()) {
    throw ApiError{400, "query_invalid", "What is said of the whole list cannot be taken.",
                   std::move(issues)};
  }
  if (!request.http.body_is_stream) {
    throw ApiError{400, "body_missing", "The list of contacts is missing: the body is empty."};
  }
  return Ingest{open_contacts(request.service(), *format, std::move(region)).seq, 0};
}

}  // namespace callgate
