// A row's bytes in columns that hold many small things: integers of eight bytes, lowest first, and
// texts behind their length. What was packed in an order is unpacked in the same one; bytes that
// are cut short are a broken CHECK, for nobody else writes them.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/base/time.hpp"
#include "core/store/sql.hpp"

namespace callgate {

inline constexpr std::int64_t kPackedNone = std::numeric_limits<std::int64_t>::min();

class Packer {
 public:
  explicit Packer(Blob& out) : out_(out) {}

  void integer(std::int64_t value) {
    const std::size_t at = out_.size();
    out_.resize(at + 8);
    auto bits = static_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < 8; ++i, bits >>= 8) {
      out_[at + i] = static_cast<std::uint8_t>(bits);
    }
  }
  // 7 bits a byte, lowest first, for what is never negative and seldom large.
  void small(std::int64_t value) {
    auto bits = static_cast<std::uint64_t>(value);
    for (; bits >= 0x80; bits >>= 7) {
      out_.push_back(static_cast<std::uint8_t>(bits | 0x80));
    }
    out_.push_back(static_cast<std::uint8_t>(bits));
  }
  void instant(Instant value) { integer(to_ms(value)); }
  void instant(const std::optional<Instant>& value) {
    integer(value ? to_ms(*value) : kPackedNone);
  }
  void text(const std::string& value) {
    integer(static_cast<std::int64_t>(value.size()));
    out_.insert(out_.end(), value.begin(), value.end());
  }

 private:
  Blob& out_;
};

class Unpacker {
 public:
  explicit Unpacker(Bytes rest) : rest_(rest) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  std::int64_t integer() {
    std::uint64_t bits = 0;
    const Bytes bytes = take(8);
    for (std::size_t i = 8; i > 0; --i) {
      bits = bits << 8 | bytes[i - 1];
    }
    return static_cast<std::int64_t>(bits);
  }
  std::int64_t small() {
    std::uint64_t bits = 0;
    std::uint8_t byte = 0x80;
    for (int shift = 0; (byte & 0x80) != 0; shift += 7) {
      CALLGATE_CHECK(shift < 63);
      byte = take(1).front();
      bits |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    }
    return static_cast<std::int64_t>(bits);
  }
  Instant instant() { return from_ms(integer()); }
  std::optional<Instant> instant_or_none() {
    const std::int64_t value = integer();
    return value == kPackedNone ? std::nullopt : std::optional{from_ms(value)};
  }
  std::string text() {
    const std::int64_t size = integer();
    CALLGATE_CHECK(size >= 0);
    return std::string{text_of(take(static_cast<std::size_t>(size)))};
  }

 private:
  Bytes take(std::size_t size) {
    CALLGATE_CHECK(size <= rest_.size());
    const Bytes taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  Bytes rest_;
};

}  // namespace callgate
