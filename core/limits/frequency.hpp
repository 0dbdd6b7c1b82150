// How often one number is called. A cap is one of: at most N dials in any window of so many hours
// or days, whatever the clock says when it begins; a gap between two dials; a cool-off after
// something that was said or met (a refusal, a conversation, an answering machine). It counts all
// calls to the number or only those about the same subject; a call that names no subject may be
// about any, so it counts for each and is held by each. What happened at a number is kept for as
// long as a cap may look back, to the second, in a few bytes a dial.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"

namespace callgate {

// Numbers are stored: append only.
enum class Met : std::uint8_t {
  dial = 0,  // it rang, or may have
  conversation = 1,
  refusal = 2,
  machine = 3,
};

// What a call is about: 0 for nothing in particular. Two subjects may fall on the same number,
// which is only stricter.
[[nodiscard]] std::uint32_t subject_number(std::string_view subject);

struct FrequencyCap {
  static constexpr std::int64_t kDialsMax = 100;
  static constexpr Millis kWindowMax = std::chrono::hours{24 * 30};
  static constexpr Millis kCoolOffMax = std::chrono::hours{24 * 366};

  std::int64_t max = 0;  // dials in any window; 0: this cap is about something else
  Millis window{};
  Millis gap{};       // since the dial before
  Millis cool_off{};  // since the last `after`
  Met after = Met::refusal;
  bool per_subject = false;
  bool from_first_conversation = false;  // it holds once somebody there was talked to

  [[nodiscard]] bool counts_dials() const { return max > 0 || gap > Millis{0}; }
  friend bool operator==(const FrequencyCap&, const FrequencyCap&) = default;
};

class NumberHistory {
 public:
  // What pack() made; bytes that it did not make are a broken CHECK.
  [[nodiscard]] static NumberHistory unpack(Bytes packed);
  [[nodiscard]] Blob pack() const;

  // Of dials only the newest kDialsMax of a subject within kWindowMax are kept, of anything else
  // the newest of a subject within kCoolOffMax.
  void add(Met met, Instant at, std::uint32_t subject);
  // The newest dial was none, if it was counted at all: then its time is not before `since`.
  bool take_back_dial(Instant since);

  // Until when a cap may look back at any of it; nothing: it is empty.
  [[nodiscard]] std::optional<Instant> matters_until() const;

  // When the cap allows the next dial; nothing: now.
  [[nodiscard]] std::optional<Instant> held_until(const FrequencyCap& cap, std::uint32_t subject,
                                                  Instant now) const;

 private:
  struct Entry {
    std::int64_t at_s = 0;  // rounded up
    Met met = Met::dial;
    std::uint32_t subject = 0;
  };

  std::vector<Entry> entries_;  // oldest first
};

// The cap that holds the number longest.
struct HeldByCap {
  std::size_t cap = 0;
  Instant until{};
};
[[nodiscard]] std::optional<HeldByCap> held_by(std::span<const FrequencyCap> caps,
                                               const NumberHistory& history, std::uint32_t subject,
                                               Instant now);

}  // namespace callgate
