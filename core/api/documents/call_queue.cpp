#include "core/api/documents/call_queue.hpp"

#include <algorithm>

#include "core/api/access.hpp"
#include "core/api/calls.hpp"
#include "core/api/jobs.hpp"
#include "core/calls/lifecycle.hpp"
#include "core/schedule/due_time.hpp"

namespace callgate {
namespace {

constexpr std::int64_t state_bit(CallState state) {
  return std::int64_t{1} << static_cast<int>(state);
}

void want_word(CallsWanted& wanted, QueueWord status) {
  switch (status) {
    case QueueWord::pending:
      wanted.standing |= call_list::kAnyWaiting | state_bit(CallState::held);
      wanted.paused = true;
      return;
    case QueueWord::in_progress:
      wanted.live = kAnyLive;
      return;
    case QueueWord::completed:
      wanted.standing |= state_bit(CallState::completed);
      return;
    case QueueWord::failed:
      wanted.standing |= state_bit(CallState::failed) | state_bit(CallState::expired) |
                         state_bit(CallState::blocked);
      return;
    case QueueWord::canceled:
      wanted.standing |= state_bit(CallState::canceled);
      return;
  }
}

CallsWanted wanted_items(const QueueQuery& query) {
  CallsWanted wanted;
  if (query.status) {
    want_word(wanted, *query.status);
  } else {
    for (const QueueWord word : {QueueWord::pending, QueueWord::in_progress, QueueWord::completed,
                                 QueueWord::failed, QueueWord::canceled}) {
      want_word(wanted, word);
    }
  }
  wanted.order = query.sort_by;
  wanted.descending = query.sort_dir == Direction::descending;
  wanted.limit = query.limit;
  wanted.offset = (query.page - 1) * query.limit;
  if (wanted.offset + wanted.limit > kListedMax) {
    throw ApiError{400,
                   "query_invalid",
                   "The query cannot be taken.",
                   {{"?page", "too_far", "Page times limit is at most 10,000."}}};
  }
  return wanted;
}

// When somebody of the lane may go, as far as hours and times say.
std::optional<Instant> next_of_lane(Service& service, const Lane& lane, const Job& job) {
  const bool starts = job.state == JobState::pending && job.start_at;
  if (job.state != JobState::running && !starts) {
    return std::nullopt;  // a person has to start or resume it
  }
  const LaneRank rank = lane_rank(lane.rank);
  const auto level = rank.own ? std::optional{static_cast<Level>(rank.own->level)} : std::nullopt;
  ClassGates* gates = service.caches.gates.of(service, lane.callee, job, level);
  Instant from = std::max(service.now(), lane.first_not_before);
  from = starts ? std::max(from, *job.start_at) : from;
  const DueTime due = gates != nullptr ? due_time(gates->gates(), from) : DueTime{};
  return due.span ? std::optional{due.span->open} : std::nullopt;
}

void add_lanes(Service& service, const Job& job, QueueStatus& status,
               std::optional<Instant>& next) {
  const bool paused = service.store.workspace.settings().pause.has_value();
  for (const Lane& lane : service.store.lanes.of_job(job.seq)) {
    status.callback_items += lane_rank(lane.rank).callback ? lane.waiting : 0;
    const auto at = paused ? std::nullopt : next_of_lane(service, lane, job);
    if (at && (!next || *at < *next)) {
      next = at;
    }
  }
}

}  // namespace

Response queue_refusal(const ApiError& error) {
  QueueRefusal refusal;
  refusal.message = error.detail();
  refusal.error = error.code();
  if (!error.issues().empty()) {
    refusal.errors.emplace();
    for (const Issue& issue : error.issues()) {
      refusal.errors->push_back({issue.pointer, issue.code, issue.detail});
    }
  }
  Headers headers = error.headers();
  headers.emplace_back("cache-control", "no-store");
  return json_response(error.status(), refusal, std::move(headers));
}

std::optional<Instant> parse_queue_time(std::string_view text) {
  constexpr std::size_t kDate = 10;
  constexpr std::size_t kMinutes = 16;  // with the date
  std::string time{text};
  if (time.size() == kDate) {
    time += "T00:00:00Z";
  }
  if (time.size() < kMinutes || (time[kDate] != 'T' && time[kDate] != ' ' && time[kDate] != 't')) {
    return std::nullopt;
  }
  time[kDate] = 'T';
  std::size_t offset = time.find_first_of("Zz+-", kDate);
  if (offset == std::string::npos) {
    offset = time.size();
    time += 'Z';
  }
  if (time[offset - 1] == ' ') {
    time.erase(--offset, 1);
  }
  if (time.size() - offset == 5 && time[offset] != 'Z' && time[offset + 3] != ':') {
    time.insert(offset + 3, ":");
  }
  if (offset == kMinutes) {
    time.insert(offset, ":00");
  }
  std::replace(time.begin(), time.end(), 'z', 'Z');
  return parse_rfc3339(time);
}

QueueStatus queue_status_of(Service& service, std::int64_t seq) {
  QueueStatus status;
  std::optional<Instant> next;
  std::int64_t canceled = 0;
  for (const call_list::JobSpan& span : call_list::job_spans(service.sql(), seq)) {
    const Job& job = *service.store.jobs.find(span.job);
    QueueCampaignCounts counts;
    counts.campaign_id = job_id(service, job);
    counts.name = job.name;
    counts.in_progress = service.store.attempts.live_of(span.job);
    counts.pending = span.open - counts.in_progress;
    counts.completed = span.completed;
    counts.failed = span.failed + span.blocked;
    counts.total = span.open + counts.completed + counts.failed + span.canceled;
    if (span.canceled > 0) {
      counts.canceled = span.canceled;
    }
    status.total_items += counts.total;
    status.pending_items += counts.pending;
    status.in_progress_items += counts.in_progress;
    status.completed_items += counts.completed;
    status.failed_items += counts.failed;
    canceled += span.canceled;
    status.current_rate += job.hour.last_hour(service.now());
    if (counts.pending > 0) {
      add_lanes(service, job, status, next);
    }
    status.campaign_counts.push_back(std::move(counts));
  }
  if (canceled > 0) {
    status.canceled_items = canceled;
  }
  status.next_scheduled_call = next;
  return status;
}

Answer get_queue_status(Request& request) {
  const auto query = request.query<QueueStatusQuery>();
  Service& service = request.service();
  const std::int64_t job = query.campaign_id ? job_of(service, *query.campaign_id).seq : 0;
  QueueStatusAnswer answer;
  answer.queue_status = queue_status_of(service, job);
  return json_response(200, answer);
}

Answer get_queue_items(Request& request) {
  const auto query = request.query<QueueQuery>();
  Service& service = request.service();
  CallsWanted wanted = wanted_items(query);
  if (query.campaign_id) {
    wanted.job = job_of(service, *query.campaign_id).seq;
  }
  CallsQuery whom;
  whom.contact_id = query.contact_id;
  whom.search = query.search;
  set_whom(request, whom, wanted);
  const CallsFound found = find_calls(service, wanted);
  QueuePage page;
  page.total = found.total;
  page.page = query.page;
  page.pages = (found.total + query.limit - 1) / query.limit;
  const auto calls = calls::all_of(service.sql(), found.seqs);
  const ContactsOf contacts{service, calls};
  for (const Call& call : calls) {
    page.queue_items.push_back(queue_item_of(
        service, call, contacts.find(call), QueueDetail::listed, sees_people(request.principal())));
  }
  page.count = static_cast<std::int64_t>(page.queue_items.size());
  return json_response(200, page);
}

Answer get_queue_item(Request& request) {
  Service& service = request.service();
  const Call call = queue_call_of(service, request.path("id"));
  QueueItemAnswer answer;
  answer.queue_item = queue_item_of(service, call, ContactsOf{service, call}.find(call),
                                    QueueDetail::alone, sees_people(request.principal()));
  answer.history = queue_history_of(call, sees_people(request.principal()));
  return json_response(200, answer);
}

}  // namespace callgate
