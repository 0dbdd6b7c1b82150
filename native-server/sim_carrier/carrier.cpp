#include "native-server/sim_carrier/carrier.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

namespace callgate::sim_carrier {

namespace {

// Told as the limit when there is none.
constexpr std::int64_t kNoLimit = 1'000'000;

std::uint64_t random_salt() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

std::uint64_t chain_of(std::uint32_t epoch, RowId id) {
  return (std::uint64_t{epoch} << 32U) | id;
}

std::uint16_t mark_of(RequestFault fault) {
  switch (fault) {
    case RequestFault::none:
      return 0;
    case RequestFault::refuse:
      return kMarkRefused;
    case RequestFault::too_many:
      return kMark429;
    case RequestFault::error_before:
      return kMark5xxBefore;
    case RequestFault::error_after:
      return kMark5xxAfter;
    case RequestFault::timeout_after:
      return kMarkTimeoutAfter;
    case RequestFault::drop:
      break;
  }
  return kMarkDrop;
}

Response not_found() {
  return error_response(404, {"Call not found."});
}

}  // namespace

Carrier::Carrier(CarrierOptions options)
    : webhook_timeout_ms_(options.webhook_timeout_ms),
      salt_(random_salt()),
      config_(std::move(options.config)),
      ledger_(std::make_unique<Ledger>()),
      sender_(std::move(options.webhook_secret), options.webhook_connections),
      timers_([this](const std::vector<Deadline>& due) { on_due(due); }) {}

Carrier::~Carrier() {
  timers_.stop();
}

void Carrier::set_public_url(std::string url) {
  const std::lock_guard lock(mutex_);
  public_url_ = std::move(url);
}

CreateReply Carrier::create(const CreateRequest& request) {
  const auto hash = hash_number(request.number);
  const std::lock_guard lock(mutex_);
  auto& number = ledger_->number_state(request.number);
  const auto fault = decide_request(config_, hash, number.asked);
  if (fault == RequestFault::refuse || fault == RequestFault::too_many ||
      fault == RequestFault::error_before) {
    ++number.asked;
    return refuse(fault, request);
  }
  if (config_.concurrency > 0 && ledger_->totals().live >= config_.concurrency) {
    return meet_limit(request);
  }
  ++number.asked;
  return dial(request, fault, number);
}

CreateReply Carrier::refuse(RequestFault fault, const CreateRequest& request) {
  CreateReply out;
  if (fault == RequestFault::refuse) {
    // The customer's number is what is wrong with it; an account that is refused is a 401.
    out.response = error_response(config_.refuse_status,
                                  {"customer.number must be a number that this account may call."});
  } else if (fault == RequestFault::too_many) {
    out.response = error_response(429, {"Too many requests. Please try again later."});
    out.response.headers.emplace_back("retry-after", std::to_string(config_.retry_after_s));
  } else {
    out.response = error_response(500, {"Internal server error"});
  }
  Row& row = ledger_->at(add_row(request, false));
  row.marks = mark_of(fault);
  row.http_status = static_cast<std::uint16_t>(out.response.status);
  return out;
}

CreateReply Carrier::meet_limit(const CreateRequest& request) {
  const bool as_error = config_.limit_style == LimitStyle::error ||
                        (config_.limit_style == LimitStyle::both && next_limit_is_error_);
  next_limit_is_error_ = !next_limit_is_error_;
  const RowId id = add_row(request, !as_error);
  ledger_->mark_blocked(
      id, ledger_->intern("call.start.error-subscription-concurrency-limit-reached"), !as_error);
  CreateReply out;
  if (as_error) {
    out.response =
        error_response(400, {"Over Concurrency Limit: all " + std::to_string(config_.concurrency) +
                             " concurrent call slots of this account are in use."});
  } else {
    const auto limits = capacity(true);
    const auto text = call_id(ledger_->at(id).created_ms, id, salt_);
    std::string body;
    append_call(body, view(id, text), &limits);
    out.response = json_response(201, std::move(body));
  }
  Row& row = ledger_->at(id);
  row.marks = as_error ? kMarkLimitError : kMarkBlocked;
  row.http_status = static_cast<std::uint16_t>(out.response.status);
  return out;
}

CreateReply Carrier::dial(const CreateRequest& request, RequestFault fault, NumberState& number) {
  const auto hash = hash_number(request.number);
  const auto limits = capacity(false);
  const auto list_delay_ms = decide_list_delay(config_, hash, number.dialled);
  const RowId id = add_row(request, true);
  begin(id, request, hash);
  Row& row = ledger_->at(id);
  row.list_delay_ms = static_cast<std::uint32_t>(list_delay_ms);
  row.marks = static_cast<std::uint16_t>(mark_of(fault) | (list_delay_ms > 0 ? kMarkListLate : 0));
  CreateReply out;
  if (fault == RequestFault::timeout_after) {
    out.reply = Reply::stay_silent;
  } else if (fault == RequestFault::drop) {
    out.reply = Reply::disconnect;
  } else if (fault == RequestFault::error_after) {
    out.response = error_response(502, {"Bad gateway"});
  } else {
    const auto text = call_id(row.created_ms, id, salt_);
    std::string body;
    append_call(body, view(id, text), &limits);
    out.response = json_response(201, std::move(body));
  }
  row.http_status =
      static_cast<std::uint16_t>(out.reply == Reply::respond ? out.response.status : 0);
  return out;
}

RowId Carrier::add_row(const CreateRequest& request, bool is_call) {
  Ledger::Request text;
  text.number = request.number;
  text.external_id = request.external_id;
  text.name = request.name;
  text.assistant_id = request.assistant_id;
  text.phone_number_id = request.phone_number_id;
  if (is_call) {
    text.customer = request.customer;
  }
  return ledger_->add(text, wall_ms());
}

void Carrier::begin(RowId id, const CreateRequest& request, std::uint64_t number_hash) {
  ledger_->mark_dialled(id);
  Live& live = live_[id];
  live.plan = decide_dial(config_, number_hash, ledger_->at(id).dial - 1);
  live.reason = ledger_->intern(live.plan.ended_reason);
  live.plan.ended_reason = {};  // pointed into a Config that may change
  live.number_hash = number_hash;
  live.overrides = request.overrides;
  live.wants_status_updates = request.wants_status_updates;
  live.wants_report = request.wants_report;
  if (request.endpoint != nullptr) {
    live.endpoint = endpoints_.try_emplace(request.server, request.endpoint).first->second;
  } else if (!config_.webhook_url.empty()) {
    if (default_endpoint_ == nullptr || default_endpoint_->url != config_.webhook_url) {
      auto endpoint = std::make_shared<Endpoint>();
      endpoint->url = config_.webhook_url;
      endpoint->timeout_ms = webhook_timeout_ms_;
      default_endpoint_ = std::move(endpoint);
    }
    live.endpoint = default_endpoint_;
  }
  send_status(id, live, "queued", "queued");
  schedule(id, live.plan.outcome == Outcome::failed ? Step::end : Step::ring, live.plan.setup_ms);
}

void Carrier::schedule(RowId id, Step step, std::int64_t simulated_ms) {
  Deadline deadline;
  deadline.due = std::chrono::steady_clock::now();
  if (config_.time_scale > 0) {
    deadline.due += std::chrono::microseconds(
        static_cast<std::int64_t>(static_cast<double>(simulated_ms) * 1'000 / config_.time_scale));
  }
  deadline.row = id;
  deadline.epoch = epoch_;
  deadline.step = step;
  timers_.add(deadline);
}

void Carrier::on_due(const std::vector<Deadline>& due) {
  const std::lock_guard lock(mutex_);
  for (const auto& deadline : due) {
    const auto found = live_.find(deadline.row);
    if (deadline.epoch == epoch_ && found != live_.end()) {
      step(deadline.row, found->second, deadline.step);
    }
  }
}

void Carrier::step(RowId id, Live& live, Step step) {
  Row& row = ledger_->at(id);
  switch (step) {
    case Step::ring:
      row.status = Status::ringing;
      send_status(id, live, "ringing", "ringing");
      schedule(id, live.plan.talk_ms > 0 ? Step::answer : Step::end, live.plan.ring_ms);
      break;
    case Step::answer:
      row.status = Status::in_progress;
      row.started_ms = wall_ms();
      row.outcome = live.plan.outcome;
      live.answered_at = std::chrono::steady_clock::now();
      send_status(id, live, "in-progress", "in-progress");
      schedule(id, Step::end, live.plan.talk_ms);
      break;
    case Step::end:
      row.talked_ms = static_cast<std::uint32_t>(live.plan.talk_ms);
      end(id, live.plan.outcome, live.reason);
      break;
  }
}

void Carrier::end(RowId id, Outcome outcome, std::uint32_t reason) {
  ledger_->mark_ended(id, outcome, reason, wall_ms());
  Live& live = live_[id];
  send_status(id, live, "ended", "ended");
  if (live.wants_report && wants(live, "report")) {
    const Row& row = ledger_->at(id);
    const auto text = call_id(row.created_ms, id, salt_);
    send(id, live, end_of_call_report(view(id, text), wall_ms()), true);
  }
  for (auto& held : live.held) {  // nothing came after it
    sender_.submit(std::move(held));
  }
  live_.erase(id);
}

bool Carrier::wants(const Live& live, const char* event) const {
  return live.endpoint != nullptr &&
         std::find(config_.events.begin(), config_.events.end(), event) != config_.events.end();
}

void Carrier::send_status(RowId id, Live& live, const char* event, std::string_view status) {
  if (live.wants_status_updates && wants(live, event)) {
    const auto text = call_id(ledger_->at(id).created_ms, id, salt_);
    send(id, live, status_update(view(id, text), status, wall_ms()), false);
  }
}

void Carrier::send(RowId id, Live& live, std::string body, bool last) {
  Row& row = ledger_->at(id);
  const auto plan = decide_delivery(config_, live.number_hash, row.dial - 1, live.events++);
  if (plan.lose) {
    row.marks |= kMarkWebhookLost;
    ++webhooks_lost_;
    return;
  }
  Webhook webhook;
  webhook.endpoint = live.endpoint;
  webhook.body = std::move(body);
  webhook.call_id = call_id(row.created_ms, id, salt_);
  webhook.chain = chain_of(epoch_, id);
  webhook.delay_ms = plan.delay_ms;
  webhook.retries = live.endpoint->retries.value_or(config_.webhook_retries);
  row.marks = static_cast<std::uint16_t>(row.marks | (plan.delay_ms > 0 ? kMarkWebhookDelayed : 0) |
                                         (plan.repeat ? kMarkWebhookRepeated : 0));
  auto held = std::exchange(live.held, {});
  if (plan.reorder && !last && held.empty()) {
    row.marks |= kMarkWebhookReordered;
    live.held.push_back(webhook);
  } else {
    sender_.submit(webhook);
  }
  for (auto& earlier : held) {
    sender_.submit(std::move(earlier));
  }
  if (plan.repeat) {
    ++webhooks_repeated_;
    sender_.submit(std::move(webhook));
  }
}

CallView Carrier::view(RowId id, std::string_view call_id_text) const {
  const Row& row = ledger_->at(id);
  CallView out{call_id_text,
               row,
               ledger_->interned(row.assistant),
               ledger_->interned(row.phone_number),
               {},
               {},
               public_url_};
  if (row.ended_ms > 0) {
    out.ended_reason = ledger_->interned(row.ended_reason);
  }
  const auto live = live_.find(id);
  if (live != live_.end()) {
    out.overrides = live->second.overrides;
  }
  return out;
}

bool Carrier::find(std::string_view id, RowId& row) const {
  const auto claimed = row_of_call_id(id);
  if (!claimed || *claimed >= ledger_->size()) {
    return false;
  }
  const Row& found = ledger_->at(*claimed);
  row = *claimed;
  return found.is_call && !found.deleted && call_id(found.created_ms, *claimed, salt_) == id;
}

Capacity Carrier::capacity(bool blocked) const {
  const auto limit = config_.concurrency > 0 ? config_.concurrency : kNoLimit;
  return {blocked, limit, std::max<std::int64_t>(limit - ledger_->totals().live, 0)};
}

Response Carrier::get(std::string_view id) {
  const std::lock_guard lock(mutex_);
  RowId row = 0;
  if (!find(id, row)) {
    return not_found();
  }
  std::string body;
  append_call(body, view(row, id));
  return json_response(200, std::move(body));
}

Response Carrier::remove(std::string_view id) {
  const std::lock_guard lock(mutex_);
  RowId row = 0;
  if (!find(id, row)) {
    return not_found();
  }
  if (live_.count(row) > 0) {
    end(row, Outcome::canceled, ledger_->intern("call-deleted"));
  }
  std::string body;
  append_call(body, view(row, id));
  ledger_->at(row).deleted = true;
  return json_response(200, std::move(body));
}

Response Carrier::control(std::string_view id, const std::string& body) {
  const auto command = nlohmann::json::parse(body, nullptr, false);
  const auto type = command.is_object() ? command.find("type") : command.end();
  if (!command.is_object() || type == command.end() || !type->is_string()) {
    return error_response(400, {"the body must be a JSON object with a type"});
  }
  const std::lock_guard lock(mutex_);
  RowId row = 0;
  if (!find(id, row)) {
    return not_found();
  }
  const auto live = live_.find(row);
  if (live == live_.end()) {
    return error_response(400, {"The call has ended."});
  }
  if (*type == "say" || *type == "add-message" || *type == "control") {
    return json_response(200, "{}");  // nobody listens in a simulation
  }
  if (*type != "end-call") {
    return error_response(400, {"type must be end-call, say, add-message or control"});
  }
  Row& ending = ledger_->at(row);
  if (ending.started_ms > 0) {
    const auto talked = std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::steady_clock::now() - live->second.answered_at)
                            .count();
    const double simulated = static_cast<double>(talked) * std::max(config_.time_scale, 1e-9);
    ending.talked_ms = static_cast<std::uint32_t>(
        std::min(simulated, static_cast<double>(live->second.plan.talk_ms)));
  }
  end(row, Outcome::canceled, ledger_->intern("manually-canceled"));
  return json_response(200, "{}");
}

}  // namespace callgate::sim_carrier
