#include "core/base/time.hpp"

#include "core/base/check.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kYear0Ms = -62'167'219'200'000;
constexpr std::int64_t kYear10000Ms = 253'402'300'800'000;

void append_digits(std::string& out, std::int64_t value, int width) {
  std::int64_t unit = 1;
  for (int i = 1; i < width; ++i) {
    unit *= 10;
  }
  for (; unit > 0; unit /= 10) {
    out.push_back(static_cast<char>('0' + value / unit % 10));
  }
}

// Takes text from the left; the first thing that does not fit makes every later step a no-op.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  std::int64_t number(std::size_t width, std::int64_t low, std::int64_t high) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      value = value * 10 + digit();
    }
    ok_ = ok_ && value >= low && value <= high;
    return ok_ ? value : low;
  }

  // Takes one character of `either`, and returns it.
  char one_of(std::string_view either) {
    if (!ok_ || rest_.empty() || either.find(rest_.front()) == std::string_view::npos) {
      ok_ = false;
      return '\0';
    }
    const char taken = rest_.front();
    rest_.remove_prefix(1);
    return taken;
  }

  // The digits of a fraction, at least one, as milliseconds; the rest is cut.
  std::int64_t fraction_ms() {
    std::int64_t value = digit() * 100;
    std::int64_t unit = 10;
    while (at_digit()) {
      value += digit() * unit;
      unit /= 10;
    }
    return ok_ ? value : 0;
  }

  [[nodiscard]] bool at(char next) const { return ok_ && !rest_.empty() && rest_.front() == next; }
  [[nodiscard]] bool at_digit() const {
    return ok_ && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }
  [[nodiscard]] bool ended() const { return ok_ && rest_.empty(); }

 private:
  std::int64_t digit() {
    if (!at_digit()) {
      ok_ = false;
      return 0;
    }
    const std::int64_t value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
  bool ok_ = true;
};

// Reads "Z" or "+hh:mm": what is added to UTC to give the local time before it.
std::int64_t scan_offset_ms(Scanner& scan) {
  const char sign = scan.one_of("Zz+-");
  if (sign != '+' && sign != '-') {
    return 0;
  }
  const std::int64_t hours = scan.number(2, 0, 23);
  scan.one_of(":");
  const std::int64_t minutes = scan.number(2, 0, 59);
  const std::int64_t ms = hours * kHourMs + minutes * kMinuteMs;
  return sign == '+' ? ms : -ms;
}

}  // namespace

std::string format_rfc3339(Instant instant) {
  const std::int64_t ms = to_ms(instant);
  CALLGATE_CHECK(ms >= kYear0Ms && ms < kYear10000Ms);
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const std::int64_t of_day = ms - to_ms(Instant{day});
  std::string out;
  out.reserve(24);
  append_digits(out, int{date.year()}, 4);
  out.push_back('-');
  append_digits(out, unsigned{date.month()}, 2);
  out.push_back('-');
  append_digits(out, unsigned{date.day()}, 2);
  out.push_back('T');
  append_digits(out, of_day / kHourMs, 2);
  out.push_back(':');
  append_digits(out, of_day / kMinuteMs % 60, 2);
  out.push_back(':');
  append_digits(out, of_day / 1000 % 60, 2);
  out.push_back('.');
  append_digits(out, of_day % 1000, 3);
  out.push_back('Z');
  return out;
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  Scanner scan{text};
  const std::int64_t year = scan.number(4, 0, 9999);
  scan.one_of("-");
  const std::int64_t month = scan.number(2, 1, 12);
  scan.one_of("-");
  const std::int64_t day = scan.number(2, 1, 31);
  scan.one_of("Tt");
  const std::int64_t hour = scan.number(2, 0, 23);
  scan.one_of(":");
  const std::int64_t minute = scan.number(2, 0, 59);
  scan.one_of(":");
  const std::int64_t second = scan.number(2, 0, 60);
  std::int64_t fraction_ms = 0;
  if (scan.at('.')) {
    scan.one_of(".");
    fraction_ms = scan.fraction_ms();
  }
  const std::int64_t offset_ms = scan_offset_ms(scan);
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!scan.ended() || !date.ok()) {
    return std::nullopt;
  }
  const std::int64_t whole = to_ms(Instant{std::chrono::sys_days{date}}) + hour * kHourMs +
                             minute * kMinuteMs + second * 1000 - offset_ms;
  const std::int64_t ms = whole + fraction_ms;
  if (ms < 0 || ms >= kYear10000Ms || (second == 60 && whole % kDayMs != 0)) {
    return std::nullopt;
  }
  return from_ms(ms);
}

}  // namespace callgate
