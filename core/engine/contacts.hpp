// What is said of people: made, changed, taken from a list, and two who are one. A number belongs
// to one person: who would take another's is refused, and both stay as they were. A row of a list
// is about whoever has its number, and changes only what it names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.hpp"
#include "core/engine/service.hpp"
#include "core/imports/recipient_reader.hpp"

namespace callgate {

inline constexpr std::size_t kContactNumbersMax = 20;
inline constexpr std::size_t kContactTextMax = 1000;  // bytes of an email or a company in a list
inline constexpr std::size_t kContactNotesMax = 4000;

// One at sign between a name and a place, and no blanks.
[[nodiscard]] bool is_email(std::string_view text);

// Of these numbers, the first that is somebody else's.
struct NumberTaken {
  std::size_t index = 0;
  std::int64_t owner = 0;
};
[[nodiscard]] std::optional<NumberTaken> taken_number(Service& service,
                                                      const std::vector<Phone>& numbers,
                                                      std::int64_t owner);

// With these numbers, of which there is at least one and none is anybody's.
Contact make_contact(Service& service, Contact contact, const std::vector<Phone>& numbers);
// Writes what changed, with the numbers if they are named; whether anything did.
bool change_contact(Service& service, const Contact& before, Contact after,
                    const std::optional<std::vector<Phone>>& numbers);

// Two are one: `contact` keeps what is said of it and takes over the numbers of `from`, and what is
// said of that alone; who does not want to be called by one does not by both. `from` is gone.
// False: they would have too many numbers.
[[nodiscard]] bool merge_contacts(Service& service, Contact& contact, const Contact& from);

// Whether a call of these numbers waits or is live.
[[nodiscard]] bool has_open_calls(Service& service, const std::vector<Phone>& numbers);

enum class ContactTaken : std::uint8_t { made, changed, known };

// What a row of a list says. Columns or members email, company, notes, callEnabled and callTime are
// the contact's own, all others its metadata, where each key is changed alone.
[[nodiscard]] Expected<ContactTaken, Reject> take_contact(Service& service, const Recipient& row);

}  // namespace callgate
