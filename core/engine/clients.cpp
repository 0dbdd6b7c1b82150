#include "core/engine/clients.hpp"

#include <algorithm>

#include "core/engine/job_changes.hpp"
#include "core/engine/jobs.hpp"
#include "core/engine/settle.hpp"
#include "core/store/job_list.hpp"

namespace callgate {
namespace {

constexpr std::size_t kClientIdMax = 64;

// What the queue of a client takes on from it.
void take_on(const ClientConfig& config, Job& job) {
  job.concurrency = config.at_once;
  Backoff backoff;
  backoff.kind = BackoffKind::list;
  backoff.factor = 2;
  for (const std::int64_t minutes : config.retry_minutes) {
    backoff.delays.emplace_back(std::chrono::minutes{minutes});
  }
  backoff.cap =
      std::max(backoff.cap, *std::max_element(backoff.delays.begin(), backoff.delays.end()));
  job.retry.backoff = std::move(backoff);
  job.assistant_id = config.assistant_id.empty() ? job.assistant_id : config.assistant_id;
  job.phone_number_id =
      config.phone_number_id.empty() ? job.phone_number_id : config.phone_number_id;
}

// A queue that has run out of calls takes it on when the next is added.
void bring_up_to_date(Service& service, const ClientRecord& client, std::string_view actor) {
  const Job* known = queue_of(service, client);
  if (known == nullptr || known->has_ended()) {
    return;
  }
  Job wanted = *known;
  take_on(client.config, wanted);
  CALLGATE_CHECK(change_job(service, std::move(wanted), actor).has_value());
}

bool takes_calls(const Job* queue) {
  return queue != nullptr && queue->state != JobState::canceled;
}

// Who calls, as far as anybody has said.
Job new_queue(Service& service, const ClientRecord& client) {
  Job job;
  const job_list::Callers last = job_list::last_callers(service.sql());
  job.assistant_id = last.assistant_id;
  job.phone_number_id = last.phone_number_id;
  take_on(client.config, job);
  return job;
}

// With a queue that takes calls.
ClientRecord with_queue(Service& service, ClientRecord client) {
  if (takes_calls(queue_of(service, client))) {
    return client;
  }
  Job job = new_queue(service, client);
  job.seq = service.store.workspace.take_seq();
  job.created_at = service.now();
  job.name = "Queue of " + client.id;
  job.client = client.number;
  client.job = service.store.jobs.add(std::move(job)).seq;
  service.store.clients.save(client);
  CALLGATE_CHECK(start_job(service, client.job).has_value());
  return client;
}

}  // namespace

bool is_client_id(std::string_view id) {
  return !id.empty() && id.size() <= kClientIdMax && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

std::optional<ClientRecord> client_named(Service& service, std::string_view id,
                                         const ClientConfig& defaults) {
  if (const ClientRecord* known = service.store.clients.named(id)) {
    return *known;
  }
  if (service.store.clients.all().size() >= kClientsMax) {
    return std::nullopt;
  }
  ClientRecord client;
  client.id = id;
  client.created_at = service.now();
  client.updated_at = service.now();
  client.config = defaults;
  return service.store.clients.add(std::move(client));
}

void configure_client(Service& service, ClientRecord client, std::string_view actor) {
  client.updated_at = service.now();
  service.store.clients.save(client);
  bring_up_to_date(service, client, actor);
}

const Job* queue_of(Service& service, const ClientRecord& client) {
  const Job* job = client.job == 0 ? nullptr : service.store.jobs.find(client.job);
  return job != nullptr && job->visible() ? job : nullptr;
}

std::optional<NotQueued> check_queue(Service& service, const ClientRecord& client) {
  if (takes_calls(queue_of(service, client))) {
    return std::nullopt;
  }
  const Job job = new_queue(service, client);
  if (!job.assistant_id.empty() && !job.phone_number_id.empty()) {
    return std::nullopt;
  }
  return NotQueued{"client_incomplete",
                   "Nobody has called yet: name assistantId and phoneNumberId in the client's "
                   "queue configuration."};
}

Expected<Call, NotQueued> enqueue_for(Service& service, const ClientRecord& client,
                                      const Contact& contact, const CallTerms& terms,
                                      Instant not_before, const std::string& metadata) {
  if (auto refused = check_queue(service, client)) {
    return unexpected(std::move(*refused));
  }
  const ClientRecord with = with_queue(service, client);
  auto call = enqueue(service, with.job, contact, terms, not_before, metadata);
  if (call) {
    bring_up_to_date(service, with, "");
  }
  return call;
}

CallPriority priority_of_level(const ClientRecord& client, Level level) {
  const auto number = static_cast<std::size_t>(level);
  return {PriorityScheme::level, static_cast<std::int64_t>(number),
          client.config.weights.at(number)};
}

QueuePass process_queue(Service& service, const ClientRecord& client) {
  std::vector<std::int64_t> live;
  std::int64_t refused = 0;
  for (const auto& [call, attempt] : service.store.attempts.all()) {
    live.push_back(call);
  }
  if (const Job* job = queue_of(service, client)) {
    refused -= job->failed;
  }
  static_cast<void>(dispatch(service));
  QueuePass done;
  for (const auto& [call, attempt] : service.store.attempts.all()) {
    const bool is_new = !std::binary_search(live.begin(), live.end(), call);
    const bool is_its = service.store.jobs.find(attempt.job)->client == client.number;
    done.begun += is_new && is_its ? 1 : 0;
  }
  if (const Job* job = queue_of(service, client)) {
    refused += job->failed;
  }
  done.refused = refused;
  return done;
}

}  // namespace callgate
