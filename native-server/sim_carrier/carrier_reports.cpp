// The Carrier's reading side: lists as the provider gives them, and the instruments under /sim/.
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "native-server/sim_carrier/carrier.hpp"

namespace callgate::sim_carrier {

namespace {

using Json = nlohmann::json;

constexpr std::int64_t kListDefault = 100;
constexpr std::int64_t kListMax = 1'000;
constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
// Rows written to a ledger answer before others get the mutex.
constexpr RowId kSlice = 4'096;

// Closed ranges; "greater than" becomes "from one more".
struct ListFilter {
  std::optional<std::string> id;
  std::optional<std::string> assistant_id;
  std::optional<std::string> phone_number_id;
  std::int64_t created_from = 0;
  std::int64_t created_to = kForever;
  std::int64_t updated_from = 0;
  std::int64_t updated_to = kForever;
  std::int64_t limit = kListDefault;
};

bool read_whole(const std::string& text, std::int64_t& value) {
  if (text.empty() || text.size() > 18 ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return false;
  }
  value = std::stoll(text);
  return true;
}

// createdAtGt and the seven like it. False: not such a name.
bool read_bound(ListFilter& filter, const std::string& name, const std::string& value,
                std::vector<std::string>& issues) {
  const bool created = name.rfind("createdAt", 0) == 0;
  if (name.size() != 11 || (!created && name.rfind("updatedAt", 0) != 0)) {
    return false;
  }
  const auto bound = name.substr(9);
  const bool from = bound == "Gt" || bound == "Ge";
  if (!from && bound != "Lt" && bound != "Le") {
    return false;
  }
  const auto instant = read_instant(value);
  if (!instant) {
    issues.push_back(name + " must be a valid ISO 8601 date string");
    return true;
  }
  const auto edge = *instant + (bound == "Gt" ? 1 : (bound == "Lt" ? -1 : 0));
  if (from) {
    auto& lower = created ? filter.created_from : filter.updated_from;
    lower = std::max(lower, edge);
  } else {
    auto& upper = created ? filter.created_to : filter.updated_to;
    upper = std::min(upper, edge);
  }
  return true;
}

std::vector<std::string> read_filter(const Target& target, ListFilter& filter) {
  std::vector<std::string> issues;
  for (const auto& [name, value] : target.query) {
    if (name == "id") {
      filter.id = value;
    } else if (name == "assistantId") {
      filter.assistant_id = value;
    } else if (name == "phoneNumberId") {
      filter.phone_number_id = value;
    } else if (name == "limit") {
      if (!read_whole(value, filter.limit) || filter.limit > kListMax) {
        issues.emplace_back("limit must be a number from 0 to 1000");
      }
    } else if (!read_bound(filter, name, value, issues)) {
      issues.push_back("property " + name + " should not exist");
    }
  }
  return issues;
}

struct LedgerQuery {
  RowId from = 0;
  std::int64_t limit = kForever;
  bool all = false;
};

std::vector<std::string> read_ledger_query(const Target& target, LedgerQuery& query) {
  std::vector<std::string> issues;
  for (const auto& [name, value] : target.query) {
    std::int64_t number = 0;
    const bool is_number = read_whole(value, number);
    if (name == "all" && is_number) {
      query.all = number != 0;
    } else if (name == "after" && is_number && number < std::numeric_limits<RowId>::max()) {
      query.from = static_cast<RowId>(number) + 1;
    } else if (name == "limit" && is_number) {
      query.limit = number;
    } else {
      issues.push_back("the ledger takes all=1, after=SEQ and limit=N, not " + name + '=' + value);
    }
  }
  return issues;
}

Json instant_or_null(std::int64_t ms) {
  return ms > 0 ? Json(instant_text(ms)) : Json();
}

}  // namespace

Response Carrier::list(const Target& target) {
  ListFilter filter;
  const auto issues = read_filter(target, filter);
  if (!issues.empty()) {
    return error_response(400, issues);
  }
  const auto now = wall_ms();
  const std::lock_guard lock(mutex_);
  const auto assistant =
      filter.assistant_id ? ledger_->find_interned(*filter.assistant_id) : std::nullopt;
  const auto phone_number =
      filter.phone_number_id ? ledger_->find_interned(*filter.phone_number_id) : std::nullopt;
  const bool none =
      (filter.assistant_id && !assistant) || (filter.phone_number_id && !phone_number);
  const RowId first = none ? ledger_->size() : ledger_->first_since(filter.created_from);
  std::string body = "[";
  for (RowId at = ledger_->size(); at > first && filter.limit > 0; --at) {
    const RowId id = at - 1;
    const Row& row = ledger_->at(id);
    if (!row.is_call || row.deleted || row.created_ms > filter.created_to ||
        row.updated_ms() < filter.updated_from || row.updated_ms() > filter.updated_to ||
        now < row.created_ms + row.list_delay_ms || (assistant && row.assistant != *assistant) ||
        (phone_number && row.phone_number != *phone_number)) {
      continue;
    }
    const auto text = call_id(row.created_ms, id, salt_);
    if (filter.id && *filter.id != text) {
      continue;
    }
    body += body.size() > 1 ? "," : "";
    append_call(body, view(id, text));
    --filter.limit;
  }
  return json_response(200, body + ']');
}

Response Carrier::ledger(const Target& target) {
  LedgerQuery query;
  const auto issues = read_ledger_query(target, query);
  if (!issues.empty()) {
    return error_response(400, issues);
  }
  std::string body;
  std::uint32_t epoch = 0;
  for (RowId at = query.from; query.limit > 0;) {
    const std::lock_guard lock(mutex_);
    const RowId end = std::min<RowId>(ledger_->size(), at + std::min(kSlice, ledger_->size()));
    if (at >= end || (epoch != 0 && epoch != epoch_)) {
      break;  // the end, or a reset meanwhile
    }
    epoch = epoch_;
    for (; at < end && query.limit > 0; ++at) {
      if (query.all || ledger_->at(at).dial > 0) {
        append_ledger_line(body, *ledger_, at, salt_);
        body += '\n';
        --query.limit;
      }
    }
  }
  auto response = json_response(200, std::move(body));
  response.headers = {{"content-type", "application/x-ndjson"}};
  return response;
}

Response Carrier::stats() {
  const auto sent = sender_.counts();
  const std::lock_guard lock(mutex_);
  const auto& totals = ledger_->totals();
  Json out;
  out["requests"] = totals.requests;
  out["dials"] = totals.dials;
  out["not_dialled"] = totals.requests - totals.dials;
  out["limited"] = totals.blocked;
  for (const auto outcome : {Outcome::answered, Outcome::voicemail, Outcome::busy,
                             Outcome::no_answer, Outcome::failed, Outcome::canceled}) {
    out["by_outcome"][to_text(outcome)] = totals.by_outcome[static_cast<std::size_t>(outcome)];
  }
  out["live"] = totals.live;
  out["max_live"] = totals.max_live;
  out["distinct_external_ids"] = ledger_->distinct_external_ids();
  out["external_ids_dialled_more_than_once"] = totals.external_ids_repeated;
  out["external_ids_dialled_more_than_once_examples"] = totals.repeated_examples;
  out["numbers_dialled_at_the_same_time"] = totals.numbers_overlapped;
  out["numbers_dialled_at_the_same_time_examples"] = totals.overlapped_examples;
  out["first_dial_at"] = instant_or_null(totals.first_dial_ms);
  out["last_dial_at"] = instant_or_null(totals.last_dial_ms);
  out["webhooks"] = {{"attempts", sent.attempts}, {"delivered", sent.delivered},
                     {"failed", sent.failed},     {"pending", sent.pending},
                     {"lost", webhooks_lost_},    {"repeated", webhooks_repeated_},
                     {"paused", sent.paused}};
  return json_response(200, out.dump() + '\n');
}

Response Carrier::config() {
  const std::lock_guard lock(mutex_);
  return json_response(200, to_json(config_).dump() + '\n');
}

Response Carrier::configure(const std::string& body) {
  const auto change = Json::parse(body, nullptr, false);
  if (change.is_discarded()) {
    return error_response(400, {"the body is not JSON"});
  }
  const std::lock_guard lock(mutex_);
  const auto issues = apply(config_, change);
  return issues.empty() ? json_response(200, to_json(config_).dump() + '\n')
                        : error_response(400, issues);
}

Response Carrier::reset() {
  {
    const std::lock_guard lock(mutex_);
    ++epoch_;
    live_.clear();
    ledger_ = std::make_unique<Ledger>();
    next_limit_is_error_ = false;
    webhooks_lost_ = 0;
    webhooks_repeated_ = 0;
    sender_.drop_pending();
  }
  return json_response(200, "{}");
}

Response Carrier::pause_webhooks(bool paused) {
  sender_.pause(paused);
  return json_response(200, paused ? "{\"paused\":true}" : "{\"paused\":false}");
}

}  // namespace callgate::sim_carrier
