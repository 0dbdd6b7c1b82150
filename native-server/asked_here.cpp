#include "native-server/asked_here.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/core.hpp"
#include "native-server/client.hpp"

namespace callgate {

using nlohmann::json;

struct AskedHere::Said {
  bool refused = false;
  std::string body;
};

void AskedHere::set(const std::string& field, const json& value, const std::string& shown) {
  set_json(field, value.dump(), shown);
}

void AskedHere::set_json(const std::string& field, std::string_view text,
                         const std::string& shown) {
  if (!json::accept(text)) {
    throw std::runtime_error(shown + " is not JSON");
  }
  body_ += (body_.empty() ? "" : ",") + json(field).dump() + ":" + std::string{text};
  name("/" + field, shown);
}

void AskedHere::name(const std::string& pointer, const std::string& shown) {
  names_.emplace_back(pointer, shown);
}

AskedHere::Said AskedHere::ask() const {
  HttpRequest request;
  request.method = body_.empty() ? "GET" : "POST";
  request.target = target_;
  if (!body_.empty()) {
    request.headers = {{"content-type", "application/json"}};
    request.body = "{" + body_ + "}";
  }
  request.principal = Principal{"default", "command line", {}, {}};
  const auto response = answer_without_workspace(request);
  if (!response) {
    throw std::logic_error(target_ + " wants a workspace");
  }
  return {response->status != 200, response->body};
}

std::string AskedHere::shown_place(const std::string& pointer) const {
  const std::pair<std::string, std::string>* best = nullptr;
  for (const auto& each : names_) {
    const bool around = pointer.rfind(each.first, 0) == 0 &&
                        (pointer.size() == each.first.size() || pointer[each.first.size()] == '/');
    if (around && (best == nullptr || best->first.size() < each.first.size())) {
      best = &each;
    }
  }
  if (best == nullptr) {
    return pointer.empty() ? "the question" : pointer;
  }
  const std::string rest = pointer.substr(best->first.size());
  return best->second + (rest.empty() ? "" : " " + rest);
}

std::string AskedHere::refusal(const std::string& body) const {
  const json problem = json::parse(body);
  const std::string code = problem.value("code", "");
  const json issues = problem.value("issues", json::array());
  if (issues.empty()) {
    return problem.value("detail", "") + " (" + code + ")";
  }
  std::string text;
  for (const json& issue : issues) {
    text += text.empty() ? "" : "\n  ";
    text += shown_place(issue.value("pointer", "")) + ": " + issue.value("detail", "") + " (" +
            issue.value("code", code) + ")";
  }
  return text;
}

json AskedHere::answer() const {
  const Said said = ask();
  if (said.refused) {
    throw Refused(refusal(said.body));
  }
  return json::parse(said.body);
}

int AskedHere::print(bool raw,
                     const std::function<int(const json& answer, std::string& text)>& tell) const {
  const Said said = ask();
  if (said.refused) {
    std::printf("%s", raw ? (said.body + "\n").c_str() : "");
    std::fflush(stdout);
    throw Refused(refusal(said.body));
  }
  std::string text;
  const int exit_code = tell(json::parse(said.body), text);
  std::printf("%s", raw ? (said.body + "\n").c_str() : text.c_str());
  return std::fflush(stdout) == 0 ? exit_code : 1;
}

std::string time_or_now(const std::string& text) {
  if (text != "now") {
    return text;
  }
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto thousandths =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 24> whole{};
  std::strftime(whole.data(), whole.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%s.%03dZ", whole.data(), static_cast<int>(thousandths));
  return out.data();
}

std::string short_time(const std::string& rfc3339) {
  constexpr std::string_view kWhole = ".000Z";
  const std::size_t at = rfc3339.size() - std::min(rfc3339.size(), kWhole.size());
  return rfc3339.substr(at) == kWhole ? rfc3339.substr(0, at) + "Z" : rfc3339;
}

std::string wall_clock(const std::string& local) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::size_t kDate = 10;
  constexpr std::size_t kWithMinutes = 16;
  const std::chrono::sys_days day = std::chrono::year{std::stoi(local.substr(0, 4))} /
                                    std::stoi(local.substr(5, 2)) / std::stoi(local.substr(8, 2));
  const std::string seconds = local.substr(kWithMinutes, std::string_view{":00"}.size());
  return std::string{kDays[std::chrono::weekday{day}.c_encoding()]} + " " + local.substr(0, kDate) +
         " " + local.substr(kDate + 1, kWithMinutes - kDate - 1) +
         (seconds == ":00" ? "" : seconds);
}

std::string wall_clock_in(const std::string& zone, const std::string& instant) {
  AskedHere question{"/api/time/convert"};
  question.set("zone", zone, "the zone");
  question.set("utc", instant, "the time");
  return wall_clock(question.answer().at("local").get<std::string>());
}

}  // namespace callgate
