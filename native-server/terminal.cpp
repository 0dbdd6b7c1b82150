#include "native-server/terminal.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <unistd.h>

namespace callgate {
namespace {

using nlohmann::json;

constexpr int kBarWidth = 30;
constexpr int kReconnectsMax = 120;

// Cuts a server-sent event stream (WHATWG HTML 9.2) into events, however its bytes are divided.
class EventReader {
 public:
  // Calls back with each event's data; false from it ends the reading.
  template <class OnEvent>
  bool feed(std::string_view bytes, OnEvent on_event) {
    buffer_.append(bytes);
    std::size_t end = 0;
    while ((end = buffer_.find("\n\n")) != std::string::npos) {
      std::string data;
      std::size_t at = 0;
      while (at < end) {
        const std::size_t line_end = std::min(buffer_.find('\n', at), end);
        const std::string_view line = std::string_view{buffer_}.substr(at, line_end - at);
        if (line.substr(0, 6) == "data: ") {
          data = line.substr(6);
        } else if (line.substr(0, 4) == "id: ") {
          last_id_ = line.substr(4);
        }
        at = line_end + 1;
      }
      buffer_.erase(0, end + 2);
      if (!data.empty() && !on_event(data)) {
        return false;
      }
    }
    return true;
  }
  [[nodiscard]] const std::string& last_id() const { return last_id_; }
  void start_again() { buffer_.clear(); }

 private:
  std::string buffer_;
  std::string last_id_;
};

bool has_ended(const std::string& status) {
  return status == "completed" || status == "failed" || status == "canceled" ||
         status == "cancelled" || status == "expired";
}

std::string describe(const json& job) {
  const std::int64_t total = job.value("totalCalls", std::int64_t{0});
  const std::int64_t completed = job.value("completedCalls", std::int64_t{0});
  const std::int64_t failed = job.value("failedCalls", std::int64_t{0});
  const std::int64_t canceled = job.value("canceledCalls", std::int64_t{0});
  std::string text =
      job.value("status", "") + " " + bar(completed + failed + canceled, total, kBarWidth);
  text += " " + std::to_string(job.value("progress", std::int64_t{0})) + "% of " +
          std::to_string(total) + ": " + std::to_string(completed) + " completed, " +
          std::to_string(failed) + " failed";
  if (job.contains("liveCalls") && job["liveCalls"].is_number()) {
    text += ", " + std::to_string(job["liveCalls"].get<std::int64_t>()) + " live";
  }
  return text;
}

}  // namespace

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

void ProgressLine::show(const std::string& text) {
  if (terminal_) {
    std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
    std::fflush(stderr);
    showing_ = true;
  } else {
    std::fprintf(stderr, "%s\n", text.c_str());
  }
}

void ProgressLine::show_bytes(std::int64_t sent, std::int64_t total) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - shown_at_ < std::chrono::milliseconds{100}) {
    return;
  }
  shown_at_ = now;
  const std::string megabytes =
      std::to_string(sent / 1'000'000) + "." + std::to_string(sent / 100'000 % 10) + " MB";
  show(total > 0 ? bar(sent, total, kBarWidth) + " " + std::to_string(sent * 100 / total) + "%  " +
                       megabytes
                 : megabytes);
}

void ProgressLine::clear() {
  if (std::exchange(showing_, false)) {
    std::fprintf(stderr, "\r\x1b[K");
    std::fflush(stderr);
  }
}

std::string bar(std::int64_t done, std::int64_t total, int width) {
  const std::int64_t filled = total > 0 ? std::min<std::int64_t>(done, total) * width / total : 0;
  std::string text = "[";
  for (int i = 0; i < width; ++i) {
    text += i < filled ? '#' : '-';
  }
  return text + "]";
}

std::string printable(std::string_view text) {
  std::string out{text};
  out.erase(
      std::remove_if(out.begin(), out.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }),
      out.end());
  return out;
}

int watch_job(Client& client, const std::string& job_id) {
  ProgressLine progress;
  EventReader events;
  std::string status;
  std::string last;
  const auto on_event = [&](const std::string& data) {
    const json job = json::parse(data, nullptr, false);
    if (!job.is_object()) {
      return true;
    }
    status = job.value("status", "");
    last = describe(job);
    progress.show(last);
    return !has_ended(status);
  };
  for (int failures = 0; !has_ended(status);) {
    ClientRequest request;
    request.url = "/api/events?jobId=" + percent_encoded(job_id);
    request.timeout_s = 0;
    if (!events.last_id().empty()) {
      request.headers = {{"last-event-id", events.last_id()}};
    }
    request.on_data = [&](std::string_view bytes) {
      failures = 0;
      return events.feed(bytes, on_event);
    };
    events.start_again();
    try {
      client.send(std::move(request));
    } catch (const ClientError&) {
      if (++failures > kReconnectsMax) {
        throw;
      }
    }
    if (!has_ended(status)) {
      std::this_thread::sleep_for(std::chrono::milliseconds{1000});
    }
  }
  progress.clear();
  std::printf("%s\n", last.c_str());
  return status == "completed" ? 0 : 1;
}

}  // namespace callgate
