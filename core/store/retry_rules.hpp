// A job's own rules for retries as bytes in its row; no bytes where it has none.
#pragma once

#include "core/base/bytes.hpp"
#include "core/calls/retry.hpp"
#include "core/store/pack.hpp"

namespace callgate {

[[nodiscard]] Blob pack_retry_rules(const RetryRules& rules);
[[nodiscard]] RetryRules unpack_retry_rules(Bytes packed);

// The same as a part of other bytes.
void pack(Packer& out, const RetryRules& rules);
[[nodiscard]] RetryRules unpack_retry_rules(Unpacker& in);

}  // namespace callgate
