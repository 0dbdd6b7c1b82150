#include "core/store/workspace.hpp"

#include <algorithm>

#include "core/store/limits.hpp"
#include "core/store/pack.hpp"
#include "core/store/retention.hpp"

namespace callgate {
namespace {

constexpr std::int64_t kSettingsVersion =
    5;  // 1: no limits; 2: no order; 3: no breaker; 4: one account
constexpr std::size_t kDays = 7;

void pack(Packer& out, const DailyRange& range) {
  out.integer(range.start_min);
  out.integer(range.end_min);
}

DailyRange unpack_range(Unpacker& in) {
  const auto start = static_cast<std::int32_t>(in.integer());
  return {start, static_cast<std::int32_t>(in.integer())};
}

template <class Items, class Each>
void pack_all(Packer& out, const Items& items, Each each) {
  out.integer(static_cast<std::int64_t>(items.size()));
  for (const auto& item : items) {
    each(item);
  }
}

template <class Each>
void unpack_all(Unpacker& in, Each each) {
  for (std::int64_t left = in.integer(); left > 0; --left) {
    each();
  }
}

void pack(Packer& out, const ScheduleConfig& calendar) {
  const ScheduleConfig::Hours& hours = calendar.business_hours;
  pack_all(out, hours.days_of_week, [&](std::int64_t day) { out.integer(day); });
  out.text(hours.start_time);
  out.text(hours.end_time);
  out.text(hours.timezone);
  pack_all(out, calendar.blackout_periods, [&](const ScheduleConfig::Blackout& period) {
    out.instant(period.start);
    out.instant(period.end);
    out.text(period.reason);
  });
  pack_all(out, calendar.holidays, [&](const std::string& day) { out.text(day); });
  pack_all(out, calendar.priority_windows, [&](const ScheduleConfig::PriorityWindow& window) {
    out.text(window.start_time);
    out.text(window.end_time);
    out.integer(window.priority);
  });
  out.integer(calendar.default_priority);
  pack_all(out, calendar.priority_hours, [&](std::int64_t hour) { out.integer(hour); });
}

ScheduleConfig unpack_calendar(Unpacker& in) {
  ScheduleConfig calendar;
  ScheduleConfig::Hours& hours = calendar.business_hours;
  unpack_all(in, [&] { hours.days_of_week.push_back(in.integer()); });
  hours.start_time = in.text();
  hours.end_time = in.text();
  hours.timezone = in.text();
  unpack_all(in, [&] {
    ScheduleConfig::Blackout& period = calendar.blackout_periods.emplace_back();
    period.start = in.instant();
    period.end = in.instant();
    period.reason = in.text();
  });
  unpack_all(in, [&] { calendar.holidays.push_back(in.text()); });
  unpack_all(in, [&] {
    ScheduleConfig::PriorityWindow& window = calendar.priority_windows.emplace_back();
    window.start_time = in.text();
    window.end_time = in.text();
    window.priority = in.integer();
  });
  calendar.default_priority = in.integer();
  unpack_all(in, [&] { calendar.priority_hours.push_back(in.integer()); });
  return calendar;
}

void pack(Packer& out, const CallingHours& hours) {
  out.integer(hours.law ? 1 : 0);
  out.text(hours.reason);
  pack(out, hours.usual);
  out.integer(hours.within ? 1 : 0);
  for (std::size_t day = 0; hours.within && day < kDays; ++day) {
    pack_all(out, hours.within->days[day], [&](const DailyRange& range) { pack(out, range); });
  }
  pack_all(out, hours.closed, [&](LocalDay day) { out.integer(day); });
  out.integer(hours.unknown_holidays_close ? 1 : 0);
}

CallingHours unpack_calling_hours(Unpacker& in) {
  CallingHours hours;
  hours.law = in.integer() != 0;
  hours.reason = in.text();
  hours.usual = unpack_range(in);
  if (in.integer() != 0) {
    hours.within.emplace();
    for (std::vector<DailyRange>& day : hours.within->days) {
      unpack_all(in, [&] { day.push_back(unpack_range(in)); });
    }
  }
  unpack_all(in, [&] { hours.closed.push_back(in.integer()); });
  hours.unknown_holidays_close = in.integer() != 0;
  return hours;
}

Blob pack_scheduling(const SchedulingSettings& settings) {
  Blob packed;
  Packer out{packed};
  out.small(settings.as_documented ? 1 : 0);
  for (const std::string* text :
       {&settings.timezone, &settings.start_time, &settings.end_time, &settings.phone_number_id}) {
    out.text(*text);
  }
  pack_all(out, settings.days_of_week, [&](std::int64_t day) { out.integer(day); });
  return packed;
}

SchedulingSettings unpack_scheduling(Bytes packed) {
  SchedulingSettings settings;
  if (packed.empty()) {
    return settings;
  }
  Unpacker in{packed};
  settings.as_documented = in.small() != 0;
  for (std::string* text :
       {&settings.timezone, &settings.start_time, &settings.end_time, &settings.phone_number_id}) {
    *text = in.text();
  }
  unpack_all(in, [&] { settings.days_of_week.push_back(in.integer()); });
  return settings;
}

Blob pack_daily(const DailyCalls& daily) {
  Blob packed;
  Packer out{packed};
  out.small(daily.enabled ? 1 : 0);
  out.text(daily.assistant_id);
  out.text(daily.phone_number_id);
  out.instant(daily.since);
  for (const std::int64_t number : {daily.max_attempts, daily.concurrency, daily.window_min,
                                    daily.job, daily.called, daily.missed, daily.skipped}) {
    out.integer(number);
  }
  return packed;
}

DailyCalls unpack_daily(Bytes packed) {
  DailyCalls daily;
  if (packed.empty()) {
    return daily;
  }
  Unpacker in{packed};
  daily.enabled = in.small() != 0;
  daily.assistant_id = in.text();
  daily.phone_number_id = in.text();
  daily.since = in.instant();
  for (std::int64_t* number : {&daily.max_attempts, &daily.concurrency, &daily.window_min,
                               &daily.job, &daily.called, &daily.missed, &daily.skipped}) {
    *number = in.integer();
  }
  return daily;
}

// What stood in columns of its own before there was more to a calendar than weekly hours.
ScheduleConfig read_weekly_hours(const Rows& rows) {
  ScheduleConfig calendar = Settings{}.calendar;
  const std::int64_t days = rows.integer(0, 5);
  if (days == 0) {
    return calendar;
  }
  ScheduleConfig::Hours& hours = calendar.business_hours;
  hours.days_of_week.clear();
  for (std::int64_t day = 0; day < 7; ++day) {
    if ((days >> day & 1) != 0) {
      hours.days_of_week.push_back(day);
    }
  }
  hours.start_time = format_time_of_day(static_cast<std::int32_t>(rows.integer(0, 6)));
  hours.end_time = format_time_of_day(static_cast<std::int32_t>(rows.integer(0, 7)));
  hours.timezone = rows.text(0, 8);
  return calendar;
}

}  // namespace

void WorkspaceRow::load() {
  if (loaded_) {
    return;
  }
  const Rows rows = sql_.exec(
      "SELECT tag, revision, next_seq, calls_at_once, calls_at_once_per_job, hours_days, "
      "hours_start_min, hours_end_min, hours_zone, calendar, paused_at_ms, paused_by, pause_note, "
      "retention, scheduling, daily "
      "FROM workspace WHERE id = 1");
  CALLGATE_CHECK(rows.size() == 1);
  tag_ = rows.integer(0, 0);
  stored_revision_ = rows.integer(0, 1);
  revision_.reset();
  next_seq_ = rows.integer(0, 2);
  settings_ = {};
  settings_.calls_at_once = rows.integer(0, 3);
  settings_.calls_at_once_per_job = rows.integer(0, 4);
  const Blob& packed = rows.blob(0, 9);
  if (packed.empty()) {
    settings_.calendar = read_weekly_hours(rows);
  } else {
    Unpacker in{packed};
    const std::int64_t version = in.integer();
    CALLGATE_CHECK(version >= 1 && version <= kSettingsVersion);
    settings_.calendar = unpack_calendar(in);
    settings_.calling_hours = unpack_calling_hours(in);
    if (version > 1) {
      settings_.limits = unpack_limit_settings(in);
    }
    if (version > 2) {
      settings_.ageing = Millis{in.integer()};
      for (std::int64_t& rank : settings_.level_ranks) {
        rank = in.integer();
      }
    }
    if (version > 3) {
      unpack_health(in, settings_.limits.provider);
    }
    if (version > 4) {
      unpack_accounts(in, settings_.limits);
    }
  }
  if (!rows.is_null(0, 10)) {
    settings_.pause =
        WorkspacePause{from_ms(rows.integer(0, 10)), rows.text(0, 11), rows.text(0, 12)};
  }
  settings_.retention = unpack_retention(rows.blob(0, 13));
  settings_.scheduling = unpack_scheduling(rows.blob(0, 14));
  daily_ = unpack_daily(rows.blob(0, 15));
  daily_dirty_ = false;
  ++settings_version_;
  settings_dirty_ = false;
  loaded_ = true;
  dirty_ = false;
}

std::int64_t WorkspaceRow::revision() {
  if (!revision_) {
    const Rows newest = sql_.exec("SELECT coalesce(max(revision), 0) FROM jobs");
    revision_ = std::max(stored_revision_, newest.integer(0, 0));
  }
  return *revision_;
}

std::int64_t WorkspaceRow::take_seq() {
  dirty_ = true;
  return next_seq_++;
}

std::int64_t WorkspaceRow::next_revision() {
  revision_ = revision() + 1;
  return *revision_;
}

void WorkspaceRow::keep_revision() {
  static_cast<void>(revision());
  dirty_ = true;
}

void WorkspaceRow::set_settings(Settings settings) {
  settings_dirty_ = true;
  settings_ = std::move(settings);
  ++settings_version_;
}

void WorkspaceRow::set_daily(DailyCalls daily) {
  daily_dirty_ = true;
  daily_ = std::move(daily);
}

void WorkspaceRow::flush() {
  if (daily_dirty_) {
    const Blob packed = pack_daily(daily_);
    sql_.exec("UPDATE workspace SET daily = ?1 WHERE id = 1", {Bytes{packed}});
    daily_dirty_ = false;
  }
  if (dirty_) {
    sql_.exec("UPDATE workspace SET revision = ?1, next_seq = ?2 WHERE id = 1",
              {revision_.value_or(stored_revision_), next_seq_});
    dirty_ = false;
  }
  if (settings_dirty_) {
    Blob packed;
    Packer out{packed};
    out.integer(kSettingsVersion);
    pack(out, settings_.calendar);
    pack(out, settings_.calling_hours);
    pack(out, settings_.limits);
    out.integer(settings_.ageing.count());
    for (const std::int64_t rank : settings_.level_ranks) {
      out.integer(rank);
    }
    pack_health(out, settings_.limits.provider);
    pack_accounts(out, settings_.limits);
    const Blob retention = pack_retention(settings_.retention);
    const Blob scheduling = pack_scheduling(settings_.scheduling);
    sql_.exec(
        "UPDATE workspace SET calls_at_once = ?1, calls_at_once_per_job = ?2, calendar = ?3, "
        "paused_at_ms = ?4, paused_by = ?5, pause_note = ?6, retention = ?7, "
        "scheduling = ?8 WHERE id = 1",
        {settings_.calls_at_once, settings_.calls_at_once_per_job, Bytes{packed},
         settings_.pause ? Param{to_ms(settings_.pause->at)} : Param{Null{}},
         std::string_view{settings_.pause ? settings_.pause->actor : std::string{}},
         std::string_view{settings_.pause ? settings_.pause->note : std::string{}},
         Bytes{retention}, Bytes{scheduling}});
    settings_dirty_ = false;
  }
}

}  // namespace callgate
