// What document B's surface shows: items, lists of them, statistics.
#include "core/api/documents/clients.hpp"

#include <algorithm>

#include "core/api/access.hpp"
#include "core/api/calls.hpp"
#include "core/api/contacts.hpp"
#include "core/calls/lifecycle.hpp"
#include "core/engine/call_changes.hpp"
#include "core/store/tallies.hpp"

namespace callgate {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kSampled = 100;  // items
constexpr Millis kUtilized = std::chrono::hours{24 * 7};
constexpr std::int64_t kOpenSpansMax = 100;

constexpr std::int64_t standing_bit(CallState state) {
  return std::int64_t{1} << static_cast<int>(state);
}

void want_item(CallsWanted& wanted, ItemStatus status) {
  switch (status) {
    case ItemStatus::pending:
      wanted.standing |= call_list::kPending | standing_bit(CallState::held);
      wanted.paused = true;
      return;
    case ItemStatus::scheduled:
      wanted.standing |= call_list::kScheduled;
      return;
    case ItemStatus::retry_scheduled:
      wanted.standing |= call_list::kRetryScheduled;
      return;
    case ItemStatus::in_progress:
      wanted.live = kAnyLive;
      return;
    case ItemStatus::completed:
      wanted.standing |= standing_bit(CallState::completed);
      return;
    case ItemStatus::failed:
      wanted.standing |= standing_bit(CallState::failed) | standing_bit(CallState::expired) |
                         standing_bit(CallState::blocked);
      return;
    case ItemStatus::cancelled:
      wanted.standing |= standing_bit(CallState::canceled);
      return;
  }
}

ItemStatus status_of_item(Service& service, const Call& call, const Job& job) {
  const Attempt* live = service.store.attempts.find(call.seq);
  switch (call.state) {
    case CallState::held:
      return ItemStatus::pending;
    case CallState::waiting:
      if (job.state == JobState::paused) {
        return ItemStatus::pending;
      }
      if (call.attempts_used > 0) {
        return ItemStatus::retry_scheduled;
      }
      return call.not_before > service.now() ? ItemStatus::scheduled : ItemStatus::pending;
    case CallState::live:
      return live != nullptr && live->stopped ? ItemStatus::cancelled : ItemStatus::in_progress;
    case CallState::completed:
      return ItemStatus::completed;
    case CallState::canceled:
      return ItemStatus::cancelled;
    case CallState::failed:
    case CallState::expired:
    case CallState::blocked:
      break;
  }
  return ItemStatus::failed;
}

// A call that has no word of its own has its job's, or none.
Level level_of(const Call& call, const Job& job) {
  const auto& own = call.terms.priority;
  return own && own->scheme == PriorityScheme::level ? static_cast<Level>(own->raw)
                                                     : job.level.value_or(Level::normal);
}

std::optional<std::string> reason_of_item(const Call& call, ItemStatus status) {
  if (call.state == CallState::blocked) {
    return std::string{to_word(call.blocked_by)};
  }
  if (call.state == CallState::expired) {
    return std::string{to_word(call.state)};
  }
  if (status == ItemStatus::cancelled) {
    for (auto event = call.terms.events.rbegin(); event != call.terms.events.rend(); ++event) {
      if (event->kind == CallEventKind::canceled && !event->reason.empty()) {
        return event->reason;
      }
    }
  }
  return call.outcome ? std::optional{std::string{to_word(*call.outcome)}} : std::nullopt;
}

// Those that were begun, and the one that is planned.
std::int64_t retries_of(const Call& call) {
  const std::int64_t used = call.attempts_used;
  const bool open = call.state == CallState::waiting || call.state == CallState::live;
  return open ? used : std::max<std::int64_t>(used - 1, 0);
}

Instant item_updated_at(const Call& call, const Attempt* live) {
  Instant at = std::max(call.created_at, call.ended_at.value_or(Instant{}));
  if (!call.terms.events.empty()) {
    at = std::max(at, call.terms.events.back().at);
  }
  if (live != nullptr) {
    at = std::max(at, live->intent_at);
  }
  for (const AttemptView& attempt : attempts_of(call)) {
    at = std::max(at, attempt.ended_at);
  }
  return at;
}

// part / whole in per cent with one decimal, halves up: "66.7".
std::string per_cent(std::int64_t part, std::int64_t whole) {
  const std::int64_t thousandths = whole == 0 ? 0 : (part * 2000 + whole) / (2 * whole);
  return std::to_string(thousandths / 10) + "." + std::to_string(thousandths % 10);
}

std::int64_t& count_at(ItemsByPriority& counts, Level level) {
  switch (level) {
    case Level::urgent:
      return counts.urgent;
    case Level::high:
      return counts.high;
    case Level::low:
      return counts.low;
    case Level::normal:
      break;
  }
  return counts.normal;
}

ItemsByPriority by_priority(Service& service, const Job& job) {
  ItemsByPriority counts;
  for (const Lane& lane : service.store.lanes.of_job(job.seq)) {
    const LaneRank rank = lane_rank(lane.rank);
    const Level level =
        rank.own ? static_cast<Level>(rank.own->level) : job.level.value_or(Level::normal);
    count_at(counts, level) += lane.waiting;
  }
  for (const auto& [seq, attempt] : service.store.attempts.all()) {
    const auto call = attempt.job == job.seq ? calls::find(service.sql(), seq) : std::nullopt;
    if (call) {
      ++count_at(counts, level_of(*call, job));
    }
  }
  return counts;
}

class OneSum final : public tallies::Sums {
 public:
  Tally& of(std::int64_t /*quarter*/) override { return sum; }
  Tally* of_whole_day() override { return &sum; }
  Tally sum;
};

void count_failures(Service& service, const Job& job, ClientStats& stats) {
  OneSum all;
  tallies::read(service.sql(), {job.seq, -1, {}, 0, quarter_of(service.now()) + kQuartersOfDay},
                all);
  const auto add = [&stats](std::string_view reason, std::int64_t count) {
    if (count > 0) {
      stats.failure_reasons.push_back({std::string{reason}, count});
    }
  };
  const Tally& sum = all.sum;
  add("expired", sum.ended.expired - sum.reopened.expired);
  add("blocked", sum.ended.blocked - sum.reopened.blocked);
  for (std::size_t outcome = 1; outcome < kOutcomes; ++outcome) {
    const std::int64_t count = sum.ended.failed[outcome] - sum.reopened.failed[outcome];
    if (count > 0) {
      add(to_word(static_cast<Outcome>(outcome)), count);
    }
  }
  std::stable_sort(
      stats.failure_reasons.begin(), stats.failure_reasons.end(),
      [](const FailureCount& left, const FailureCount& right) { return left.count > right.count; });
}

// Of the items that were added last among those that were dialled and have ended.
void sample(Service& service, const Job& job, ClientStats& stats) {
  CallsWanted wanted;
  wanted.job = job.seq;
  wanted.standing = standing_bit(CallState::completed) | standing_bit(CallState::failed);
  wanted.descending = true;
  wanted.limit = kSampled;
  std::int64_t items = 0;
  std::int64_t waited_ms = 0;
  std::int64_t processed_ms = 0;
  std::int64_t retried = 0;
  std::int64_t retried_well = 0;
  for (const Call& call : calls::all_of(service.sql(), find_calls(service, wanted).seqs)) {
    const std::vector<AttemptView> attempts = attempts_of(call);
    if (attempts.empty() || !call.ended_at) {
      continue;
    }
    const Instant first = attempts.front().dialed_at;
    const Instant from = std::max(call.created_at, std::min(call.not_before, first));
    ++items;
    waited_ms += std::int64_t{(std::max(first, from) - from).count()};
    processed_ms += std::int64_t{(*call.ended_at - std::min(first, *call.ended_at)).count()};
    retried += attempts.size() > 1 ? 1 : 0;
    retried_well += attempts.size() > 1 && call.state == CallState::completed ? 1 : 0;
  }
  if (items > 0) {
    stats.average_wait_seconds = waited_ms / items / 1000;
    stats.average_processing_seconds = processed_ms / items / 1000;
  }
  if (retried > 0) {
    stats.retry_success_rate = per_cent(retried_well, retried);
  }
}

std::string utilization(Service& service, const ClientRecord& client, const Job* job) {
  const Instant from = service.now() - kUtilized;
  const auto schedule = Schedule::check(client.config.calendar, service.zones);
  std::int64_t open_ms = 0;
  Instant at = from;
  const auto open = schedule ? std::optional{schedule->open()} : std::nullopt;
  for (std::int64_t i = 0; open && i < kOpenSpansMax && at < service.now(); ++i) {
    const auto span = next_open(*open, at);
    if (!span || span->open >= service.now()) {
      break;
    }
    open_ms += std::int64_t{(std::min(span->close, service.now()) - span->open).count()};
    at = span->close;
  }
  OneSum talked;
  if (job != nullptr) {
    tallies::read(service.sql(),
                  {job->seq, -1, {}, quarter_of(from), quarter_of(service.now()) + 1}, talked);
  }
  const std::int64_t offered = open_ms * client.config.at_once;
  return per_cent(std::min(talked.sum.talk_ms, offered), offered);
}

// Of the client's queue, whatever page.
CallsWanted wanted_of(Request& request, const ClientItemsQuery& query, const Job& job) {
  constexpr std::array kAll{
      ItemStatus::pending, ItemStatus::scheduled, ItemStatus::in_progress,    ItemStatus::completed,
      ItemStatus::failed,  ItemStatus::cancelled, ItemStatus::retry_scheduled};
  CallsWanted wanted;
  if (query.status) {
    want_item(wanted, *query.status);
  } else {
    std::for_each(kAll.begin(), kAll.end(),
                  [&wanted](ItemStatus status) { want_item(wanted, status); });
  }
  wanted.job = job.seq;
  wanted.order = CallOrder::next_attempt;
  wanted.from = query.from.value_or(wanted.from);
  wanted.before = query.to.value_or(wanted.before);
  CallsQuery whom;
  whom.contact_id = query.lead_id;
  whom.search = query.search;
  set_whom(request, whom, wanted);
  return wanted;
}

// Of one priority only: every item of the others is passed over.
CallsFound of_level(Service& service, CallsWanted wanted, Level level, const Job& job) {
  const std::int64_t first = std::exchange(wanted.offset, 0);
  const std::int64_t limit = std::exchange(wanted.limit, kListedMax);
  const CallsFound all = find_calls(service, wanted);
  CallsFound found;
  for (const Call& call : calls::all_of(service.sql(), all.seqs)) {
    if (level_of(call, job) == level) {
      ++found.total;
      if (found.total > first && found.total <= first + limit) {
        found.seqs.push_back(call.seq);
      }
    }
  }
  return found;
}

}  // namespace

