#include "native-server/workspace_writer.hpp"

#include <algorithm>
#include <iterator>

#include "native-server/clock.hpp"

namespace callgate {
namespace {

constexpr std::size_t kGroupMax = 256;
constexpr std::size_t kWaitingMax = 20'000;
constexpr std::int64_t kCheckpointBytes = 16 * 1024 * 1024;
constexpr std::size_t kEntropyBytes = 32;
constexpr Millis kAfterFailure{1000};  // the timer, lest it fail in a tight circle

using SteadyClock = std::chrono::steady_clock;

std::int64_t micros(SteadyClock::duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

Response busy() {
  Response response = problem_response(
      {503, "overloaded", "Too many requests wait for this workspace; try again shortly."});
  response.headers.emplace_back("retry-after", "1");
  return response;
}

Response stopping_answer() {
  Response response =
      problem_response({503, "stopping", "The server is stopping; try again shortly."});
  response.headers.emplace_back("retry-after", "2");
  return response;
}

Response not_saved() {
  return host_problem("not_saved");
}

}  // namespace

Workspace::Writer::Writer(std::string name, const std::string& path,
                          const WorkspaceServices& services)
    : name_(std::move(name)),
      path_(path),
      services_(services),
      sql_(path, {}),
      crypto_(services.secret),
      core_(sql_, crypto_, name_, services_.zones),
      checkpointer_(path, services.log) {
  std::array<std::uint8_t, kEntropyBytes> entropy{};
  fill_random(entropy);
  const Instant now = tick();
  sql_.begin();
  core_.migrate(now, entropy);
  sql_.commit();
  wake_at_ = now;  // what the timer was before is not known: ask at once
  sql_.make_wal_room();
  thread_ = std::thread{[this] { run(); }};
}

Workspace::Writer::~Writer() {
  stop();
}

void Workspace::Writer::submit(Event event, Done done) {
  bool wake = false;
  {
    std::unique_lock lock{mutex_};
    const bool refusable = done != nullptr;
    if (stopping_ || (refusable && queue_.size() >= kWaitingMax)) {
      const bool stopped = stopping_;
      lock.unlock();
      if (done) {
        done(stopped ? stopping_answer() : busy());
      }
      return;
    }
    queue_.push_back({std::move(event), std::move(done)});
    wake = std::exchange(sleeping_, false);
  }
  if (wake) {
    changed_.notify_one();
  }
}

void Workspace::Writer::stop() {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_) {
      return;
    }
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

// Never backwards, though the system's clock may be set.
Instant Workspace::Writer::tick() {
  const Instant now = host_now();
  const std::int64_t ms = std::max(to_ms(now), last_now_ms_.load(std::memory_order_relaxed));
  last_now_ms_.store(ms, std::memory_order_relaxed);
  return from_ms(ms);
}

Instant Workspace::Writer::next_deadline() const {
  Instant deadline = Instant::max();
  if (wake_at_) {
    deadline = std::max(*wake_at_, not_before_);
  }
  for (const Awaiting& one : awaiting_) {
    deadline = std::min(deadline, one.until);
  }
  return deadline;
}

// False: stopped, and nothing waits.
bool Workspace::Writer::wait_for_work() {
  if (next_in_batch_ < batch_.size()) {
    return true;
  }
  batch_.clear();
  next_in_batch_ = 0;
  std::unique_lock lock{mutex_};
  const Instant deadline = next_deadline();
  const auto ready = [this] { return !queue_.empty() || stopping_; };
  if (!ready() && tick() < deadline) {
    sleeping_ = true;
    if (deadline == Instant::max()) {
      changed_.wait(lock, ready);
    } else {
      // By the system's clock, which the deadline is of: a clock that is set moves the wait with
      // it.
      changed_.wait_until(lock, deadline, ready);
    }
    sleeping_ = false;
  }
  batch_.swap(queue_);
  return !batch_.empty() || !stopping_;
}

void Workspace::Writer::run() {
  while (wait_for_work()) {
    expire_awaits(tick());
    run_group();
    checkpoint_if_due();
  }
  for (Awaiting& one : awaiting_) {
    one.done(std::move(one.otherwise));
  }
  awaiting_.clear();
}

void Workspace::Writer::run_group() {
  const Instant now = tick();
  const bool due = wake_at_ && std::max(*wake_at_, not_before_) <= now;
  if (!due && next_in_batch_ == batch_.size()) {
    return;
  }
  if (due) {
    services_.metrics.wake_late_us.record((to_ms(now) - to_ms(*wake_at_)) * 1000);
  }
  group_.clear();
  if (!begin()) {
    for (; next_in_batch_ < batch_.size(); ++next_in_batch_) {
      group_.push_back({{}, std::move(batch_[next_in_batch_].done), std::nullopt});
    }
    fail_group();
  } else if ((run_together(due) || run_apart()) && commit_group()) {
    rearm(due);
    publish_group();
  } else {
    fail_group();
  }
}

bool Workspace::Writer::begin() {
  try {
    sql_.begin();
    return true;
  } catch (const SqlError& error) {
    services_.log.write(LogLevel::error, "begin_failed",
                        {{"workspace", name_}, {"error", error.what()}});
    return false;
  }
}

// Takes what waits into the group, Input by Input. False: one threw, and nothing of it has
// happened.
bool Workspace::Writer::run_together(bool due) {
  const auto began = SteadyClock::now();
  const auto take = [this](Waiting waiting) {
    group_.push_back({input_for(std::move(waiting.event)), std::move(waiting.done), std::nullopt});
  };
  if (due) {
    take({Wake{}, nullptr});
  } else {
    take(std::move(batch_[next_in_batch_++]));
  }
  for (;;) {
    Member& member = group_.back();
    member.input.more = next_in_batch_ < batch_.size() && group_.size() < kGroupMax &&
                        SteadyClock::now() - began < services_.group_time;
    const bool alone = group_.size() == 1 && !member.input.more;
    if (!handle(member, alone)) {
      return false;
    }
    if (!member.input.more) {
      return true;
    }
    take(std::move(batch_[next_in_batch_++]));
  }
}

// Each once more from the beginning, in a savepoint of its own, so that only those that throw are
// lost. False: the group is lost.
bool Workspace::Writer::run_apart() {
  sql_.rollback();
  if (group_.size() == 1 && !group_.front().input.more) {
    return true;  // it was alone already
  }
  if (!begin()) {
    return false;
  }
  try {
    for (Member& member : group_) {
      member.output.reset();
      member.input.more = false;
      sql_.set_savepoint();
      if (handle(member, true)) {
        sql_.release_savepoint();
      } else {
        sql_.rollback_to_savepoint();
      }
    }
    return true;
  } catch (const SqlError& error) {  // SQLite rolled everything back by itself
    services_.log.write(LogLevel::error, "group_failed",
                        {{"workspace", name_}, {"error", error.what()}});
    return false;
  }
}

// False: it threw. Only the last try is told: what throws among others is tried again alone.
bool Workspace::Writer::handle(Member& member, bool last_try) {
  try {
    member.output = core_.handle(member.input);
    return true;
  } catch (const std::exception& error) {
    core_.drop_caches();
    if (last_try) {
      count(services_.metrics.failed_inputs);
    }
    services_.log.write(last_try ? LogLevel::error : LogLevel::warn,
                        last_try ? "input_failed" : "group_split",
                        {{"workspace", name_}, {"error", error.what()}});
    return false;
  }
}

Input Workspace::Writer::input_for(Event event) {
  Input input;
  input.now = tick();
  input.limits = services_.limits;
  input.environment = services_.environment;
  input.event = std::move(event);
  if (entropy_used_ + kEntropyBytes > entropy_.size()) {
    entropy_.resize(kEntropyBytes * 64);  // one call of the kernel for many Inputs
    fill_random(entropy_);
    entropy_used_ = 0;
  }
  const auto from = entropy_.begin() + static_cast<std::ptrdiff_t>(entropy_used_);
  std::copy(from, from + kEntropyBytes, input.entropy.begin());
  std::fill(from, from + kEntropyBytes, std::uint8_t{0});
  entropy_used_ += kEntropyBytes;
  return input;
}

bool Workspace::Writer::commit_group() {
  if (!sql_.in_transaction()) {  // one alone threw: there is nothing to keep
    return group_.size() == 1 && !group_.front().output;
  }
  try {
    const auto began = SteadyClock::now();
    sql_.commit();
    services_.metrics.commit_us.record(micros(SteadyClock::now() - began));
    services_.metrics.group_inputs.record(static_cast<std::int64_t>(group_.size()));
    wal_bytes_.store(sql_.wal_bytes(), std::memory_order_relaxed);
    return true;
  } catch (const SqlError& error) {
    services_.log.write(LogLevel::error, "commit_failed",
                        {{"workspace", name_}, {"error", error.what()}});
    return false;
  }
}

// The timer, after the group was kept. `due`: its first Input was the timer's.
void Workspace::Writer::rearm(bool due) {
  if (due && group_.front().output) {
    wake_at_.reset();
  } else if (due) {
    not_before_ = tick() + kAfterFailure;
  }
  for (const Member& member : group_) {
    if (member.output && member.output->wake_at) {
      wake_at_ = member.output->wake_at;
    }
  }
}

// Nothing of the group happened. An effect result among it is not reported again: its lease brings
// it back.
void Workspace::Writer::fail_group() {
  count(services_.metrics.failed_commits);
  sql_.rollback();
  core_.drop_caches();
  not_before_ = tick() + kAfterFailure;
  for (Member& member : group_) {
    if (member.done) {
      member.done(not_saved());
    }
  }
  group_.clear();
}

// What is due at an instant goes first: effects, then answers, then what is shown.
void Workspace::Writer::publish_group() {
  std::vector<callgate::Event> events;
  std::vector<std::string> ended;
  for (Member& member : group_) {
    if (member.output) {
      std::move(member.output->ended.begin(), member.output->ended.end(),
                std::back_inserter(ended));
      for (Effect& effect : member.output->effects) {
        perform(std::move(effect));
      }
      std::move(member.output->events.begin(), member.output->events.end(),
                std::back_inserter(events));
    }
  }
  services_.events.end(name_, std::move(ended));
  {
    const GatheredAnswers together;
    for (Member& member : group_) {
      answer(std::move(member));
    }
  }
  services_.events.publish(name_, std::move(events));
  group_.clear();
}

void Workspace::Writer::answer(Member member) {
  if (!member.output) {
    if (member.done) {
      member.done(host_problem("internal"));
    }
    return;
  }
  Output& output = *member.output;
  for (const std::string& alert : output.alerts) {
    services_.log.write(LogLevel::warn, "alert", {{"workspace", name_}, {"alert", alert}});
  }
  for (const AwaitedReply& reply : output.replies) {
    settle_awaits(reply);
  }
  if (!member.done) {
    return;
  }
  if (auto* await = std::get_if<Await>(&output.answer)) {
    awaiting_.push_back(
        {await->effect, await->until, std::move(await->otherwise), std::move(member.done)});
  } else if (auto* response = std::get_if<Response>(&output.answer)) {
    member.done(std::move(*response));
  } else if (auto* stream = std::get_if<Stream>(&output.answer)) {
    member.done(std::move(*stream));
  } else if (auto* ingest = std::get_if<Ingest>(&output.answer)) {
    member.done(*ingest);
  } else {
    member.done(std::monostate{});
  }
}

void Workspace::Writer::perform(Effect effect) {
  services_.effects.perform(std::move(effect),
                            [this](EffectResult result, std::chrono::microseconds took) {
                              Metrics& metrics = services_.metrics;
                              metrics.effect_us.record(took.count());
                              if (std::holds_alternative<Answered>(result.result)) {
                                count(metrics.effects_answered);
                              } else if (std::holds_alternative<NotSent>(result.result)) {
                                count(metrics.effects_not_sent);
                              } else {
                                count(metrics.effects_no_answer);
                              }
                              submit(std::move(result), nullptr);
                            });
}

void Workspace::Writer::settle_awaits(const AwaitedReply& reply) {
  for (auto one = awaiting_.begin(); one != awaiting_.end();) {
    if (one->effect == reply.effect) {
      one->done(reply.response);
      one = awaiting_.erase(one);
    } else {
      ++one;
    }
  }
}

void Workspace::Writer::expire_awaits(Instant now) {
  for (auto one = awaiting_.begin(); one != awaiting_.end();) {
    if (one->until <= now) {
      one->done(std::move(one->otherwise));
      one = awaiting_.erase(one);
    } else {
      ++one;
    }
  }
}

void Workspace::Writer::checkpoint_if_due() {
  sql_.make_wal_room();
  if (checkpointer_.take_finished()) {
    try {
      sql_.checkpoint();  // the little that was written meanwhile: the WAL can begin anew
    } catch (const SqlError& error) {
      services_.log.write(LogLevel::warn, "checkpoint_failed", {{"error", error.what()}});
    }
  } else if (wal_bytes_.load(std::memory_order_relaxed) > kCheckpointBytes) {
    checkpointer_.request();
  }
}

}  // namespace callgate
