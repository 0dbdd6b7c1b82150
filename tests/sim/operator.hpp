// The people who work with the queue: they make jobs, add recipients, pause, resume, cancel and
// delete, change hours and limits, make schedules, repeat themselves, and send nonsense. What they
// were promised stands in the Model, which the auditors hold the core against. A new kind of
// command is a row in kCommands (operator.cpp) and a function; those about calls and the
// do-not-call list stand in operator_calls.cpp, those about limits in operator_limits.cpp, those
// that change jobs or are about many at once in operator_edits.cpp, those about jobs that recur in
// operator_schedules.cpp, those that schedule single calls in operator_scheduling.cpp, those about
// contacts in operator_contacts.cpp, those about daily calls in operator_daily.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sim/places.hpp"
#include "tests/sim/world.hpp"

namespace callgate::sim {

// The Inputs among which something was done; as long as its answer is awaited there is no last.
struct Span {
  static constexpr std::int64_t kOpen = std::int64_t{1} << 60;
  std::int64_t first = 0;
  std::int64_t last = kOpen;
  [[nodiscard]] bool reaches(std::int64_t step) const { return last >= step; }
};
using Spans = std::map<std::string, Span>;  // by number: the last time

// What a job calls by, from the Input that may have set it to the one that confirmed the next.
struct JobTerms {
  int max_attempts = 4;
  std::optional<int> retry_delay_s;
  std::string caller = "p1";
  std::string agent;  // where it has no arms
  std::int64_t from = 0;
  std::int64_t to = Span::kOpen;
};

// What one call asks for itself, in the same way; what it does not name is its job's.
struct OwnTerms {
  std::optional<int> max_attempts;
  std::optional<int> retry_after_s;
  std::string caller;
  std::string agent;
  std::int64_t from = 0;
  std::int64_t to = Span::kOpen;
};

// A time that is asked for is so far ahead that no jump of the clock makes it one in the past.
inline constexpr std::chrono::minutes kAhead{2};

struct ModelJob {
  std::string id;
  std::string assistant;  // each job has one of its own, by which the carrier's ledger tells them
  std::vector<std::string> arms;  // of its experiment: these call instead, "<assistant>.<arm>"
  std::string subject;
  std::string client;  // empty: nobody's
  std::vector<JobRules> rules;
  std::vector<JobTerms> terms;
  std::set<std::string> people;
  bool canceled = false;
  bool deleted = false;
  std::optional<Instant> not_before;  // it was given a start
  bool started_by_hand = false;
  // Paused, canceled or deleted, from one Input to another: no request may be given out in between.
  std::vector<std::pair<std::int64_t, std::optional<std::int64_t>>> stopped;
  Spans rounds;      // another round may have begun
  Spans moved;       // it may go at another time than after its wait
  Spans called_now;  // whatever the calendar says
  Spans let_go;      // canceled: not to be dialled again
  std::optional<Span> redriven;
  std::map<std::string, std::vector<OwnTerms>> own;  // by number: of those that were changed

  // Those that may have been in force at some time from one Input to another.
  [[nodiscard]] std::vector<const JobTerms*> terms_between(std::int64_t from,
                                                           std::int64_t to) const;
  // What a dial may have gone by then: the job's terms, with those of the number's own laid over.
  [[nodiscard]] std::vector<JobTerms> terms_for(const std::string& number, std::int64_t from,
                                                std::int64_t to) const;
  // The newest rules and terms are those from here on.
  void confirm(std::int64_t step, Instant at);
};

// A number on the do-not-call list, from the Input that confirmed it.
struct Listed {
  std::int64_t from = 0;
  std::optional<std::int64_t> to;
  std::optional<Instant> expires_at;
};

// A configuration and when it may have been in force, on the host's clock.
struct Era {
  Config config;
  Instant from{};
  std::optional<Instant> to;  // its successor was confirmed
};

// How long what has ended is kept, from when that was asked for to when its successor was
// confirmed.
struct KeepEra {
  KeepRule rule;
  Instant from{};
  std::optional<Instant> to;
};

// A contact as somebody last said.
struct ModelContact {
  std::set<std::string> numbers;
  std::string first_name;
  std::string last_name;
};

// A call that was scheduled, and those that follow it: by the clock of UTC.
struct ModelChain {
  Instant anchor{};
  int step_days = 1;
  int most = 1;
  bool respects_hours = false;
  bool redriven = false;  // one of its calls was to be called again

