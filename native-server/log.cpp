#include "native-server/log.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace callgate {
namespace {

constexpr std::size_t kLinesWaiting = 8192;
constexpr std::size_t kDigitsShown = 4;
constexpr std::size_t kDigitsOfNumber = 7;

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

std::string quoted(std::string_view text) {
  return nlohmann::json(std::string{text})
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string value_text(LogFormat format, const Log::Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return std::to_string(*number);
  }
  const std::string_view text = std::get<std::string_view>(value);
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != '=' && c != '\\';
  });
  if (!plain) {
    return quoted(text);
  }
  std::string out{text};
  return format == LogFormat::text ? out : "\"" + out + "\"";
}

}  // namespace

struct Log::State {
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
};

Log::Log(LogFormat format, LogLevel level)
    : format_(format), level_(level), state_(std::make_unique<State>()) {
  state_->pool = std::make_shared<spdlog::details::thread_pool>(kLinesWaiting, 1);
  // Under a flood the oldest lines go: a request must not wait for a terminal.
  state_->logger = std::make_shared<spdlog::async_logger>(
      "callgate", std::make_shared<spdlog::sinks::stderr_sink_mt>(), state_->pool,
      spdlog::async_overflow_policy::overrun_oldest);
  state_->logger->set_level(level_of(level));
  state_->logger->flush_on(spdlog::level::warn);
  if (format == LogFormat::json) {
    state_->logger->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})",
                                spdlog::pattern_time_type::utc);
  } else {
    state_->logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  }
}

Log::~Log() {
  state_->logger->flush();
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<Field> fields) {
  if (logs(level)) {
    state_->logger->log(level_of(level), spdlog::string_view_t{log_line(format_, event, fields)});
  }
}

std::string log_line(LogFormat format, std::string_view event,
                     std::initializer_list<Log::Field> fields) {
  std::string line;
  line.reserve(160);
  if (format == LogFormat::json) {
    line.append("\"event\":").append(quoted(event));
    for (const auto& [name, value] : fields) {
      line.append(",\"").append(name).append("\":").append(value_text(format, value));
    }
  } else {
    line.append(event);
    for (const auto& [name, value] : fields) {
      line.append(" ").append(name).append("=").append(value_text(format, value));
    }
  }
  return line;
}

// A whole segment that is a plus (or its encoding) and digits, or nothing but digits.
std::string loggable_path(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  std::string out;
  std::size_t at = 0;
  while (at < path.size()) {
    const std::size_t end = std::min(path.find('/', at + 1), path.size());
    const std::string_view segment = path.substr(at, end - at);
    std::size_t digits = 1;
    if (segment.substr(1, 1) == "+") {
      digits = 2;
    } else if (segment.substr(1, 3) == "%2B" || segment.substr(1, 3) == "%2b") {
      digits = 4;
    }
    const std::string_view rest = segment.substr(std::min(digits, segment.size()));
    const bool number =
        rest.size() >= kDigitsOfNumber &&
        std::all_of(rest.begin(), rest.end(), [](char c) { return c >= '0' && c <= '9'; });
    out.append(number ? segment.substr(0, digits + kDigitsShown) : segment);
    out.append(number ? "…" : "");
    at = end;
  }
  return out;
}

}  // namespace callgate
