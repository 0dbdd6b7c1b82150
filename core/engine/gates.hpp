// When the calls of a lane may go out, by everything but limits: the workspace's calendar, the
// hours in which the people of the lane may be rung and, where a job asks for it, the hours at
// which they answer. Kept between Inputs for each class of people and each purpose, and worked out
// anew when an opening has passed, a setting has changed or something was learnt.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/schedule/best_time.hpp"
#include "core/schedule/callee.hpp"
#include "core/schedule/due_time.hpp"
#include "core/schedule/schedule_config.hpp"
#include "core/store/lanes.hpp"

namespace callgate {

struct Service;
struct Call;
struct Job;

inline constexpr Instant kNever = from_ms(std::int64_t{1} << 52);

enum class GateKind : std::uint8_t { calendar, client, callee, level, best_time };

// The hours that one job keeps to.
struct JobsHours {
  AnswerModel model;
  std::int64_t per_day = 0;
  std::optional<Instant> until;
  std::array<std::uint64_t, 2> seed{};
};

// The hours of a job's client as one level of its calls keeps to them; its wanted hours are on the
// clock of that schedule.
struct ClientHours {
  Schedule schedule;
  HoursOfDay wanted;
};

// What one class of people, called for one purpose, has to pass.
class ClassGates {
 public:
  // `schedule` outlives this. Nothing of the callee holds where nobody is rung. `wanted`: hours on
  // the clock of the schedule that are kept to where it can be; none: all are as good. `client`
  // outlives this too: its hours hold beside those of the schedule, and its wanted hours alone.
  ClassGates(const Schedule& schedule, const CalleeClass& callee, const CalleePolicy& policy,
             const ZoneTable& zones, bool rehearsal, const HoursOfDay& wanted,
             const JobsHours* hours = nullptr, const ClientHours* client = nullptr);

  [[nodiscard]] std::span<const Gate* const> gates() const { return gates_; }
  // The calendar and the hours of the callee, even where nobody is rung.
  [[nodiscard]] std::array<const Gate*, 2> lawful() const {
    return {&calendar_gate_, &callee_gate_};
  }
  // Of the gate with that place in gates(), and in the delays of due_time.
  [[nodiscard]] GateKind kind(std::size_t gate) const { return kinds_.at(gate); }
  // nullptr: the hours are not chosen.
  [[nodiscard]] const BestTimeGate* best_time() const { return best_time_gate_.get(); }
  [[nodiscard]] const CalleeClass& callee() const { return callee_; }
  [[nodiscard]] const CalleeHours& hours() const { return hours_; }
  [[nodiscard]] bool rehearsal() const { return rehearsal_; }

  // The first opening that has not ended at `now`; never again: kNever.
  [[nodiscard]] const OpenSpan& span(Instant now);

 private:
  using OpenCalendar = decltype(std::declval<const Schedule&>().open());
  using OpenCallee = decltype(std::declval<const CalleeHours&>().open());

  CalleeClass callee_;
  CalleeHours hours_;
  bool rehearsal_;
  GateOf<OpenCalendar> calendar_gate_;
  std::unique_ptr<GateOf<OpenCalendar>> client_gate_;
  GateOf<OpenCallee> callee_gate_;
  std::unique_ptr<WantedHoursGate> level_gate_;
  std::unique_ptr<BestTimeGate> best_time_gate_;
  std::vector<const Gate*> gates_;
  std::vector<GateKind> kinds_;
  std::optional<Instant> asked_at_;
  OpenSpan span_;
};

// All that is known of gates; empty to begin with.
class GateCache {
 public:
  // Of the workspace's settings and provider as they are now; nullptr: the zone of its calendar is
  // not in this table any more, so nothing may go out.
  [[nodiscard]] ClassGates* of(Service& service, std::string_view callee, Purpose purpose,
                               Level level = Level::normal, std::int64_t client = 0);
  // The same for calls of a job, which may have chosen its hours.
  // `level`: of their own, in the place of the job's.
  [[nodiscard]] ClassGates* of(Service& service, std::string_view callee, const Job& job,
                               std::optional<Level> level = std::nullopt);
  // Something new is known of when people answer.
  void learnt();
  // A job has other hours now.
  void job_changed() {
    of_jobs_.clear();
    ++version_;
  }
  [[nodiscard]] const std::optional<Schedule>& calendar(Service& service);
  [[nodiscard]] std::int64_t version() const { return version_; }
  void drop();

 private:
  void renew(Service& service);
  [[nodiscard]] std::unique_ptr<ClassGates> make(Service& service, std::string_view callee,
                                                 Purpose purpose, Level level,
                                                 const JobsHours* hours,
                                                 const ClientHours* client) const;
  // nullptr: its zone is not in this table any more.
  [[nodiscard]] const ClientHours* hours_of_client(Service& service, std::int64_t client,
                                                   Level level);

  struct OfJob {
    std::optional<Instant> until;
    Level level = Level::normal;
    std::unique_ptr<ClassGates> gates;
  };

  std::int64_t version_ = 0;
  std::optional<std::int64_t> settings_version_;
  bool rehearsal_ = false;
  std::optional<Schedule> schedule_;
  std::int64_t clients_version_ = 0;
  std::map<std::pair<std::int64_t, Level>, std::unique_ptr<ClientHours>> of_clients_;
  std::map<std::tuple<std::string, Purpose, Level, std::int64_t>, std::unique_ptr<ClassGates>>
      classes_;
  std::map<std::tuple<std::string, std::int64_t, std::optional<Level>>, OfJob> of_jobs_;
};

// The gates of every lane at the time of this Input.
class ServiceGates final : public LaneGates {
 public:
  explicit ServiceGates(Service& service);
  [[nodiscard]] OpenSpan span(const Lane& lane, const Job& job) override;
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] std::int64_t version() const override;

 private:
  Service& service_;
};

// The gates of one call; nullptr as GateCache::of.
[[nodiscard]] ClassGates* gates_of(Service& service, const Call& call);
// When it may go out next; {kNever, kNever}: never.
[[nodiscard]] OpenSpan open_span(Service& service, const Call& call);

}  // namespace callgate
