// People on their way into a job: judged one by one, the first accepted row with a number wins,
// later ones with the same E.164 are duplicates, a rejected row does not claim its number. A list
// arrives whole (JSON) or as the pieces of a stream (an import), which may end in the import being
// taken back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/engine/service.hpp"
#include "core/imports/recipient_reader.hpp"
#include "core/store/imports.hpp"

namespace callgate {

// Judges zone names by the zone table.
class TableZoneNames final : public ZoneNames {
 public:
  explicit TableZoneNames(const ZoneTable& zones) : zones_(zones) {}
  [[nodiscard]] bool knows(std::string_view iana_name) const override {
    return zones_.find(iana_name) != nullptr;
  }

 private:
  const ZoneTable& zones_;
};

// Any zone will do: where only the numbers are used.
class AnyZone final : public ZoneNames {
 public:
  [[nodiscard]] bool knows(std::string_view /*iana_name*/) const override { return true; }
};

struct NewCall {
  const Recipient* recipient = nullptr;
  CallTerms terms;
  Instant not_before{};
};

// Adds waiting calls to the job, and makes contacts of numbers that are nobody's. False for those
// whose number the job has already.
[[nodiscard]] std::vector<bool> add_calls(Service& service, Job& job,
                                          const std::vector<NewCall>& wanted);
[[nodiscard]] std::vector<bool> add_calls(Service& service, Job& job,
                                          const std::vector<const Recipient*>& recipients);

// The job's recipients are complete: it waits for its start, or starts.
void seal_job(Service& service, Job& job);

// Opens an import into a job that stands in state importing.
Import open_import(Service& service, const Job& job, ImportFormat format,
                   std::string default_region);

// The same for numbers that are not to be called.
Import open_list(Service& service, SuppressionNote note, ImportFormat format,
                 std::string default_region);

// The same for contacts.
Import open_contacts(Service& service, ImportFormat format, std::string default_region);

// The list is complete.
void close_list(Service& service, Import& import);

// What became of a piece.
struct Taken {};  // go on
struct Sealed {
  Import import;
};  // it was the last, and the job, or the list, is complete
struct TakenBack {  // the import is refused as a whole; nothing of it stays
  std::int64_t status = 422;
  std::string code;
  std::string detail;
  std::int64_t row = 0;
};
using PieceResult = std::variant<Taken, Sealed, TakenBack>;

// Imports that have heard nothing for two minutes are taken back: hosts tell of a body that ends
// early, unless they die first. Answers when the next one is due.
std::optional<Instant> end_silent_imports(Service& service);

// A repeated piece is Taken and changes nothing; one from the future takes the import back.
[[nodiscard]] PieceResult take_piece(Service& service, const ImportChunk& piece);

}  // namespace callgate
