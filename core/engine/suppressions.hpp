// The do-not-call list at work. A number is put on it for good or for a while, and an entry never
// becomes weaker by being made again: what lasts longer stands. A call whose number is on the list
// ends as blocked when it is added, or when its turn to be dialled comes; one that is live is left
// alone. Whoever is taken off the list is called again only by a redrive.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/expected.hpp"
#include "core/engine/service.hpp"
#include "core/imports/recipient_reader.hpp"

namespace callgate {

// What is said of a row's number: the import's note, or the row's own reason, source and expiresAt
// (its column or member of that name). A time that cannot be read, or has passed, is a reject.
[[nodiscard]] Expected<SuppressionNote, Reject> note_of(const Recipient& row,
                                                        const SuppressionNote& import, Instant now);

enum class Listing : std::uint8_t {
  added,
  changed,  // it lasts longer now
  known,    // an entry that lasts as long was there
};

struct OnList {
  Listing what = Listing::added;
  Suppression entry;  // the one that stands
};

OnList put_on_list(Service& service, Phone phone, const SuppressionNote& note);

// A waiting call that a rule refuses for good. Its job is told, and has finished if it was the
// last.
void block(Service& service, Call& call, BlockedBy rule);

}  // namespace callgate
