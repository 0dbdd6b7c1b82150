#include "native-server/sim_carrier/wire.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>

namespace callgate::sim_carrier {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";

int hex_value(char letter) {
  if (letter >= '0' && letter <= '9') {
    return letter - '0';
  }
  if (letter >= 'a' && letter <= 'f') {
    return letter - 'a' + 10;
  }
  return letter >= 'A' && letter <= 'F' ? letter - 'A' + 10 : -1;
}

void append_hex(std::string& out, std::uint64_t value, int digits) {
  for (int digit = digits - 1; digit >= 0; --digit) {
    out += kHex[(value >> (4U * static_cast<unsigned>(digit))) & 15U];
  }
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+') {
      out += ' ';
    } else if (text[at] == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 &&
               hex_value(text[at + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

const char* phrase(std::int64_t status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Payload Too Large";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    default:
      return "Error";
  }
}

}  // namespace

std::int64_t wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string instant_text(std::int64_t ms) {
  // Year, month and day from days since 1970, after Hinnant's "chrono-compatible date algorithms":
  // years begin in March, so a leap day is the last of its year. Printing and gmtime_r would take a
  // tenth of all time when tens of thousands of webhooks a second carry four instants each.
  const std::int64_t days = ms / 86'400'000 + 719'468;
  const std::int64_t era = days / 146'097;
  const std::int64_t day_of_era = days % 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const std::int64_t time = ms % 86'400'000;
  std::string text = "0000-00-00T00:00:00.000Z";
  const auto put = [&text](std::size_t at, std::size_t digits, std::int64_t value) {
    for (std::size_t digit = at + digits; digit > at; value /= 10) {
      text[--digit] = static_cast<char>('0' + value % 10);
    }
  };
  put(0, 4, year_of_era + era * 400 + (month <= 2 ? 1 : 0));
  put(5, 2, month);
  put(8, 2, day_of_year - (153 * month_from_march + 2) / 5 + 1);
  put(11, 2, time / 3'600'000);
  put(14, 2, time / 60'000 % 60);
  put(17, 2, time / 1'000 % 60);
  put(20, 3, time % 1'000);
  return text;
}

std::optional<std::int64_t> read_instant(const std::string& text) {
  std::tm parts{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%d", &parts);
  if (rest == nullptr) {
    return std::nullopt;
  }
  std::int64_t fraction_ms = 0;
  std::int64_t offset_minutes = 0;
  if (*rest == 'T' || *rest == ' ') {
    rest = strptime(rest + 1, "%H:%M:%S", &parts);
    if (rest == nullptr) {
      return std::nullopt;
    }
    if (*rest == '.') {
      std::int64_t place = 100;
      for (++rest; *rest >= '0' && *rest <= '9'; ++rest, place /= 10) {
        fraction_ms += (*rest - '0') * place;
      }
    }
    if (*rest == 'Z') {
      ++rest;
    } else if (*rest == '+' || *rest == '-') {
      int hours = 0;
      int minutes = 0;
      if (std::sscanf(rest + 1, "%2d:%2d", &hours, &minutes) != 2) {
        return std::nullopt;
      }
      offset_minutes = (*rest == '-' ? -1 : 1) * (hours * 60 + minutes);
      rest += 6;
    }
  }
  if (*rest != '\0') {
    return std::nullopt;
  }
  return (static_cast<std::int64_t>(timegm(&parts)) - offset_minutes * 60) * 1000 + fraction_ms;
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    const bool control = static_cast<unsigned char>(letter) < 0x20;
    if (!control && letter != '"' && letter != '\\') {
      continue;
    }
    out += text.substr(from, at - from);
    from = at + 1;
    out += '\\';
    if (control) {
      out += 'u';
      append_hex(out, static_cast<unsigned char>(letter), 4);
    } else {
      out += letter;
    }
  }
  out += text.substr(from);
  out += '"';
}

void append_dollars(std::string& out, std::int64_t micros) {
  out += std::to_string(micros / 1'000'000);
  std::string fraction = std::to_string(1'000'000 + micros % 1'000'000).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (!fraction.empty()) {
    out += '.' + fraction;
  }
}

std::string call_id(std::int64_t created_ms, std::uint32_t row, std::uint64_t salt) {
  std::uint64_t noise = (salt ^ (std::uint64_t{row} << 20U)) * 0x9e3779b97f4a7c15U;
  noise ^= noise >> 29U;
  const auto time = static_cast<std::uint64_t>(created_ms);
  std::string id;
  append_hex(id, time >> 16U, 8);
  id += '-';
  append_hex(id, time & 0xffffU, 4);
  id += '-';
  append_hex(id, 0x7000U | (noise & 0xfffU), 4);
  id += '-';
  append_hex(id, 0x8000U | ((noise >> 12U) & 0x3fffU), 4);
  id += '-';
  append_hex(id, (noise >> 26U) & 0xffffU, 4);
  append_hex(id, row, 8);
  return id;
}

std::optional<std::uint32_t> row_of_call_id(std::string_view id) {
  if (id.size() != 36) {
    return std::nullopt;
  }
  std::uint32_t row = 0;
  for (const char letter : id.substr(28)) {
    const int value = hex_value(letter);
    if (value < 0) {
      return std::nullopt;
    }
    row = row * 16 + static_cast<std::uint32_t>(value);
  }
  return row;
}

Target read_target(std::string_view target) {
  Target out;
  const auto mark = target.find('?');
  out.path = std::string(target.substr(0, mark));
  if (mark == std::string_view::npos) {
    return out;
  }
  auto query = target.substr(mark + 1);
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (!pair.empty()) {
      out.query.emplace_back(
          decoded(pair.substr(0, equals)),
          equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1)));
    }
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  return out;
}

Response json_response(std::int64_t status, std::string body) {
  Response response;
  response.status = status;
  response.headers = {{"content-type", "application/json; charset=utf-8"}};
  response.body = std::move(body);
  return response;
}

Response error_response(std::int64_t status, const std::vector<std::string>& messages) {
  std::string body = "{\"message\":";
  if (messages.size() == 1) {
    append_json(body, messages.front());
  } else {
    for (std::size_t at = 0; at < messages.size(); ++at) {
      body += at == 0 ? '[' : ',';
      append_json(body, messages[at]);
    }
    body += ']';
  }
  body += ",\"error\":";
  append_json(body, phrase(status));
  body += ",\"statusCode\":" + std::to_string(status) + '}';
  return json_response(status, std::move(body));
}

}  // namespace callgate::sim_carrier
