// /api/suppressions: the do-not-call list. An entry is about one number; the same number again
// never makes it weaker. Lists of any length come as CSV or NDJSON, through the machinery that
// takes recipients; they go out as CSV, which can be read back.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/imports.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

struct NewSuppression {
  std::string phone_number;
  std::optional<std::string> reason;
  std::optional<std::string> source;
  std::optional<Instant> expires_at;
  std::optional<std::string> default_region;
  static constexpr auto fields() {
    return std::array{
        field<&NewSuppression::phone_number>("phoneNumber", "Whom not to call", text(0, 64),
                                             format("phone"), example("+14155550132")),
        field<&NewSuppression::reason>("reason", "Why, for people", text(0, 500)),
        field<&NewSuppression::source>("source", "Where the wish was heard; left out: api",
                                       text(0, 100)),
        field<&NewSuppression::expires_at>("expiresAt",
                                           "From then on it may be called again; left out: never"),
        field<&NewSuppression::default_region>(
            "defaultRegion", "Country of a number without a country code (ISO 3166); left out: US",
            text(2, 2))};
  }
};

struct SuppressionView {
  static constexpr std::string_view kSchemaName = "Suppression";
  std::string id;
  std::string phone_number;
  std::optional<std::string> reason;
  std::string source;
  std::string added_by;
  Instant added_at{};
  std::optional<Instant> expires_at;
  bool holds = true;
  static constexpr auto fields() {
    return std::array{
        field<&SuppressionView::id>("id", "sup_…"),
        field<&SuppressionView::phone_number>("phoneNumber", "E.164"),
        field<&SuppressionView::reason>("reason", "Why; with pii:read"),
        field<&SuppressionView::source>("source", "Where the wish was heard"),
        field<&SuppressionView::added_by>("addedBy", "The subject of the credential"),
        field<&SuppressionView::added_at>("addedAt", "When the number came onto the list"),
        field<&SuppressionView::expires_at>("expiresAt", "From then on it may be called again"),
        field<&SuppressionView::holds>("holds", "False: it has expired")};
  }
};

struct SuppressionQuery {
  std::optional<std::string> cursor;
  std::int64_t limit = 100;
  std::optional<std::string> number;
  static constexpr auto fields() {
    return std::array{
        field<&SuppressionQuery::cursor>("cursor", "nextCursor of the page before", text(1, 64)),
        field<&SuppressionQuery::limit>("limit", "Items on the page", range(1, 1000), defaulted()),
        field<&SuppressionQuery::number>("number", "Only this number's entry, in E.164",
                                         text(1, 64), format("phone"))};
  }
};

struct SuppressionPage {
  std::vector<SuppressionView> suppressions;
  std::optional<std::string> next_cursor;
  static constexpr auto fields() {
    return std::array{field<&SuppressionPage::suppressions>("suppressions", "Newest first",
                                                            callgate::items(0, 1000)),
                      field<&SuppressionPage::next_cursor>(
                          "nextCursor", "?cursor of the next page; absent on the last")};
  }
};

struct SuppressionImportQuery {
  std::optional<std::string> reason;
  std::optional<std::string> source;
  std::optional<Instant> expires_at;
  std::optional<std::string> default_region;
  static constexpr auto fields() {
    return std::array{
        field<&SuppressionImportQuery::reason>("reason", "Of rows that name none", text(0, 500)),
        field<&SuppressionImportQuery::source>("source", "Of rows that name none; left out: import",
                                               text(0, 100)),
        field<&SuppressionImportQuery::expires_at>("expiresAt", "Of rows that name none"),
        field<&SuppressionImportQuery::default_region>(
            "defaultRegion", "Country of numbers without a country code (ISO 3166); left out: US",
            text(2, 2))};
  }
};

struct SuppressionExportQuery {
  std::optional<std::string> cursor;
  std::int64_t limit = 10'000;
  static constexpr auto fields() {
    return std::array{field<&SuppressionExportQuery::cursor>(
                          "cursor", "As the Link of the part before has it", text(1, 64)),
                      field<&SuppressionExportQuery::limit>("limit", "Entries in this part",
                                                            range(1, 10'000), defaulted())};
  }
};

struct RemovalQuery {
  std::optional<std::string> reason;
  static constexpr auto fields() {
    return std::array{field<&RemovalQuery::reason>(
        "reason", "Why it may be called again; kept in GET /api/audit", text(0, 500))};
  }
};

Answer post_suppression(Request& request);
Answer get_suppressions(Request& request);
Answer get_suppression(Request& request);
Answer delete_suppression(Request& request);
Answer post_suppression_import(Request& request);
Answer get_suppression_export(Request& request);

}  // namespace callgate
