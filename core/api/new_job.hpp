// Making a job: from a JSON body in one step, or from a streamed list whose pieces follow as an
// import. Everything is judged before anything is written.
#pragma once

#include <optional>

#include "core/api/jobs.hpp"
#include "core/api/router.hpp"

namespace callgate {

// text/csv or application/x-ndjson: the body is a list to be streamed.
[[nodiscard]] std::optional<ImportFormat> streamed_format(const HttpRequest& request);

// The body, with every mistake of it and of its recipients' shape told at once (ApiError).
[[nodiscard]] NewJob read_new_job(Request& request);

struct CreatedJob {
  const Job* job = nullptr;
  bool replayed = false;  // the Idempotency-Key had made it before
};

// ApiError 422 when nobody on the list can be called, 409 for a key used with another body.
[[nodiscard]] CreatedJob create_job(Request& request, const NewJob& wanted);

inline constexpr std::string_view kDefaultRegion = "US";

// The region in upper case, or the default; what is no region is an issue at `place`.
[[nodiscard]] std::string read_region(const std::optional<std::string>& region, const char* place,
                                      std::vector<Issue>& issues);

// Opens the import and asks for the body.
[[nodiscard]] Answer create_streamed_job(Request& request, ImportFormat format);

// What in its settings contradicts itself: issues, below `place`.
void check_retry(const NewJob& wanted, const std::string& place, std::vector<Issue>& issues);

// Names of accounts that are none, or come twice: issues, at `place`.
void check_providers(const Service& service, const std::vector<std::string>& names,
                     const std::string& place, std::vector<Issue>& issues);

// The settings of a job that stands for itself: without numbers and times of its own. They were
// checked. `now`: when it is made, which says its priority where nothing else does.
[[nodiscard]] Job job_settings(Service& service, const NewJob& wanted, Instant now);

// ApiError 422 where both are named.
void refuse_priority_and_level(const std::optional<std::int64_t>& priority,
                               const std::optional<Level>& level);

// On the one inner scale: document B's word by the workspace's weights, which is shown as the
// number next to it in document A's, or that number.
void set_rank(Service& service, Job& job);

// The people of a body that can be called, each number once; ApiError 422 when there is none, or
// the region is none, with places below `place`.
[[nodiscard]] std::vector<Recipient> judged_recipients(const Service& service, const NewJob& wanted,
                                                       const std::string& place);

// The people of a JSON body, into a job that exists.
[[nodiscard]] AddedRecipients add_recipients(Request& request, std::int64_t job);

}  // namespace callgate
