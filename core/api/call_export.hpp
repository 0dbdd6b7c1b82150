// GET /api/calls/export: calls as CSV or NDJSON to take away, job by job and in each as they were
// added. A part reads a bounded number of rows, and a Link header names the next one: so a list of
// any length is one walk, the same at every home.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/calls.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

enum class CallFormat : std::uint8_t { csv, ndjson };
constexpr auto words(CallFormat /*tag*/) {
  return std::array{word("csv", CallFormat::csv), word("ndjson", CallFormat::ndjson)};
}

struct CallExportQuery {
  CallFormat format = CallFormat::csv;
  std::optional<std::vector<CallFilter>> status;
  std::optional<std::string> job_id;
  std::optional<Instant> from;
  std::optional<Instant> before;
  std::optional<std::string> cursor;
  std::int64_t limit = 1000;
  static constexpr auto fields() {
    return std::array{
        field<&CallExportQuery::format>("format", "A row or a line for each call", defaulted()),
        field<&CallExportQuery::status>("status", "Only those that stand so",
                                        callgate::items(1, 6)),
        field<&CallExportQuery::job_id>("jobId", "Only this job's", text(1, 64)),
        field<&CallExportQuery::from>("from", "Only those added then or later"),
        field<&CallExportQuery::before>("before", "Only those added before"),
        field<&CallExportQuery::cursor>("cursor", "Of the Link of the part before", text(1, 40)),
        field<&CallExportQuery::limit>("limit", "Calls of a part", range(1, 1000), defaulted())};
  }
};

Answer get_call_export(Request& request);

}  // namespace callgate
