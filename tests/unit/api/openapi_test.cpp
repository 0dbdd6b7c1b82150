#include "core/api/openapi.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace callgate {
namespace {

using nlohmann::json;

struct Rule {
  std::string when;
  static constexpr auto fields() {
    return std::array{
        field<&Rule::when>("when", "When", text(1, 20), format("time-of-day"), example("09:30"))};
  }
};
struct NewThing {
  static constexpr std::string_view kDescription = "A thing to be made";
  std::string name;
  std::optional<Rule> rule;
  std::map<std::string, std::string> labels;
  static constexpr auto fields() {
    return std::array{field<&NewThing::name>("name", "Its name", text(1, 20)),
                      field<&NewThing::rule>("rule", "Its rule"),
                      field<&NewThing::labels>("labels", "Its labels", items(0, 9))};
  }
};
struct Thing {
  std::string id;
  std::optional<Rule> rule;
  std::vector<Instant> times;
  static constexpr auto fields() {
    return std::array{field<&Thing::id>("id", "Its id"), field<&Thing::rule>("rule", "Its rule"),
                      field<&Thing::times>("times", "Its times")};
  }
};
struct Filter {
  std::optional<std::vector<std::string>> names;
  std::int64_t limit = 50;
  static constexpr auto fields() {
    return std::array{field<&Filter::names>("name", "Only these", items(1, 5)),
                      field<&Filter::limit>("limit", "How many", range(1, 500), defaulted())};
  }
};

Answer none(Request& /*unused*/) {
  return Response{};
}

constexpr Route kTable[] = {
    {.method = "GET",
     .pattern = "/healthz",
     .access = kAnyone,
     .handler = none,
     .summary = "Whether it is up",
     .without_workspace = true,
     .answers = {{200, "It is up", nullptr, "text/plain"}}},
    {.method = "GET",
     .pattern = "/api/things",
     .access = needs("campaigns:read"),
     .handler = none,
     .summary = "List things",
     .query = schema_of<Filter>(),
     .answers = {{200, "The things", schema_of<std::vector<Thing>>()}}},
    {.method = "POST",
     .pattern = "/api/things",
     .access = needs("campaigns:write"),
     .handler = none,
     .summary = "Make a thing",
     .description = "At once.",
     .body = schema_of<NewThing>(),
     .media_types = {"text/csv"},
     .takes_stream = true,
     .answers = {{201, "Made", schema_of<Thing>()}, {202, "Being made"}}},
    {.method = "DELETE",
     .pattern = "/api/things/{id}",
     .access = kSignedIn,
     .handler = none,
     .summary = "Remove a thing",
     .answers = {{204, "Removed"}, {404, "There was none"}}},
    {.method = "POST",
     .pattern = "/api/things/{id}/call-now",
     .access = kSignedIn,
     .handler = none,
     .summary = "Call",
     .answers = {{204, "Called"}}},
};

constexpr OpenApiInfo kInfo{"Callgate", "1.2.3", "Calls", "cg_session"};

TEST_CASE("The OpenAPI text parses, is the same twice, and has every route") {
  const std::string text = openapi(kTable, kInfo);
  CHECK(text == openapi(kTable, kInfo));
  const json document = json::parse(text);
  CHECK(document["openapi"] == "3.1.0");
  CHECK(document["info"]["version"] == "1.2.3");
  std::set<std::string> operations;
  for (const Route& route : kTable) {
    std::string method(route.method);
    std::transform(method.begin(), method.end(), method.begin(),
                   [](char letter) { return static_cast<char>(letter - 'A' + 'a'); });
    INFO(method << " " << route.pattern);
    const json& operation = document["paths"][std::string(route.pattern)][method];
    REQUIRE(operation.is_object());
    CHECK(operation["summary"] == route.summary);
    CHECK(operations.insert(operation["operationId"]).second);
  }
  CHECK(operations == std::set<std::string>{"getHealthz", "getThings", "postThings",
                                            "deleteThingsById", "postThingsByIdCallNow"});
}

TEST_CASE("An example stands by the body of its route and status, and nowhere else") {
  constexpr Example kExamples[] = {{"POST", "/api/things", 0, R"({"name":"Ball"})"},
                                   {"GET", "/api/things", 200, R"([{"id":"thing_1"}])"},
                                   {"PUT", "/api/things", 0, R"("unseen")"},
                                   {"GET", "/api/things", 201, R"("unseen")"}};
  OpenApiInfo info = kInfo;
  info.examples = kExamples;
  const std::string text = openapi(kTable, info);
  const json paths = json::parse(text)["paths"]["/api/things"];
  constexpr std::string_view kJson = "application/json";
  CHECK(paths["post"]["requestBody"]["content"][kJson]["example"]["name"] == "Ball");
  CHECK(paths["get"]["responses"]["200"]["content"][kJson]["example"][0]["id"] == "thing_1");
  CHECK(text.find("unseen") == std::string::npos);
}

// Every $ref of the document, wherever it is.
void collect_refs(const json& value, std::set<std::string>& refs) {
  if (value.is_object() && value.contains("$ref")) {
    refs.insert(value["$ref"]);
  }
  if (value.is_structured()) {
    for (const json& item : value) {
      collect_refs(item, refs);
    }
  }
}

TEST_CASE("Every reference of the document leads somewhere in it") {
  const json document = json::parse(openapi(kTable, kInfo));
  std::set<std::string> refs;
  collect_refs(document, refs);
  CHECK(refs.size() == 6);
  for (const std::string& ref : refs) {
    INFO(ref);
    CHECK(document.contains(json::json_pointer(ref.substr(1))));
  }
}

TEST_CASE("An operation shows its parameters, body, answers and permission") {
  const json document = json::parse(openapi(kTable, kInfo));
  const json& list = document["paths"]["/api/things"]["get"];
  CHECK(list["x-permission"] == "campaigns:read");
  CHECK(list["tags"] == json::parse(R"(["things"])"));
  CHECK(list["parameters"] ==
        json::parse(
            R"([{"name":"name","in":"query","description":"Only these","required":false,
                 "explode":false,"schema":{"type":"array","minItems":1,"maxItems":5,
                 "items":{"type":"string","maxLength":1000}}},
                {"name":"limit","in":"query","description":"How many","required":false,
                 "explode":false,"schema":{"type":"integer","format":"int64","minimum":1,
                 "maximum":500}}])"));
  CHECK(list["responses"]["200"]["content"]["application/json"]["schema"] ==
        json::parse(R"({"type":"array","items":{"$ref":"#/components/schemas/Thing"}})"));
  const json& make = document["paths"]["/api/things"]["post"];
  CHECK(make["requestBody"]["required"] == true);
  CHECK(make["requestBody"]["content"].contains("text/csv"));
  CHECK(make["requestBody"]["content"]["application/json"]["schema"]["$ref"] ==
        "#/components/schemas/NewThing");
  std::string statuses;
  for (const auto& [status, answer] : make["responses"].items()) {
    statuses += status + " ";
  }
  CHECK(statuses == "201 202 400 401 403 413 415 422 default ");
  const json& remove = document["paths"]["/api/things/{id}"]["delete"];
  CHECK(remove["parameters"][0]["in"] == "path");
  CHECK(remove["responses"]["404"]["description"] == "There was none");
  CHECK(remove["responses"]["204"].contains("content") == false);
  CHECK(document["paths"]["/healthz"]["get"]["security"] == json::array());
  CHECK(document["components"]["securitySchemes"]["session"]["name"] == "cg_session");
}

TEST_CASE("What a body may hold is closed with limits, an answer is open") {
  const json schemas = json::parse(openapi(kTable, kInfo))["components"]["schemas"];
  CHECK(schemas["NewThing"]["additionalProperties"] == false);
  CHECK(schemas["NewThing"]["description"] == "A thing to be made");
  CHECK(schemas["NewThing"]["required"] == json::parse(R"(["name","labels"])"));
  CHECK(schemas["NewThing"]["properties"]["labels"]["maxProperties"] == 9);
  CHECK(schemas["Rule"]["additionalProperties"] == false);
  CHECK(schemas["Rule"]["properties"]["when"] ==
        json::parse(R"({"type":"string","format":"time-of-day","minLength":1,"maxLength":20,
                        "description":"When","examples":["09:30"]})"));
  CHECK_FALSE(schemas["Thing"].contains("additionalProperties"));
  CHECK(schemas["Thing"]["properties"]["times"]["items"]["format"] == "date-time");
  CHECK(schemas["Problem"]["required"] ==
        json::parse(R"(["type","title","status","code","detail"])"));
}

TEST_CASE("What a problem answers is what the document says of it") {
  const json schema = json::parse(openapi(kTable, kInfo))["components"]["schemas"];
  const json problem =
      json::parse(problem_response(ApiError(422, "x", "y", {{"/a", "required", "z"}})).body);
  for (const auto& [name, value] : problem.items()) {
    INFO(name);
    CHECK(schema["Problem"]["properties"].contains(name));
  }
  for (const auto& [name, value] : problem["issues"][0].items()) {
    CHECK(schema["ProblemIssue"]["properties"].contains(name));
  }
}

namespace other {
struct Thing {
  std::optional<Rule> nested;
  bool twice = false;
  static constexpr auto fields() {
    return std::array{field<&Thing::nested>("nested", ""), field<&Thing::twice>("twice", "A"),
                      field<&Thing::twice>("twice", "A")};
  }
};
}  // namespace other

TEST_CASE("A sound table has no mistakes") {
  CHECK(mistakes_in(kTable).empty());
}

TEST_CASE("Each mistake in a table is found") {
  const auto mistakes = [](const Route& route) {
    std::vector<Route> table(std::begin(kTable), std::end(kTable));
    table.push_back(route);
    std::string all;
    for (const std::string& mistake : mistakes_in(table)) {
      all += mistake + "\n";
    }
    return all;
  };
  const Route sound{.method = "GET",
                    .pattern = "/api/y",
                    .handler = none,
                    .summary = "Y",
                    .answers = {{200, "Yes"}}};
  REQUIRE(mistakes(sound).empty());
  const auto with = [&](auto change) {
    Route route = sound;
    change(route);
    return mistakes(route);
  };
  const auto has = [](const std::string& text, const char* part) {
    INFO(text);
    return text.find(part) != std::string::npos;
  };
  CHECK(has(with([](Route& r) { r.method = "get"; }), "a method that is not"));
  CHECK(has(with([](Route& r) { r.method = "ET"; }), "a method that is not"));
  CHECK(has(with([](Route& r) { r.pattern = "api"; }), "does not begin with a slash"));
  CHECK(has(with([](Route& r) { r.pattern = "/api/y/"; }), "ends with a slash"));
  CHECK(has(with([](Route& r) { r.pattern = "/api//y"; }), "not well-formed"));
  CHECK(has(with([](Route& r) { r.pattern = "/api/{y"; }), "not well-formed"));
  CHECK(has(with([](Route& r) { r.pattern = "/api/{}"; }), "not well-formed"));
  CHECK(has(with([](Route& r) { r.pattern = "/{a}/{a}"; }), "a parameter twice"));
  CHECK(has(with([](Route& r) { r.pattern = "/api/things"; }), "is there twice"));
  CHECK(has(with([](Route& r) { r.pattern = "/api/things/{other}"; }), "unlike another route"));
  CHECK(has(with([](Route& r) { r.pattern = "/things"; }), "operation id"));
  CHECK(has(with([](Route& r) { r.access = needs("no:such"); }), "unknown permission"));
  CHECK(has(with([](Route& r) { r.handler = nullptr; }), "no handler"));
  CHECK(has(with([](Route& r) { r.summary = {}; }), "no summary"));
  CHECK(has(with([](Route& r) { r.answers[0] = {}; }), "documents no answer"));
  CHECK(has(with([](Route& r) { r.answers[0].description = {}; }), "not described"));
  const auto without_workspace = [&](Access access) {
    return with([&](Route& r) {
      r.access = access;
      r.without_workspace = true;
    });
  };
  CHECK(has(without_workspace(needs("calls:read")), "needs more than somebody"));
  CHECK(has(without_workspace(kSignedByProvider), "needs more than somebody"));
  CHECK_FALSE(has(without_workspace(kSignedIn), "needs more than somebody"));
  CHECK(has(with([](Route& r) { r.takes_stream = true; }), "a stream of no media type"));
  CHECK(has(with([](Route& r) { r.body = schema_of<NewThing>(); }), "a GET with a body"));
  CHECK(has(with([](Route& r) { r.query = schema_of<Thing>(); }), "not flat"));
  const std::string two = with([](Route& r) { r.answers[0].schema = schema_of<other::Thing>(); });
  CHECK(has(two, "two schemas of one name"));
  CHECK(has(two, "a field twice"));
  CHECK(has(two, "a field not described"));
}

}  // namespace
}  // namespace callgate
