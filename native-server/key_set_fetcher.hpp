// Keeps the public keys of a JWK set's address fresh: fetched at the start, every ten minutes, and
// when a token names a key that is not known (at most once a minute). The last good set stays when
// the issuer is down. Only https, or a loopback address.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "native-server/http_client.hpp"
#include "native-server/jwt.hpp"
#include "native-server/log.hpp"

namespace callgate {

struct KeySetTimes {
  std::chrono::milliseconds every = std::chrono::minutes{10};
  std::chrono::milliseconds at_most_every = std::chrono::minutes{1};
};

class KeySetFetcher {
 public:
  // Throws std::runtime_error when the address is neither https nor loopback.
  KeySetFetcher(std::string url, JwtTrust trust, JwtVerifier& verifier, Log& log,
                KeySetTimes times = {});
  ~KeySetFetcher();
  KeySetFetcher(const KeySetFetcher&) = delete;
  KeySetFetcher& operator=(const KeySetFetcher&) = delete;

  // A token named an unknown key.
  void ask_again();

 private:
  void run();
  void fetch();

  const std::string url_;
  const JwtTrust trust_;
  JwtVerifier& verifier_;
  Log& log_;
  const KeySetTimes times_;
  HttpClient client_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool asked_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace callgate