ClientItem client_item_of(Service& service, const Call& call, const Contact* contact, bool names) {
  const Job& job = *service.store.jobs.find(call.job);
  ClientItem item;
  item.id = call_id(service, call.seq, call.created_at);
  item.client_id = service.store.clients.numbered(job.client).id;
  item.lead_id = contact != nullptr ? std::optional{contact_id(service, *contact)} : std::nullopt;
  item.priority = level_of(call, job);
  item.scheduled_at = std::max(call.not_before, call.created_at);
  item.retry_count = retries_of(call);
  item.max_retries = call.terms.max_attempts.value_or(job.max_attempts) - 1;
  item.status = status_of_item(service, call, job);
  item.reason = reason_of_item(call, item.status);
  item.metadata.text = names && !call.metadata.empty() ? call.metadata : "{}";
  item.created_at = call.created_at;
  item.updated_at = item_updated_at(call, service.store.attempts.find(call.seq));
  return item;
}

Call client_call_of(Service& service, const std::string& id) {
  Call call = call_of(service, id);
  if (service.store.jobs.find(call.job)->client == 0) {
    throw ApiError{404, "call_not_found", "There is no such call."};
  }
  return call;
}

ClientStats client_stats_of(Service& service, const ClientRecord& client) {
  ClientStats stats;
  stats.average_wait_seconds.emplace();
  stats.average_processing_seconds.emplace();
  stats.retry_success_rate.emplace();
  const Job* job = queue_of(service, client);
  if (job != nullptr) {
    stats.in_progress_items = service.store.attempts.live_of(job->seq);
    stats.pending_items = job->open() - stats.in_progress_items;
    stats.completed_items = job->kept(End::completed);
    stats.failed_items = job->kept_failed();
    stats.cancelled_items = job->kept(End::canceled);
    stats.total_items =
        job->open() + stats.completed_items + stats.failed_items + stats.cancelled_items;
    stats.items_by_priority = by_priority(service, *job);
    stats.throughput_per_hour = job->hour.last_hour(service.now());
    count_failures(service, *job, stats);
    sample(service, *job, stats);
  }
  stats.success_rate = per_cent(stats.completed_items, stats.total_items);
  stats.business_hours_utilization = utilization(service, client, job);
  return stats;
}

