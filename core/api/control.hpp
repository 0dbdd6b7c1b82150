// Commands about calls, and about the whole workspace:
//   POST /api/jobs/{id}/redrive    people of a job are called again, by how their calls ended
//   POST /api/calls/{id}/redrive|reschedule|callback|call-now|cancel
//   POST /api/workspace/pause|resume, GET /api/workspace
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/jobs.hpp"
#include "core/api/retry.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/engine/control.hpp"

namespace callgate {

enum class RedriveState : std::uint8_t { failed, blocked, canceled, expired };
constexpr auto words(RedriveState /*tag*/) {
  return std::array{word("failed", RedriveState::failed, "Not reached in all their attempts"),
                    word("blocked", RedriveState::blocked, "Refused by a rule"),
                    word("canceled", RedriveState::canceled, "Taken back"),
                    word("expired", RedriveState::expired, "Their time passed undialled")};
}

struct RedriveAsked {
  std::optional<std::vector<RedriveState>> states;
  std::optional<std::vector<Outcome>> outcomes;
  bool dry_run = false;
  static constexpr auto fields() {
    return std::array{
        field<&RedriveAsked::states>("states", "Which ends; left out: failed",
                                     callgate::items(1, 4)),
        field<&RedriveAsked::outcomes>(
            "outcomes", "Only those whose last attempt ended so; left out: whatever it was",
            callgate::items(1, 15)),
        field<&RedriveAsked::dry_run>("dryRun", "Only count them", defaulted())};
  }
};

struct RedriveView {
  static constexpr std::string_view kSchemaName = "Redriven";
  std::int64_t matched = 0;
  std::int64_t redriven = 0;
  std::optional<std::string> task_id;
  static constexpr auto fields() {
    return std::array{field<&RedriveView::matched>("matched", "Calls that ended so"),
                      field<&RedriveView::redriven>("redriven", "Of those: wait again, by now"),
                      field<&RedriveView::task_id>("taskId", "What goes on with the others")};
  }
};

// A call after a command. It holds nothing of the person.
struct CommandView {
  static constexpr std::string_view kSchemaName = "CommandedCall";
  std::string call_id;
  std::string job_id;
  std::string status;
  std::int64_t round = 1;
  std::int64_t attempt = 0;
  std::optional<Instant> not_before;
  std::optional<std::string> provider_call_id;
  std::optional<std::string> outcome;
  static constexpr auto fields() {
    return std::array{
        field<&CommandView::call_id>("callId", "call_…"),
        field<&CommandView::job_id>("jobId", "job_…"),
        field<&CommandView::status>("status", "As GET /api/calls/{id} shows it"),
        field<&CommandView::round>("round", "Grows when a call that had ended is called again"),
        field<&CommandView::attempt>("attempt", "The number of its last dial; 0: none yet"),
        field<&CommandView::not_before>("notBefore", "It waits at least until then"),
        field<&CommandView::provider_call_id>("providerCallId",
                                              "The provider's id of the dial that is live"),
        field<&CommandView::outcome>("outcome", "Of the last attempt that ended")};
  }
};

struct RescheduleAsked {
  InstantOrNow not_before;
  static constexpr auto fields() {
    return std::array{field<&RescheduleAsked::not_before>(
        "notBefore", "From then on it may go out, as hours and limits allow")};
  }
};

struct RemovalOfCall {
  bool hang_up = false;
  static constexpr auto fields() {
    return std::array{
        field<&RemovalOfCall::hang_up>("hangUp", "Even while it is live", defaulted())};
  }
};

struct CallbackAsked {
  Instant at{};
  static constexpr auto fields() {
    return std::array{field<&CallbackAsked::at>("at", "When the person wants to be called")};
  }
};

struct WorkspaceView {
  static constexpr std::string_view kSchemaName = "Workspace";
  std::string name;
  bool paused = false;
  std::optional<Instant> paused_at;
  std::optional<std::string> paused_by;
  std::optional<std::string> note;
  std::int64_t live_calls = 0;
  static constexpr auto fields() {
    return std::array{
        field<&WorkspaceView::name>("name", "As credentials name it"),
        field<&WorkspaceView::paused>("paused", "Nothing new is dialled"),
        field<&WorkspaceView::paused_at>("pausedAt", "Since when"),
        field<&WorkspaceView::paused_by>("pausedBy", "The subject of the credential"),
        field<&WorkspaceView::note>("note", "Why"),
        field<&WorkspaceView::live_calls>("liveCalls", "Being dialled or talking now")};
  }
};

// The answer to who waited. `known`: what the provider did, else it is still on its way.
[[nodiscard]] Response released_answer(Service& service, const Released& released, bool known);

// ApiError 409: a call does not go out now.
[[noreturn]] void refuse_now(const Service& service, const NotNow& why);

// A time at which somebody is to be called lies ahead, and not too far: else an issue at `place`.
void check_call_time(const Service& service, Instant at, const char* place,
                     std::vector<Issue>& issues);

Answer post_job_redrive(Request& request);
Answer post_call_redrive(Request& request);
Answer post_call_reschedule(Request& request);
Answer post_call_callback(Request& request);
Answer post_call_now(Request& request);
Answer post_call_cancel(Request& request);
Answer delete_call(Request& request);
Answer get_workspace(Request& request);
Answer post_workspace_pause(Request& request);
Answer post_workspace_resume(Request& request);

}  // namespace callgate
