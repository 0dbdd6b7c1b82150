// JSON Schema (2020-12) of described types. Records and enums become named components that others
// refer to; what an input may hold is closed (additionalProperties false) and shows its limits, an
// output is open, so that a reader written today takes the fields of tomorrow.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/api/json.hpp"
#include "core/api/schema.hpp"

namespace callgate {

// Named components by name: sorted, so every text made of them is the same everywhere.
using Components = std::map<std::string, const TypeInfo*, std::less<>>;

// Adds the records and enums that `type` is made of, itself included. False when two different
// types have one name (the first stays).
bool collect_components(Components& components, const TypeInfo& type);

enum class SchemaUse : std::uint8_t { input, output };

// How one value is written: a $ref for a named component ("<ref_prefix><name>"), else in full.
void write_schema(JsonWriter& writer, const TypeInfo& type, const Rules& rules, SchemaUse use,
                  std::string_view ref_prefix);

// The component itself.
void write_component(JsonWriter& writer, const TypeInfo& type, SchemaUse use,
                     std::string_view ref_prefix);

// A document that stands alone, with its $defs.
[[nodiscard]] std::string json_schema(const TypeInfo& type, SchemaUse use);

}  // namespace callgate
