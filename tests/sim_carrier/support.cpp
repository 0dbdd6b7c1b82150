#include "tests/sim_carrier/support.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <cstdlib>
#include <curl/curl.h>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace callgate::sim_carrier_test {

namespace {

constexpr std::chrono::seconds kPatience{10};

std::string binary() {
  const char* chosen = std::getenv("CALLGATE_BINARY");
  return chosen != nullptr ? chosen : CALLGATE_BINARY;
}

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(bytes, size * count);
  return size * count;
}

std::size_t keep_header(char* bytes, std::size_t size, std::size_t count, void* into) {
  std::string line(bytes, size * count);
  const auto colon = line.find(':');
  if (colon != std::string::npos) {
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char letter) { return static_cast<char>(std::tolower(letter)); });
    line.erase(line.find_last_not_of("\r\n") + 1);
    const auto value = line.find_first_not_of(' ', colon + 1);
    (*static_cast<std::map<std::string, std::string>*>(into))[name] =
        value == std::string::npos ? std::string() : line.substr(value);
  }
  return size * count;
}

// Reads up to and without the newline.
std::string read_line(int descriptor) {
  std::string line;
  char letter = 0;
  while (read(descriptor, &letter, 1) == 1 && letter != '\n') {
    line += letter;
  }
  return line;
}

}  // namespace

void wait_until(const std::string& what, const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) {
      FAIL("waited in vain until " << what);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

std::string number_of(int index) {
  return "+1415" + std::to_string(5'550'000 + index);
}

Json Answer::json() const {
  return Json::parse(body);
}

Json Received::message() const {
  return Json::parse(body).at("message");
}

SimCarrier::SimCarrier(const std::vector<std::string>& flags) {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  std::vector<std::string> words{binary(), "sim-carrier", "--port", "0"};
  words.insert(words.end(), flags.begin(), flags.end());
  std::vector<char*> arguments;
  for (auto& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  const int failed = posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  output_ = ends[0];
  if (failed != 0) {
    throw std::runtime_error("cannot start " + binary());
  }
  const auto line = read_line(output_);
  const std::string expected = "sim-carrier listening on ";
  if (line.rfind(expected, 0) != 0) {
    static_cast<void>(stop());
    close(output_);
    throw std::runtime_error("its first line is: " + line);
  }
  url_ = line.substr(expected.size());
}

SimCarrier::~SimCarrier() {
  static_cast<void>(stop());
  close(output_);
}

int SimCarrier::stop() {
  if (pid_ < 0) {
    return -1;
  }
  kill(pid_, SIGTERM);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Answer SimCarrier::request(const std::string& method, const std::string& path_or_url,
                           const std::string& body, std::chrono::milliseconds timeout) const {
  Answer answer;
  CURL* easy = curl_easy_init();
  const auto url = path_or_url.rfind("http", 0) == 0 ? path_or_url : url_ + path_or_url;
  curl_slist* headers = curl_slist_append(nullptr, "Authorization: Bearer test-key");
  headers = curl_slist_append(headers, "Content-Type: application/json");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &keep_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &answer.headers);
  if (method != "GET") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.c_str());
  }
  answer.arrived = curl_easy_perform(easy) == CURLE_OK;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_slist_free_all(headers);
  curl_easy_cleanup(easy);
  return answer;
}

Json SimCarrier::stats() const {
  return get("/sim/stats").json();
}

Answer SimCarrier::create(const std::string& number, const std::string& external_id) const {
  return create(number, external_id, Json::object());
}

std::vector<Json> SimCarrier::ledger(const std::string& query) const {
  std::vector<Json> rows;
  std::istringstream lines(get("/sim/ledger" + query).body);
  for (std::string line; std::getline(lines, line);) {
    rows.push_back(Json::parse(line));
  }
  return rows;
}

Answer SimCarrier::create(const std::string& number, const std::string& external_id,
                          const Json& more, std::chrono::milliseconds timeout) const {
  Json body = {{"assistantId", "assistant-1"},
               {"phoneNumberId", "number-1"},
               {"customer", {{"number", number}, {"externalId", external_id}}}};
  body.merge_patch(more);
  return request("POST", "/call", body.dump(), timeout);
}

void SimCarrier::settle() const {
  wait_until("every dial has ended and every webhook is out", [this] {
    const auto now = stats();
    return now["live"] == 0 && now["webhooks"]["pending"] == 0;
  });
}

WebhookReceiver::WebhookReceiver(std::function<int(std::size_t)> status)
    : status_(std::move(status)),
      server_(std::make_unique<HttpServer>(
          HttpServerOptions{}, [this](const std::shared_ptr<Exchange>& exchange) {
            exchange->read_body(1U << 20U, [this, exchange](BodyEnd, std::string body) {
              Received one;
              one.headers.insert(exchange->headers().begin(), exchange->headers().end());
              one.body = std::move(body);
              std::size_t nth = 0;
              {
                const std::lock_guard lock(mutex_);
                nth = received_.size();
                received_.push_back(std::move(one));
              }
              exchange->respond({status_(nth), {}, "{}"});
            });
          })) {}

std::string WebhookReceiver::url() const {
  return "http://127.0.0.1:" + std::to_string(server_->port()) + "/hook";
}

Json WebhookReceiver::as_server() const {
  return {{"assistantOverrides", {{"server", {{"url", url()}}}}}};
}

std::vector<Received> WebhookReceiver::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::vector<std::string> WebhookReceiver::story(const std::string& external_id) const {
  std::vector<std::string> out;
  for (const auto& one : received()) {
    const auto message = one.message();
    if (message["customer"]["externalId"] == external_id) {
      const auto type = message["type"].get<std::string>();
      out.push_back(type == "status-update" ? message["status"].get<std::string>() : "report");
    }
  }
  return out;
}

}  // namespace callgate::sim_carrier_test
