// What a workspace tells of itself: health, the index of the API, live events, gauges.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/store/jobs.hpp"

namespace callgate {

struct SurfaceView {
  static constexpr std::string_view kSchemaName = "Surface";
  std::string name;
  std::string path;
  std::string about;
  static constexpr auto fields() {
    return std::array{field<&SurfaceView::name>("name", "What it is called here"),
                      field<&SurfaceView::path>("path", "Where its routes begin"),
                      field<&SurfaceView::about>("about", "What it is for")};
  }
};

struct IndexView {
  static constexpr std::string_view kSchemaName = "Index";
  std::string name;
  std::string version;
  std::string openapi;
  std::string docs;
  std::string events;
  std::vector<SurfaceView> surfaces;
  static constexpr auto fields() {
    return std::array{
        field<&IndexView::name>("name", "callgate"),
        field<&IndexView::version>("version", "Of callgate"),
        field<&IndexView::openapi>("openapi", "The description of all routes"),
        field<&IndexView::docs>("docs", "The same as a page"),
        field<&IndexView::events>("events", "Live events"),
        field<&IndexView::surfaces>("surfaces", "The published APIs that are served")};
  }
};

struct EventsQuery {
  std::optional<std::string> job_id;
  std::optional<std::int64_t> last_event_id;
  std::optional<std::string> ticket;
  static constexpr auto fields() {
    return std::array{
        field<&EventsQuery::job_id>("jobId", "Only events of this job", text(1, 64)),
        field<&EventsQuery::last_event_id>("lastEventId",
                                           "As the header Last-Event-ID: go on after this event",
                                           range(0, kIntegerMax)),
        field<&EventsQuery::ticket>("ticket", "From POST /api/tickets, where no header can be sent",
                                    text(1, 8000))};
  }
};

struct WebhookQuery {
  std::string key;
  static constexpr auto fields() {
    return std::array{field<&WebhookQuery::key>("key", "Names the workspace", text(1, 500))};
  }
};

// The state of a job, as the event that tells it. Deleted jobs are told once, as "job_deleted".
[[nodiscard]] Event event_of(Service& service, const Job& job);

Answer get_healthz(Request& request);
Answer get_readyz(Request& request);
Answer get_index(Request& request);
Answer get_openapi(Request& request);
Answer get_events(Request& request);
Answer get_metrics(Request& request);

}  // namespace callgate
