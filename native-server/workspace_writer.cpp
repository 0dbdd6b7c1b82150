#include "native-server/workspace_writer.hpp"

#include <algorithm>

namespace callgate {
namespace {

constexpr std::size_t kGroupMax = 256;
constexpr std::chrono::milliseconds kGroupTime{5};
constexpr std::size_t kWaitingMax = 20'000;
constexpr std::int64_t kCheckpointBytes = 16 * 1024 * 1024;
constexpr std::size_t kEntropyBytes = 32;
constexpr Millis kAfterFailure{1000};  // the timer, lest it fail in a tight circle

using SteadyClock = std::chrono::steady_clock;

std::int64_t micros(SteadyClock::duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

Response busy() {
  Response response =
      problem(503, "overloaded", "Too many requests wait for this workspace; try again shortly.");
  response.headers.emplace_back("retry-after", "1");
  return response;
}

Response stopping_answer() {
  Response response = problem(503, "stopping", "The server is stopping; try again shortly.");
  response.headers.emplace_back("retry-after", "2");
  return response;
}

Response not_saved() {
  return problem(503, "not_saved", "The change could not be saved; nothing of it happened.");
}

}  // namespace

Workspace::Writer::Writer(std::string name, const std::string& path,
                          const WorkspaceServices& services)
    : name_(std::move(name)),
      path_(path),
      services_(services),
      sql_(path, {}),
      crypto_(services.secret),
      core_(sql_, crypto_, name_),
      checkpointer_(path, services.log) {
  std::array<std::uint8_t, kEntropyBytes> entropy{};
  fill_random(entropy);
  const Instant now = tick();
  sql_.begin();
  core_.migrate(now, entropy);
  sql_.commit();
  wake_at_ = now;  // what the timer was before is not known: ask at once
  committed_wake_at_ = wake_at_;
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
  const Instant now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
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
  const std::size_t waiting = batch_.size() - next_in_batch_;
  if (!due && waiting == 0) {
    return;
  }
  if (!begin_group()) {
    return;
  }
  const auto began = SteadyClock::now();
  const bool alone = waiting + (due ? 1 : 0) == 1;
  if (due) {
    services_.metrics.wake_late_us.record((to_ms(now) - to_ms(*wake_at_)) * 1000);
    wake_at_.reset();
    run_one({Wake{}, nullptr}, alone);
  }
  while (!group_lost_ && next_in_batch_ < batch_.size() && group_.size() < kGroupMax &&
         SteadyClock::now() - began < kGroupTime) {
    run_one(std::move(batch_[next_in_batch_++]), alone);
  }
  if (commit_group()) {
    if (due && !group_.front().output) {
      not_before_ = tick() + kAfterFailure;
    }
    publish_group();
  } else {
    fail_group();
  }
}

bool Workspace::Writer::begin_group() {
  group_.clear();
  group_lost_ = false;
  try {
    sql_.begin();
    return true;
  } catch (const SqlError& error) {
    services_.log.write(LogLevel::error, "begin_failed",
                        {{"workspace", name_}, {"error", error.what()}});
    while (next_in_batch_ < batch_.size()) {
      group_.push_back({std::move(batch_[next_in_batch_++].done), std::nullopt});
    }
    fail_group();
    return false;
  }
}

Input Workspace::Writer::input_for(Event event) {
  Input input;
  input.now = tick();
  input.limits = services_.limits;
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

// `alone`: the transaction itself is its savepoint.
void Workspace::Writer::run_one(Waiting waiting, bool alone) {
  Finished finished{std::move(waiting.done), std::nullopt};
  try {
    if (!alone) {
      sql_.set_savepoint();
    }
    finished.output = core_.handle(input_for(std::move(waiting.event)));
    if (!alone) {
      sql_.release_savepoint();
    }
    wake_at_ = finished.output->wake_at;
  } catch (const std::exception& error) {
    finished.output.reset();
    core_.drop_caches();
    count(services_.metrics.failed_inputs);
    services_.log.write(LogLevel::error, "input_failed",
                        {{"workspace", name_}, {"error", error.what()}});
    try {
      if (!alone) {
        sql_.rollback_to_savepoint();
      }
    } catch (const SqlError&) {
      group_lost_ = true;  // SQLite rolled everything back by itself
    }
  }
  group_lost_ = group_lost_ || !sql_.in_transaction();
  group_.push_back(std::move(finished));
}

bool Workspace::Writer::commit_group() {
  const bool nothing_kept = group_.size() == 1 && !group_.front().output;
  if (group_lost_ || nothing_kept) {
    sql_.rollback();
    wake_at_ = committed_wake_at_;
    return !group_lost_;
  }
  try {
    const auto began = SteadyClock::now();
    sql_.commit();
    services_.metrics.commit_us.record(micros(SteadyClock::now() - began));
    services_.metrics.group_inputs.record(static_cast<std::int64_t>(group_.size()));
    wal_bytes_.store(sql_.wal_bytes(), std::memory_order_relaxed);
    committed_wake_at_ = wake_at_;
    return true;
  } catch (const SqlError& error) {
    services_.log.write(LogLevel::error, "commit_failed",
                        {{"workspace", name_}, {"error", error.what()}});
    return false;
  }
}

// Nothing of the group happened. An effect result among it is not reported again: its lease brings
// it back.
void Workspace::Writer::fail_group() {
  count(services_.metrics.failed_commits);
  sql_.rollback();
  core_.drop_caches();
  wake_at_ = committed_wake_at_;
  not_before_ = tick() + kAfterFailure;
  for (Finished& finished : group_) {
    if (finished.done) {
      finished.done(not_saved());
    }
  }
  group_.clear();
}

void Workspace::Writer::publish_group() {
  for (Finished& finished : group_) {
    if (finished.output) {
      act_on(std::move(finished));
    } else if (finished.done) {
      finished.done(problem(500, "internal", "Something went wrong here; nothing was changed."));
    }
  }
  group_.clear();
}

void Workspace::Writer::act_on(Finished finished) {
  Output& output = *finished.output;
  for (const std::string& alert : output.alerts) {
    services_.log.write(LogLevel::warn, "alert", {{"workspace", name_}, {"alert", alert}});
  }
  services_.events.publish(name_, std::move(output.events));
  if (auto* await = std::get_if<Await>(&output.answer)) {
    awaiting_.push_back(
        {await->effect, await->until, std::move(await->otherwise), std::move(finished.done)});
  }
  for (Effect& effect : output.effects) {
    perform(std::move(effect));
  }
  if (output.reply) {
    settle_awaits(output.reply->first, output.reply->second);
  }
  if (!finished.done) {
    return;
  }
  if (auto* response = std::get_if<Response>(&output.answer)) {
    finished.done(std::move(*response));
  } else if (auto* stream = std::get_if<Stream>(&output.answer)) {
    finished.done(std::move(*stream));
  } else if (auto* ingest = std::get_if<Ingest>(&output.answer)) {
    finished.done(*ingest);
  } else {
    finished.done(std::monostate{});
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

void Workspace::Writer::settle_awaits(const EffectKey& effect, const Response& reply) {
  for (auto one = awaiting_.begin(); one != awaiting_.end();) {
    if (one->effect == effect) {
      one->done(reply);
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
