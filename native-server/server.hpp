// The native home: wires the HTTP front, the workspaces, the effects and the live events together
// and routes each request: page and answers without a workspace first, then the credential, then
// the workspace's reader or writer. Nothing here decides anything about calls.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/core.hpp"
#include "native-server/data_folder.hpp"
#include "native-server/log.hpp"

namespace callgate {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8787;
  int io_threads = 1;
  std::string public_url;  // empty: http://<address>:<port>

  std::string vapi_url;  // empty: the provider's own address
  std::string vapi_key;
  std::string vapi_webhook_secret;
  int effects_at_once = 512;  // fewer when few files may be open

  std::string cors_origins;       // whose pages may ask too, comma separated
  std::int64_t requests_max = 0;  // of one principal in 10 s; 0: any number

  std::string jwt_issuer;
  std::string jwt_audience;
  std::string jwt_workspace;  // of tokens that name none
  std::string jwt_secret;     // HS256
  std::string jwks;           // the text of a key set
  std::string jwks_url;       // fetched now and then; https, or loopback

  ZoneArchive zones;
  Environment environment;
};

class Server {
 public:
  // Throws std::runtime_error: a port that is taken, a file that cannot be opened, a key set that
  // is none.
  Server(ServerOptions options, DataFolder data, Log& log);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string url() const;  // where people reach it
  [[nodiscard]] std::string sign_in_link() const;
  // What the settings make work worse than was likely meant.
  [[nodiscard]] const std::vector<std::string>& warnings() const;

  // Stops accepting, finishes what is open, commits; at most about 8 s.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callgate
