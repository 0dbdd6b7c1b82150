#include "native-server/key_set_fetcher.hpp"

#include <stdexcept>

namespace callgate {
namespace {

// "http://127.0.0.1" is one, "http://127.0.0.1.example" is not.
bool is_loopback_url(std::string_view url) {
  for (const std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    if (url.substr(0, host.size()) == host) {
      const std::string_view rest = url.substr(host.size());
      return rest.find('@') == std::string_view::npos &&
             (rest.empty() || rest.front() == ':' || rest.front() == '/');
    }
  }
  return false;
}

}  // namespace

KeySetFetcher::KeySetFetcher(std::string url, JwtTrust trust, JwtVerifier& verifier, Log& log,
                             KeySetTimes times)
    : url_(std::move(url)),
      trust_(std::move(trust)),
      verifier_(verifier),
      log_(log),
      times_(times) {
  if (url_.rfind("https://", 0) != 0 && !is_loopback_url(url_)) {
    throw std::runtime_error("--jwks-url must begin with https://");
  }
  fetch();
  thread_ = std::thread{[this] { run(); }};
}

KeySetFetcher::~KeySetFetcher() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void KeySetFetcher::ask_again() {
  {
    const std::lock_guard lock{mutex_};
    asked_ = true;
  }
  changed_.notify_one();
}

void KeySetFetcher::run() {
  for (;;) {
    {
      std::unique_lock lock{mutex_};
      if (changed_.wait_for(lock, times_.at_most_every, [this] { return stopping_; })) {
        return;
      }
      changed_.wait_for(lock, times_.every - times_.at_most_every,
                        [this] { return stopping_ || asked_; });
      if (stopping_) {
        return;
      }
      asked_ = false;
    }
    fetch();
  }
}

void KeySetFetcher::fetch() {
  try {
    ClientRequest request;
    request.url = url_;
    request.timeout_s = 10;
    const ClientResponse response = client_.send(request);
    if (response.status != 200) {
      throw ClientError("status " + std::to_string(response.status));
    }
    verifier_.set_public_keys(trust_, response.body);
  } catch (const std::exception& error) {
    log_.write(LogLevel::warn, "key_set_not_fetched", {{"url", url_}, {"error", error.what()}});
  }
}

}  // namespace callgate
