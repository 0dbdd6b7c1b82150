#include "native-server/event_hub.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>
#include <variant>

namespace callgate {
namespace {

using SteadyClock = std::chrono::steady_clock;
using SteadyTime = SteadyClock::time_point;

constexpr std::chrono::seconds kKept{60};
constexpr std::string_view kHeartbeat = ":\n\n";
constexpr std::string_view kReconnect = "retry: 1000\n\n";

struct Subscriber {
  std::shared_ptr<Exchange> exchange;
  std::optional<std::string> subject;
  std::int64_t after_revision = 0;
  std::shared_ptr<std::atomic<bool>> closed;
  std::vector<std::string> holders;

  void write(std::string text) const {
    if (!exchange->write(std::move(text))) {
      closed->store(true);
    }
  }
  void write(const Event& event) const {
    write(exchange->is_web_socket() ? event_message(event) : event_text(event));
  }
  // What is no event: a WebSocket has its own ways for it.
  void remark(std::string_view text) const {
    if (!exchange->is_web_socket()) {
      write(std::string{text});
    }
  }
};

// Events whose revisions are equal (one Input changed several jobs) are told apart by their
// subject.
bool older(const Event& left, const Event& right) {
  return std::tie(left.revision, left.subject) < std::tie(right.revision, right.subject);
}

// Events in the order in which they are sent.
struct Batch {
  explicit Batch(std::vector<Event> all) : events(std::move(all)) {
    std::sort(events.begin(), events.end(), older);
  }
  void send_to(Subscriber& subscriber) const {
    const std::int64_t after = subscriber.after_revision;
    for (const Event& event : events) {
      const bool wanted = !subscriber.subject || *subscriber.subject == event.subject;
      if (wanted && event.revision > after) {
        subscriber.write(event);
      }
      subscriber.after_revision = std::max(subscriber.after_revision, event.revision);
    }
  }

  std::vector<Event> events;
};

struct Kept {
  Event event;
  SteadyTime sent_at;
};

struct Channel {
  std::vector<Subscriber> subscribers;
  std::map<std::string, Event> pending;  // by subject
  std::map<std::string, Kept> kept;      // by subject: what was sent last
  SteadyTime flushed_at{};
};

struct Published {
  std::string workspace;
  std::vector<Event> events;
};
struct Ended {
  std::string workspace;
  std::vector<std::string> holders;
};
struct Subscribed {
  std::string workspace;
  Subscriber subscriber;
  std::vector<Event> backlog;
  bool ends = false;
};

}  // namespace

struct EventHub::State {
  State(Metrics& process_metrics, std::chrono::milliseconds heartbeat_every)
      : metrics(process_metrics), heartbeat(heartbeat_every) {}

  void run();
  void take(Published&& published);
  void take(Ended&& ended);
  void take(Subscribed&& subscribed);
  void flush(Channel& channel, SteadyTime now);
  void flush_due(SteadyTime now);
  void beat();
  [[nodiscard]] SteadyTime next_due() const;

