#include "native-server/sim_carrier/call_json.hpp"

#include "native-server/sim_carrier/wire.hpp"

namespace callgate::sim_carrier {

namespace {

constexpr std::string_view kOrgId = "00000000-0000-7000-8000-000000000001";

void append_field(std::string& out, std::string_view key, std::string_view text) {
  out += ",\"";
  out += key;
  out += "\":";
  append_json(out, text);
}

void append_raw(std::string& out, std::string_view key, std::string_view json) {
  out += ",\"";
  out += key;
  out += "\":";
  out += json;
}

std::string dollars(std::int64_t micros) {
  std::string text;
  append_dollars(text, micros);
  return text;
}

// What was said, for those who show or search it.
std::string_view transcript(Outcome outcome) {
  switch (outcome) {
    case Outcome::answered:
      return "AI: Hello, is this a good moment?\nUser: Yes, go ahead.\nAI: Thank you, goodbye.\n";
    case Outcome::voicemail:
      return "User: Please leave a message after the tone.\n";
    default:
      return "";
  }
}

std::string_view messages(Outcome outcome) {
  switch (outcome) {
    case Outcome::answered:
      return R"([{"role":"bot","message":"Hello, is this a good moment?","secondsFromStart":1},)"
             R"({"role":"user","message":"Yes, go ahead.","secondsFromStart":4},)"
             R"({"role":"bot","message":"Thank you, goodbye.","secondsFromStart":6}])";
    case Outcome::voicemail:
      return R"([{"role":"user","message":"Please leave a message after the tone.",)"
             R"("secondsFromStart":1}])";
    default:
      return "[]";
  }
}

void append_artifact(std::string& out, const Row& row) {
  out += R"(,"artifact":{"transcript":)";
  append_json(out, transcript(row.started_ms > 0 ? row.outcome : Outcome::no_answer));
  append_raw(out, "messages", messages(row.started_ms > 0 ? row.outcome : Outcome::no_answer));
  out += '}';
}

void append_analysis(std::string& out, const Row& row) {
  const bool reached = row.started_ms > 0 && row.outcome == Outcome::answered;
  out += R"(,"analysis":{"summary":)";
  append_json(out, reached ? "The customer answered and agreed." : "The customer was not reached.");
  append_raw(out, "successEvaluation", reached ? "\"true\"" : "\"false\"");
  out += '}';
}

void append_costs(std::string& out, const Row& row) {
  const auto total = dollars(row.cost_micros());
  append_raw(out, "cost", total);
  out += R"(,"costs":[{"type":"vapi","subType":"normal","minutes":)" +
         dollars(std::int64_t{row.talked_ms} * 50 / 3) + R"(,"cost":)" + total + "}]";
  out += R"(,"costBreakdown":{"vapi":)" + total + R"(,"total":)" + total + '}';
}

void append_ended(std::string& out, const CallView& call) {
  append_field(out, "endedReason", call.ended_reason);
  append_field(out, "endedAt", instant_text(call.row.ended_ms));
  append_costs(out, call.row);
  append_artifact(out, call.row);
  append_analysis(out, call.row);
}

// `capacity`: the answer to POST /call, which shows the call as it was when it was made.
void append_head(std::string& out, const CallView& call, const Capacity* capacity) {
  const Row& row = call.row;
  out += R"({"id":")";
  out += call.id;
  out += '"';
  append_field(out, "orgId", kOrgId);
  append_field(out, "createdAt", instant_text(row.created_ms));
  append_field(out, "updatedAt",
               instant_text(capacity != nullptr ? row.created_ms : row.updated_ms()));
  append_field(out, "type", "outboundPhoneCall");
  append_field(out, "status", capacity != nullptr ? "queued" : to_text(row.status));
  append_field(out, "assistantId", call.assistant_id);
  append_field(out, "phoneNumberId", call.phone_number_id);
  append_raw(out, "customer", row.customer());
  if (!row.name().empty()) {
    append_field(out, "name", row.name());
  }
  if (!call.overrides.empty()) {
    append_raw(out, "assistantOverrides", call.overrides);
  }
  append_field(out, "phoneCallProvider", "twilio");
  append_field(out, "phoneCallTransport", "pstn");
  if (capacity != nullptr) {
    out += R"(,"subscriptionLimits":{"concurrencyBlocked":)";
    out += capacity->blocked ? "true" : "false";
    append_raw(out, "concurrencyLimit", std::to_string(capacity->limit));
    append_raw(out, "remainingConcurrentCalls", std::to_string(capacity->remaining));
    out += '}';
  }
  if (capacity == nullptr && row.started_ms > 0) {
    append_field(out, "startedAt", instant_text(row.started_ms));
  }
}

void append_monitor(std::string& out, const CallView& call) {
  out += R"(,"monitor":{"listenUrl":"ws)";
  out += call.public_url.substr(4);  // http to ws, https to wss
  out += '/';
  out += call.id;
  out += R"(/listen","controlUrl":")";
  out += call.public_url;
  out += '/';
  out += call.id;
  out += R"(/control"})";
}

void begin_message(std::string& out, std::string_view type, std::int64_t now_ms) {
  out = R"({"message":{"timestamp":)" + std::to_string(now_ms);
  append_field(out, "type", type);
}

// The call inside a message is the light one: the report carries costs and artefacts beside it.
void end_message(std::string& out, const CallView& call) {
  append_raw(out, "customer", call.row.customer());
  out += R"(,"phoneNumber":{"id":)";
  append_json(out, call.phone_number_id);
  out += R"(},"call":)";
  append_head(out, call, nullptr);
  if (call.row.status == Status::ended) {
    append_field(out, "endedReason", call.ended_reason);
    append_field(out, "endedAt", instant_text(call.row.ended_ms));
  }
  append_monitor(out, call);
  out += "}}}";
}

}  // namespace

void append_call(std::string& out, const CallView& call, const Capacity* capacity) {
  append_head(out, call, capacity);
  if (capacity == nullptr && call.row.status == Status::ended) {
    append_ended(out, call);
  } else {
    append_raw(out, "cost", "0");
  }
  if (call.row.dial > 0) {
    append_monitor(out, call);
  }
  out += '}';
}

std::string status_update(const CallView& call, std::string_view status, std::int64_t now_ms) {
  std::string out;
  begin_message(out, "status-update", now_ms);
  append_field(out, "status", status);
  if (status == "ended") {
    append_field(out, "endedReason", call.ended_reason);
  }
  end_message(out, call);
  return out;
}

std::string end_of_call_report(const CallView& call, std::int64_t now_ms) {
  const Row& row = call.row;
  std::string out;
  begin_message(out, "end-of-call-report", now_ms);
  append_field(out, "endedReason", call.ended_reason);
  if (row.started_ms > 0) {
    append_field(out, "startedAt", instant_text(row.started_ms));
  }
  append_field(out, "endedAt", instant_text(row.ended_ms));
  append_raw(out, "durationSeconds", dollars(std::int64_t{row.talked_ms} * 1000));
  append_costs(out, row);
  append_artifact(out, row);
  append_analysis(out, row);
  end_message(out, call);
  return out;
}

}  // namespace callgate::sim_carrier
