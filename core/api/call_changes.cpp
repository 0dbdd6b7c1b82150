#include "core/api/call_changes.hpp"

#include "core/api/calls.hpp"
#include "core/api/control.hpp"

namespace callgate {
namespace {

CallChange change_of(Request& request, const CallChangeWish& wish) {
  Service& service = request.service();
  std::vector<Issue> issues;
  CallChange change;
  change.priority = read_priority(service, wish.priority, wish.level, wish.rank, "", issues);
  change.assistant_id = wish.assistant_id;
  change.phone_number_id = wish.phone_number_id;
  change.max_attempts = wish.max_attempts;
  if (wish.retry_after_seconds) {
    change.retry_after = std::chrono::seconds{*wish.retry_after_seconds};
  }
  if (wish.not_before) {
    change.not_before = wish.not_before->resolve(service.now());
    check_call_time(service, *change.not_before, "/notBefore", issues);
  }
  change.record = wish.record_call;
  if (wish.metadata) {
    change.metadata = wish.metadata->text == "{}" ? "" : wish.metadata->text;
  }
  refuse_if_any(issues);
  return change;
}

}  // namespace

std::optional<CallPriority> read_priority(const Service& service,
                                          const std::optional<std::int64_t>& priority,
                                          const std::optional<Level>& level,
                                          const std::optional<std::int64_t>& rank,
                                          const std::string& place, std::vector<Issue>& issues) {
  if ((priority ? 1 : 0) + (level ? 1 : 0) + (rank ? 1 : 0) > 1) {
    add_issue(issues, place + (rank ? "/rank" : "/level"), "contradiction",
              "A priority is named in one way: priority, level or rank.");
    return std::nullopt;
  }
  if (priority) {
    return CallPriority{PriorityScheme::document_a, *priority, rank_of_number(*priority)};
  }
  if (level) {
    const auto index = static_cast<std::size_t>(*level);
    return CallPriority{PriorityScheme::level, static_cast<std::int64_t>(index),
                        service.store.workspace.settings().level_ranks.at(index)};
  }
  return rank ? std::optional{CallPriority{PriorityScheme::rank, *rank, *rank}} : std::nullopt;
}

OwnTerms own_terms_of(const Service& service, const NewRecipient& row, const std::string& place,
                      std::vector<Issue>& issues) {
  OwnTerms own;
  own.terms.priority = read_priority(service, row.priority, row.level, row.rank, place, issues);
  own.terms.assistant_id = row.assistant_id.value_or("");
  own.terms.phone_number_id = row.phone_number_id.value_or("");
  own.terms.max_attempts = row.max_attempts;
  if (row.retry_after_seconds) {
    own.terms.retry_after = std::chrono::seconds{*row.retry_after_seconds};
  }
  if (row.not_before) {
    own.not_before = row.not_before->resolve(service.now());
    check_call_time(service, own.not_before, (place + "/notBefore").c_str(), issues);
  }
  return own;
}

void refuse_change(const CallNotChangeable& refused) {
  std::vector<Issue> issues;
  for (const CallField field : refused.fields) {
    add_issue(issues, "/" + std::string{to_word(field)}, "wrong_state", refused.detail);
  }
  throw ApiError{409, "wrong_state", refused.detail, std::move(issues)};
}

Answer patch_call(Request& request) {
  Service& service = request.service();
  Call call = call_of(service, request.path("id"));
  const auto wish = request.body<CallChangeWish>();
  const CallChange change = change_of(request, wish);
  if (const auto changed = change_call(service, call, change, {wish.reason.value_or(""), {}});
      !changed) {
    refuse_change(changed.error());
  }
  request.remark = request.body_text();
  return json_response(200, view_of(request, call, *service.store.jobs.find(call.job)));
}

}  // namespace callgate
