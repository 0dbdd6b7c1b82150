// Inputs and Outputs as bytes: how they cross the wasm boundary and stand in an Input log.
//
//   u32, little-endian: the JSON's length | the JSON, UTF-8 | the tail
//
// The JSON has the structs' own member names, in their order; absent optionals are left out;
// instants are milliseconds; integers stay within 2^53. Bytes (bodies, import chunks, and any text
// that is not UTF-8 or has a NUL) stand in the tail, and in the JSON as [offset, length]. Equal
// values have equal bytes at every home. Refused: any other shape, an unknown member, a range
// outside the tail.
#pragma once

#include <string>
#include <string_view>

#include "core/api/arrival.hpp"
#include "core/base/expected.hpp"
#include "core/crypto.hpp"
#include "core/input.hpp"
#include "core/output.hpp"

namespace callgate {

struct WireError {
  std::string detail;  // names a member, never a value
};

[[nodiscard]] std::string encode(const Input& input);
[[nodiscard]] std::string encode(const Output& output);

// {"response":{…}}, {"page":{…}}, {"denied":{…}}, {"jwt":{"token","algorithm","key_id"}} or
// {"admitted":{"principal","is_list","is_stream","is_report","only_reads","repeatable","headers"}}.
[[nodiscard]] std::string encode(const Arrival& arrival);

[[nodiscard]] Expected<Input, WireError> decode_input(std::string_view bytes);
[[nodiscard]] Expected<Output, WireError> decode_output(std::string_view bytes);

// {"now","http_request","workspaces","origins"}, and once the host has looked there
// "signature":{"verified", "trust":{"issuer","audience","workspace"}} (without `trust` the key is
// this deployment's own) and "body": "whole", "broken" or "too_large".
[[nodiscard]] Expected<Arriving, WireError> decode_arriving(std::string_view bytes);

// A log is a sequence of records: u32, little-endian: length | bytes.
void append_record(std::string& log, std::string_view record);

// Takes the first record off `rest`. nullopt when `rest` is empty or holds no whole record: the end
// of a log that a crash cut.
[[nodiscard]] std::optional<std::string_view> next_record(std::string_view& rest);

// What a run of the core did, as one digest: chained SHA-256 over the encoded Outputs, starting
// from 32 zero bytes. The same Inputs give the same hash natively and in wasm.
class TraceHash {
 public:
  explicit TraceHash(Crypto& crypto) : crypto_(crypto) {}

  // value = SHA-256(value, encoded_output)
  void add(std::string_view encoded_output);
  [[nodiscard]] const Digest& value() const { return value_; }

 private:
  Crypto& crypto_;
  Digest value_{};
};

}  // namespace callgate
