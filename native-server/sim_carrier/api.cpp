#include "native-server/sim_carrier/api.hpp"

#include <functional>

namespace callgate::sim_carrier {

namespace {

constexpr std::uint64_t kBodyMax = 1U << 20U;

// The path's parts between slashes: "/call/x" has two.
std::pair<std::string, std::string> two_parts(const std::string& path) {
  const auto slash = path.find('/', 1);
  if (path.empty() || path[0] != '/' || slash == std::string::npos ||
      path.find('/', slash + 1) != std::string::npos) {
    return {};
  }
  return {path.substr(1, slash - 1), path.substr(slash + 1)};
}

Response no_route(const Exchange& exchange, const Target& target) {
  return error_response(404, {"Cannot " + exchange.method() + ' ' + target.path});
}

}  // namespace

void Api::handle(const std::shared_ptr<Exchange>& exchange) {
  const auto target = read_target(exchange->target());
  const bool instruments = target.path.rfind("/sim/", 0) == 0;
  const auto [first, second] = two_parts(target.path);
  const bool control = second == "control";  // its URL is the secret
  if (!control && (!instruments || options_.instruments_need_key) && !is_signed_in(*exchange)) {
    exchange->respond(error_response(401, {"Invalid Key. Send it as Authorization: Bearer KEY."}));
    return;
  }
  if (control && exchange->method() == "POST") {
    with_body(exchange, [this, id = first](const auto& asked, const std::string& body) {
      asked->respond(carrier_.control(id, body));
    });
    return;
  }
  if (!(instruments ? handle_instruments(exchange, target) : handle_call(exchange, target))) {
    exchange->respond(no_route(*exchange, target));
  }
}

bool Api::is_signed_in(const Exchange& exchange) const {
  if (options_.key.empty()) {
    return true;
  }
  for (const auto& [name, value] : exchange.headers()) {
    if (name == "authorization" && value == "Bearer " + options_.key) {
      return true;
    }
  }
  return false;
}

void Api::with_body(
    const std::shared_ptr<Exchange>& exchange,
    std::function<void(const std::shared_ptr<Exchange>&, const std::string&)> then) {
  exchange->read_body(kBodyMax, [exchange, then = std::move(then)](BodyEnd end, std::string body) {
    if (end == BodyEnd::complete) {
      then(exchange, body);
    } else {
      const bool large = end == BodyEnd::too_large;
      exchange->respond(error_response(
          large ? 413 : 400, {large ? "request entity too large" : "the body broke off"}));
    }
  });
}

bool Api::handle_call(const std::shared_ptr<Exchange>& exchange, const Target& target) {
  const auto& method = exchange->method();
  if (target.path == "/call") {
    if (method == "POST") {
      with_body(exchange,
                [this](const auto& asked, const std::string& body) { create(asked, body); });
    } else if (method == "GET") {
      exchange->respond(carrier_.list(target));
    }
    return method == "POST" || method == "GET";
  }
  const auto [first, second] = two_parts(target.path);
  if (first != "call" || second.empty() || (method != "GET" && method != "DELETE")) {
    return false;
  }
  exchange->respond(method == "GET" ? carrier_.get(second) : carrier_.remove(second));
  return true;
}

void Api::create(const std::shared_ptr<Exchange>& exchange, const std::string& body) {
  const auto read = read_create_request(body, options_.strict_ids);
  if (!read.issues.empty()) {
    exchange->respond(error_response(400, read.issues));
    return;
  }
  auto made = carrier_.create(read.request);
  switch (made.reply) {
    case Reply::respond:
      exchange->respond(std::move(made.response));
      break;
    case Reply::stay_silent:
      keep_silent(exchange);
      break;
    case Reply::disconnect:
      exchange->abandon();
      break;
  }
}

bool Api::handle_instruments(const std::shared_ptr<Exchange>& exchange, const Target& target) {
  const auto route = exchange->method() + ' ' + target.path;
  if (route == "GET /sim/ledger") {
    exchange->respond(carrier_.ledger(target));
  } else if (route == "GET /sim/stats") {
    exchange->respond(carrier_.stats());
  } else if (route == "GET /sim/config") {
    exchange->respond(carrier_.config());
  } else if (route == "PUT /sim/config") {
    with_body(exchange, [this](const auto& asked, const std::string& body) {
      asked->respond(carrier_.configure(body));
    });
  } else if (route == "POST /sim/reset") {
    exchange->respond(carrier_.reset());
  } else if (route == "POST /sim/pause-webhooks" || route == "POST /sim/resume-webhooks") {
    exchange->respond(carrier_.pause_webhooks(route == "POST /sim/pause-webhooks"));
  } else {
    return false;
  }
  return true;
}

void Api::keep_silent(std::shared_ptr<Exchange> exchange) {
  const auto now = std::chrono::steady_clock::now();
  std::deque<Silent> done;
  const std::lock_guard lock(mutex_);
  // The client gave up on these long ago; holding them any longer would use up descriptors.
  while (!silent_.empty() && silent_.front().first < now) {
    done.push_back(std::move(silent_.front()));
    silent_.pop_front();
  }
  silent_.emplace_back(now + options_.silence, std::move(exchange));
}

void Api::let_go() {
  std::deque<Silent> done;
  {
    const std::lock_guard lock(mutex_);
    done.swap(silent_);
  }
}

}  // namespace callgate::sim_carrier
