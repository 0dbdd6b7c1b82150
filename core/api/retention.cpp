#include "core/api/retention.hpp"

#include "core/engine/retention.hpp"
#include "core/engine/service.hpp"

namespace callgate {
namespace {

using KeepMember = std::optional<KeepView> RetentionDocument::*;
constexpr std::pair<End, KeepMember> kMembers[] = {{End::completed, &RetentionDocument::completed},
                                                   {End::failed, &RetentionDocument::failed},
                                                   {End::canceled, &RetentionDocument::canceled},
                                                   {End::expired, &RetentionDocument::expired},
                                                   {End::blocked, &RetentionDocument::blocked}};

Keep keep_of(const KeepView& view) {
  return {view.days, view.count};
}

KeepView view_of(const Keep& keep) {
  return {keep.days, keep.count};
}

Retention rule_of(const RetentionDocument& document) {
  Retention rule = retention_of(document.preset.value_or(RetentionPreset::usual));
  for (const auto& [end, member] : kMembers) {
    if (const auto& given = document.*member) {
      rule.calls[index_of(end)] = keep_of(*given);
    }
  }
  if (const auto& jobs = document.scheduled_jobs) {
    rule.scheduled_jobs = {keep_of(jobs->completed.value_or(KeepView{})),
                           keep_of(jobs->canceled.value_or(KeepView{}))};
  }
  return rule;
}

RetentionDocument document_of(const Retention& rule) {
  RetentionDocument document;
  for (const Word<RetentionPreset>& preset : words(RetentionPreset{})) {
    if (rule == retention_of(preset.value)) {
      document.preset = preset.value;
    }
  }
  for (const auto& [end, member] : kMembers) {
    document.*member = view_of(rule.of(end));
  }
  const Keep& completed = rule.of_scheduled(JobEnd::completed);
  const Keep& canceled = rule.of_scheduled(JobEnd::canceled);
  if (completed.any() || canceled.any()) {
    document.scheduled_jobs = KeepJobsView{view_of(completed), view_of(canceled)};
  }
  return document;
}

RetentionView view_of_retention(Service& service) {
  const EndedIndex& index = service.store.jobs.ended_index();
  const RetentionState& state = service.store.retention.now();
  RetentionView view;
  view.rule = document_of(service.store.workspace.settings().retention);
  view.kept = {index.kept(End::completed), index.kept(End::failed), index.kept(End::canceled),
               index.kept(End::expired), index.kept(End::blocked)};
  view.removed.calls = state.all_calls;
  view.removed.jobs = state.gone.jobs;
  if (state.removed_at) {
    view.removed.last_at = state.removed_at;
    view.removed.last_calls = state.removed_calls;
    view.removed.last_jobs = state.removed_jobs;
  }
  view.removing = state.round.phase != RoundPhase::none;
  view.next_at = next_retention(service);
  return view;
}

}  // namespace

Answer get_retention(Request& request) {
  return json_response(200, view_of_retention(request.service()));
}

Answer put_retention(Request& request) {
  Service& service = request.service();
  const auto wanted = request.body<RetentionDocument>();
  Settings settings = service.store.workspace.settings();
  settings.retention = rule_of(wanted);
  encode(request.remark, document_of(settings.retention));
  service.store.workspace.set_settings(std::move(settings));
  note_rule_changed(service);
  return json_response(200, view_of_retention(service));
}

}  // namespace callgate