Answer get_client_items(Request& request) {
  const auto query = request.query<ClientItemsQuery>();
  Service& service = request.service();
  const ClientRecord client = client_for_reading(service, client_id_of(request));
  const Job* job = queue_of(service, client);
  ClientItemsPage page;
  page.page = query.page;
  if (query.page * query.limit > kListedMax) {
    throw ApiError{400,
                   "query_invalid",
                   "The query cannot be taken.",
                   {{"?page", "too_far", "Page times limit is at most 10,000."}}};
  }
  if (job == nullptr) {
    return json_response(200, page);
  }
  CallsWanted wanted = wanted_of(request, query, *job);
  wanted.limit = query.limit;
  wanted.offset = (query.page - 1) * query.limit;
  const CallsFound found = query.priority ? of_level(service, wanted, *query.priority, *job)
                                          : find_calls(service, wanted);
  const bool names = sees_people(request.principal());
  page.total = found.total;
  page.pages = (found.total + query.limit - 1) / query.limit;
  const auto calls = calls::all_of(service.sql(), found.seqs);
  const ContactsOf contacts{service, calls};
  for (const Call& call : calls) {
    page.items.push_back(client_item_of(service, call, contacts.find(call), names));
  }
  return json_response(200, page);
}

Answer get_client_item(Request& request) {
  Service& service = request.service();
  const Call call = client_call_of(service, request.path("id"));
  return json_response(200, client_item_of(service, call, ContactsOf{service, call}.find(call),
                                           sees_people(request.principal())));
}

Answer get_client_stats(Request& request) {
  Service& service = request.service();
  return json_response(
      200, client_stats_of(service, client_for_reading(service, client_id_of(request))));
}

}  // namespace callgate
