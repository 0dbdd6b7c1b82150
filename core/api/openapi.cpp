#include "core/api/openapi.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/api/access.hpp"
#include "core/api/idempotent.hpp"
#include "core/api/json_schema.hpp"
#include "core/base/ascii.hpp"

namespace callgate {

namespace {

constexpr std::string_view kSchemas = "#/components/schemas/";
constexpr std::string_view kProblemResponse = "#/components/responses/Problem";
constexpr std::string_view kProblemType = "application/problem+json";
constexpr std::string_view kRefused = "The request was refused";
constexpr std::int64_t kFirstRefusal = 400;

// The shape that problem_response() writes.
struct ProblemIssue {
  std::string pointer;
  std::string code;
  std::string detail;
  static constexpr auto fields() {
    return std::array{
        field<&ProblemIssue::pointer>(
            "pointer", "JSON pointer (RFC 6901) into the body, or \"?name\" for a query parameter"),
        field<&ProblemIssue::code>("code", "A stable word for the kind of issue"),
        field<&ProblemIssue::detail>("detail", "A sentence for people")};
  }
};

struct Problem {
  static constexpr std::string_view kDescription = "Why a request was refused (RFC 9457)";
  std::string type;
  std::string title;
  std::int64_t status = 0;
  std::string code;
  std::string detail;
  std::optional<std::int64_t> count;
  std::optional<std::vector<ProblemIssue>> issues;
  static constexpr auto fields() {
    return std::array{
        field<&Problem::type>("type", "Names the kind of problem: \"/problems/<code>\""),
        field<&Problem::title>("title", "The status in words"),
        field<&Problem::status>("status", "The HTTP status"),
        field<&Problem::code>("code", "A stable word for the problem"),
        field<&Problem::detail>("detail", "A sentence for people"),
        field<&Problem::count>("count", "How many it is about"),
        field<&Problem::issues>("issues", "Every place that is wrong")};
  }
};

std::vector<std::string_view> segments_of(std::string_view pattern) {
  std::vector<std::string_view> segments;
  while (pattern.size() > 1) {
    pattern.remove_prefix(1);
    const std::size_t slash = std::min(pattern.find('/'), pattern.size());
    segments.push_back(pattern.substr(0, slash));
    pattern.remove_prefix(slash);
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return !segment.empty() && segment.front() == '{';
}

std::string_view name_of(std::string_view parameter) {
  return parameter.substr(1, parameter.size() - 2);
}

// "POST /api/jobs/{id}/start" is "postJobsByIdStart".
std::string operation_id(const Route& route) {
  std::string id;
  for (const char character : route.method) {
    id += static_cast<char>(character - 'A' + 'a');
  }
  for (const std::string_view segment : segments_of(route.pattern)) {
    if (segment == "api") {
      continue;
    }
    bool capital = true;
    id += is_parameter(segment) ? "By" : "";
    for (const char character : segment) {
      if (!is_letter(character) && !is_digit(character)) {
        capital = true;
        continue;
      }
      const bool raise = capital && character >= 'a' && character <= 'z';
      id += raise ? static_cast<char>(character - 'a' + 'A') : character;
      capital = false;
    }
  }
  return id;
}

std::string_view tag_of(const Route& route) {
  for (const std::string_view segment : segments_of(route.pattern)) {
    if (segment != "api" && segment != "v1") {
      return segment;
    }
  }
  return "index";
}

bool has_parameters(const Route& route) {
  return route.pattern.find('{') != std::string_view::npos;
}

bool takes_body(const Route& route) {
  return route.body != nullptr || !route.media_types[0].empty();
}

void write_parameters(JsonWriter& writer, const Route& route) {
  const bool has_key = is_create(route) && !route.shows_once;
  if (!has_parameters(route) && route.query == nullptr && !has_key) {
    return;
  }
  writer.key("parameters").begin_array();
  for (const std::string_view segment : segments_of(route.pattern)) {
    if (is_parameter(segment)) {
      writer.begin_object();
      writer.key("name").text(name_of(segment));
      writer.key("in").text("path");
      writer.key("required").boolean(true);
      writer.key("schema").raw(R"({"type":"string"})");
      writer.end_object();
    }
  }
  if (route.query != nullptr) {
    for (const FieldInfo& parameter : route.query->fields) {
      writer.begin_object();
      writer.key("name").text(parameter.name);
      writer.key("in").text("query");
      writer.key("description").text(parameter.description);
      writer.key("required").boolean(parameter.required);
      writer.key("explode").boolean(false);
      writer.key("schema");
      write_schema(writer, *parameter.type, parameter.rules, SchemaUse::input, kSchemas);
      writer.end_object();
    }
  }
  if (has_key) {
    writer.begin_object();
    writer.key("name").text("Idempotency-Key");
    writer.key("in").text("header");
    writer.key("description").text("Repeated within a day it is done once, and answered as it was");
    writer.key("required").boolean(false);
    writer.key("schema").raw(R"({"type":"string","maxLength":255})");
    writer.end_object();
  }
  writer.end_array();
}

void write_example(JsonWriter& writer, const Route& route, std::int64_t status,
                   std::span<const Example> examples) {
  for (const Example& example : examples) {
    if (example.pattern == route.pattern && example.method == route.method &&
        example.status == status) {
      writer.key("example").raw(example.json);
    }
  }
}

void write_body(JsonWriter& writer, const Route& route, std::span<const Example> examples) {
  if (!takes_body(route)) {
    return;
  }
  writer.key("requestBody").begin_object();
  writer.key("required").boolean(!route.body_optional);
  writer.key("content").begin_object();
  if (route.body != nullptr) {
    writer.key("application/json").begin_object().key("schema");
    write_schema(writer, *route.body, Rules{}, SchemaUse::input, kSchemas);
    write_example(writer, route, 0, examples);
    writer.end_object();
  }
  for (const std::string_view type : route.media_types) {
    if (!type.empty()) {
      writer.key(type).begin_object().end_object();
    }
  }
  writer.end_object().end_object();
}

void write_content(JsonWriter& writer, std::string_view media_type, const TypeInfo& schema) {
  writer.key(media_type).begin_object().key("schema");
  write_schema(writer, schema, Rules{}, SchemaUse::output, kSchemas);
  writer.end_object();
}

void write_answer(JsonWriter& writer, const Route& route, const Documented& answer,
                  std::span<const Example> examples) {
  writer.begin_object();
  writer.key("description").text(answer.description);
  if (answer.schema != nullptr || !answer.media_type.empty()) {
    writer.key("content").begin_object();
    writer.key(answer.media_type.empty() ? "application/json" : answer.media_type).begin_object();
    if (answer.schema != nullptr) {
      writer.key("schema");
      write_schema(writer, *answer.schema, Rules{}, SchemaUse::output, kSchemas);
      write_example(writer, route, answer.status, examples);
    }
    writer.end_object().end_object();
  }
  writer.end_object();
}

// The problems that follow from what the route is.
std::set<std::int64_t> problem_statuses(const Route& route) {
  std::set<std::int64_t> statuses{400};
  if (!route.access.is_open()) {
    statuses.insert(401);
  }
  if (route.access.kind == Access::Kind::permission) {
    statuses.insert(403);
  }
  if (has_parameters(route)) {
    statuses.insert(404);
  }
  if (takes_body(route)) {
    statuses.insert({413, 415});
  }
  if (route.body != nullptr) {
    statuses.insert(422);
  }
  return statuses;
}

void write_refusal(JsonWriter& writer, const Route& route, std::string_view description) {
  if (route.dialect == nullptr && description.empty()) {
    writer.begin_object().key("$ref").text(kProblemResponse);
    writer.end_object();
    return;
  }
  writer.begin_object();
  writer.key("description").text(description.empty() ? kRefused : description);
  writer.key("content").begin_object();
  if (route.dialect != nullptr) {
    write_content(writer, "application/json", *route.dialect->schema);
  }
  // Also of a dialect: what comes before any route, too many requests first of all.
  write_content(writer, kProblemType, *schema_of<Problem>());
  writer.end_object().end_object();
}

constexpr Documented kUnchanged{304, "As it was when If-None-Match was its ETag"};

bool gets_json(const Route& route) {
  return route.method == "GET" && route.answers[0].schema != nullptr &&
         route.answers[0].media_type.empty();
}

void write_answers(JsonWriter& writer, const Route& route, std::span<const Example> examples) {
  std::map<std::int64_t, const Documented*> answers;
  for (const std::int64_t status : problem_statuses(route)) {
    answers[status] = nullptr;
  }
  if (gets_json(route)) {
    answers[kUnchanged.status] = &kUnchanged;
  }
  for (const Documented& answer : route.answers) {
    if (answer.status != 0) {
      answers[answer.status] = &answer;
    }
  }
  writer.key("responses").begin_object();
  for (const auto& [status, answer] : answers) {
    writer.key(std::to_string(status));
    const bool is_refusal =
        status >= kFirstRefusal && (answer == nullptr || answer->schema == nullptr);
    if (is_refusal) {
      write_refusal(writer, route, answer == nullptr ? "" : answer->description);
    } else {
      write_answer(writer, route, *answer, examples);
    }
  }
  writer.key("default");
  write_refusal(writer, route, "");
  writer.end_object();
}

void write_operation(JsonWriter& writer, const Route& route, std::span<const Example> examples) {
  writer.begin_object();
  writer.key("operationId").text(operation_id(route));
  writer.key("tags").begin_array().text(tag_of(route)).end_array();
  writer.key("summary").text(route.summary);
  if (!route.description.empty()) {
    writer.key("description").text(route.description);
  }
  if (route.access.is_open()) {
    writer.key("security").begin_array().end_array();
  }
  if (route.access.kind == Access::Kind::permission) {
    writer.key("x-permission").text(route.access.permission);
  }
  write_parameters(writer, route);
  write_body(writer, route, examples);
  write_answers(writer, route, examples);
  writer.end_object();
}

void write_paths(JsonWriter& writer, std::span<const Route> table,
                 std::span<const Example> examples) {
  writer.key("paths").begin_object();
  std::set<std::string_view> written;
  for (const Route& route : table) {
    if (!written.insert(route.pattern).second) {
      continue;
    }
    writer.key(route.pattern).begin_object();
    for (const Route& other : table) {
      if (other.pattern == route.pattern) {
        std::string method(other.method);
        for (char& character : method) {
          character = static_cast<char>(character - 'A' + 'a');
        }
        writer.key(method);
        write_operation(writer, other, examples);
      }
    }
    writer.end_object();
  }
  writer.end_object();
}

struct AllComponents {
  Components inputs;
  Components outputs;
  bool unique = true;
};

AllComponents components_of(std::span<const Route> table) {
  AllComponents all;
  all.unique = collect_components(all.outputs, *schema_of<Problem>());
  const auto collect = [&](Components& components, const TypeInfo& type) {
    all.unique = collect_components(components, type) && all.unique;
  };
  for (const Route& route : table) {
    if (route.body != nullptr) {
      collect(all.inputs, *route.body);
    }
    if (route.query != nullptr) {
      for (const FieldInfo& parameter : route.query->fields) {
        collect(all.inputs, *parameter.type);
      }
    }
    for (const Documented& answer : route.answers) {
      if (answer.schema != nullptr) {
        collect(all.outputs, *answer.schema);
      }
    }
    if (route.dialect != nullptr) {
      collect(all.outputs, *route.dialect->schema);
    }
  }
  for (const auto& [name, type] : all.outputs) {
    const auto found = all.inputs.find(name);
    all.unique = all.unique && (found == all.inputs.end() || found->second == type);
  }
  return all;
}

void write_components(JsonWriter& writer, std::span<const Route> table, const OpenApiInfo& info) {
  const AllComponents all = components_of(table);
  Components both = all.inputs;
  both.insert(all.outputs.begin(), all.outputs.end());
  writer.key("components").begin_object();
  writer.key("schemas").begin_object();
  for (const auto& [name, type] : both) {
    const bool input = all.inputs.find(name) != all.inputs.end();
    writer.key(name);
    write_component(writer, *type, input ? SchemaUse::input : SchemaUse::output, kSchemas);
  }
  writer.end_object();
  writer.key("responses").begin_object().key("Problem").begin_object();
  writer.key("description").text(kRefused);
  writer.key("content").begin_object();
  write_content(writer, kProblemType, *schema_of<Problem>());
  writer.end_object().end_object().end_object();
  writer.key("securitySchemes").begin_object();
  writer.key("bearer").raw(
      R"({"type":"http","scheme":"bearer","description":"An API key (cg_live_…) or a JWT"})");
  writer.key("apiKey").raw(R"({"type":"apiKey","in":"header","name":"X-API-Key"})");
  if (!info.session_cookie.empty()) {
    writer.key("session").begin_object();
    writer.key("type").text("apiKey");
    writer.key("in").text("cookie");
    writer.key("name").text(info.session_cookie);
    writer.end_object();
  }
  writer.end_object().end_object();
}

// The pattern with its parameters unnamed: two patterns of one shape match the same paths.
std::string shape_of(std::string_view pattern) {
  std::string shape;
  for (const std::string_view segment : segments_of(pattern)) {
    shape += '/';
    shape += is_parameter(segment) ? std::string_view("{}") : segment;
  }
  return shape;
}

bool is_well_formed(std::string_view segment) {
  const bool parameter = is_parameter(segment);
  if (segment.empty() || (parameter && (segment.size() < 3 || segment.back() != '}'))) {
    return false;
  }
  const std::string_view name = parameter ? name_of(segment) : segment;
  return std::all_of(name.begin(), name.end(), [&](char character) {
    return is_letter(character) || is_digit(character) || character == '_' ||
           (!parameter && (character == '-' || character == '.'));
  });
}

bool is_flat(const TypeInfo& type) {
  if (type.inner != nullptr) {
    return is_flat(*type.inner);
  }
  return type.kind != TypeKind::record && type.kind != TypeKind::text_map &&
         type.kind != TypeKind::json_object;
}

class MistakeFinder {
 public:
  explicit MistakeFinder(std::span<const Route> table) : table_(table) {}

  std::vector<std::string> find() {
    for (const Route& route : table_) {
      at_ = std::string(route.method) + " " + std::string(route.pattern);
      check_pattern(route);
      check_rules(route);
      check_documentation(route);
    }
    at_ = "The table";
    expect(components_of(table_).unique, "has two schemas of one name");
    return std::move(mistakes_);
  }

 private:
  void expect(bool holds, std::string_view otherwise) {
    if (!holds) {
      mistakes_.push_back(at_ + " " + std::string(otherwise) + ".");
    }
  }

  void check_pattern(const Route& route) {
    constexpr std::array<std::string_view, 5> kMethods{"GET", "POST", "PUT", "PATCH", "DELETE"};
    expect(std::find(kMethods.begin(), kMethods.end(), route.method) != kMethods.end(),
           "has a method that is not GET, POST, PUT, PATCH or DELETE");
    expect(!route.pattern.empty() && route.pattern.front() == '/', "does not begin with a slash");
    expect(route.pattern.size() == 1 || route.pattern.empty() || route.pattern.back() != '/',
           "ends with a slash");
    std::set<std::string_view> names;
    for (const std::string_view segment : segments_of(route.pattern)) {
      expect(is_well_formed(segment), "has a segment that is not well-formed");
      expect(!is_parameter(segment) || names.insert(segment).second, "has a parameter twice");
    }
    const std::string shape = shape_of(route.pattern);
    expect(seen_.insert(std::string(route.method) + shape).second, "is there twice");
    const auto [place, is_new] = spellings_.emplace(shape, route.pattern);
    expect(is_new || place->second == route.pattern, "names a parameter unlike another route");
    expect(operations_.insert(operation_id(route)).second, "has another's operation id");
  }

  void check_rules(const Route& route) {
    expect(route.handler != nullptr, "has no handler");
    expect(route.access.kind != Access::Kind::permission || is_permission(route.access.permission),
           "needs an unknown permission");
    expect(!route.without_workspace || route.access.kind == Access::Kind::anyone ||
               route.access.kind == Access::Kind::signed_in,
           "is answered without a workspace but needs more than somebody");
    expect(!route.takes_stream || !route.media_types[0].empty(), "takes a stream of no media type");
    expect(route.method != "GET" || !takes_body(route), "is a GET with a body");
    if (route.query != nullptr) {
      for (const FieldInfo& parameter : route.query->fields) {
        expect(is_flat(*parameter.type), "has a query that is not flat");
      }
    }
  }

  void check_documentation(const Route& route) {
    expect(!route.summary.empty(), "has no summary");
    expect(route.answers[0].status != 0, "documents no answer");
    for (const Documented& answer : route.answers) {
      expect(answer.status == 0 || !answer.description.empty(), "has an answer not described");
    }
    for (const TypeInfo* type : {route.query, route.body}) {
      if (type != nullptr) {
        check_record(*type);
      }
    }
    for (const Documented& answer : route.answers) {
      if (answer.schema != nullptr) {
        check_record(*answer.schema);
      }
    }
  }

  void check_record(const TypeInfo& type) {
    if (type.inner != nullptr) {
      return check_record(*type.inner);
    }
    std::set<std::string_view> names;
    expect(type.fields.size() <= 64, "has a record of more than 64 fields");
    for (const FieldInfo& member : type.fields) {
      expect(names.insert(member.name).second, "has a record with a field twice");
      expect(!member.description.empty(), "has a field not described");
      check_record(*member.type);
    }
  }

  std::span<const Route> table_;
  std::string at_;
  std::vector<std::string> mistakes_;
  std::set<std::string> seen_;
  std::set<std::string> operations_;
  std::map<std::string, std::string_view> spellings_;
};

}  // namespace

std::string openapi(std::span<const Route> table, const OpenApiInfo& info) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.key("openapi").text("3.1.0");
  writer.key("info").begin_object();
  writer.key("title").text(info.title);
  writer.key("version").text(info.version);
  writer.key("description").text(info.description);
  writer.end_object();
  writer.key("security").begin_array();
  writer.raw(R"({"bearer":[]})");
  writer.raw(R"({"apiKey":[]})");
  if (!info.session_cookie.empty()) {
    writer.raw(R"({"session":[]})");
  }
  writer.end_array();
  write_paths(writer, table, info.examples);
  write_components(writer, table, info);
  writer.end_object();
  return out;
}

std::vector<std::string> mistakes_in(std::span<const Route> table) {
  return MistakeFinder(table).find();
}

}  // namespace callgate
