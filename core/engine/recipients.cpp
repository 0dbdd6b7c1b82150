#include "core/engine/recipients.hpp"

#include <algorithm>

#include "core/engine/call_changes.hpp"
#include "core/engine/contacts.hpp"
#include "core/engine/jobs.hpp"
#include "core/engine/suppressions.hpp"
#include "core/engine/tallies.hpp"
#include "core/schedule/callee.hpp"
#include "core/store/tasks.hpp"

namespace callgate {
namespace {

constexpr std::size_t kOpenReadersMax = 64;
constexpr std::int64_t kPieceBytesMax = 256 * 1024;
constexpr std::chrono::minutes kSilenceMax{2};  // longer than a host waits for a slow sender

RecipientReader reader_of(Service& service, const Import& import) {
  auto open = service.caches.readers.find(import.seq);
  if (open != service.caches.readers.end()) {
    OpenReader cached = std::move(open->second);
    service.caches.readers.erase(open);
    if (cached.next_chunk == import.next_chunk) {
      return std::move(cached.reader);
    }
  }
  auto restored = RecipientReader::restore(import.reader);
  CALLGATE_CHECK(restored.has_value());
  return std::move(*restored);
}

void keep_reader(Service& service, const Import& import, RecipientReader reader) {
  if (service.caches.readers.size() >= kOpenReadersMax) {
    service.caches.readers.erase(service.caches.readers.begin());
  }
  service.caches.readers.emplace(import.seq, OpenReader{import.next_chunk, std::move(reader)});
}

// Nothing of a refused import stays: the job is gone at once, its rows go as a task. But numbers
// that were put on the do-not-call list stay there: it is safer, and nobody knows them apart. What
// was said of contacts stays too: what was said before is not known any more.
TakenBack take_back(Service& service, Import& import, TakenBack why) {
  import.state = ImportState::refused;
  import.detail = why.detail;
  import.reader.clear();
  imports::save(service.sql(), import);
  service.caches.silence_ends.reset();
  if (import.job == 0) {
    service.store.retention.note_beside(service.now() + kDayLong * kUsualDays);
    return why;
  }
  service.store.jobs.edit(import.job).state = JobState::discarded;
  Task task;
  task.seq = service.store.workspace.take_seq();
  task.created_at = service.now();
  task.kind = TaskKind::purge_import;
  task.subject = import.seq;
  tasks::add(service.sql(), task);
  return why;
}

void store_rows(Service& service, Job& job, Import& import, const std::vector<ImportRow>& rows) {
  std::vector<const Recipient*> recipients;
  for (const ImportRow& row : rows) {
    if (const auto* recipient = std::get_if<Recipient>(&row.value)) {
      recipients.push_back(recipient);
    }
  }
  const std::vector<bool> stored = add_calls(service, job, recipients);
  std::size_t next = 0;
  for (const ImportRow& row : rows) {
    ++import.rows;
    if (const auto* reject = std::get_if<Reject>(&row.value)) {
      ++import.rejected;
      imports::add_reject(service.sql(), import.seq, row.row, *reject);
    } else if (stored[next++]) {
      ++import.accepted;
    } else {
      ++import.duplicates;
      imports::add_reject(service.sql(), import.seq, row.row,
                          {"duplicate", "", "An earlier row of this job has the same number.",
                           format_e164(std::get<Recipient>(row.value).phone)});
    }
  }
}

void store_numbers(Service& service, Import& import, const std::vector<ImportRow>& rows) {
  for (const ImportRow& row : rows) {
    ++import.rows;
    const auto* recipient = std::get_if<Recipient>(&row.value);
    if (recipient == nullptr) {
      ++import.rejected;
      imports::add_reject(service.sql(), import.seq, row.row, std::get<Reject>(row.value));
      continue;
    }
    const auto note = note_of(*recipient, *import.suppress, service.now());
    if (!note) {
      ++import.rejected;
      imports::add_reject(service.sql(), import.seq, row.row, note.error());
    } else if (put_on_list(service, recipient->phone, *note).what == Listing::known) {
      ++import.duplicates;
    } else {
      ++import.accepted;
    }
  }
}

void store_contacts(Service& service, Import& import, const std::vector<ImportRow>& rows) {
  for (const ImportRow& row : rows) {
    ++import.rows;
    const auto* recipient = std::get_if<Recipient>(&row.value);
    const auto taken =
        recipient != nullptr
            ? take_contact(service, *recipient)
            : Expected<ContactTaken, Reject>{unexpected(std::get<Reject>(row.value))};
    if (!taken) {
      ++import.rejected;
      imports::add_reject(service.sql(), import.seq, row.row, taken.error());
    } else {
      ++(*taken == ContactTaken::known ? import.duplicates : import.accepted);
    }
  }
}

PieceResult seal_list(Service& service, Import& import) {
  if (import.accepted + import.duplicates == 0) {
    return take_back(
        service, import,
        {422, "no_valid_numbers",
         "None of the " + std::to_string(import.rows) + " rows has a phone number.", 0});
  }
  close_list(service, import);
  return Sealed{import};
}

Import new_import(Service& service, ImportFormat format, std::string default_region) {
  Import import;
  import.seq = service.store.workspace.take_seq();
  import.created_at = service.now();
  import.format = format;
  import.reader = RecipientReader{format, std::move(default_region)}.save();
  import.heard_at = service.now();
  service.caches.silence_ends.reset();
  return import;
}

// The same bytes into a job of the same name within a day: the file was sent twice by mistake.
const Job* imported_before(Service& service, const Import& import, const Job& job) {
  for (const std::int64_t other : imports::jobs_with_digest(service.sql(), import.digest, 20)) {
    const Job* earlier = service.store.jobs.find(other);
    if (earlier != nullptr && other != job.seq && earlier->visible() &&
        earlier->state != JobState::canceled && earlier->name == job.name &&
        service.now() - earlier->created_at < std::chrono::hours{24}) {
      return earlier;
    }
  }
  return nullptr;
}

PieceResult seal(Service& service, Job& job, Import& import) {
  if (import.accepted == 0) {
    return take_back(service, import,
                     {422, "no_valid_recipients",
                      "None of the " + std::to_string(import.rows) +
                          " rows has a phone number that can be called.",
                      0});
  }
  if (const Job* earlier = imported_before(service, import, job)) {
    return take_back(service, import,
                     {409, "already_imported",
                      "The same file was imported as " + job_id(service, *earlier) +
                          " under the same name within a day. To call these people again, "
                          "give the job another name.",
                      0});
  }
  import.state = ImportState::sealed;
  import.reader.clear();
  imports::save(service.sql(), import);
  seal_job(service, job);
  return Sealed{import};
}

}  // namespace

std::vector<bool> add_calls(Service& service, Job& job,
                            const std::vector<const Recipient*>& recipients) {
  std::vector<NewCall> wanted;
  wanted.reserve(recipients.size());
  for (const Recipient* recipient : recipients) {
    wanted.push_back({recipient, {}, {}});
  }
  return add_calls(service, job, wanted);
}

std::vector<bool> add_calls(Service& service, Job& job, const std::vector<NewCall>& wanted) {
  std::vector<Call> calls;
  calls.reserve(wanted.size());
  std::vector<std::int64_t> digits;
  for (const NewCall& one : wanted) {
    digits.push_back(one.recipient->phone.digits);
  }
  const auto listed = service.store.suppressions.listed(digits, service.now());
  for (const NewCall& one : wanted) {
    const Recipient* recipient = one.recipient;
    Call& call = calls.emplace_back();
    call.seq = service.store.workspace.take_seq();
    call.job = job.seq;
    call.phone = recipient->phone;
    call.created_at = service.now();
    call.first_name = recipient->first_name;
    call.last_name = recipient->last_name;
    call.timezone = recipient->timezone;
    call.metadata = recipient->metadata;
    call.terms = one.terms;
    call.not_before = one.not_before;
    call.lane = lane_of(service, call, false);
    if (listed.count(call.phone.digits) != 0) {
      call.state = CallState::blocked;
      call.blocked_by = BlockedBy::do_not_call;
    }
  }
  std::vector<bool> stored = calls::add(service.sql(), calls);
  if (!calls.empty()) {
    service.store.contacts.adopt_calls(calls.front().seq, calls.back().seq);
  }
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (!stored[i]) {
      continue;
    }
    ++job.total;
    if (job.first_seq == 0) {
      job.first_seq = calls[i].seq;
    }
    job.last_seq = calls[i].seq;
    if (calls[i].state == CallState::blocked) {
      tally_end(service, job, calls[i], service.now());
    } else {
      service.store.lanes.enter(calls[i].lane, calls[i].not_before);
      job.finished_at.reset();
    }
  }
  return stored;
}

