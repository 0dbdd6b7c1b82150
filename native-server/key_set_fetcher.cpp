#include "native-server/key_set_fetcher.hpp"

#include <chrono>

namespace callgate {
namespace {

constexpr std::chrono::minutes kEvery{10};
constexpr std::chrono::minutes kAtMostEvery{1};

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

}  // namespace

KeySetFetcher::KeySetFetcher(std::string url, JwtTrust trust, JwtVerifier& verifier, Log& log)
    : url_(std::move(url)), trust_(std::move(trust)), verifier_(verifier), log_(log) {
  if (!starts_with(url_, "https://") && !starts_with(url_, "http://127.0.0.1") &&
      !starts_with(url_, "http://localhost") && !starts_with(url_, "http://[::1]")) {
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
      if (changed_.wait_for(lock, kAtMostEvery, [this] { return stopping_; })) {
        return;
      }
      changed_.wait_for(lock, kEvery - kAtMostEvery, [this] { return stopping_ || asked_; });
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
