// What really happened: one row per create request, kept for good. "Dialled" is the truth a client
// is measured by: accepted and not blocked, so the phone would ring, whatever HTTP answer the
// client got or did not get. Rows are small (a million dials stay below 500 MB): text lies in one
// arena, ids that repeat are interned, a call's id contains its row. Not thread-safe; the Carrier's
// mutex guards it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "native-server/sim_carrier/decide.hpp"

namespace callgate::sim_carrier {

using RowId = std::uint32_t;

enum class Status : std::uint8_t { queued, ringing, in_progress, ended };
[[nodiscard]] const char* to_text(Status status);

// Faults that were applied to a row, and refusals of the limit.
enum Mark : std::uint16_t {
  kMarkRefused = 1U << 0U,
  kMark429 = 1U << 1U,
  kMark5xxBefore = 1U << 2U,
  kMark5xxAfter = 1U << 3U,
  kMarkTimeoutAfter = 1U << 4U,
  kMarkDrop = 1U << 5U,
  kMarkBlocked = 1U << 6U,
  kMarkLimitError = 1U << 7U,
  kMarkWebhookLost = 1U << 8U,
  kMarkWebhookRepeated = 1U << 9U,
  kMarkWebhookReordered = 1U << 10U,
  kMarkWebhookDelayed = 1U << 11U,
  kMarkListLate = 1U << 12U
};

struct Row {
  std::int64_t created_ms = 0;
  std::int64_t started_ms = 0;  // picked up; 0: never
  std::int64_t ended_ms = 0;    // 0: live
  const char* text = nullptr;   // number, external id, name, customer JSON
  std::uint32_t list_delay_ms = 0;
  std::uint32_t talked_ms = 0;  // simulated: what is charged
  std::uint32_t assistant = 0;  // interned
  std::uint32_t phone_number = 0;
  std::uint32_t ended_reason = 0;
  std::uint32_t dial = 0;  // which dial of its number, from 1; 0: not dialled
  std::uint16_t customer_size = 0;
  std::uint16_t marks = 0;
  std::uint16_t http_status = 0;  // 0: no answer was given
  std::uint8_t number_size = 0;
  std::uint8_t external_id_size = 0;
  std::uint8_t name_size = 0;
  Status status = Status::queued;
  Outcome outcome = Outcome::failed;  // counts once ended
  bool is_call = false;               // has an id: dialled, or blocked with a 201
  bool deleted = false;

  [[nodiscard]] std::string_view number() const { return {text, number_size}; }
  [[nodiscard]] std::string_view external_id() const {
    return {text + number_size, external_id_size};
  }
  [[nodiscard]] std::string_view name() const {
    return {text + number_size + external_id_size, name_size};
  }
  [[nodiscard]] std::string_view customer() const {
    return {text + number_size + external_id_size + name_size, customer_size};
  }
  [[nodiscard]] std::int64_t updated_ms() const {
    return ended_ms > 0 ? ended_ms : (started_ms > 0 ? started_ms : created_ms);
  }
  [[nodiscard]] std::int64_t cost_micros() const {
    return std::int64_t{talked_ms} * 5 / 6;
  }  // 0.05 $/min
};

struct NumberState {
  std::uint32_t asked = 0;
  std::uint32_t dialled = 0;
  std::uint32_t live = 0;
};

struct Totals {
  std::int64_t requests = 0;  // create requests that were well-formed and signed in
  std::int64_t dials = 0;
  std::int64_t live = 0;
  std::int64_t max_live = 0;
  std::int64_t blocked = 0;
  std::int64_t by_outcome[6] = {};
  std::int64_t external_ids_repeated = 0;
  std::int64_t numbers_overlapped = 0;
  std::int64_t first_dial_ms = 0;
  std::int64_t last_dial_ms = 0;
  std::vector<std::string> repeated_examples;  // at most kExamplesMax of each
  std::vector<std::string> overlapped_examples;
};
inline constexpr std::size_t kExamplesMax = 100;

class Ledger {
 public:
  struct Request {  // sizes as create_request.hpp lets them pass
    std::string_view number;
    std::string_view external_id;
    std::string_view name;
    std::string_view customer;
    std::string_view assistant_id;
    std::string_view phone_number_id;
  };

  // A row for a request, not dialled yet. created_ms never runs backwards.
  RowId add(const Request& request, std::int64_t created_ms);
  void mark_dialled(RowId id);
  void mark_ended(RowId id, Outcome outcome, std::uint32_t ended_reason, std::int64_t ended_ms);
  // is_call: the client was given an id for it.
  void mark_blocked(RowId id, std::uint32_t ended_reason, bool is_call);

  [[nodiscard]] Row& at(RowId id) { return rows_[id]; }
  [[nodiscard]] const Row& at(RowId id) const { return rows_[id]; }
  [[nodiscard]] RowId size() const { return static_cast<RowId>(rows_.size()); }
  [[nodiscard]] NumberState& number_state(std::string_view number) {
    return numbers_[number_key(number)];
  }
  [[nodiscard]] const Totals& totals() const { return totals_; }
  [[nodiscard]] std::size_t distinct_external_ids() const { return external_ids_.size(); }

  std::uint32_t intern(std::string_view text);
  [[nodiscard]] const std::string& interned(std::uint32_t id) const { return interned_[id]; }
  [[nodiscard]] std::optional<std::uint32_t> find_interned(std::string_view text) const;

  // The first row created at or after that instant.
  [[nodiscard]] RowId first_since(std::int64_t created_ms) const;

 private:
  static std::uint64_t number_key(std::string_view number);
  const char* store(const Request& request);

  std::deque<Row> rows_;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t chunk_left_ = 0;
  char* chunk_at_ = nullptr;
  std::unordered_map<std::uint64_t, NumberState> numbers_;
  std::unordered_map<std::string_view, std::uint32_t> external_ids_;  // dials of each
  std::deque<std::string> interned_;
  std::unordered_map<std::string_view, std::uint32_t> interned_ids_;
  Totals totals_;
};

// {"externalId":...}: one line of GET /sim/ledger, without the newline.
void append_ledger_line(std::string& out, const Ledger& ledger, RowId id, std::uint64_t salt);

}  // namespace callgate::sim_carrier
