#include "core/store/clients.hpp"

#include <algorithm>

#include "core/store/pack.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kClientVersion = 1;

template <class Items, class Each>
void pack_list(Packer& out, const Items& items, Each each) {
  out.small(static_cast<std::int64_t>(items.size()));
  for (const auto& item : items) {
    each(item);
  }
}

template <class Each>
void unpack_list(Unpacker& in, Each each) {
  for (std::int64_t left = in.small(); left > 0; --left) {
    each();
  }
}

Blob pack_client(const ClientConfig& config) {
  Blob packed;
  Packer out{packed};
  const auto number = [&out](std::int64_t value) { out.small(value); };
  const auto text = [&out](const std::string& value) { out.text(value); };
  const ScheduleConfig::Hours& hours = config.calendar.business_hours;
  out.small(kClientVersion);
  out.small(config.at_once);
  pack_list(out, config.retry_minutes, number);
  pack_list(out, hours.days_of_week, number);
  for (const std::string* part :
       {&hours.start_time, &hours.end_time, &hours.timezone, &config.timezone, &config.assistant_id,
        &config.phone_number_id}) {
    text(*part);
  }
  pack_list(out, config.calendar.holidays, text);
  pack_list(out, config.calendar.priority_hours, number);
  pack_list(out, config.weights, number);
  return packed;
}

ClientConfig unpack_client(Bytes packed) {
  Unpacker in{packed};
  CALLGATE_CHECK(in.small() == kClientVersion);
  ClientConfig config;
  ScheduleConfig::Hours& hours = config.calendar.business_hours;
  config.at_once = in.small();
  config.retry_minutes.clear();
  hours.days_of_week.clear();
  config.calendar.priority_hours.clear();
  unpack_list(in, [&] { config.retry_minutes.push_back(in.small()); });
  unpack_list(in, [&] { hours.days_of_week.push_back(in.small()); });
  for (std::string* part : {&hours.start_time, &hours.end_time, &hours.timezone, &config.timezone,
                            &config.assistant_id, &config.phone_number_id}) {
    *part = in.text();
  }
  unpack_list(in, [&] { config.calendar.holidays.push_back(in.text()); });
  unpack_list(in, [&] { config.calendar.priority_hours.push_back(in.small()); });
  std::size_t level = 0;
  unpack_list(in, [&] { config.weights.at(level++) = in.small(); });
  return config;
}

}  // namespace

ScheduleConfig documented_calendar() {
  ScheduleConfig calendar;
  calendar.business_hours.days_of_week = {1, 2, 3, 4, 5};
  calendar.business_hours.start_time = "09:00";
  calendar.business_hours.end_time = "17:00";
  calendar.business_hours.timezone = "America/New_York";
  calendar.priority_hours = {9, 10, 11, 14, 15, 16};
  return calendar;
}

void Clients::load() {
  if (rows_) {
    return;
  }
  const Rows rows = sql_.exec(
      "SELECT number, id, created_at_ms, updated_at_ms, job, config FROM clients ORDER BY number");
  rows_.emplace();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows_->push_back({rows.integer(i, 0), rows.text(i, 1), from_ms(rows.integer(i, 2)),
                      from_ms(rows.integer(i, 3)), rows.integer(i, 4),
                      unpack_client(rows.blob(i, 5))});
    CALLGATE_CHECK(rows_->back().number == static_cast<std::int64_t>(i) + 1);
  }
}

const std::vector<ClientRecord>& Clients::all() {
  load();
  return *rows_;
}

const ClientRecord* Clients::named(std::string_view id) {
  load();
  const auto found = std::find_if(rows_->begin(), rows_->end(),
                                  [id](const ClientRecord& client) { return client.id == id; });
  return found == rows_->end() ? nullptr : &*found;
}

const ClientRecord& Clients::numbered(std::int64_t number) {
  load();
  return rows_->at(static_cast<std::size_t>(number - 1));
}

const ClientRecord& Clients::add(ClientRecord client) {
  load();
  client.number = static_cast<std::int64_t>(rows_->size()) + 1;
  const Blob config = pack_client(client.config);
  sql_.exec(
      "INSERT INTO clients (number, id, created_at_ms, updated_at_ms, job, config) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      {client.number, std::string_view{client.id}, to_ms(client.created_at),
       to_ms(client.updated_at), client.job, Bytes{config}});
  ++version_;
  return rows_->emplace_back(std::move(client));
}

void Clients::save(const ClientRecord& client) {
  load();
  const Blob config = pack_client(client.config);
  sql_.exec("UPDATE clients SET updated_at_ms = ?2, job = ?3, config = ?4 WHERE number = ?1",
            {client.number, to_ms(client.updated_at), client.job, Bytes{config}});
  ++version_;
  rows_->at(static_cast<std::size_t>(client.number - 1)) = client;
}

void Clients::drop() {
  rows_.reset();
  ++version_;
}

}  // namespace callgate
