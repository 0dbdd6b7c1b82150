#include "core/api/system.hpp"

#include "core/api/credentials.hpp"
#include "core/api/jobs.hpp"
#include "core/api/openapi.hpp"
#include "core/api/principals.hpp"
#include "core/api/routes.hpp"
#include "core/engine/service.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kBacklogJobs = 1000;

Response plain(std::string body) {
  return {200,
          {{"content-type", "text/plain; charset=utf-8"}, {"cache-control", "no-store"}},
          std::move(body)};
}

struct Health {
  std::string status = "ok";
  std::string version{kVersion};
  std::string tzdata;
  static constexpr auto fields() {
    return std::array{field<&Health::status>("status", "ok"),
                      field<&Health::version>("version", "Of callgate"),
                      field<&Health::tzdata>("tzdata", "Release of the time zone data")};
  }
};

std::optional<std::int64_t> last_event_id(const Request& request, const EventsQuery& query) {
  const std::string_view header = request.http.header("last-event-id");
  if (header.empty()) {
    return query.last_event_id;
  }
  std::int64_t id = 0;
  for (const char c : header) {
    if (c < '0' || c > '9' || id > kIntegerMax / 10 - 1) {
      throw ApiError{400, "last_event_id_invalid", "Last-Event-ID is not one of ours."};
    }
    id = id * 10 + (c - '0');
  }
  return id;
}

void gauge(std::string& out, std::string_view name, std::string_view help, std::int64_t value) {
  out += "# HELP callgate_";
  out.append(name).append(" ").append(help).append("\n# TYPE callgate_");
  out.append(name).append(" gauge\ncallgate_").append(name).append(" ");
  out += std::to_string(value) + "\n";
}

}  // namespace

Event event_of(Service& service, const Job& job) {
  Event event;
  event.type = job.visible() ? "job" : "job_deleted";
  event.revision = job.revision;
  event.subject = job_id(service, job);
  encode(event.data, view_of(service, job));
  return event;
}

Answer get_healthz(Request& request) {
  Health health;
  health.tzdata = std::string{request.zones().release()};
  return json_response(200, health);
}

Answer get_readyz(Request& /*request*/) {
  return plain("ready\n");
}

Answer get_index(Request& /*request*/) {
  return json_response(
      200, IndexView{"callgate",
                     std::string{kVersion},
                     "/openapi.json",
                     "/docs",
                     "/api/events",
                     {{"jobs", "/api/jobs", "Campaigns of calls"},
                      {"client-queues", "/api/clients", "Queues with priorities, of clients"},
                      {"call-queue", "/api/call-queue", "Calls of contacts and campaigns"},
                      {"scheduling", "/api/v1/scheduling", "Calls at a time, that may recur"},
                      {"daily-calls", "/api/queue", "A call a day at a person's own time"}}});
}

Answer get_openapi(Request& /*request*/) {
  return Response{200,
                  {{"content-type", "application/json"}},
                  openapi(routes(), {"callgate", kVersion,
                                     "The outbound-call queue: who is called next, when, and how "
                                     "many at once.",
                                     kSessionCookie, examples()})};
}

Answer get_events(Request& request) {
  const auto query = request.query<EventsQuery>();
  const auto after = last_event_id(request, query);
  Service& service = request.service();
  Stream stream;
  stream.after_revision = service.store.workspace.revision();
  stream.holders = holders_of(request.principal());
  if (query.job_id) {
    const Job& job = job_of(service, *query.job_id);
    stream.subject = job_id(service, job);
    if (!after || job.revision > *after) {
      stream.backlog.push_back(event_of(service, job));
    }
  } else if (after) {
    for (const Job& job : service.store.jobs.changed_since(*after, kBacklogJobs)) {
      stream.backlog.push_back(event_of(service, job));
    }
    stream.ends = std::ssize(stream.backlog) >= kBacklogJobs;
  }
  return stream;
}

Answer get_metrics(Request& request) {
  Service& service = request.service();
  const JobTotals totals = service.store.jobs.totals();
  const Settings& settings = service.store.workspace.settings();
  std::string out;
  gauge(out, "jobs", "Jobs in the workspace.", totals.jobs);
  gauge(out, "jobs_running", "Jobs that place calls now.", totals.running);
  gauge(out, "calls_open", "Calls that have not ended.", totals.open);
  gauge(out, "calls_completed", "Calls that reached their person.", totals.completed);
  gauge(out, "calls_failed", "Calls that failed for good.", totals.failed);
  gauge(out, "calls_canceled", "Calls that were taken back.", totals.canceled);
  gauge(out, "calls_live", "Calls under way.",
        static_cast<std::int64_t>(service.store.attempts.all().size()));
  gauge(out, "calls_at_once_limit", "Calls that may be under way.", settings.calls_at_once);
  gauge(out, "attempts_ended", "Dials that have ended.", totals.attempts);
  gauge(out, "cost_micros", "Cost so far in millionths of a dollar.", totals.cost_micros);
  gauge(out, "revision", "Revision of the workspace.", service.store.workspace.revision());
  return Response{
      200,
      {{"content-type", "text/plain; version=0.0.4; charset=utf-8"}, {"cache-control", "no-store"}},
      std::move(out)};
}

}  // namespace callgate
