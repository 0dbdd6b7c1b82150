#include "core/api/call_export.hpp"

#include <algorithm>
#include <charconv>

#include "core/api/csv.hpp"
#include "core/api/jobs.hpp"
#include "core/store/call_list.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kLookedAtMax = 20'000;  // rows of one part, whether they are wanted or not

// Where a part ended: behind that call of that job.
struct ExportCursor {
  std::int64_t job = 0;
  std::int64_t call = 0;
};

std::string link_cursor(const ExportCursor& cursor) {
  return std::to_string(cursor.job) + "-" + std::to_string(cursor.call);
}

ExportCursor cursor_of(const std::optional<std::string>& text) {
  ExportCursor cursor;
  if (text) {
    const char* const end = text->data() + text->size();
    const auto job = std::from_chars(text->data(), end, cursor.job);
    const bool dash = job.ec == std::errc{} && job.ptr != end && *job.ptr == '-';
    const auto call = dash ? std::from_chars(job.ptr + 1, end, cursor.call) : job;
    if (!dash || call.ec != std::errc{} || call.ptr != end || cursor.job < 1 || cursor.call < 0) {
      throw ApiError{400, "cursor_invalid", "The cursor is not one of this list."};
    }
  }
  return cursor;
}

std::int64_t standing_of(const std::optional<std::vector<CallFilter>>& status) {
  const auto bit = [](CallState state) { return std::int64_t{1} << static_cast<int>(state); };
  if (!status) {
    return -1;
  }
  std::int64_t standing = 0;
  for (const CallFilter one : *status) {
    switch (one) {
      case CallFilter::waiting:
        standing |= call_list::kAnyWaiting | bit(CallState::held);
        break;
      case CallFilter::live:
        standing |= bit(CallState::live);
        break;
      case CallFilter::completed:
        standing |= bit(CallState::completed);
        break;
      case CallFilter::failed:
        standing |= bit(CallState::failed) | bit(CallState::expired);
        break;
      case CallFilter::canceled:
        standing |= bit(CallState::canceled);
        break;
      case CallFilter::blocked:
        standing |= bit(CallState::blocked);
        break;
    }
  }
  return standing;
}

void append_csv(std::string& out, const CallView& call) {
  std::int64_t cost = 0;
  for (const AttemptView& attempt : call.attempts) {
    cost += attempt.cost_micros.value_or(0);
  }
  append_csv_row(
      out, {call.id, call.phone_number, call.first_name.value_or(""), call.last_name.value_or(""),
            call.timezone.value_or(""), call.status, call.outcome.value_or(""),
            std::to_string(call.attempts_used), format_rfc3339(call.created_at),
            call.ended_at ? format_rfc3339(*call.ended_at) : "",
            call.metadata ? call.metadata->text : "", call.job_id, std::to_string(cost)});
}

class CallExport {
 public:
  CallExport(Request& request, const CallExportQuery& query)
      : request_(request), query_(query), at_(cursor_of(query.cursor)), left_(query.limit) {
    if (query.job_id) {
      only_ = job_of(request.service(), *query.job_id).seq;
    }
    if (query.format == CallFormat::csv && !query.cursor) {
      append_csv_row(body_,
                     {"id", "phoneNumber", "firstName", "lastName", "timezone", "status", "outcome",
                      "attemptsUsed", "createdAt", "endedAt", "metadata", "jobId", "costMicros"});
    }
  }

  Response answer() && {
    bool more = true;
    while (more && left_ > 0 && looked_at_ < kLookedAtMax) {
      more = walk();
    }
    Response response{200, {}, std::move(body_)};
    const bool csv = query_.format == CallFormat::csv;
    response.headers = {{"content-type", csv ? "text/csv; charset=utf-8" : "application/x-ndjson"},
                        {"content-disposition", std::string{"attachment; filename=\"calls."} +
                                                    (csv ? "csv\"" : "ndjson\"")}};
    if (more) {
      response.headers.emplace_back("link", "<" + next_target() + ">; rel=\"next\"");
    }
    return response;
  }

 private:
  // Some more calls of the job that it is at, or of the next. False: there is none.
  bool walk() {
    Service& service = request_.service();
    const auto span =
        call_list::next_span(service.sql(), at_.call > 0 ? at_.job : at_.job + 1, only_);
    ++looked_at_;
    if (!span) {
      return false;
    }
    call_list::JobSpan some = *span;
    if (span->job == at_.job) {
      some.first = std::max(some.first, at_.call + 1);
    }
    some.last = std::min(some.last, some.first + (kLookedAtMax - looked_at_));
    const call_list::Filter filter{standing_of(query_.status), service.now(),
                                   query_.from.value_or(Instant{}), query_.before.value_or(kNever)};
    const auto seqs = call_list::of_job(service.sql(), some, filter, false, left_);
    const auto calls = calls::all_of(service.sql(), seqs);
    const ContactsOf contacts{service, calls};
    for (const Call& call : calls) {
      append(view_of(request_, call, *service.store.jobs.find(call.job), contacts.find(call)));
    }
    const auto count = static_cast<std::int64_t>(seqs.size());
    const std::int64_t behind = count == left_ ? seqs.back() : some.last;
    looked_at_ += std::max<std::int64_t>(behind - some.first + 1, 0);
    left_ -= count;
    at_ = {some.job, behind < span->last ? behind : 0};
    return at_.call > 0 || only_ == 0;
  }

  void append(const CallView& view) {
    if (query_.format == CallFormat::csv) {
      append_csv(body_, view);
    } else {
      encode(body_, view);
      body_ += '\n';
    }
  }

  // What was asked for, from here on.
  [[nodiscard]] std::string next_target() const {
    const std::string_view target = request_.http.target;
    const std::size_t mark = std::min(target.find('?'), target.size());
    std::string next{target.substr(0, mark)};
    char before = '?';
    std::string_view rest = target.substr(std::min(mark + 1, target.size()));
    while (!rest.empty()) {
      const std::string_view one = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(one.size() + 1, rest.size()));
      if (one.substr(0, one.find('=')) != "cursor") {
        next += before + std::string{one};
        before = '&';
      }
    }
    return next + before + "cursor=" + link_cursor(at_);
  }

  Request& request_;
  const CallExportQuery& query_;
  ExportCursor at_;
  std::int64_t only_ = 0;  // 0: every job
  std::int64_t left_;
  std::int64_t looked_at_ = 0;
  std::string body_;
};

}  // namespace

Answer get_call_export(Request& request) {
  const auto query = request.query<CallExportQuery>();
  return CallExport{request, query}.answer();
}

}  // namespace callgate
