#include "core/api/json_schema.hpp"

#include "core/base/check.hpp"

namespace callgate {

namespace {

constexpr std::string_view kDefs = "#/$defs/";

bool is_component(const TypeInfo& type) {
  return type.kind == TypeKind::record || type.kind == TypeKind::word;
}

void write_text_limits(JsonWriter& writer, const Rules& rules) {
  if (rules.text_min > 0) {
    writer.key("minLength").integer(rules.text_min);
  }
  writer.key("maxLength").integer(rules.text_max);
}

// The members of a schema object for a string, an integer and the like.
void write_leaf(JsonWriter& writer, const TypeInfo& type, const Rules& rules, SchemaUse use) {
  const bool limits = use == SchemaUse::input;
  switch (type.kind) {
    case TypeKind::boolean:
      writer.key("type").text("boolean");
      return;
    case TypeKind::integer:
      writer.key("type").text("integer");
      writer.key("format").text("int64");
      if (limits) {
        writer.key("minimum").integer(rules.range_min);
        writer.key("maximum").integer(rules.range_max);
      }
      return;
    case TypeKind::text:
      writer.key("type").text("string");
      if (!rules.format.empty()) {
        writer.key("format").text(rules.format);
      }
      if (limits) {
        write_text_limits(writer, rules);
      }
      return;
    case TypeKind::instant:
      writer.key("type").text("string");
      writer.key("format").text("date-time");
      return;
    case TypeKind::instant_or_now:
      writer.key("anyOf").begin_array();
      writer.begin_object().key("const").text("now");
      writer.end_object().begin_object();
      writer.key("type").text("string");
      writer.key("format").text("date-time");
      writer.end_object().end_array();
      return;
    default:
      CALLGATE_CHECK(type.kind == TypeKind::json_object);
      writer.key("type").text("object");
      return;
  }
}

void write_map(JsonWriter& writer, const Rules& rules, SchemaUse use) {
  writer.key("type").text("object");
  writer.key("additionalProperties").begin_object();
  writer.key("type").text("string");
  if (use == SchemaUse::input) {
    write_text_limits(writer, rules);
  }
  writer.end_object();
  if (use == SchemaUse::input) {
    writer.key("propertyNames").begin_object();
    writer.key("minLength").integer(1);
    writer.key("maxLength").integer(kNameMax);
    writer.end_object();
    writer.key("maxProperties").integer(rules.items_max);
  }
}

// The members of the schema object, without its braces: a field adds its description beside them.
void write_members(JsonWriter& writer, const TypeInfo& type, const Rules& rules, SchemaUse use,
                   std::string_view ref_prefix) {
  if (is_component(type)) {
    writer.key("$ref").text(std::string(ref_prefix) + schema_name(type));
    return;
  }
  switch (type.kind) {
    case TypeKind::optional:
      if (type.inner->kind == TypeKind::optional) {
        writer.key("anyOf").begin_array();
        write_schema(writer, *type.inner, rules, use, ref_prefix);
        writer.begin_object().key("type").text("null");
        writer.end_object().end_array();
        return;
      }
      return write_members(writer, *type.inner, rules, use, ref_prefix);
    case TypeKind::list:
      writer.key("type").text("array");
      writer.key("items");
      write_schema(writer, *type.inner, rules, use, ref_prefix);
      if (use == SchemaUse::input) {
        if (rules.items_min > 0) {
          writer.key("minItems").integer(rules.items_min);
        }
        writer.key("maxItems").integer(rules.items_max);
      }
      return;
    case TypeKind::text_map:
      return write_map(writer, rules, use);
    default:
      return write_leaf(writer, type, rules, use);
  }
}

void write_example(JsonWriter& writer, const FieldInfo& field) {
  if (field.rules.example.empty()) {
    return;
  }
  const TypeInfo* leaf = field.type;
  while (leaf->inner != nullptr) {
    leaf = leaf->inner;
  }
  writer.key("examples").begin_array();
  const bool is_text = leaf->kind == TypeKind::text || leaf->kind == TypeKind::word ||
                       leaf->kind == TypeKind::instant || leaf->kind == TypeKind::instant_or_now;
  if (is_text) {
    writer.text(field.rules.example);
  } else {
    writer.raw(field.rules.example);
  }
  writer.end_array();
}

void write_properties(JsonWriter& writer, const TypeInfo& type, SchemaUse use,
                      std::string_view ref_prefix) {
  writer.key("properties").begin_object();
  for (const FieldInfo& field : type.fields) {
    writer.key(field.name).begin_object();
    write_members(writer, *field.type, field.rules, use, ref_prefix);
    writer.key("description").text(field.description);
    if (field.append_default != nullptr) {
      std::string value;
      field.append_default(value);
      writer.key("default").raw(value);
    }
    write_example(writer, field);
    writer.end_object();
  }
  writer.end_object();
}

void write_required(JsonWriter& writer, const TypeInfo& type, SchemaUse use) {
  bool any = false;
  for (const FieldInfo& field : type.fields) {
    // What may be left out of an input is always there in an output, unless it is optional.
    if (!field.required && (use == SchemaUse::input || !field.rules.defaulted)) {
      continue;
    }
    if (!any) {
      writer.key("required").begin_array();
      any = true;
    }
    writer.text(field.name);
  }
  if (any) {
    writer.end_array();
  }
}

void write_words(JsonWriter& writer, const TypeInfo& type) {
  writer.key("type").text("string");
  writer.key("enum").begin_array();
  std::string description;
  for (const WordInfo& word : type.words) {
    writer.text(word.text);
    if (!word.description.empty()) {
      description += description.empty() ? "" : "; ";
      description += std::string(word.text) + ": " + std::string(word.description);
    }
  }
  writer.end_array();
  if (!description.empty()) {
    writer.key("description").text(description);
  }
}

}  // namespace

bool collect_components(Components& components, const TypeInfo& type) {
  if (type.inner != nullptr) {
    return collect_components(components, *type.inner);
  }
  if (!is_component(type)) {
    return true;
  }
  const auto [place, is_new] = components.emplace(schema_name(type), &type);
  bool unique = place->second == &type;
  if (is_new) {
    for (const FieldInfo& field : type.fields) {
      unique = collect_components(components, *field.type) && unique;
    }
  }
  return unique;
}

void write_schema(JsonWriter& writer, const TypeInfo& type, const Rules& rules, SchemaUse use,
                  std::string_view ref_prefix) {
  writer.begin_object();
  write_members(writer, type, rules, use, ref_prefix);
  writer.end_object();
}

void write_component(JsonWriter& writer, const TypeInfo& type, SchemaUse use,
                     std::string_view ref_prefix) {
  CALLGATE_CHECK(is_component(type));
  writer.begin_object();
  if (type.kind == TypeKind::word) {
    write_words(writer, type);
  } else {
    writer.key("type").text("object");
    if (!type.description.empty()) {
      writer.key("description").text(type.description);
    }
    write_properties(writer, type, use, ref_prefix);
    write_required(writer, type, use);
    if (use == SchemaUse::input) {
      writer.key("additionalProperties").boolean(false);
    }
  }
  writer.end_object();
}

std::string json_schema(const TypeInfo& type, SchemaUse use) {
  Components components;
  CALLGATE_CHECK(collect_components(components, type));
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.key("$schema").text("https://json-schema.org/draft/2020-12/schema");
  write_members(writer, type, Rules{}, use, kDefs);
  writer.key("$defs").begin_object();
  for (const auto& [name, component] : components) {
    writer.key(name);
    write_component(writer, *component, use, kDefs);
  }
  writer.end_object().end_object();
  return out;
}

}  // namespace callgate