void seal_job(Service& service, Job& job) {
  job.state = JobState::pending;
  if (job.start_at && *job.start_at <= service.now()) {
    CALLGATE_CHECK(start_job(service, job.seq).has_value());
  }
}

Import open_import(Service& service, const Job& job, ImportFormat format,
                   std::string default_region) {
  Import import = new_import(service, format, std::move(default_region));
  import.job = job.seq;
  imports::add(service.sql(), import);
  return import;
}

Import open_list(Service& service, SuppressionNote note, ImportFormat format,
                 std::string default_region) {
  Import import = new_import(service, format, std::move(default_region));
  import.suppress = std::move(note);
  imports::add(service.sql(), import);
  return import;
}

Import open_contacts(Service& service, ImportFormat format, std::string default_region) {
  Import import = new_import(service, format, std::move(default_region));
  imports::add(service.sql(), import);
  return import;
}

void close_list(Service& service, Import& import) {
  import.state = ImportState::sealed;
  import.reader.clear();
  imports::save(service.sql(), import);
  service.store.retention.note_beside(service.now() + kDayLong * kUsualDays);
}

std::optional<Instant> end_silent_imports(Service& service) {
  auto& ends = service.caches.silence_ends;
  while (!ends || (*ends && **ends <= service.now())) {
    auto import = imports::most_silent(service.sql());
    ends.emplace();
    if (!import) {
      break;
    }
    *ends = import->heard_at + kSilenceMax;
    if (**ends <= service.now()) {
      take_back(service, *import,
                {400, "body_incomplete", "Nothing more of it came for two minutes.", 0});
    }
  }
  return *ends;
}

