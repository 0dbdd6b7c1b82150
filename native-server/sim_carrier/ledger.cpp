#include "native-server/sim_carrier/ledger.hpp"

#include <algorithm>
#include <array>

#include "native-server/sim_carrier/wire.hpp"

namespace callgate::sim_carrier {

namespace {

constexpr std::size_t kChunkBytes = 1U << 20U;

struct MarkName {
  std::uint16_t mark;
  const char* name;
};
constexpr std::array<MarkName, 13> kMarkNames{{{kMarkRefused, "refuse"},
                                               {kMark429, "429"},
                                               {kMark5xxBefore, "5xx-before"},
                                               {kMark5xxAfter, "5xx-after"},
                                               {kMarkTimeoutAfter, "timeout-after"},
                                               {kMarkDrop, "drop"},
                                               {kMarkBlocked, "limit-blocked"},
                                               {kMarkLimitError, "limit-error"},
                                               {kMarkWebhookLost, "webhook-lose"},
                                               {kMarkWebhookRepeated, "webhook-repeat"},
                                               {kMarkWebhookReordered, "webhook-reorder"},
                                               {kMarkWebhookDelayed, "webhook-delay"},
                                               {kMarkListLate, "list-late"}}};

void append_instant_or_null(std::string& out, const char* key, std::int64_t ms) {
  out += ",\"";
  out += key;
  out += ms > 0 ? "\":\"" + instant_text(ms) + '"' : "\":null";
}

}  // namespace

const char* to_text(Status status) {
  switch (status) {
    case Status::queued:
      return "queued";
    case Status::ringing:
      return "ringing";
    case Status::in_progress:
      return "in-progress";
    case Status::ended:
      break;
  }
  return "ended";
}

const char* Ledger::store(const Request& request) {
  const std::size_t size = request.number.size() + request.external_id.size() +
                           request.name.size() + request.customer.size();
  if (size > chunk_left_) {
    chunks_.push_back(std::make_unique<char[]>(std::max(size, kChunkBytes)));
    chunk_at_ = chunks_.back().get();
    chunk_left_ = std::max(size, kChunkBytes);
  }
  char* const start = chunk_at_;
  for (const auto part : {request.number, request.external_id, request.name, request.customer}) {
    chunk_at_ = std::copy(part.begin(), part.end(), chunk_at_);
  }
  chunk_left_ -= size;
  return start;
}

RowId Ledger::add(const Request& request, std::int64_t created_ms) {
  Row row;
  row.created_ms = rows_.empty() ? created_ms : std::max(created_ms, rows_.back().created_ms);
  row.text = store(request);
  row.number_size = static_cast<std::uint8_t>(request.number.size());
  row.external_id_size = static_cast<std::uint8_t>(request.external_id.size());
  row.name_size = static_cast<std::uint8_t>(request.name.size());
  row.customer_size = static_cast<std::uint16_t>(request.customer.size());
  row.assistant = intern(request.assistant_id);
  row.phone_number = intern(request.phone_number_id);
  rows_.push_back(row);
  ++totals_.requests;
  return static_cast<RowId>(rows_.size() - 1);
}

void Ledger::mark_dialled(RowId id) {
  Row& row = rows_[id];
  auto& number = number_state(row.number());
  row.dial = ++number.dialled;
  row.is_call = true;
  if (++number.live == 2) {
    ++totals_.numbers_overlapped;
    if (totals_.overlapped_examples.size() < kExamplesMax) {
      totals_.overlapped_examples.emplace_back(row.number());
    }
  }
  if (row.external_id_size > 0 && ++external_ids_[row.external_id()] == 2) {
    ++totals_.external_ids_repeated;
    if (totals_.repeated_examples.size() < kExamplesMax) {
      totals_.repeated_examples.emplace_back(row.external_id());
    }
  }
  ++totals_.dials;
  totals_.max_live = std::max(totals_.max_live, ++totals_.live);
  if (totals_.first_dial_ms == 0) {
    totals_.first_dial_ms = row.created_ms;
  }
  totals_.last_dial_ms = row.created_ms;
}

void Ledger::mark_ended(RowId id, Outcome outcome, std::uint32_t ended_reason,
                        std::int64_t ended_ms) {
  Row& row = rows_[id];
  row.status = Status::ended;
  row.outcome = outcome;
  row.ended_reason = ended_reason;
  row.ended_ms = std::max({ended_ms, row.created_ms, row.started_ms});
  --number_state(row.number()).live;
  --totals_.live;
  ++totals_.by_outcome[static_cast<std::size_t>(outcome)];
}

void Ledger::mark_blocked(RowId id, std::uint32_t ended_reason, bool is_call) {
  Row& row = rows_[id];
  row.is_call = is_call;
  row.status = Status::ended;
  row.ended_reason = ended_reason;
  row.ended_ms = row.created_ms;
  ++totals_.blocked;
}

std::uint64_t Ledger::number_key(std::string_view number) {
  // "+" and at most 15 digits fit as a number; anything else is hashed into the upper half.
  if (number.size() > 1 && number.size() <= 16 && number[0] == '+' && number[1] != '0') {
    std::uint64_t digits = 0;
    for (const char letter : number.substr(1)) {
      if (letter < '0' || letter > '9') {
        return hash_number(number) | (std::uint64_t{1} << 63U);
      }
      digits = digits * 10 + static_cast<std::uint64_t>(letter - '0');
    }
    return digits;
  }
  return hash_number(number) | (std::uint64_t{1} << 63U);
}

std::uint32_t Ledger::intern(std::string_view text) {
  const auto found = interned_ids_.find(text);
  if (found != interned_ids_.end()) {
    return found->second;
  }
  const auto id = static_cast<std::uint32_t>(interned_.size());
  interned_.emplace_back(text);
  interned_ids_.emplace(interned_.back(), id);
  return id;
}

std::optional<std::uint32_t> Ledger::find_interned(std::string_view text) const {
  const auto found = interned_ids_.find(text);
  return found == interned_ids_.end() ? std::nullopt : std::optional(found->second);
}

RowId Ledger::first_since(std::int64_t created_ms) const {
  const auto found =
      std::lower_bound(rows_.begin(), rows_.end(), created_ms,
                       [](const Row& row, std::int64_t ms) { return row.created_ms < ms; });
  return static_cast<RowId>(found - rows_.begin());
}

void append_ledger_line(std::string& out, const Ledger& ledger, RowId id, std::uint64_t salt) {
  const Row& row = ledger.at(id);
  out += "{\"seq\":" + std::to_string(id) + ",\"call_id\":";
  out += row.is_call ? '"' + call_id(row.created_ms, id, salt) + '"' : "null";
  out += ",\"externalId\":";
  append_json(out, row.external_id());
  out += ",\"number\":";
  append_json(out, row.number());
  out += ",\"dialled\":";
  out += row.dial > 0 ? "true" : "false";
  out += ",\"dial\":" + std::to_string(row.dial);
  append_instant_or_null(out, "created_at", row.created_ms);
  append_instant_or_null(out, "started_at", row.started_ms);
  append_instant_or_null(out, "ended_at", row.dial > 0 ? row.ended_ms : 0);
  out += ",\"outcome\":";
  if (row.dial == 0) {
    out += "\"not_dialled\"";
  } else {
    out += row.ended_ms > 0 ? '"' + std::string(to_text(row.outcome)) + '"' : "\"live\"";
  }
  out += ",\"endedReason\":";
  if (row.ended_ms > 0) {
    append_json(out, ledger.interned(row.ended_reason));
  } else {
    out += "null";
  }
  out += ",\"cost_micros\":" + std::to_string(row.cost_micros());
  out += ",\"http_status\":" + std::to_string(row.http_status) + ",\"faults\":[";
  const char* comma = "";
  for (const auto& [mark, name] : kMarkNames) {
    if ((row.marks & mark) != 0) {
      out += comma;
      out += '"' + std::string(name) + '"';
      comma = ",";
    }
  }
  out += "]}";
}

}  // namespace callgate::sim_carrier