  Metrics& metrics;
  const std::chrono::milliseconds heartbeat;
  std::map<std::string, Channel> channels;
  SteadyTime next_beat{};

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::variant<Published, Ended, Subscribed>> inbox;
  bool stopping = false;
  std::thread thread;
};

void EventHub::State::take(Published&& published) {
  Channel& channel = channels[published.workspace];
  for (Event& event : published.events) {
    Event& newest = channel.pending[event.subject];
    if (newest.revision <= event.revision) {
      newest = std::move(event);
    }
  }
}

// The exchange of a subscriber that goes is dropped, which ends its stream.
void EventHub::State::take(Ended&& ended) {
  const auto has_ended = [&ended](const Subscriber& one) {
    return std::find_first_of(one.holders.begin(), one.holders.end(), ended.holders.begin(),
                              ended.holders.end()) != one.holders.end();
  };
  auto& all = channels[ended.workspace].subscribers;
  all.erase(std::remove_if(all.begin(), all.end(), has_ended), all.end());
}

void EventHub::State::take(Subscribed&& subscribed) {
  Channel& channel = channels[subscribed.workspace];
  Subscriber subscriber = std::move(subscribed.subscriber);
  subscriber.remark(kReconnect);
  for (const Event& event : subscribed.backlog) {
    subscriber.write(event);
  }
  if (subscribed.ends) {
    return;  // the exchange is dropped, which ends its stream
  }
  std::vector<Event> kept;
  for (const auto& [subject, one] : channel.kept) {
    kept.push_back(one.event);
  }
  Batch{std::move(kept)}.send_to(subscriber);
  channel.subscribers.push_back(std::move(subscriber));
}

void EventHub::State::flush(Channel& channel, SteadyTime now) {
  std::vector<Event> events;
  for (auto& [subject, event] : channel.pending) {
    events.push_back(std::move(event));
  }
  channel.pending.clear();
  Batch batch{std::move(events)};
  for (Subscriber& subscriber : channel.subscribers) {
    batch.send_to(subscriber);
  }
  for (Event& event : batch.events) {
    std::string subject = event.subject;
    channel.kept.insert_or_assign(std::move(subject), Kept{std::move(event), now});
  }
  channel.flushed_at = now;
}

void EventHub::State::flush_due(SteadyTime now) {
  for (auto& [name, channel] : channels) {
    if (!channel.pending.empty() && now >= channel.flushed_at + kEventGap) {
      flush(channel, now);
    }
  }
}

SteadyTime EventHub::State::next_due() const {
  SteadyTime due = next_beat;
  for (const auto& [name, channel] : channels) {
    if (!channel.pending.empty()) {
      due = std::min(due, channel.flushed_at + kEventGap);
    }
  }
  return due;
}

void EventHub::State::beat() {
  const SteadyTime now = SteadyClock::now();
  for (auto& [name, channel] : channels) {
    for (const Subscriber& subscriber : channel.subscribers) {
      subscriber.remark(kHeartbeat);
    }
    auto& all = channel.subscribers;
    all.erase(std::remove_if(all.begin(), all.end(),
                             [](const Subscriber& one) { return one.closed->load(); }),
              all.end());
    for (auto kept = channel.kept.begin(); kept != channel.kept.end();) {
      kept = now - kept->second.sent_at > kKept ? channel.kept.erase(kept) : std::next(kept);
    }
  }
}

void EventHub::State::run() {
  next_beat = SteadyClock::now() + heartbeat;
  std::vector<std::variant<Published, Ended, Subscribed>> taken;
  for (;;) {
    {
      std::unique_lock lock{mutex};
      changed.wait_until(lock, next_due(), [this] { return stopping || !inbox.empty(); });
      if (stopping) {
        break;
      }
      taken.swap(inbox);
    }
    for (auto& one : taken) {
      std::visit([this](auto& message) { take(std::move(message)); }, one);
    }
    taken.clear();
    flush_due(SteadyClock::now());
    if (SteadyClock::now() >= next_beat) {
      beat();
      next_beat = SteadyClock::now() + heartbeat;
    }
  }
  for (auto& [name, channel] : channels) {
    flush(channel, SteadyClock::now());
    for (const Subscriber& subscriber : channel.subscribers) {
      subscriber.exchange->end_stream();
    }
  }
  channels.clear();
}

EventHub::EventHub(Metrics& metrics, std::chrono::milliseconds heartbeat)
    : state_(std::make_shared<State>(metrics, heartbeat)) {
  state_->thread = std::thread{[state = state_.get()] { state->run(); }};
}

EventHub::~EventHub() {
  stop();
}

void EventHub::publish(const std::string& workspace, std::vector<Event> events) {
  if (events.empty()) {
    return;
  }
  {
    const std::lock_guard lock{state_->mutex};
    state_->inbox.emplace_back(Published{workspace, std::move(events)});
  }
  state_->changed.notify_one();
}

void EventHub::end(const std::string& workspace, std::vector<std::string> holders) {
  if (holders.empty()) {
    return;
  }
  {
    const std::lock_guard lock{state_->mutex};
    state_->inbox.emplace_back(Ended{workspace, std::move(holders)});
  }
  state_->changed.notify_one();
}

void EventHub::subscribe(const std::string& workspace, std::shared_ptr<Exchange> exchange,
                         std::vector<std::pair<std::string, std::string>> headers, Stream stream) {
  auto closed = std::make_shared<std::atomic<bool>>(false);
  count(state_->metrics.open_streams);
  exchange->start_stream(std::move(headers), [closed, &metrics = state_->metrics] {
    closed->store(true);
    count(metrics.open_streams, -1);
  });
  Subscribed subscribed{workspace,
                        {std::move(exchange), std::move(stream.subject), stream.after_revision,
                         std::move(closed), std::move(stream.holders)},
                        std::move(stream.backlog),
                        stream.ends};
  {
    const std::lock_guard lock{state_->mutex};
    if (state_->stopping) {
      return;  // the exchange is dropped, which ends its stream
    }
    state_->inbox.emplace_back(std::move(subscribed));
  }
  state_->changed.notify_one();
}

void EventHub::stop() {
  {
    const std::lock_guard lock{state_->mutex};
    if (state_->stopping) {
      return;
    }
    state_->stopping = true;
  }
  state_->changed.notify_one();
  state_->thread.join();
}

std::string event_message(const Event& event) {
  std::string text = "{\"id\":\"";
  text.append(std::to_string(event.revision)).append("\",\"event\":\"").append(event.type);
  text.append("\",\"data\":").append(event.data).append("}");
  return text;
}

std::string event_text(const Event& event) {
  std::string text = "id: ";
  text.append(std::to_string(event.revision)).append("\nevent: ").append(event.type);
  text.append("\ndata: ").append(event.data).append("\n\n");
  return text;
}

}  // namespace callgate