  [[nodiscard]] Instant asked(int occurrence) const;
  [[nodiscard]] Instant at(int occurrence) const;  // moved into the hours
};

// What a person who is called each day has asked for, and whether daily calls are made at all: from
// the Input that may have said so to the one that confirmed the next.
struct DailyWish {
  bool enabled = true;
  Clock clock = kUtc;
  int minute = 0;  // of the day
  std::int64_t from = 0;
  std::int64_t to = Span::kOpen;
  std::optional<Instant> confirmed_at;  // on the host's clock
};
struct DailyEra {
  bool enabled = false;
  Millis window{0};
  std::int64_t from = 0;
  std::int64_t to = Span::kOpen;
  std::optional<Instant> confirmed_at;
};

struct ModelDaily {
  std::vector<DailyEra> eras{DailyEra{}};
  std::map<std::string, std::vector<DailyWish>> wishes;  // by number
  std::map<std::string, std::string> ids;                // of their contacts
  std::set<std::string> came_back;                       // numbers of those who were forgotten once
};

struct Model {
  std::vector<KeepEra> keeps{KeepEra{}};
  std::vector<ModelJob> jobs;
  std::map<std::string, ModelContact> contacts;  // by id: those of whom anything was said
  std::set<std::string> gone_contacts;           // forgotten, or merged into others: their ids
  std::set<std::string> unowned;                 // numbers that somebody took from their contact
  std::vector<Era> eras;
  std::vector<std::string> schedules;        // ids
  std::map<std::string, ModelChain> chains;  // by agent
  std::set<std::string> rescheduled;         // ids of scheduled calls; confirmed or not
  ModelDaily daily;
  std::map<std::string, std::vector<Listed>> listed;
  std::set<std::string> ever_listed;                                         // confirmed or not
  std::vector<std::pair<std::int64_t, std::optional<std::int64_t>>> pauses;  // of the workspace
  [[nodiscard]] const Config& config() const { return eras.back().config; }
  [[nodiscard]] const ModelJob* job_of_assistant(const std::string& assistant) const;
};

struct OperatorPlan {
  int people = 200;         // in the pool
  int list_max = 60;        // in one list
  bool hours = true;        // business hours and the like are set
  bool law = false;         // people have calling hours
  bool schedules = true;    // recurring jobs are made
  bool limits = false;      // rates, quotas, budgets and caps are set
  bool clients = false;     // people are put into queues of clients that have limits
  bool control = false;     // calls are moved, redriven and canceled, numbers listed, all is paused
  bool edits = false;       // jobs are changed, moved in line, and commanded together
  bool best = false;        // jobs have experiments, or keep to the best hours
  bool retention = false;   // what has ended is removed, by rules that change
  bool scheduling = false;  // calls are scheduled one at a time
  bool contacts = false;    // contacts are made, changed, merged and forgotten
  bool daily = false;       // people are called each day, at a time that they chose
};

class Operator {
 public:
  // `complain(auditor, detail)`: an answer was not as the contract says.
  using Complain = std::function<void(std::string_view, const std::string&)>;
  Operator(World& world, OperatorPlan plan, Complain complain);

  // The nth command: what it is and does depends on its number alone, and on what stands.
  void act(int number);
  // Before the first command.
  void begin();
  // What is paused is resumed, what waits for a person is started, schedules end: all the rest
  // must come to its end by itself.
  void settle();

  [[nodiscard]] const Model& model() const { return model_; }

  // Asks until it is told; a request whose fate is not known is repeated.
  World::Reply ask(const std::string& method, const std::string& target,
                   const std::string& body = {}, const World::Headers& headers = {});

 private:
  struct Command;
  static const Command kCommands[];

  void make_job();
  void import_job();
  void abandon_import();
  void add_people();
  void start();
  void pause();
  void resume();
  void cancel();
  void remove();
  void set_hours();
  void set_limits();
  void rehearse();
  void make_schedule();
  void handle_schedule();
  void schedule_call();
  void handle_scheduled_call();
  void look();
  void talk_nonsense();
  void edit_limits();
  void queue_for_client();
  void need_client(const std::string& client);
  void edit_job_limits();
  void command_call();
  void change_call();
  void redrive_job();
  void pause_all();
  void resume_all();
  void list_number();
  void list_many();
  void unlist();

  void edit_job();
  void command_many_calls();
  void command_many_jobs();
  void reorder();
  void set_retention();
  void add_contact();
  void change_contact();
  void merge_contacts();
  void forget_contact();
  void list_contacts();
  void put_daily();
  void wish_daily_call();
  void trigger_daily_calls();

  // Deleted, or removed: it was kept long enough.
  [[nodiscard]] bool is_gone(const ModelJob& job);
  void note_status(ModelJob& job, const std::string& status, std::int64_t before);
  void note_canceled(ModelJob& job, const std::map<std::string, std::string>& numbers,
                     const nlohmann::json& told);
  // One of those that there are; none: null.
  [[nodiscard]] nlohmann::json some_contact();
  void note_contact(const nlohmann::json& contact);
  [[nodiscard]] std::string fresh_number();
  void put_daily(bool enabled);
  [[nodiscard]] DailyWish some_wish(const Person& one, nlohmann::json& body);
  void add_daily_contact(const Person& one);
  void change_daily_contact(const std::string& number, const std::string& id);
  void forget_daily_contact(const std::string& number, const std::string& id);
  void confirm_wish(const std::string& number);
  void put_config(const Config& config);
  void put_limits(const Limits& limits);
  void put_rules(ModelJob& job, const JobRules& rules);
  [[nodiscard]] Rates some_rates();
  [[nodiscard]] JobRules some_rules();
  void settle_limits();
  void confirm_config();
  void tell_verb(const char* verb, ModelJob& job);
  void adopt(ModelJob job, const std::string& body, std::size_t people);
  [[nodiscard]] std::vector<Person> some_people();
  [[nodiscard]] ModelJob* some_job();
  // … and its calls; none when it is gone.
  [[nodiscard]] std::pair<ModelJob*, nlohmann::json> some_calls();
  [[nodiscard]] ModelJob new_job();
  [[nodiscard]] Instant now() const { return world_.host_now(); }
  // By when what is confirmed now holds: what was decided before bears no later time.
  [[nodiscard]] Instant holds_from() const { return world_.latest_host_now(); }

  World& world_;
  OperatorPlan plan_;
  Complain complain_;
  Chance base_;
  Chance dice_;
  Model model_;
  int made_ = 0;
};

}  // namespace callgate::sim
