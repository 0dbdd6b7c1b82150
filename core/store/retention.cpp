#include "core/store/retention.hpp"

#include "core/store/pack.hpp"

namespace callgate {
namespace {

// 0: no such rule.
void pack(Packer& out, const Keep& keep) {
  out.small(keep.days ? *keep.days + 1 : 0);
  out.small(keep.count ? *keep.count + 1 : 0);
}

Keep unpack_keep(Unpacker& in) {
  const auto read = [&in] {
    const std::int64_t value = in.small();
    return value > 0 ? std::optional{value - 1} : std::nullopt;
  };
  const auto days = read();
  return {days, read()};
}

void pack(Packer& out, const NthGreatest& search) {
  out.integer(search.from);
  out.integer(search.to);
  out.small(search.rank);
  out.small(search.there);
  out.small(static_cast<std::int64_t>(search.parts.size()));
  for (const std::int64_t part : search.parts) {
    out.small(part);
  }
}

NthGreatest unpack_search(Unpacker& in) {
  NthGreatest search;
  search.from = in.integer();
  search.to = in.integer();
  search.rank = in.small();
  search.there = in.small();
  for (std::int64_t left = in.small(); left > 0; --left) {
    search.parts.push_back(in.small());
  }
  return search;
}

void pack(Packer& out, const Round& round) {
  out.small(static_cast<std::int64_t>(round.phase));
  if (round.phase == RoundPhase::none) {
    return;
  }
  out.instant(round.began_at);
  out.small(round.stale ? 1 : 0);
  for (const auto& cutoff : round.cutoffs) {
    out.instant(cutoff ? std::optional{cutoff->at} : std::nullopt);
    out.small(cutoff ? cutoff->seq : 0);
  }
  out.small(static_cast<std::int64_t>(round.counting));
  pack(out, round.search);
  out.instant(round.tie);
  out.small(round.job);
  out.small(round.cursor);
  out.small(round.whole ? 1 : 0);
  out.small(round.calls);
  out.small(round.jobs);
}

Round unpack_round(Unpacker& in) {
  Round round;
  round.phase = static_cast<RoundPhase>(in.small());
  if (round.phase == RoundPhase::none) {
    return round;
  }
  round.began_at = in.instant();
  round.stale = in.small() != 0;
  for (auto& cutoff : round.cutoffs) {
    const auto at = in.instant_or_none();
    const std::int64_t seq = in.small();
    cutoff = at ? std::optional{Cutoff{*at, seq}} : std::nullopt;
  }
  round.counting = static_cast<End>(in.small());
  round.search = unpack_search(in);
  round.tie = in.instant_or_none();
  round.job = in.small();
  round.cursor = in.small();
  round.whole = in.small() != 0;
  round.calls = in.small();
  round.jobs = in.small();
  return round;
}

Blob pack_removal(const RetentionState& state) {
  Blob packed;
  Packer out{packed};
  out.instant(state.rests_until);
  out.instant(state.removed_at);
  const GoneJobs& gone = state.gone;
  for (const std::int64_t count :
       {state.removed_calls, state.removed_jobs, state.all_calls, gone.jobs, gone.completed,
        gone.failed, gone.canceled, gone.attempts, gone.cost_micros}) {
    out.small(count);
  }
  out.instant(gone.last_turn);
  pack(out, state.round);
  return packed;
}

void unpack_removal(Bytes packed, RetentionState& state) {
  if (packed.empty()) {
    return;
  }
  Unpacker in{packed};
  state.rests_until = in.instant_or_none();
  state.removed_at = in.instant_or_none();
  GoneJobs& gone = state.gone;
  for (std::int64_t* count :
       {&state.removed_calls, &state.removed_jobs, &state.all_calls, &gone.jobs, &gone.completed,
        &gone.failed, &gone.canceled, &gone.attempts, &gone.cost_micros}) {
    *count = in.small();
  }
  gone.last_turn = in.instant();
  state.round = unpack_round(in);
}

}  // namespace

Blob pack_retention(const Retention& rule) {
  Blob packed;
  if (rule == Retention{}) {
    return packed;
  }
  Packer out{packed};
  for (const Keep& keep : rule.calls) {
    pack(out, keep);
  }
  for (const Keep& keep : rule.scheduled_jobs) {
    pack(out, keep);
  }
  return packed;
}

Retention unpack_retention(Bytes packed) {
  Retention rule;
  if (packed.empty()) {
    return rule;
  }
  Unpacker in{packed};
  for (Keep& keep : rule.calls) {
    keep = unpack_keep(in);
  }
  for (Keep& keep : rule.scheduled_jobs) {
    keep = unpack_keep(in);
  }
  return rule;
}

const RetentionState& RetentionRow::now() {
  if (!loaded_) {
    state_ = {};
    const Rows rows = sql_.exec("SELECT beside_due_at_ms, state FROM retention WHERE id = 1");
    if (!rows.empty()) {
      state_.beside_due =
          rows.is_null(0, 0) ? std::nullopt : std::optional{from_ms(rows.integer(0, 0))};
      unpack_removal(rows.blob(0, 1), state_);
    }
    loaded_ = true;
  }
  return state_;
}

RetentionState& RetentionRow::edit() {
  static_cast<void>(now());
  dirty_ = true;
  return state_;
}

void RetentionRow::note_beside(Instant due) {
  if (!now().beside_due || due < *state_.beside_due) {
    edit().beside_due = due;
  }
}

void RetentionRow::flush() {
  if (dirty_) {
    const Blob packed = pack_removal(state_);
    sql_.exec(
        "INSERT INTO retention (id, beside_due_at_ms, state) VALUES (1, ?1, ?2) "
        "ON CONFLICT (id) DO UPDATE SET beside_due_at_ms = ?1, state = ?2",
        {or_null(state_.beside_due), Bytes{packed}});
    dirty_ = false;
  }
}

}  // namespace callgate