PieceResult take_piece(Service& service, const ImportChunk& piece) {
  auto found = imports::find(service.sql(), piece.import);
  if (!found || found->state != ImportState::receiving) {
    return TakenBack{404, "import_not_found", "There is no such open import.", 0};
  }
  Import& import = *found;
  if (piece.broken) {
    return take_back(service, import,
                     {400, "body_incomplete",
                      "The body ended before its end, after row " + std::to_string(import.rows) +
                          ". Nothing was imported; send it again.",
                      import.rows});
  }
  if (piece.seq < import.next_chunk) {
    return Taken{};
  }
  if (piece.seq > import.next_chunk ||
      static_cast<std::int64_t>(piece.bytes.size()) > kPieceBytesMax) {
    return take_back(service, import,
                     {400, "piece_out_of_order", "A piece of the body is missing.", import.rows});
  }
  RecipientReader reader = reader_of(service, import);
  const bool suppress = import.suppress.has_value();
  const auto rows = suppress ? reader.feed(piece.bytes, piece.last, AnyZone{})
                             : reader.feed(piece.bytes, piece.last, TableZoneNames{service.zones});
  if (!rows) {
    const ImportRefused& why = rows.error();
    return take_back(service, import, {422, why.code, why.detail, why.row});
  }
  if (suppress) {
    store_numbers(service, import, *rows);
  } else if (import.is_of_contacts()) {
    store_contacts(service, import, *rows);
  } else {
    store_rows(service, service.store.jobs.edit(import.job), import, *rows);
  }
  ++import.next_chunk;
  import.heard_at = service.now();
  service.caches.silence_ends.reset();
  import.bytes += static_cast<std::int64_t>(piece.bytes.size());
  import.digest = to_hex(service.context.crypto.sha256(
      bytes_of(import.digest + to_hex(service.context.crypto.sha256(bytes_of(piece.bytes))))));
  if (piece.last) {
    return import.job == 0 ? seal_list(service, import)
                           : seal(service, service.store.jobs.edit(import.job), import);
  }
  import.reader = reader.save();
  imports::save(service.sql(), import);
  keep_reader(service, import, std::move(reader));
  return Taken{};
}

}  // namespace callgate
