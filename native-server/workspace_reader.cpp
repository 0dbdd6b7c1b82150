#include "native-server/workspace_reader.hpp"

#include "native-server/clock.hpp"

namespace callgate {

Workspace::Reader::Reader(std::string name, const std::string& path,
                          const WorkspaceServices& services, Writer& writer)
    : name_(std::move(name)),
      services_(services),
      writer_(writer),
      // A search goes to rows all over the file.
      sql_(path, {.read_only = true, .page_cache_kib = 16 * 1024, .mapped_bytes = 1 << 30}),
      crypto_(services.secret),
      core_(sql_, crypto_, name_, services_.zones),
      thread_([this] { run(); }) {}

Workspace::Reader::~Reader() {
  stop();
}

void Workspace::Reader::submit(HttpRequest request, Done done) {
  {
    const std::lock_guard lock{mutex_};
    if (!stopping_) {
      queue_.push_back({std::move(request), std::move(done)});
      changed_.notify_one();
      return;
    }
  }
  writer_.submit(std::move(request), std::move(done));
}

void Workspace::Reader::stop() {
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

void Workspace::Reader::run() {
  std::vector<Waiting> group;
  for (;;) {
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return !queue_.empty() || stopping_; });
      group.swap(queue_);
    }
    if (group.empty()) {
      return;
    }
    run_group(group);
    group.clear();
  }
}

// One snapshot for those that wait now: it is taken after each of them came, so each sees what was
// answered before it was sent.
void Workspace::Reader::run_group(std::vector<Waiting>& group) {
  try {
    sql_.begin();
    const std::int64_t version = sql_.data_version();
    if (version != data_version_) {
      core_.drop_caches();
      data_version_ = version;
    }
  } catch (const SqlError& error) {
    services_.log.write(LogLevel::error, "read_failed",
                        {{"workspace", name_}, {"error", error.what()}});
    sql_.rollback();
    for (Waiting& waiting : group) {
      writer_.submit(std::move(waiting.request), std::move(waiting.done));
    }
    return;
  }
  {
    const GatheredAnswers together;
    for (Waiting& waiting : group) {
      read_one(std::move(waiting));
    }
  }
  sql_.rollback();
}

void Workspace::Reader::read_one(Waiting waiting) {
  Input input;
  input.now = std::max(writer_.last_now(), host_now());
  input.limits = services_.limits;
  input.limits.may_write = false;
  input.environment = services_.environment;
  fill_random(input.entropy);
  input.event = std::move(waiting.request);
  try {
    Output output = core_.handle(input);
    if (auto* response = std::get_if<Response>(&output.answer)) {
      waiting.done(std::move(*response));
      return;
    }
    if (auto* stream = std::get_if<Stream>(&output.answer)) {
      waiting.done(std::move(*stream));
      return;
    }
  } catch (const std::exception& error) {
    core_.drop_caches();
    services_.log.write(LogLevel::warn, "read_failed",
                        {{"workspace", name_}, {"error", error.what()}});
  }
  // It does not only read: the writer can do it.
  writer_.submit(std::move(std::get<HttpRequest>(input.event)), std::move(waiting.done));
}

}  // namespace callgate
