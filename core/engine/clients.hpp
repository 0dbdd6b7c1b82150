// A client and its queue. A client is made by whoever first writes to it. What is put into its
// queue stands in one job of its own, which runs from its making on and takes on the client's
// limit, retries and callers; where that job was canceled or has gone, the next addition makes
// another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/expected.hpp"
#include "core/engine/enqueue.hpp"
#include "core/engine/service.hpp"

namespace callgate {

inline constexpr std::size_t kClientsMax = 1000;

// 1 to 64 of A-Z a-z 0-9 . _ -
[[nodiscard]] bool is_client_id(std::string_view id);

// nullopt: there would be too many.
[[nodiscard]] std::optional<ClientRecord> client_named(Service& service, std::string_view id,
                                                       const ClientConfig& defaults);

// Effective at the next pass.
void configure_client(Service& service, ClientRecord client, std::string_view actor);

// nullopt: its queue takes somebody. NotQueued's code is client_incomplete where nobody has said
// who calls, and no job was made before.
[[nodiscard]] std::optional<NotQueued> check_queue(Service& service, const ClientRecord& client);

// Puts a person into the client's queue, as enqueue() does into a job.
[[nodiscard]] Expected<Call, NotQueued> enqueue_for(Service& service, const ClientRecord& client,
                                                    const Contact& contact, const CallTerms& terms,
                                                    Instant not_before,
                                                    const std::string& metadata);

// The client's queue; nullptr: there is none, or not any more.
[[nodiscard]] const Job* queue_of(Service& service, const ClientRecord& client);

// A priority of document B's, by the client's weights as they are now.
[[nodiscard]] CallPriority priority_of_level(const ClientRecord& client, Level level);

// A pass now: what of the client's it dials, and what it ends before that by a rule.
struct QueuePass {
  std::int64_t begun = 0;
  std::int64_t refused = 0;
};
QueuePass process_queue(Service& service, const ClientRecord& client);

}  // namespace callgate
