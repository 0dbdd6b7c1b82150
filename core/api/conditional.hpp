// Conditional requests (RFC 9110 section 13), for every route that GETs JSON. Its answer carries an
// ETag made from its bytes; who sends it back in If-None-Match is told 304 while they are the same.
// A change (PUT, PATCH, DELETE) with If-Match is made only while GET on the same path would answer
// with that ETag, else 412. Where an answer holds more than what can be changed (a job's counters
// move while it runs) its handler names the version of the settings, and If-Match goes by that
// alone: the ETag is then "<version>.<hash>".
#pragma once

#include <string>
#include <string_view>

#include "core/api/problem.hpp"
#include "core/input.hpp"
#include "core/output.hpp"

namespace callgate {

// `version`: of what can be changed, letters and digits; empty: that is the whole answer.
[[nodiscard]] std::string entity_tag(std::string_view body, std::string_view version);

// Whether one of a list of tags, or "*", is this one. Weak tags ("W/") compare like strong ones: a
// proxy that compresses makes them so.
[[nodiscard]] bool lists_tag(std::string_view field, std::string_view tag);
// The same of their versions, where they have one.
[[nodiscard]] bool lists_version(std::string_view field, std::string_view tag);

// The answer with its tag, or 304 in its stead.
[[nodiscard]] Response conditional(const HttpRequest& request, Response response,
                                   std::string_view version);

}  // namespace callgate
