// The two ports over one imported function: the core asks, the JavaScript host answers at once.
// What is asked is a number and bytes; the answer is held on the JavaScript side until it is taken,
// because only then is its size known. Layout, little-endian, as wasm/host_library.js reads and
// writes it:
//   exec     text statement | u32 n | n parameters       -> u8 0 | u32 columns | u32 cells | cells
//                                                        or  u8 1 | the error's text
//   others   blobs                                       -> the bytes; none: open() refused the tag
//   value    u8 0 null | u8 1, f64 integer | u8 2, text | u8 3, blob;  text, blob: u32 length |
//   bytes
// An integer crosses as a double, exact to 2^53, because a BigInt costs the host an allocation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/crypto.hpp"
#include "core/store/sql.hpp"

namespace callgate::wasm {

// Numbers are shared with wasm/host_library.js.
enum class Ask : std::int32_t {
  workspace = 0,
  exec = 1,
  sha256 = 2,
  hmac = 3,
  deployment_mac = 4,
  seal = 5,
  open = 6,
};

// The workspace that the host numbered `host` keeps.
[[nodiscard]] std::string workspace_of(std::int32_t host);

class HostSql final : public Sql {
 public:
  explicit HostSql(std::int32_t host) : host_(host) {}

  using Sql::exec;
  Rows exec(std::string_view statement, std::span<const Param> params) override;

 private:
  std::int32_t host_;
};

// A primitive that the host cannot compute is a broken host: it traps.
class HostCrypto final : public Crypto {
 public:
  explicit HostCrypto(std::int32_t host) : host_(host) {}

  Digest sha256(Bytes data) override;
  Blob hmac(HmacHash hash, Bytes key, Bytes data) override;
  Digest deployment_mac(std::string_view purpose, Bytes data) override;
  Blob seal(std::string_view purpose, const Nonce& nonce, Bytes plaintext,
            Bytes associated) override;
  std::optional<Blob> open(std::string_view purpose, const Nonce& nonce, Bytes sealed,
                           Bytes associated) override;

 private:
  std::int32_t host_;
};

}  // namespace callgate::wasm
