// A create that is asked twice with the same Idempotency-Key
// (draft-ietf-httpapi-idempotency-key-header) is done once: within a day its repeat gets the first
// answer again, with "idempotency-replayed: true". The same key with another request, or of
// somebody else, is refused: 409 `idempotency_key_reused`. What was refused may be repeated.
#pragma once

#include <optional>
#include <string>

#include "core/api/router.hpp"

namespace callgate {

// The request's key, "" when it has none. Throws ApiError 400 when it is longer than 255 bytes.
[[nodiscard]] std::string idempotency_key(const HttpRequest& http);

// Whether the route makes something: a POST that answers 201.
[[nodiscard]] bool is_create(const Route& route);

// The answer that the request got before. Throws ApiError 409 when its key came with another
// request, and `idempotency_key_used` when its answer showed a secret, which is kept nowhere.
[[nodiscard]] std::optional<Response> answered_before(Request& request);

// After the work of a request that is a create: its answer, unless it was refused.
void remember_answer(Request& request, const Answer& answer);

}  // namespace callgate
