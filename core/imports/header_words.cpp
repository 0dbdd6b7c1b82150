#include "core/imports/header_words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "core/imports/encoding.hpp"

namespace callgate {
namespace {

using enum RecipientField;

constexpr std::size_t kFoldedBytesMax = 40;  // no word of the table is longer
constexpr int kVagueFrom = 50;               // words of this rank or more stand alone only
constexpr int kLandline = 40;                // after the mobile number

struct Word {
  std::string_view text;
  RecipientField field;
  int rank;
  bool bare_name = false;
};

constexpr std::array kHeaderWords{
    // A telephone number, in so many words.
    Word{"phonenumber", phone, 10},
    Word{"phonee164", phone, 10},
    Word{"e164", phone, 10},
    Word{"telephonenumber", phone, 10},
    Word{"telnumber", phone, 10},
    Word{"phoneno", phone, 10},
    Word{"phonenum", phone, 10},
    Word{"phonenr", phone, 10},
    Word{"telephoneno", phone, 10},
    Word{"telno", phone, 10},
    Word{"telnr", phone, 10},
    Word{"telefonnr", phone, 10},
    Word{"telefonnummer", phone, 10},
    Word{"rufnummer", phone, 10},
    Word{"telefoonnummer", phone, 10},
    Word{"telefonnumber", phone, 10},
    Word{"telefonnumret", phone, 10},
    Word{"numerodetelefono", phone, 10},
    Word{"numerotelefono", phone, 10},
    Word{"numeroditelefono", phone, 10},
    Word{"numeroditel", phone, 10},
    Word{"numerodetelefone", phone, 10},
    Word{"numerotelefone", phone, 10},
    Word{"numerodetelephone", phone, 10},
    Word{"numerotelephone", phone, 10},
    Word{"ndetelephone", phone, 10},
    Word{"numertelefonu", phone, 10},
    Word{"telefonnumarasi", phone, 10},
    Word{"telefonszam", phone, 10},
    Word{"telefonnicislo", phone, 10},
    Word{"puhelinnumero", phone, 10},
    Word{"номертелефона", phone, 10},
    Word{"номертелефону", phone, 10},
    Word{"電話番号", phone, 10},
    Word{"电话号码", phone, 10},
    Word{"電話號碼", phone, 10},
    Word{"전화번호", phone, 10},
    Word{"phone", phone, 20},
    Word{"telephone", phone, 20},
    Word{"tel", phone, 20},
    Word{"telefon", phone, 20},
    Word{"telefono", phone, 20},
    Word{"telefone", phone, 20},
    Word{"telefoon", phone, 20},
    Word{"telefoni", phone, 20},
    Word{"puhelin", phone, 20},
    Word{"телефон", phone, 20},
    Word{"電話", phone, 20},
    Word{"电话", phone, 20},
    Word{"전화", phone, 20},
    Word{"phones", phone, 20},
    Word{"msisdn", phone, 20},
    // A mobile number.
    Word{"mobile", phone, 30},
    Word{"mobilephone", phone, 30},
    Word{"phonemobile", phone, 30},
    Word{"mobilephonenumber", phone, 30},
    Word{"mobilenumber", phone, 30},
    Word{"mobileno", phone, 30},
    Word{"mobilenr", phone, 30},
    Word{"mob", phone, 30},
    Word{"mobno", phone, 30},
    Word{"cell", phone, 30},
    Word{"cellphone", phone, 30},
    Word{"phonecell", phone, 30},
    Word{"cellphonenumber", phone, 30},
    Word{"cellnumber", phone, 30},
    Word{"cellno", phone, 30},
    Word{"cellular", phone, 30},
    Word{"handy", phone, 30},
    Word{"handynummer", phone, 30},
    Word{"handynr", phone, 30},
    Word{"mobil", phone, 30},
    Word{"mobilnummer", phone, 30},
    Word{"mobilnr", phone, 30},
    Word{"mobiltelefon", phone, 30},
    Word{"mobiltelefonnummer", phone, 30},
    Word{"mobielnummer", phone, 30},
    Word{"mobiel", phone, 30},
    Word{"movil", phone, 30},
    Word{"telefonomovil", phone, 30},
    Word{"numerodemovil", phone, 30},
    Word{"celular", phone, 30},
    Word{"numerodecelular", phone, 30},
    Word{"telemovel", phone, 30},
    Word{"cellulare", phone, 30},
    Word{"numerodicellulare", phone, 30},
    Word{"portable", phone, 30},
    Word{"telephoneportable", phone, 30},
    Word{"telportable", phone, 30},
    Word{"numerodeportable", phone, 30},
    Word{"komorka", phone, 30},
    Word{"мобильный", phone, 30},
    Word{"мобильныйтелефон", phone, 30},
    Word{"手机", phone, 30},
    Word{"手机号", phone, 30},
    Word{"手机号码", phone, 30},
    Word{"携帯電話", phone, 30},
    Word{"携帯番号", phone, 30},
    Word{"휴대폰", phone, 30},
    Word{"휴대폰번호", phone, 30},
    // A number at a place.
    Word{"landline", phone, kLandline},
    Word{"festnetz", phone, kLandline},
    Word{"festnetznummer", phone, kLandline},
    Word{"fixe", phone, kLandline},
    Word{"telefonofijo", phone, kLandline},
    // Likely a number to call, if nothing better is there.
    Word{"contactnumber", phone, 50},
    Word{"contactno", phone, 50},
    Word{"whatsapp", phone, 50},
    Word{"whatsappnumber", phone, 50},
    Word{"dialnumber", phone, 50},
    Word{"numbertocall", phone, 50},
    Word{"recipientnumber", phone, 50},
    Word{"destinationnumber", phone, 50},
    Word{"tonumber", phone, 50},
    Word{"userphone", phone, 50},
    Word{"userphonenumber", phone, 50},
    Word{"number", phone, 60},
    Word{"nummer", phone, 60},
    Word{"numero", phone, 60},
    Word{"to", phone, 70},

    Word{"firstname", first_name, 10},
    Word{"givenname", first_name, 10},
    Word{"forename", first_name, 10},
    Word{"vorname", first_name, 10},
    Word{"prenom", first_name, 10},
    Word{"primernombre", first_name, 10},
    Word{"nombredepila", first_name, 10},
    Word{"primeironome", first_name, 10},
    Word{"voornaam", first_name, 10},
    Word{"fornavn", first_name, 10},
    Word{"fornamn", first_name, 10},
    Word{"imie", first_name, 10},
    Word{"etunimi", first_name, 10},
    Word{"имя", first_name, 10},
    Word{"fname", first_name, 20},
    Word{"first", first_name, 50},
    Word{"given", first_name, 50},

    Word{"lastname", last_name, 10},
    Word{"familyname", last_name, 10},
    Word{"surname", last_name, 10},
    Word{"nachname", last_name, 10},
    Word{"familienname", last_name, 10},
    Word{"nomdefamille", last_name, 10},
    Word{"apellido", last_name, 10},
    Word{"apellidos", last_name, 10},
    Word{"sobrenome", last_name, 10},
    Word{"apelido", last_name, 10},
    Word{"cognome", last_name, 10},
    Word{"achternaam", last_name, 10},
    Word{"etternavn", last_name, 10},
    Word{"efternavn", last_name, 10},
    Word{"efternamn", last_name, 10},
    Word{"nazwisko", last_name, 10},
    Word{"sukunimi", last_name, 10},
    Word{"фамилия", last_name, 10},
    Word{"lname", last_name, 20},
    Word{"last", last_name, 50},
    Word{"family", last_name, 50},

    Word{"fullname", full_name, 10},
    Word{"nomcomplet", full_name, 10},
    Word{"nombrecompleto", full_name, 10},
    Word{"nomecompleto", full_name, 10},
    Word{"vollstandigername", full_name, 10},
    Word{"name", full_name, 20, true},
    Word{"nom", full_name, 20, true},
    Word{"nombre", full_name, 20, true},
    Word{"nome", full_name, 20, true},
    Word{"naam", full_name, 20, true},
    Word{"navn", full_name, 20, true},
    Word{"namn", full_name, 20, true},

    Word{"timezone", timezone, 10},
    Word{"ianatimezone", timezone, 10},
    Word{"timezoneid", timezone, 10},
    Word{"timezonename", timezone, 10},
    Word{"zeitzone", timezone, 10},
    Word{"fuseauhoraire", timezone, 10},
    Word{"zonahoraria", timezone, 10},
    Word{"husohorario", timezone, 10},
    Word{"fusohorario", timezone, 10},
    Word{"fusoorario", timezone, 10},
    Word{"tijdzone", timezone, 10},
    Word{"tidszon", timezone, 10},
    Word{"tz", timezone, 50},
    Word{"zone", timezone, 60},
};

// Whose number or name it is says nothing new.
constexpr std::array<std::string_view, 19> kWhose{
    "contact", "customer", "client",   "lead",      "recipient", "callee", "patient",
    "guest",   "person",   "member",   "employee",  "candidate", "debtor", "participant",
    "student", "borrower", "personal", "preferred", "primary"};

// Which of a person's numbers: a place where a landline stands.
constexpr std::array<std::string_view, 6> kPlaces{"home",   "work", "business",
                                                  "office", "main", "day"};

// The base letters of U+00C0 to U+017F; blank: no letter.
constexpr std::string_view kLatin =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(kLatin.size() == 0x180 - 0xC0);

// The folded letter; 0: it falls away.
char32_t fold(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) {
    c -= 0xFEE0;  // full width
  }
  if (c >= U'A' && c <= U'Z') {
    return c + 32;
  }
  if (c < 0x80) {
    return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9') ? c : 0;
  }
  if (c >= 0xC0 && c < 0x180) {
    const char base = kLatin[c - 0xC0];
    return base == ' ' ? 0 : static_cast<unsigned char>(base);
  }
  if (c >= 0x0410 && c <= 0x042F) {
    return c + 32;  // Cyrillic capitals
  }
  const bool is_sign = c < 0xC0 || (c >= 0x0300 && c < 0x0370) || (c >= 0x2000 && c < 0x2C00) ||
                       (c >= 0x3000 && c < 0x3040) || c >= 0xFE00;
  return is_sign ? 0 : c;
}

const Word* find_word(std::string_view folded, std::optional<RecipientField> field = {}) {
  if (folded.empty()) {
    return nullptr;
  }
  for (const Word& word : kHeaderWords) {
    // The first letter decides nearly always, and costs no call.
    const bool is_it = word.text.front() == folded.front() && word.text == folded;
    if (is_it && (!field || word.field == *field)) {
      return &word;
    }
  }
  return nullptr;
}

std::optional<HeaderWord> look_up(std::string_view folded) {
  if (const Word* word = find_word(folded)) {
    return HeaderWord{word->field, word->rank, word->bare_name};
  }
  for (const std::string_view whose : kWhose) {
    if (folded.substr(0, whose.size()) == whose) {
      const Word* word = find_word(folded.substr(whose.size()));
      if (word != nullptr && word->rank < kVagueFrom) {
        return HeaderWord{word->field, word->rank + 1, false};
      }
    }
  }
  for (const std::string_view place : kPlaces) {
    if (folded.substr(0, place.size()) == place) {
      const Word* word = find_word(folded.substr(place.size()), phone);
      if (word != nullptr && word->rank < kVagueFrom) {
        return HeaderWord{phone, std::max(word->rank, kLandline), false};
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<HeaderWord> header_word(std::string_view header) {
  std::string folded;
  for (std::size_t at = 0; at < header.size();) {
    const char32_t letter = fold(next_character(header, at));
    if (letter != 0) {
      append_utf8(folded, letter);
    }
    if (folded.size() > kFoldedBytesMax) {
      return std::nullopt;
    }
  }
  if (auto word = look_up(folded)) {
    return word;
  }
  // "Phone 1" is the first of several.
  if (folded.size() > 1 && folded.back() == '1') {
    auto word = look_up(std::string_view{folded}.substr(0, folded.size() - 1));
    if (word && word->field == phone && word->rank < kVagueFrom) {
      ++word->rank;
      return word;
    }
  }
  return std::nullopt;
}

std::optional<RecipientField> recipient_field(std::string_view header) {
  const auto word = header_word(header);
  return word ? std::optional{word->field} : std::nullopt;
}

std::vector<std::optional<RecipientField>> assign_fields(
    const std::vector<std::string_view>& headers) {
  constexpr std::size_t kFields = 5;
  constexpr auto kNone = static_cast<std::size_t>(-1);
  struct Best {
    std::size_t column = kNone;
    HeaderWord word;
  };
  std::array<Best, kFields> best;
  for (std::size_t column = 0; column < headers.size(); ++column) {
    const auto word = header_word(headers[column]);
    if (word) {
      Best& current = best[static_cast<std::size_t>(word->field)];
      if (current.column == kNone || word->rank < current.word.rank) {
        current = {column, *word};
      }
    }
  }
  std::vector<std::optional<RecipientField>> fields(headers.size());
  const bool has_first = best[static_cast<std::size_t>(first_name)].column != kNone;
  const bool has_last = best[static_cast<std::size_t>(last_name)].column != kNone;
  for (const Best& found : best) {
    if (found.column == kNone) {
      continue;
    }
    RecipientField field = found.word.field;
    if (field == full_name && (has_first || has_last)) {
      if (!found.word.bare_name || (has_first && has_last)) {
        continue;  // it stays metadata
      }
      field = has_first ? last_name : first_name;
    }
    fields[found.column] = field;
  }
  return fields;
}

}  // namespace callgate
