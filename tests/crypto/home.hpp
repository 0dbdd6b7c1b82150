// Where the Crypto port's suite runs: OpenSSL natively, node:crypto in the runtime of the edge.
#pragma once

#include <memory>
#include <string_view>

#ifdef __EMSCRIPTEN__
#include "wasm/host.hpp"

// Imported; tests/wasm/ports_library.js has it. Answers the number of a host with that secret.
extern "C" std::int32_t host_with_secret(const char* secret, std::size_t size);
#else
#include "native-server/openssl_crypto.hpp"
#endif

namespace callgate::test {

// The port of a deployment with that secret.
inline std::unique_ptr<Crypto> crypto_with(std::string_view secret) {
#ifdef __EMSCRIPTEN__
  return std::make_unique<wasm::HostCrypto>(host_with_secret(secret.data(), secret.size()));
#else
  return std::make_unique<OpensslCrypto>(bytes_of(secret));
#endif
}

}  // namespace callgate::test
