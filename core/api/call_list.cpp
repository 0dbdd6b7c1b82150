#include "core/api/call_list.hpp"

#include "core/api/jobs.hpp"

namespace callgate {
namespace {

void want(CallsWanted& wanted, CallStanding standing) {
  const auto state = [&wanted](CallState of) {
    wanted.standing |= std::int64_t{1} << static_cast<int>(of);
  };
  switch (standing) {
    case CallStanding::waiting:
      wanted.standing |= call_list::kAnyWaiting;
      wanted.paused = true;
      return;
    case CallStanding::live:
      wanted.live = kAnyLive;
      return;
    case CallStanding::completed:
      return state(CallState::completed);
    case CallStanding::failed:
      return state(CallState::failed);
    case CallStanding::canceled:
      return state(CallState::canceled);
    case CallStanding::blocked:
      return state(CallState::blocked);
    case CallStanding::expired:
      return state(CallState::expired);
    case CallStanding::held:
      return state(CallState::held);
    case CallStanding::pending:
      wanted.standing |= call_list::kPending;
      return;
    case CallStanding::scheduled:
      wanted.standing |= call_list::kScheduled;
      return;
    case CallStanding::retry_scheduled:
      wanted.standing |= call_list::kRetryScheduled;
      return;
    case CallStanding::paused:
      wanted.paused = true;
      return;
    case CallStanding::dialing:
      wanted.live |= kLiveDialing;
      return;
    case CallStanding::ringing:
      wanted.live |= kLiveRinging;
      return;
    case CallStanding::in_progress:
      wanted.live |= kLiveInProgress;
      return;
  }
}

ApiError refused_query(std::string place, std::string_view code, std::string detail) {
  return {400,
          "query_invalid",
          "The query cannot be taken.",
          {{std::move(place), std::string{code}, std::move(detail)}}};
}

CallsWanted wanted_by(const ContactCallsQuery& query) {
  CallsWanted wanted;
  constexpr std::array kAll{CallStanding::waiting, CallStanding::live,     CallStanding::completed,
                            CallStanding::failed,  CallStanding::canceled, CallStanding::blocked,
                            CallStanding::expired, CallStanding::held};
  for (const CallStanding standing :
       query.status.value_or(std::vector<CallStanding>{kAll.begin(), kAll.end()})) {
    want(wanted, standing);
  }
  wanted.order = query.sort;
  wanted.descending = query.direction == Direction::descending;
  wanted.limit = query.limit;
  wanted.offset = (query.page - 1) * query.limit;
  if (wanted.offset + wanted.limit > kListedMax) {
    throw refused_query("?page", "too_far", "Page times limit is at most 10,000.");
  }
  return wanted;
}

std::vector<std::int64_t> digits_of(const std::vector<Phone>& numbers) {
  std::vector<std::int64_t> digits;
  for (const Phone& phone : numbers) {
    digits.push_back(phone.digits);
  }
  return digits;
}

Answer page_of(Request& request, const CallsWanted& wanted, std::int64_t number) {
  Service& service = request.service();
  const CallsFound found = find_calls(service, wanted);
  CallListPage page;
  page.total = found.total;
  page.total_is_exact = found.total_is_exact;
  page.page = number;
  page.pages = (found.total + wanted.limit - 1) / wanted.limit;
  const auto calls = calls::all_of(service.sql(), found.seqs);
  const ContactsOf contacts{service, calls};
  for (const Call& call : calls) {
    page.calls.push_back(
        view_of(request, call, *service.store.jobs.find(call.job), contacts.find(call)));
  }
  return json_response(200, page);
}

}  // namespace

void set_whom(Request& request, const CallsQuery& query, CallsWanted& wanted) {
  Service& service = request.service();
  if ((query.contact_id ? 1 : 0) + (query.number ? 1 : 0) + (query.search ? 1 : 0) > 1) {
    throw refused_query(query.search ? "?search" : "?number", "contradiction",
                        "Name one of contactId, number and search.");
  }
  if (query.contact_id) {
    const Contact contact = contact_of(service, *query.contact_id);
    wanted.digits = digits_of(service.store.contacts.numbers_of(contact));
  } else if (query.number) {
    check_may_search(request.principal());
    const auto phone = parse_phone(*query.number, "");
    if (!phone) {
      throw refused_query("?number", to_word(phone.error()),
                          "A number with its country code, such as +14155550132.");
    }
    wanted.digits = {phone->digits};
  } else if (query.search) {
    const ContactSearch search = search_of(request.principal(), *query.search);
    for (const DigitRange& range : search.ranges) {
      wanted.ranges.emplace_back(range.first, range.last);
    }
    if (search.ranges.empty()) {
      Contacts& contacts = service.store.contacts;
      wanted.digits = contacts.digits_of(contacts.named(search.pattern, kListedMax + 1));
    }
  }
}

Answer get_calls(Request& request) {
  const auto query = request.query<CallsQuery>();
  CallsWanted wanted =
      wanted_by({query.status, query.sort, query.direction, query.page, query.limit});
  if (query.job_id) {
    wanted.job = job_of(request.service(), *query.job_id).seq;
  }
  wanted.from = query.from.value_or(wanted.from);
  wanted.before = query.before.value_or(wanted.before);
  set_whom(request, query, wanted);
  return page_of(request, wanted, query.page);
}

Answer get_contact_calls(Request& request) {
  const auto query = request.query<ContactCallsQuery>();
  Service& service = request.service();
  const Contact contact = contact_of(service, request.path("id"));
  CallsWanted wanted = wanted_by(query);
  wanted.digits = digits_of(service.store.contacts.numbers_of(contact));
  return page_of(request, wanted, query.page);
}

}  // namespace callgate
