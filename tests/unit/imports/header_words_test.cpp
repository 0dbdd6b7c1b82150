#include "core/imports/header_words.hpp"

#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace callgate {
namespace {

using Fields = std::vector<std::optional<RecipientField>>;
using enum RecipientField;

TEST_CASE("the words people use for a phone number are understood") {
  for (const std::string_view header : {"Phone Number",
                                        "phone",
                                        "Phone #",
                                        "mobile",
                                        "Mobile Phone",
                                        "Cell",
                                        "telephone",
                                        "tel",
                                        "Tel.",
                                        "number",
                                        "to",
                                        "phoneNumber",
                                        "phone_number",
                                        "PHONE-NUMBER",
                                        "téléphone",
                                        "TÉLÉPHONE",
                                        "Telefon",
                                        "Telefonnummer",
                                        "Handynummer",
                                        "numero de telefono",
                                        "número de teléfono",
                                        "Telefon-Nr.",
                                        "Phone No.",
                                        "Contact Phone",
                                        "customer_phone_number",
                                        "Home Phone",
                                        "Phone 1",
                                        "phone (mobile)",
                                        "N° de téléphone",
                                        "Numéro de téléphone",
                                        "Номер телефона",
                                        "ТЕЛЕФОН",
                                        "電話番号",
                                        "手机号",
                                        "휴대폰",
                                        "Ｐｈｏｎｅ",
                                        "te\xCC\x81le\xCC\x81phone",
                                        "\xEF\xBB\xBFPhone",
                                        "  Phone\xC2\xA0Number ",
                                        "Telefon numarası"}) {
    CAPTURE(header);
    CHECK(recipient_field(header) == phone);
  }
}

TEST_CASE("the words for names and zones are understood") {
  for (const std::string_view header : {"First Name", "firstName", "first", "given_name", "Vorname",
                                        "Prénom", "Contact First Name", "FNAME"}) {
    CAPTURE(header);
    CHECK(recipient_field(header) == first_name);
  }
  for (const std::string_view header :
       {"Last Name", "last", "family name", "Surname", "Nachname", "Apellidos"}) {
    CAPTURE(header);
    CHECK(recipient_field(header) == last_name);
  }
  for (const std::string_view header :
       {"Full Name", "name", "Customer Name", "Nom", "Nombre completo"}) {
    CAPTURE(header);
    CHECK(recipient_field(header) == full_name);
  }
  for (const std::string_view header :
       {"timezone", "Time Zone", "time_zone", "TZ", "zone", "Zeitzone", "Fuseau horaire"}) {
    CAPTURE(header);
    CHECK(recipient_field(header) == timezone);
  }
}

TEST_CASE("words that only look like a phone number or a name are metadata") {
  for (const std::string_view header :
       {"", "   ", "#", "Email", "E-Mail", "Phone Type", "phone_verified", "Customer Number",
        "Account Number", "Number of calls", "Company Name", "username", "phoneNumberId", "Phone 2",
        "Top", "Total", "Zone Manager", "\xFF\xFE",
        "a header that is much longer than any word that a table of words could ever hold"}) {
    CAPTURE(header);
    CHECK_FALSE(recipient_field(header).has_value());
  }
}

TEST_CASE("of several phone columns the most specific is taken, then the first") {
  CHECK(assign_fields({"number", "mobile", "Phone Number"}) == Fields{{}, {}, phone});
  CHECK(assign_fields({"number", "mobile"}) == Fields{{}, phone});
  CHECK(assign_fields({"Home Phone", "Work Phone", "Cell Phone"}) == Fields{{}, {}, phone});
  CHECK(assign_fields({"Work Phone", "Home Phone"}) == Fields{phone, {}});
  CHECK(assign_fields({"Phone", "Phone"}) == Fields{phone, {}});
  CHECK(assign_fields({"to", "from"}) == Fields{phone, {}});
}

TEST_CASE("a bare name beside one part of the name is the other part") {
  CHECK(assign_fields({"Name", "Telefon"}) == Fields{full_name, phone});
  CHECK(assign_fields({"Name", "Vorname", "Telefon"}) == Fields{last_name, first_name, phone});
  CHECK(assign_fields({"Name", "Surname", "Phone"}) == Fields{first_name, last_name, phone});
  CHECK(assign_fields({"First Name", "Last Name", "Name"}) == Fields{first_name, last_name, {}});
  CHECK(assign_fields({"First Name", "Full Name"}) == Fields{first_name, {}});
}

TEST_CASE("each field is given to one column only") {
  const auto fields = assign_fields({"tz", "timezone", "zone", "first", "first name", "phone"});
  CHECK(fields == Fields{{}, timezone, {}, {}, first_name, phone});
}

}  // namespace
}  // namespace callgate
