// Live events to subscribers. Within kEventGap a workspace's events are gathered: of each subject
// the newest is kept, then all are sent in the order of their revisions, so that a client's
// Last-Event-ID always means "everything up to here". The newest state of each subject stays a
// minute: a subscriber whose backlog was read before an event was published gets that event too. A
// comment every 15 s shows that the stream lives. One thread serves all workspaces.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/output.hpp"
#include "native-server/http_server.hpp"
#include "native-server/metrics.hpp"

namespace callgate {

class EventHub {
 public:
  explicit EventHub(Metrics& metrics,
                    std::chrono::milliseconds heartbeat = std::chrono::seconds{15});
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  // Any thread. In the order of their revisions.
  void publish(const std::string& workspace, std::vector<Event> events);

  // Any thread. Answers the exchange with the stream: its backlog, then what is published, unless
  // the stream ends there.
  void subscribe(const std::string& workspace, std::shared_ptr<Exchange> exchange,
                 std::vector<std::pair<std::string, std::string>> headers, Stream stream);

  // Any thread. Ends the workspace's streams that run by the rights of one of these.
  void end(const std::string& workspace, std::vector<std::string> holders);

  // Ends every stream.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// "id: 7\nevent: job\ndata: {…}\n\n"
[[nodiscard]] std::string event_text(const Event& event);

// What a WebSocket is sent: {"id":"7","event":"job","data":{…}}
[[nodiscard]] std::string event_message(const Event& event);

}  // namespace callgate
