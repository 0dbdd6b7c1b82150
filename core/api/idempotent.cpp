#include "core/api/idempotent.hpp"

#include <algorithm>
#include <iterator>

#include "core/api/access.hpp"
#include "core/engine/service.hpp"
#include "core/store/idempotency.hpp"
#include "core/store/pack.hpp"

namespace callgate {
namespace {

constexpr std::size_t kIdempotencyKeyMax = 255;
// A row of a Durable Object has at most 2 MB.
constexpr std::size_t kAnswerKeptMax = 1 << 20;

bool is_repeatable(const Request& request) {
  return is_create(request.route) && !request.route.knows_repeats &&
         !request.http.header("idempotency-key").empty();
}

// Whose request it is belongs to it, and whether people are shown to them: an answer may show what
// another may not see.
Blob digest_of(Request& request) {
  const Principal& principal = request.principal();
  const Digest digest = request.service().context.crypto.sha256(
      bytes_of(principal.subject + (sees_people(principal) ? "\n" : " masked\n") +
               request.http.target + "\n" + request.http.body));
  return {digest.begin(), digest.end()};
}

Blob packed(const Response& response) {
  Blob bytes;
  Packer out{bytes};
  out.small(response.status);
  out.small(static_cast<std::int64_t>(response.headers.size()));
  for (const auto& [name, value] : response.headers) {
    out.text(name);
    out.text(value);
  }
  out.text(response.body);
  return bytes;
}

Response unpacked(const Blob& bytes) {
  Unpacker in{bytes};
  Response response;
  response.status = in.small();
  const std::int64_t headers = in.small();
  for (std::int64_t i = 0; i < headers; ++i) {
    std::string name = in.text();
    response.headers.emplace_back(std::move(name), in.text());
  }
  response.body = in.text();
  response.headers.emplace_back("idempotency-replayed", "true");
  return response;
}

}  // namespace

std::string idempotency_key(const HttpRequest& http) {
  std::string key{http.header("idempotency-key")};
  if (key.size() > kIdempotencyKeyMax) {
    throw ApiError{400, "idempotency_key_invalid", "An Idempotency-Key has at most 255 bytes."};
  }
  return key;
}

bool is_create(const Route& route) {
  return route.method == "POST" && !route.reads_only &&
         std::any_of(std::begin(route.answers), std::end(route.answers),
                     [](const Documented& answer) { return answer.status == 201; });
}

std::optional<Response> answered_before(Request& request) {
  if (!is_repeatable(request)) {
    return std::nullopt;
  }
  Service& service = request.service();
  const auto known = idempotency::find(service.sql(), idempotency_key(request.http), service.now());
  if (!known) {
    return std::nullopt;
  }
  if (known->request != digest_of(request)) {
    throw ApiError{409, "idempotency_key_reused",
                   "This Idempotency-Key came with another request within a day."};
  }
  if (known->answer.empty()) {
    throw ApiError{409, "idempotency_key_used",
                   "It was done when this Idempotency-Key came first; what was shown then is not "
                   "shown again."};
  }
  return unpacked(known->answer);
}

void remember_answer(Request& request, const Answer& answer) {
  constexpr std::int64_t kNotDone = 300;
  const auto* const response = std::get_if<Response>(&answer);
  if (!is_repeatable(request) || response == nullptr || response->status >= kNotDone) {
    return;
  }
  Blob kept;
  if (!request.route.shows_once && response->body.size() <= kAnswerKeptMax) {
    kept = packed(*response);
  }
  Service& service = request.service();
  idempotency::remember(service.sql(), idempotency_key(request.http),
                        {digest_of(request), 0, std::move(kept)}, service.now());
}

}  // namespace callgate
