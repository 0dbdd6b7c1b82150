#include "core/api/clone.hpp"

#include "core/engine/clone.hpp"

namespace callgate {

Answer post_job_clone(Request& request) {
  Service& service = request.service();
  const Job& other = job_of(service, request.path("id"));
  const auto asked = request.body<CloneAsked>();
  if (asked.recipients && other.state == JobState::importing) {
    throw ApiError{409, "wrong_state", "Its recipients are still arriving."};
  }
  CloneWish wish{asked.name, std::nullopt, asked.recipients};
  if (asked.schedule) {
    wish.start_at = asked.schedule->resolve(service.now());
  }
  const Cloned cloned = clone_job(service, other.seq, wish);
  const JobView view = view_of(service, *cloned.job);
  request.remark = view.id;
  if (cloned.task == 0) {
    return json_response(201, view, {{"location", "/api/jobs/" + view.id}});
  }
  const auto task = tasks::find(service.sql(), cloned.task);
  CALLGATE_CHECK(task.has_value());
  return json_response(202, view, {{"location", "/api/tasks/" + task_id(service, *task)}});
}

}  // namespace callgate
