// The process's log: lines on standard error, as text for people or JSON for machines, written by a
// thread of its own so that nobody waits for it. A line is an event with fields. No field is ever a
// token, a body or a header; paths go through loggable_path, which masks telephone numbers and
// drops the query.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace callgate {

enum class LogLevel : std::uint8_t { debug, info, warn, error, off };
enum class LogFormat : std::uint8_t { text, json };

class Log {
 public:
  using Value = std::variant<std::int64_t, std::string_view>;
  using Field = std::pair<std::string_view, Value>;

  Log(LogFormat format, LogLevel level);
  ~Log();  // writes what is still waiting
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  [[nodiscard]] bool logs(LogLevel level) const { return level >= level_; }
  void write(LogLevel level, std::string_view event, std::initializer_list<Field> fields = {});

 private:
  struct State;
  const LogFormat format_;
  const LogLevel level_;
  std::unique_ptr<State> state_;
};

// The line's own part: event and fields.
[[nodiscard]] std::string log_line(LogFormat format, std::string_view event,
                                   std::initializer_list<Log::Field> fields);

// The path of a request target without its query; "/api/numbers/+14155550132" ->
// "/api/numbers/+1415…".
[[nodiscard]] std::string loggable_path(std::string_view target);

}  // namespace callgate
