#include "core/api/calls.hpp"

#include "core/api/access.hpp"
#include "core/api/contacts.hpp"
#include "core/api/jobs.hpp"
#include "core/calls/evidence.hpp"
#include "core/calls/lifecycle.hpp"
#include "core/engine/experiments.hpp"
#include "core/schedule/callee.hpp"

namespace callgate {
namespace {

struct History {
  std::vector<AttemptRecord> attempts;
  static constexpr auto fields() {
    return std::array{field<&History::attempts>("attempts", "Oldest first")};
  }
};

CallState state_of(CallFilter filter) {
  switch (filter) {
    case CallFilter::waiting:
      return CallState::waiting;
    case CallFilter::live:
      return CallState::live;
    case CallFilter::completed:
      return CallState::completed;
    case CallFilter::failed:
      return CallState::failed;
    case CallFilter::blocked:
      return CallState::blocked;
    case CallFilter::canceled:
      break;
  }
  return CallState::canceled;
}

// "2026-11-22T09:15:00.000-05:00"
std::string on_the_clock(Instant at, std::int64_t offset_min) {
  constexpr std::int64_t kMinutesPerHour = 60;
  std::string text = format_rfc3339(at + std::chrono::minutes{offset_min});
  text.pop_back();  // the Z
  const std::int64_t size = offset_min < 0 ? -offset_min : offset_min;
  const auto two = [](std::int64_t value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
  };
  return text + (offset_min < 0 ? "-" : "+") + two(size / kMinutesPerHour) + ":" +
         two(size % kMinutesPerHour);
}

std::optional<EvidenceView> evidence_view(const AttemptRecord& record) {
  const auto evidence = record.evidence ? parse_evidence(*record.evidence) : std::nullopt;
  const auto callee = evidence ? parse_callee_class(evidence->callee) : std::nullopt;
  if (!callee) {
    return std::nullopt;
  }
  EvidenceView view;
  view.job_version = record.version;
  view.country = callee->country;
  view.subdivisions = callee->subdivisions;
  view.zones = callee->zones;
  if (evidence->utc_offset_min) {
    view.local_time = on_the_clock(record.dialed_at, *evidence->utc_offset_min);
  }
  if (evidence->rules_day > 0) {
    view.rules_of = std::to_string(evidence->rules_day).insert(6, "-").insert(4, "-");
  }
  view.caps = evidence->caps;
  view.provider = record.provider;
  return view;
}

AttemptView view_of(AttemptRecord record) {
  AttemptView view;
  view.evidence = evidence_view(record);
  view.attempt = record.attempt;
  view.outcome = std::move(record.outcome);
  view.times = record.times;
  view.ended_reason = std::move(record.ended_reason);
  view.provider = std::move(record.provider);
  view.provider_call_id = std::move(record.provider_call_id);
  view.dialed_at = record.dialed_at;
  view.started_at = record.started_at;
  view.ended_at = record.ended_at;
  view.round = record.round;
  view.cost_micros = record.cost_micros;
  return view;
}

std::optional<CallTermsView> own_view_of(const CallTerms& terms) {
  CallTermsView view;
  if (terms.priority) {
    view.rank = terms.priority->rank;
    if (terms.priority->scheme == PriorityScheme::document_a) {
      view.priority = terms.priority->raw;
    } else if (terms.priority->scheme == PriorityScheme::level) {
      view.level = static_cast<Level>(terms.priority->raw);
    }
  }
  view.assistant_id = text_or_none(terms.assistant_id);
  view.phone_number_id = text_or_none(terms.phone_number_id);
  view.max_attempts = terms.max_attempts;
  if (terms.retry_after) {
    view.retry_after_seconds = *terms.retry_after / std::chrono::seconds{1};
  }
  view.callback_at = terms.callback_at;
  view.record_call = terms.record;
  CallTerms bare = terms;
  bare.events.clear();
  bare.removed = false;
  return bare == CallTerms{} ? std::nullopt : std::optional{std::move(view)};
}

CallEventView view_of(const CallEvent& event, bool people) {
  CallEventView view;
  view.at = event.at;
  view.action = to_word(event.kind);
  if (event.kind == CallEventKind::priority_updated) {
    view.rank_before = event.before;
    view.rank_after = event.after;
  } else if (event.kind == CallEventKind::rescheduled ||
             event.kind == CallEventKind::callback_scheduled) {
    view.not_before = from_ms(event.after);
  } else if (event.kind == CallEventKind::updated) {
    for (int field = 0; field <= static_cast<int>(CallField::record); ++field) {
      if ((event.after >> field & 1) != 0) {
        view.fields_changed.emplace_back(to_word(static_cast<CallField>(field)));
      }
    }
  }
  if (people) {
    view.reason = text_or_none(event.reason);
    view.note = text_or_none(event.note);
  }
  return view;
}

}  // namespace

std::string shown_number(const Principal& principal, Phone phone) {
  constexpr std::size_t kFirstShown = 3;
  constexpr std::size_t kLastShown = 2;
  std::string number = format_e164(phone);
  if (!sees_people(principal)) {
    for (std::size_t i = kFirstShown; i + kLastShown < number.size(); ++i) {
      number[i] = '*';
    }
  }
  return number;
}

ContactsOf::ContactsOf(Service& service, std::span<const Call> calls) {
  std::vector<std::int64_t> numbers;
  numbers.reserve(calls.size());
  for (const Call& call : calls) {
    numbers.push_back(call.phone.digits);
  }
  by_number_ = service.store.contacts.of_numbers(numbers);
}

const Contact* ContactsOf::find(const Call& call) const {
  const auto found = by_number_.find(call.phone.digits);
  return found != by_number_.end() ? &found->second : nullptr;
}

CallView view_of(Request& request, const Call& call, const Job& job, const Contact* contact) {
  Service& service = request.service();
  const Principal& principal = request.principal();
  const bool names = sees_people(principal);
  CallView view;
  view.id = call_id(service, call.seq, call.created_at);
  view.job_id = job_id(service, job);
  view.phone_number = shown_number(principal, call.phone);
  if (contact != nullptr) {
    view.contact_id = contact_id(service, *contact);
  }
  if (names) {
    view.first_name = text_or_none(call.first_name);
    view.last_name = text_or_none(call.last_name);
    if (!call.metadata.empty()) {
      view.metadata = JsonObject{call.metadata};
    }
  }
  view.timezone = text_or_none(call.timezone);
  if (const Arm* arm = arm_of(service, job, call)) {
    view.arm = arm->name;
  }
  view.status = shown_status(service, call, job);
  if (call.state == CallState::blocked) {
    view.blocked_by = to_word(call.blocked_by);
  }
  if (call.outcome) {
    view.outcome = to_word(*call.outcome);
  }
  view.round = call.round;
  view.attempts_used = call.attempts_used;
  if (call.state == CallState::waiting && call.not_before > service.now()) {
    view.not_before = call.not_before;
  }
  view.created_at = call.created_at;
  view.ended_at = call.ended_at;
  view.attempts = attempts_of(call);
  view.own = own_view_of(call.terms);
  if (!call.terms.events.empty()) {
    view.events.emplace();
    for (const CallEvent& event : call.terms.events) {
      view.events->push_back(view_of(event, names));
    }
  }
  return view;
}

CallView view_of(Request& request, const Call& call, const Job& job) {
  return view_of(request, call, job, ContactsOf{request.service(), call}.find(call));
}

std::vector<AttemptView> attempts_of(const Call& call) {
  std::vector<AttemptView> attempts;
  if (!call.history.empty()) {
    auto history = decode<History>("{\"attempts\":" + call.history + "}");
    CALLGATE_CHECK(history.has_value());
    for (AttemptRecord& record : history->attempts) {
      attempts.push_back(view_of(std::move(record)));
    }
  }
  return attempts;
}

std::string shown_status(Service& service, const Call& call, const Job& job) {
  const Attempt* live = service.store.attempts.find(call.seq);
  return std::string{shown_word({call.state, live != nullptr ? live->state : AttemptState::intent,
                                 job.state == JobState::paused, call.not_before <= service.now(),
                                 call.attempts_used > 0})};
}

Call call_of(Service& service, const std::string& text) {
  const auto id = parse_id("call", text);
  auto call = id && id->tag == service.store.workspace.tag() ? calls::find(service.sql(), id->seq)
                                                             : std::nullopt;
  const Job* job = call ? service.store.jobs.find(call->job) : nullptr;
  if (job == nullptr || !job->visible() || call->created_at != id->created_at ||
      call->terms.removed) {
    throw ApiError{404, "call_not_found", "There is no such call."};
  }
  return std::move(*call);
}

Answer get_job_calls(Request& request) {
  const auto query = request.query<CallQuery>();
  Service& service = request.service();
  const Job& job = job_of(service, request.path("id"));
  std::int64_t after = job.first_seq - 1;
  if (query.cursor) {
    const auto id = parse_id("call", *query.cursor);
    if (!id) {
      throw ApiError{400, "cursor_invalid", "The cursor is not one of this list."};
    }
    after = id->seq;
  }
  const std::optional<CallState> state =
      query.state ? std::optional{state_of(*query.state)} : std::nullopt;
  CallPage page;
  const auto calls = calls::page(service.sql(), {job.seq, after, job.last_seq, state, query.limit});
  const ContactsOf contacts{service, calls};
  for (const Call& call : calls) {
    page.calls.push_back(view_of(request, call, job, contacts.find(call)));
  }
  if (static_cast<std::int64_t>(page.calls.size()) == query.limit) {
    page.next_cursor = page.calls.back().id;
  }
  return json_response(200, page);
}

Answer get_call(Request& request) {
  Service& service = request.service();
  const Call call = call_of(service, request.path("id"));
  return json_response(200, view_of(request, call, *service.store.jobs.find(call.job)));
}

}  // namespace callgate
